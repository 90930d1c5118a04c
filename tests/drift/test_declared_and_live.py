"""What is declared is compared with what is live: alike however it is spelt, and different where it differs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from stack_verify.controls.stack.drift import drift_live_vs_declared
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.drift import TABLES, table_of
from stack_verify.drift.field import declared_properties
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.iam import ManagedPolicy, PolicyVersion
from stack_verify.resources.kms import Key, KeyPolicy, KeyRotation
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import dump, load
from support.hand_made import ACCOUNT, REGION, answer, answered, document, of_answers, said_of
from support.made_declarations import BALANCER, MARK, declared, differences, verdict

GROUP = "sg-0a1b2c3d4e5f60718"
KEY = f"arn:aws:kms:{REGION}:{ACCOUNT}:key/1"


def group(*ingress: dict[str, object], egress: tuple[dict[str, object], ...] = ()) -> tuple[str, SecurityGroup]:
    lists = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    permissions = [{**lists, **rule} for rule in ingress]
    return GROUP, answered(
        SecurityGroup,
        ResourceType=SecurityGroup.kind(),
        VpcId="vpc-0a1b2c3d",
        Tags={},
        GroupId=GROUP,
        GroupName="web",
        IpPermissions=permissions,
        IpPermissionsEgress=[{**lists, **rule} for rule in egress],
    )


def tcp(port: int, **peers: object) -> dict[str, object]:
    return {"IpProtocol": "tcp", "FromPort": port, "ToPort": port, **peers}


class TestRulesOfASecurityGroup:
    KIND = "aws:ec2/securityGroup:SecurityGroup"
    RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
    ABOUT = SecurityGroup.ask(GROUP)

    @pytest.mark.parametrize(
        ("rule", "live"),
        [
            ({"protocol": "tcp", "cidrBlocks": ["10.1.2.3/16"]}, {"IpRanges": [{"CidrIp": "10.1.0.0/16"}]}),
            ({"protocol": "6", "cidrBlocks": ["10.1.0.0/16"]}, {"IpRanges": [{"CidrIp": "10.1.0.0/16"}]}),
            ({"protocol": "tcp", "ipv6CidrBlocks": ["2001:DB8::/32"]}, {"Ipv6Ranges": [{"CidrIpv6": "2001:db8::/32"}]}),
            ({"protocol": "tcp", "self": True}, {"UserIdGroupPairs": [{"GroupId": GROUP}]}),
            ({"protocol": "tcp", "prefixListIds": ["pl-1"]}, {"PrefixListIds": [{"PrefixListId": "pl-1"}]}),
            ({"protocol": "tcp", "securityGroups": [f"{ACCOUNT}/sg-1"]}, {"UserIdGroupPairs": [{"GroupId": "sg-1"}]}),
        ],
    )
    def test_a_rule_is_alike_however_it_is_spelt(self, rule, live):
        inline = declared(self.KIND, self.ABOUT, ingress=[{"fromPort": 443, "toPort": 443, **rule}])
        assert verdict(inline, live=(group(tcp(443, **live)),))[0] is Status.PASSED

    def test_all_protocols_have_no_ports(self):
        everything = {"protocol": "-1", "fromPort": 0, "toPort": 0, "cidrBlocks": ["0.0.0.0/0"]}
        live = group(egress=({"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]},))
        assert verdict(declared(self.KIND, self.ABOUT, egress=[everything]), live=(live,))[0] is Status.PASSED

    def test_rules_of_their_own_are_declared_as_those_of_the_group_are(self):
        own = {"securityGroupId": GROUP, "ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "10.0.0.0/8"}
        rule = declared(self.RULE, self.ABOUT, "rule", own=False, **own)
        live = tcp(443, IpRanges=[{"CidrIp": "10.0.0.0/8"}])
        both = (declared(self.KIND, self.ABOUT), rule)
        assert verdict(*both, live=(group(live),))[0] is Status.PASSED
        status, told = verdict(*both, live=(group(live, tcp(22, IpRanges=[{"CidrIp": "0.0.0.0/0"}])),))
        assert (status, differences(told)) == (
            Status.FAILED,
            "ingress: declared none, live tcp 22 0.0.0.0/0",
        )
        status, told = verdict(*reversed(both), live=(group(),))
        assert (status, differences(told)) == (
            Status.FAILED,
            "ingress: declared tcp 443 10.0.0.0/8, live none",
        )

    def test_a_form_that_is_not_known_is_an_error(self):
        odd = declared(self.KIND, self.ABOUT, ingress=[{"cidrBlocks": ["10.0.0.0/8"]}])
        assert verdict(odd, live=(group(),)) == (
            Status.ERROR,
            "the state holds ingress in a form that is not known",
        )


class TestKeys:
    def key(self, policy: str, **facts: object) -> tuple[tuple[str, Resource], ...]:
        facts = {"KeyManager": "CUSTOMER", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS", **facts}
        key = answered(Key, ResourceType=Key.kind(), KeyId="1", Arn=KEY, KeyState="Enabled", **facts)
        rotation = answered(KeyRotation, ResourceType=KeyRotation.kind(), Key=KEY, KeyRotationEnabled=True)
        written = answered(KeyPolicy, ResourceType=KeyPolicy.kind(), Key=KEY, Policy=policy)
        return (KEY, key), (KEY, rotation), (KEY, written)

    def test_a_policy_is_alike_in_any_order_and_with_one_text_for_a_list_of_one(self):
        ours = {"Effect": "Allow", "Action": ["kms:Decrypt"], "Resource": "*", "Principal": {"AWS": ACCOUNT}}
        root = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
        theirs = {"Principal": root, "Resource": ["*"], "Action": "kms:Decrypt", "Effect": "Allow"}
        state = declared("aws:kms/key:Key", Key.ask(KEY), enableKeyRotation=True, policy=document(ours))
        assert verdict(state, live=self.key(document(theirs)))[0] is Status.PASSED
        assert verdict(state, live=self.key(document(theirs, ours | {"Action": "kms:*"})))[0] is Status.FAILED

    def test_a_key_that_aws_cannot_rotate_is_not_asked_whether_it_does(self):
        state = declared("aws:kms/key:Key", Key.ask(KEY), enableKeyRotation=False)
        assert verdict(state, live=self.key(document(), KeySpec="RSA_2048")[:1])[0] is Status.PASSED


class TestDefaults:
    def test_what_the_program_does_not_set_has_the_providers_default(self):
        balancer = answered(
            LoadBalancer,
            ResourceType=LoadBalancer.kind(),
            LoadBalancerArn=BALANCER,
            Type="application",
            VpcId="vpc-1",
            AvailabilityZones=[],
            Scheme="internal",
        )
        attributes = {
            "LoadBalancer": BALANCER,
            "deletion_protection.enabled": "false",
            "routing.http.drop_invalid_header_fields.enabled": "false",
        }
        settings = answered(LoadBalancerAttributes, ResourceType=LoadBalancerAttributes.kind(), **attributes)
        state = declared("aws:lb/loadBalancer:LoadBalancer", LoadBalancer.ask(BALANCER))
        status, told = verdict(state, live=((BALANCER, balancer), (BALANCER, settings)))
        assert (status, differences(told)) == (Status.FAILED, "internal: declared false, live true")

    def test_what_aws_does_not_answer_is_an_error(self):
        database = answered(
            DBInstance,
            ResourceType=DBInstance.kind(),
            DBInstanceIdentifier="db",
            DBInstanceArn="arn",
            Engine="postgres",
            DBSubnetGroup={"DBSubnetGroupName": "g", "VpcId": "v", "Subnets": [{"SubnetIdentifier": "s"}]},
            VpcSecurityGroups=[{"VpcSecurityGroupId": GROUP}],
            DBParameterGroups=[{"DBParameterGroupName": "p"}],
        )
        state = declared("aws:rds/instance:Instance", DBInstance.ask("db"), storageEncrypted=True)
        assert verdict(state, live=(("db", database),)) == (
            Status.ERROR,
            "AWS's answer holds no StorageEncrypted for this DBInstance",
        )

    def test_what_the_schema_filled_in_is_no_property(self):
        table = table_of("aws:wafv2/webAcl:WebAcl")
        assert table is not None
        read = declared_properties(table, {"__defaults": [], "defaultAction": {"__defaults": [], "block": {}}})
        assert (read.values, read.unread) == ({"defaultAction": "Block"}, ())


class TestSecrets:
    def read(self, **inputs: object):
        table = table_of("aws:rds/instance:Instance")
        assert table is not None
        return declared_properties(table, inputs)

    def test_a_marked_value_is_kept_as_a_name_alone(self):
        read = self.read(kmsKeyId=MARK, multiAz=True)
        assert (read.values, read.secret) == ({"multiAz": "true"}, ("kmsKeyId",))

    def test_a_value_that_holds_a_secret_by_its_content_is_kept_as_a_name_alone(self):
        assert self.read(engine="postgres://u:canary@host/")[:2] == ({}, ("engine",))

    def test_a_property_without_a_row_is_not_kept(self):
        assert self.read(password="canary", username="canary").values == {}

    def test_of_a_container_the_names_of_its_environment_are_kept_and_no_value(self):
        table = table_of("aws:ecs/taskDefinition:TaskDefinition")
        assert table is not None
        container = {"name": "app", "image": "i", "environment": [{"name": "DSN", "value": "canary"}]}
        read = declared_properties(table, {"containerDefinitions": json.dumps([container])})
        assert "canary" not in repr(read)
        assert "app environment DSN" in read.values["containerDefinitions"]


class TestManagedPolicies:
    KIND = "aws:iam/policy:Policy"
    ARN = f"arn:aws:iam::{ACCOUNT}:policy/web/reads"
    READS = document({"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::data/*"})
    MORE = document({"Effect": "Allow", "Action": ["s3:GetObject", "s3:PutObject"], "Resource": "arn:aws:s3:::data/*"})

    @pytest.mark.parametrize(
        ("in_force", "status"), [("v1", Status.PASSED), ("v2", Status.FAILED), ("v3", Status.ERROR)]
    )
    def test_the_version_in_force_says_what_is_declared(self, in_force, status):
        about = recognise(self.KIND, self.ARN, account=ACCOUNT, region=REGION)
        assert about == ManagedPolicy.ask(self.ARN)
        live = [(self.ARN, answered(ManagedPolicy, Arn=self.ARN, DefaultVersionId=in_force, Tags={}))]
        live += [
            (f"{self.ARN}:{version}", answered(PolicyVersion, Version=f"{self.ARN}:{version}", Document=text))
            for version, text in (("v1", self.READS), ("v2", self.MORE))
        ]
        assert verdict(declared(self.KIND, about, policy=self.READS), live=tuple(live))[0] is status


def test_what_is_declared_comes_back_from_the_snapshot_for_a_judgement_without_a_state(tmp_path):
    state = declared("aws:ec2/securityGroup:SecurityGroup", SecurityGroup.ask(GROUP), vpcId="vpc-elsewhere")
    path = tmp_path / "snapshot.json"
    path.write_bytes(dump(of_answers(answer("state", state), answer(GROUP, group()[1]))))
    status, told = said_of(drift_live_vs_declared, load(path), "urn")
    assert (status, differences(told)) == (
        Status.FAILED,
        "vpcId: declared vpc-elsewhere, live vpc-0a1b2c3d",
    )


def test_each_type_has_one_table_and_each_row_its_own_property():
    names = [name for table in TABLES for name in table.types]
    assert len(set(names)) == len(names)
    for table in TABLES:
        paths = [field.path for field in table.fields]
        assert len(set(paths)) == len(paths), table.types


def test_the_document_names_each_property_that_is_compared():
    text = (Path(__file__).parents[2] / "docs/drift.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| `aws:")]
    assert rows == [
        f"| `{table.types[0]}` | {', '.join(f'`{field.path}`' for field in table.fields)} |"
        for table in sorted(TABLES, key=lambda table: table.types)
    ]
