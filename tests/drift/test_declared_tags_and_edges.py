"""What is declared of tags, gateways, listeners' rules, rollouts, roles and rotation is compared with what is live."""

from __future__ import annotations

import json

import pytest
from stack_verify.controls.stack.drift import drift_live_vs_declared
from stack_verify.core.control import Status
from stack_verify.detect.references import kind_of_type
from stack_verify.drift import TABLES
from stack_verify.drift.tags import TAGS
from stack_verify.inquiry import Answer
from stack_verify.resources import kinds_of
from stack_verify.resources.ec2 import VPC, InternetGateway, NatGateway
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import Listener, ListenerRule
from stack_verify.resources.iam import AttachedPolicies, Role, RolePolicy
from stack_verify.resources.logs import LogGroup, LogGroupTags
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.stack import DeclaredResource
from stack_verify.resources.tagging import Tagged
from support.hand_made import ACCOUNT, REGION, answer, answered, document, of_answers, own_vpc, said_of
from support.made_declarations import BALANCER, MARK, declared, differences

PASSED = (Status.PASSED, "")


def compared(*state: DeclaredResource, live: tuple[tuple[Answer, tuple[Resource, ...]], ...]) -> tuple[Status, str]:
    """What is said of the first that is declared: which properties differ, if any, or why that is not known."""
    status, told = said_of(drift_live_vs_declared, of_answers(answer("state", *state), *live), state[0].urn)
    return status, {Status.PASSED: "", Status.FAILED: differences(told)}.get(status, told)


class TestTags:
    KIND = "aws:ec2/vpc:Vpc"
    NAME = "vpc-0a1b2c3d"

    def vpc(self, **tags: str):
        return (answer(self.NAME, answered(VPC, VpcId=self.NAME, CidrBlock="10.0.0.0/16", Tags=tags)),)

    def state(self, **inputs: object):
        return declared(self.KIND, VPC.ask(self.NAME), cidrBlock="10.0.0.0/16", **inputs)

    def test_each_declared_tag_must_be_live_with_its_value_and_others_may_be(self):
        state = self.state(tags={"Name": "web-prod", "Empty": ""})
        tags = {"Name": "web-prod", "Empty": "", "Owner": "somebody", "aws:cloudformation:stack-id": "1"}
        assert compared(state, live=self.vpc(**tags)) == PASSED
        assert compared(state, live=self.vpc(Name="web")) == (
            Status.FAILED,
            "tags: declared Empty: , Name: web-prod, live none",
        )

    def test_tags_that_aws_reserves_are_never_set_and_not_compared(self):
        assert compared(self.state(tags={"aws:x": "1"}), live=self.vpc()) == PASSED

    def test_none_declared_takes_no_answer_on_the_live_ones(self):
        untold = (answer(self.NAME, answered(VPC, VpcId=self.NAME, CidrBlock="10.0.0.0/16")),)
        assert compared(self.state(tags={}), live=untold) == PASSED
        assert compared(self.state(), live=untold) == PASSED
        assert compared(self.state(tags={"Name": "web"}), live=untold) == (
            Status.ERROR,
            "AWS's answer holds no Tags for this VPC",
        )

    def test_the_value_of_a_tag_that_is_a_secret_is_withheld_on_both_sides(self):
        state = self.state(tags={"ApiToken": "canary", "Url": "https://u:canary@host/", "Name": "web"})
        assert "canary" not in repr(state)
        held = {"ApiToken": "[withheld: a secret]", "Url": "[withheld: a secret]"}
        assert compared(state, live=self.vpc(**held, Name="web")) == PASSED
        assert compared(state, live=self.vpc(**held)) == (Status.FAILED, "tags: declared Name: web, live none")

    def test_tags_that_are_marked_as_a_secret_are_not_kept(self):
        state = self.state(tags={"Name": MARK})
        assert (state.properties, state.secret_properties) == ({"cidrBlock": "10.0.0.0/16"}, ("tags",))

    def test_tags_that_are_listed_apart_are_compared_too(self):
        arn = f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:/web"
        group = answer("/web", answered(LogGroup, logGroupName="/web", logGroupArn=arn))
        state = declared("aws:cloudwatch/logGroup:LogGroup", LogGroup.ask("/web"), tags={"Data": "PHI"})
        tagged, bare = (answer(arn, answered(LogGroupTags, Resource=arn, Tags=tags)) for tags in ({"Data": "PHI"}, {}))
        assert compared(state, live=(group, tagged)) == PASSED
        assert compared(state, live=(group, bare)) == (Status.FAILED, "tags: declared Data: PHI, live none")


def test_the_addresses_of_a_vpc_and_on_whose_machines_it_runs_are_compared():
    def live(block: str, tenancy: str):
        return (answer("vpc-1", own_vpc(CidrBlock=block, InstanceTenancy=tenancy)),)

    state = declared("aws:ec2/vpc:Vpc", VPC.ask("vpc-1"), cidrBlock="10.0.0.0/16", instanceTenancy="dedicated")
    assert compared(state, live=live("10.0.0.0/16", "dedicated")) == PASSED
    assert compared(state, live=live("10.1.0.0/16", "default")) == (
        Status.FAILED,
        "cidrBlock: declared 10.0.0.0/16, live 10.1.0.0/16; instanceTenancy: declared dedicated, live default",
    )


class TestInternetGateways:
    ABOUT = InternetGateway.ask("igw-1")
    OWN, APART = (
        "aws:ec2/internetGateway:InternetGateway",
        "aws:ec2/internetGatewayAttachment:InternetGatewayAttachment",
    )

    def live(self, *vpcs: str):
        attachments = [{"VpcId": vpc} for vpc in vpcs]
        return (answer("igw-1", answered(InternetGateway, InternetGatewayId="igw-1", Attachments=attachments)),)

    def test_it_stands_before_the_vpc_that_it_names(self):
        state = declared(self.OWN, self.ABOUT, vpcId="vpc-1")
        assert compared(state, live=self.live("vpc-1")) == PASSED
        assert compared(state, live=self.live("vpc-2")) == (Status.FAILED, "vpcId: declared vpc-1, live vpc-2")
        assert compared(state, live=self.live()) == (Status.FAILED, "vpcId: declared vpc-1, live none")

    def test_an_attachment_of_its_own_is_judged_by_itself(self):
        gateway = declared(self.OWN, self.ABOUT, "gateway")
        apart = declared(self.APART, self.ABOUT, own=False, internetGatewayId="igw-1", vpcId="vpc-1")
        assert compared(apart, gateway, live=self.live("vpc-1")) == PASSED
        assert compared(apart, gateway, live=self.live("vpc-2")) == (Status.FAILED, "vpcId: declared vpc-1, live none")
        assert compared(gateway, live=self.live("vpc-1")) == (
            Status.NOT_APPLICABLE,
            "it declares nothing that is compared",
        )


@pytest.mark.parametrize(
    ("inputs", "addresses", "told"),
    [
        ({}, [{"PublicIp": "203.0.113.1", "AllocationId": "eipalloc-1"}], None),
        ({"connectivityType": "private"}, [{"PrivateIp": "10.0.0.1"}], None),
        ({"allocationId": "eipalloc-1"}, [{"PublicIp": "203.0.113.1", "AllocationId": "eipalloc-1"}], None),
        (
            {"allocationId": "eipalloc-1"},
            [
                {"PublicIp": "203.0.113.1", "AllocationId": "eipalloc-1"},
                {"PublicIp": "203.0.113.2", "AllocationId": "eipalloc-2"},
            ],
            None,
        ),
        ({}, [{"PrivateIp": "10.0.0.1"}], "connectivityType: declared public, live private"),
        (
            {"allocationId": "eipalloc-1"},
            [{"PublicIp": "203.0.113.2", "AllocationId": "eipalloc-2"}],
            "allocationId: declared eipalloc-1, live none",
        ),
        (
            {"subnetId": "subnet-2"},
            [{"PublicIp": "203.0.113.1", "AllocationId": "eipalloc-1"}],
            "subnetId: declared subnet-2, live subnet-1",
        ),
    ],
)
def test_where_a_nat_gateway_stands_and_leads_is_compared(inputs, addresses, told):
    live = answered(NatGateway, NatGatewayId="nat-1", VpcId="vpc-1", SubnetId="subnet-1", NatGatewayAddresses=addresses)
    state = declared("aws:ec2/natGateway:NatGateway", NatGateway.ask("nat-1"), **inputs)
    assert compared(state, live=(answer("nat-1", live),)) == (PASSED if told is None else (Status.FAILED, told))


LISTENER = BALANCER.replace(":loadbalancer/", ":listener/") + "/fedcba9876543210"
GROUP_OF_TASKS = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}:targetgroup/web/0123456789abcdef"
REDIRECT = {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
LIVE_REDIRECT = {
    "Type": "redirect",
    "RedirectConfig": {"Protocol": "HTTPS", "Port": "443", "StatusCode": "HTTP_301"},
}
FORWARD = {"Type": "forward", "TargetGroupArn": GROUP_OF_TASKS}


class TestRulesOfAListener:
    OWN, APART = "aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule"
    ABOUT = Listener.ask(LISTENER)

    def listener(self):
        return declared(self.OWN, self.ABOUT, port=80, protocol="HTTP", defaultActions=[REDIRECT])

    def rule(self, urn: str, *actions: dict[str, object]):
        return declared(self.APART, self.ABOUT, urn, own=False, listenerArn=LISTENER, actions=list(actions))

    def live(self, *rules: list[dict[str, object]]):
        listener = answered(
            Listener,
            ListenerArn=LISTENER,
            LoadBalancerArn=BALANCER,
            Port=80,
            Protocol="HTTP",
            DefaultActions=[LIVE_REDIRECT],
        )
        default = answered(ListenerRule, RuleArn="default", IsDefault=True, Actions=[LIVE_REDIRECT])
        others = [
            answered(ListenerRule, RuleArn=str(number), IsDefault=False, Actions=actions)
            for number, actions in enumerate(rules)
        ]
        return answer(LISTENER, listener), answer(LISTENER, default, *others)

    def test_the_rule_that_repeats_the_listeners_own_actions_is_none(self):
        assert compared(self.listener(), live=self.live()) == PASSED

    def test_a_rule_that_nobody_declared_is_drift_of_its_listener(self):
        assert compared(self.listener(), live=self.live([FORWARD])) == (
            Status.FAILED,
            f"rules: declared none, live forward {GROUP_OF_TASKS}",
        )

    @pytest.mark.parametrize(
        "action",
        [
            {"type": "forward", "targetGroupArn": GROUP_OF_TASKS},
            {"type": "forward", "forward": {"targetGroups": [{"arn": GROUP_OF_TASKS, "weight": 1}]}},
            {"type": "forward", "order": 1, "forward": [{"targetGroups": [{"arn": GROUP_OF_TASKS}]}]},
        ],
    )
    def test_a_declared_rule_does_what_it_declares(self, action):
        rule = self.rule("rule", action)
        assert compared(self.listener(), rule, live=self.live([FORWARD])) == PASSED
        assert compared(rule, self.listener(), live=self.live([FORWARD])) == PASSED

    def test_a_declared_rule_that_does_another_thing_is_named(self):
        rule = self.rule("rule", {"type": "authenticate-oidc"}, {"type": "forward", "targetGroupArn": GROUP_OF_TASKS})
        both = [{"Type": "authenticate-oidc"}, FORWARD]
        assert compared(rule, live=self.live(both)) == PASSED
        assert compared(rule, live=self.live([FORWARD])) == (
            Status.FAILED,
            f"rules: declared authenticate-oidc and forward {GROUP_OF_TASKS}, live none",
        )

    def test_rules_of_which_one_holds_a_secret_are_not_compared_as_a_whole(self):
        hidden = {"type": "authenticate-oidc", "authenticateOidc": {"clientSecret": MARK}}
        rule = self.rule("rule", hidden, {"type": "forward", "targetGroupArn": GROUP_OF_TASKS})
        assert "canary" not in repr(rule)
        assert rule.secret_properties == ("rules",)
        assert compared(self.listener(), rule, live=self.live([FORWARD])) == PASSED


ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}"


@pytest.mark.parametrize(
    ("breaker", "live", "told"),
    [
        ({"enable": True, "rollback": True}, {"enable": True, "rollback": True}, None),
        ([{"enable": True, "rollback": True}], {"enable": True, "rollback": True}, None),
        ({"enable": False, "rollback": False}, None, None),
        (None, {"enable": True, "rollback": True}, None),
        (
            {"enable": True, "rollback": True},
            {"enable": True, "rollback": False},
            "deploymentCircuitBreaker.rollback: declared true, live false",
        ),
        (
            {"enable": True, "rollback": False},
            None,
            "deploymentCircuitBreaker.enable: declared true, live false",
        ),
    ],
)
def test_whether_a_rollout_that_fails_is_stopped_and_undone_is_compared(breaker, live, told):
    name = f"{ECS}:service/web/web"
    found = answered(
        Service,
        serviceArn=name,
        serviceName="web",
        clusterArn=f"{ECS}:cluster/web",
        enableExecuteCommand=False,
        deploymentConfiguration={} if live is None else {"deploymentCircuitBreaker": live},
    )
    # However many tasks there are: scaling changes it.
    state = declared("aws:ecs/service:Service", Service.ask(name), desiredCount=2, deploymentCircuitBreaker=breaker)
    assert compared(state, live=(answer(name, found),)) == (PASSED if told is None else (Status.FAILED, told))


@pytest.mark.parametrize(
    ("inputs", "live", "told"),
    [
        ({"memory": 512}, {"memory": 512}, None),
        ({"memory": None, "linuxParameters": None}, {}, None),
        ({"linuxParameters": {"capabilities": {"drop": ["ALL"]}}}, {}, None),
        (
            {"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"]}}},
            {"linuxParameters": {"capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]}}},
            None,
        ),
        ({"memory": 512}, {}, "declared app memory 512, live app memory None"),
        ({}, {"memoryReservation": 256}, "declared app memoryReservation None, live app memoryReservation 256"),
        (
            {},
            {"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}},
            "declared none, live app adds NET_ADMIN",
        ),
    ],
)
def test_the_memory_and_the_capabilities_of_a_container_are_compared(inputs, live, told):
    name = f"{ECS}:task-definition/web:1"
    container = {"name": "app", "image": "i"}
    found = answered(TaskDefinition, taskDefinitionArn=name, family="web", containerDefinitions=[{**container, **live}])
    text = json.dumps([{**container, **inputs}])
    state = declared("aws:ecs/taskDefinition:TaskDefinition", TaskDefinition.ask(name), containerDefinitions=text)
    wanted = PASSED if told is None else (Status.FAILED, f"containerDefinitions: {told}")
    assert compared(state, live=(answer(name, found),)) == wanted


@pytest.mark.parametrize(
    ("inputs", "live", "told"),
    [
        ({}, {"MaxSessionDuration": 3600}, None),
        ({"maxSessionDuration": 7200}, {"MaxSessionDuration": 7200}, None),
        ({}, {"MaxSessionDuration": 43200}, "maxSessionDuration: declared 3600, live 43200"),
        ({"permissionsBoundary": "arn:b"}, {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}}, None),
        ({}, {"PermissionsBoundary": {"PermissionsBoundaryArn": "arn:b"}}, None),
        ({"permissionsBoundary": "arn:b"}, {}, "permissionsBoundary: declared arn:b, live none"),
    ],
)
def test_the_boundary_of_a_role_and_the_length_of_its_sessions_are_compared(inputs, live, told):
    facts = {"MaxSessionDuration": 3600, **live}
    role = answered(Role, RoleName="r", Arn="arn", Path="/", AssumeRolePolicyDocument=document(), **facts)
    attached = answered(AttachedPolicies, Role="r", AttachedPolicies=[])
    state = declared("aws:iam/role:Role", Role.ask("r"), **inputs)
    live_role = (answer("r", role), answer("r", attached), answer("r", kind=RolePolicy))
    assert compared(state, live=live_role) == (PASSED if told is None else (Status.FAILED, told))


OFF = {
    "StorageEncrypted": False,
    "BackupRetentionPeriod": 0,
    "MultiAZ": False,
    "PubliclyAccessible": False,
    "DeletionProtection": False,
    "CopyTagsToSnapshot": False,
    "AutoMinorVersionUpgrade": True,
    "IAMDatabaseAuthenticationEnabled": False,
    "MonitoringInterval": 0,
}


@pytest.mark.parametrize(
    ("inputs", "live", "told"),
    [
        ({"caCertIdentifier": "ca-g1"}, {"CertificateDetails": {"CAIdentifier": "ca-g1"}}, None),
        (
            {"caCertIdentifier": "ca-g1"},
            {"CertificateDetails": {"CAIdentifier": "ca-2019"}},
            "caCertIdentifier: declared ca-g1, live ca-2019",
        ),
        ({}, {}, None),
    ],
)
def test_the_authority_of_a_database_is_compared(inputs, live, told):
    database = answered(
        DBInstance,
        DBInstanceIdentifier="db",
        DBInstanceArn="arn",
        Engine="postgres",
        DBSubnetGroup={"DBSubnetGroupName": "g", "VpcId": "v", "Subnets": [{"SubnetIdentifier": "s"}]},
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
        DBParameterGroups=[{"DBParameterGroupName": "p"}],
        **OFF,
        **live,
    )
    state = declared("aws:rds/instance:Instance", DBInstance.ask("db"), **inputs)
    assert compared(state, live=(answer("db", database),)) == (PASSED if told is None else (Status.FAILED, told))


@pytest.mark.parametrize(
    ("inputs", "live", "told"),
    [
        ({}, {"RotationEnabled": True}, None),
        ({"rotationLambdaArn": "arn:f"}, {"RotationEnabled": True, "RotationLambdaARN": "arn:f"}, None),
        (
            {"rotationRules": {"automaticallyAfterDays": 30}},
            {"RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 30}},
            None,
        ),
        (
            {"rotationRules": [{"scheduleExpression": "rate(30 days)"}]},
            {"RotationEnabled": True, "RotationRules": {"ScheduleExpression": "rate(30 days)"}},
            None,
        ),
        ({}, {}, "rotationEnabled: declared true, live false"),
        ({}, {"RotationEnabled": False}, "rotationEnabled: declared true, live false"),
        (
            {"rotationLambdaArn": "arn:f"},
            {"RotationEnabled": True, "RotationLambdaARN": "arn:g"},
            "rotationLambdaArn: declared arn:f, live arn:g",
        ),
        (
            {"rotationRules": {"automaticallyAfterDays": 30}},
            {"RotationEnabled": True, "RotationRules": {"AutomaticallyAfterDays": 365}},
            "rotationRules.automaticallyAfterDays: declared 30, live 365",
        ),
    ],
)
def test_the_rotation_of_a_secret_is_compared(inputs, live, told):
    arn = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:web-a1b2c3"
    state = declared(
        "aws:secretsmanager/secretRotation:SecretRotation", Secret.ask(arn), own=False, secretId=arn, **inputs
    )
    found = answered(Secret, ARN=arn, Name="web", **live)
    assert compared(state, live=(answer(arn, found),)) == (PASSED if told is None else (Status.FAILED, told))


def test_whatever_carries_tags_can_be_declared_and_is_compared():
    with_tags = {kind_of_type(name) for table in TABLES if TAGS in table.fields for name in table.types}
    assert kinds_of(Tagged) <= with_tags
