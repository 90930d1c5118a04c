"""What of the stack's its state declares, and what stands beside it that nobody declared."""

from __future__ import annotations

import msgspec
import pytest
from msgspec import structs
from stack_verify.controls.ecs.revision import ecs_running_revision_is_declared
from stack_verify.controls.stack.drift import drift_live_vs_declared, inventory_in_account_not_in_state
from stack_verify.core.control import Status
from stack_verify.inquiry import Answer
from stack_verify.resources.ec2 import (
    EIP,
    FlowLog,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VPCEndpoint,
)
from stack_verify.resources.ec2_routing import NetworkAcl, RouteTable
from stack_verify.resources.ec2_storage import EbsSnapshot, Volume
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import Listener, LoadBalancer, TargetGroup
from stack_verify.resources.iam import ManagedPolicy, Role
from stack_verify.resources.kms import Key
from stack_verify.resources.rds import DatabasesOfVpc, DBInstance
from stack_verify.resources.resource import Question, Resource
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.stack import NO_STATE, DeclaredResource
from stack_verify.resources.tagging import Tagged, TaggedResource
from stack_verify.snapshot import Snapshot
from support.hand_made import CALL, answered, arn, judged, observed, own_vpc, snapshot

PASSED, FAILED, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.NOT_APPLICABLE
BALANCER, TARGETS = (arn("elasticloadbalancing", f"{each}/web/1") for each in ("loadbalancer/app", "targetgroup"))
LISTENER = arn("elasticloadbalancing", "listener/app/web/1/2")
CLUSTER, SERVICE = arn("ecs", "cluster/main"), arn("ecs", "service/main/web")
FIRST, SECOND = (arn("ecs", f"task-definition/web:{number}") for number in (1, 2))
DATABASE, KEY = arn("rds", "db:db"), arn("kms", "key/1")
IN_VPC = (SecurityGroup, Subnet, RouteTable, InternetGateway, NatGateway, VPCEndpoint, FlowLog)

NETWORK = own_vpc(Tags={})
SUBNET = answered(Subnet, SubnetId="subnet-1", VpcId="vpc-1", Tags={})
BALANCED = answered(LoadBalancer, LoadBalancerArn=BALANCER, Type="application", VpcId="vpc-1", AvailabilityZones=[])
LISTENING = answered(
    Listener, ListenerArn=LISTENER, LoadBalancerArn=BALANCER, DefaultActions=[{"Type": "fixed-response"}]
)
TARGETED = answered(TargetGroup, TargetGroupArn=TARGETS)
HOME = answered(Cluster, clusterName="main", clusterArn=CLUSTER)
STORED = answered(
    DBInstance,
    DBInstanceIdentifier="db",
    DBInstanceArn=DATABASE,
    Engine="postgres",
    DBSubnetGroup={"DBSubnetGroupName": "g", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
    VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
    DBParameterGroups=[{"DBParameterGroupName": "p"}],
)


def service(running: str = FIRST, *deployments: dict[str, object]) -> Service:
    fields = {"serviceArn": SERVICE, "serviceName": "web", "clusterArn": CLUSTER, "taskDefinition": running}
    return answered(Service, **fields, deployments=deployments)


def revision(named: str = FIRST) -> TaskDefinition:
    containers = [{"name": "web", "image": "web:1"}]
    return answered(TaskDefinition, taskDefinitionArn=named, family="web", containerDefinitions=containers)


def group(name: str, called: str = "web") -> SecurityGroup:
    fields = {"GroupId": name, "GroupName": called, "VpcId": "vpc-1", "Tags": {}}
    return answered(SecurityGroup, **fields, IpPermissions=[], IpPermissionsEgress=[])


def key(manager: str) -> Key:
    return answered(Key, KeyId="1", Arn=KEY, KeyManager=manager, KeySpec="SYMMETRIC_DEFAULT", Origin="AWS_KMS")


def table(name: str, *uses: bool) -> RouteTable:
    """A route table; for each of its uses, whether it is that of the VPC's main one."""
    fields = {"RouteTableId": name, "VpcId": "vpc-1", "Routes": []}
    return answered(RouteTable, **fields, Associations=[{"Main": use} for use in uses])


def state(*declared: Resource) -> list[DeclaredResource]:
    """A state that declares these, and something else of which nobody asks."""
    known = [Question(each.kind(), each.arn or each.id) for each in declared]
    return [
        DeclaredResource(observed_by=CALL, urn=f"urn:{number}", type="t", reference=reference)
        for number, reference in enumerate((*known, None))
    ]


def tagged(resource: Resource) -> TaggedResource:
    """That the resource was found by the stack's tags."""
    reference = Question(resource.kind(), resource.id)
    return TaggedResource(observed_by=CALL, resource_arn=resource.id, reference=reference)


def held(*resources: Resource, around: tuple[Resource, ...] = (), databases: tuple[str, ...] = ()) -> Snapshot:
    """A stack, and in its VPC what is ``around`` it, read and no part of it; with the ``databases`` of the VPC."""
    around = tuple(map(untagged, around))
    resources = tuple(map(untagged, resources))
    own = snapshot(
        *resources, *map(no_tags, resources), answered(DatabasesOfVpc, VpcId="vpc-1", DBInstanceArns=databases)
    )
    lists = [(kind.ask("vpc-1"), kind) for kind in IN_VPC] + [(TargetGroup.ask(BALANCER), TargetGroup)]
    every = (*own.resources, *around)
    known = {answer.question for answer in own.answers}
    answers = [
        Answer(question=each, call=CALL, in_stack=False, ids=tuple((one.kind(), one.id) for one in found))
        for each, found in [
            *((question, [one for one in every if isinstance(one, kind)]) for question, kind in lists),
            *((Question(one.kind(), one.id), [one]) for one in around),
        ]
        if each not in known
    ]
    return structs.replace(own, resources=every, answers=(*own.answers, *answers))


def untagged(resource: Resource) -> Resource:
    """The resource with no tags, where AWS answers them with it and nothing was said of them."""
    plain = isinstance(resource, Tagged) and resource.tags_listed_as is None
    lacking = plain and msgspec.Struct.__getattribute__(resource, "tags") is msgspec.UNSET
    return structs.replace(resource, tags={}) if lacking else resource


def no_tags(resource: Resource) -> Resource:
    """That AWS lists no tags of the resource, where it lists them apart."""
    listed = resource.tags_listed_as if isinstance(resource, Tagged) else None
    return resource if listed is None else answered(listed, Resource=resource.arn, Tags={})


def told(resource: Resource, *others: Resource, **more) -> Status:
    found = judged(inventory_in_account_not_in_state, held(resource, *others, **more))
    return found[resource.id]


def without_who(said: str) -> str:
    """What was observed, without who changed it last."""
    return said.partition("; ")[0]


def test_without_a_state_nothing_is_undeclared():
    assert told(SUBNET) is NOT_APPLICABLE
    assert told(NETWORK, around=(group("sg-9"),)) is NOT_APPLICABLE


@pytest.mark.parametrize("resource", [key("CUSTOMER"), TARGETED, revision()], ids=lambda each: type(each).__name__)
def test_what_the_state_declares_passes_and_what_carries_the_stacks_tags_without_it_fails(resource):
    assert told(resource, *state(resource)) is PASSED
    assert told(resource, *state(resource), tagged(resource)) is PASSED
    assert told(resource, *state()) is NOT_APPLICABLE
    assert told(resource, *state(), tagged(resource)) is FAILED


@pytest.mark.parametrize(
    ("resource", "parent"),
    [
        (LISTENING, BALANCED),
        (service(), HOME),
        (STORED, NETWORK),
        (BALANCED, NETWORK),
        (SUBNET, NETWORK),
        (group("sg-1"), NETWORK),
        (revision(), service()),
        (TARGETED, BALANCED),
    ],
    ids=lambda each: type(each).__name__,
)
def test_what_belongs_to_something_declared_is_the_stacks_own(resource, parent):
    assert told(resource, parent, *state()) is NOT_APPLICABLE
    assert told(resource, parent, *state(parent)) is FAILED


def test_why_something_is_the_stacks_own_is_told():
    reasons = {
        "it carries the stack's tags": (SUBNET, [tagged(SUBNET), *state()]),
        f"it is in {BALANCER}, which it declares": (LISTENING, [BALANCED, *state(BALANCED)]),
        "web runs it": (revision(), [service(), *state(service())]),
        f"{BALANCER} forwards to it": (TARGETED, [BALANCED, *state(BALANCED)]),
    }
    for why, (resource, others) in reasons.items():
        seen = held(resource, *others)
        said = inventory_in_account_not_in_state.check(untagged(resource), seen, None).observed
        assert without_who(said) == f"the state does not declare it, though {why}"


def test_what_a_declared_one_uses_otherwise_may_be_anybodys():
    assert told(revision(SECOND), service(), *state(service())) is NOT_APPLICABLE
    assert told(key("CUSTOMER"), NETWORK, *state(NETWORK)) is NOT_APPLICABLE
    seen = held(TARGETED, BALANCED, *state(BALANCED))
    others = [each for each in seen.answers if each.question != TargetGroup.ask(BALANCER)]
    nothing = Answer(question=TargetGroup.ask(BALANCER), call=CALL, in_stack=False, ids=())
    apart = structs.replace(seen, answers=(*others, nothing))
    assert judged(inventory_in_account_not_in_state, apart)[TARGETS] is NOT_APPLICABLE


def test_nothing_belongs_to_what_is_gone():
    seen = held(LISTENING, *state(NETWORK))
    gone = Answer(question=LoadBalancer.ask(BALANCER), call=CALL, in_stack=False, ids=())
    apart = structs.replace(seen, answers=(*seen.answers, gone))
    assert judged(inventory_in_account_not_in_state, apart)[LISTENING.id] is NOT_APPLICABLE


def role(path: str) -> Role:
    return answered(Role, RoleName="r", Arn=f"arn:aws:iam::123456789012:role{path}r", Path=path)


def secret(**fields: object) -> Secret:
    return answered(Secret, ARN=arn("secretsmanager", "secret:s-123456"), Name="s", **fields)


OF_AWS = answered(ManagedPolicy, Arn="arn:aws:iam::aws:policy/ReadOnlyAccess", DefaultVersionId="v1")
INTERFACE = answered(NetworkInterface, NetworkInterfaceId="eni-1", VpcId="vpc-1", Groups=[])


@pytest.mark.parametrize(
    ("resource", "spoken_of"),
    [
        (secret(), True),
        (secret(OwningService="rds"), False),
        (key("CUSTOMER"), True),
        (key("AWS"), False),
        (role("/"), True),
        (role("/aws-service-role/ecs.amazonaws.com/"), False),
        (group("sg-1"), True),
        (group("sg-1", "default"), False),
        (table("rtb-1"), True),
        (table("rtb-1", False), True),
        (table("rtb-1", False, True), False),
        (answered(EIP, AllocationId="eipalloc-1"), True),
        (answered(NetworkAcl, NetworkAclId="acl-1", VpcId="vpc-1"), False),
        (INTERFACE, False),
        (answered(EbsSnapshot, SnapshotId="snap-1"), False),
        (answered(Volume, VolumeId="vol-1", Attachments=[]), True),
        (answered(Volume, VolumeId="vol-1", Attachments=[{"InstanceId": "i-1", "State": "attached"}]), False),
        (OF_AWS, False),
        (answered(ManagedPolicy, Arn=arn("iam", "policy/own", region=""), DefaultVersionId="v1"), True),
    ],
)
def test_nobody_declares_what_aws_makes(resource, spoken_of):
    found = judged(inventory_in_account_not_in_state, held(resource, *state(resource)))
    assert (found.get(resource.id) is PASSED) is spoken_of


class TestInADeclaredVpc:
    def told(self, *others: Resource, declared: tuple[Resource, ...] = (NETWORK,), **more) -> str:
        seen = held(NETWORK, *others, *state(*declared), **more)
        return without_who(inventory_in_account_not_in_state.check(NETWORK, seen, None).observed)

    @pytest.mark.parametrize(
        "stranger",
        [
            group("sg-9"),
            answered(Subnet, SubnetId="subnet-9", VpcId="vpc-1"),
            table("rtb-9"),
            answered(InternetGateway, InternetGatewayId="igw-9"),
            answered(NatGateway, NatGatewayId="nat-9", VpcId="vpc-1"),
            answered(VPCEndpoint, VpcEndpointId="vpce-9", VpcId="vpc-1", ServiceName="s3", Tags={}),
            answered(FlowLog, FlowLogId="fl-9", ResourceId="vpc-1"),
        ],
        ids=lambda each: type(each).__name__,
    )
    def test_what_nobody_declared_is_told(self, stranger):
        assert self.told(around=(stranger,)) == f"the state does not declare {stranger.kind()} {stranger.id} in it"
        assert told(NETWORK, *state(NETWORK), around=(stranger,)) is FAILED

    def test_a_database_that_nobody_declared_is_told(self):
        assert self.told(databases=(DATABASE,)) == f"the state does not declare AWS::RDS::DBInstance {DATABASE} in it"
        assert self.told(STORED, databases=(DATABASE,)) == "the state declares it"

    def test_what_is_declared_or_judged_itself_or_made_by_aws_is_no_stranger(self):
        declared = group("sg-9")
        assert self.told(around=(declared,), declared=(NETWORK, declared)) == "the state declares it"
        assert self.told(SUBNET) == "the state declares it"
        assert self.told(around=(group("sg-9", "default"), table("rtb-9", True))) == "the state declares it"

    def test_a_vpc_that_is_not_declared_may_hold_what_it_likes(self):
        assert told(NETWORK, *state(), around=(group("sg-9"),)) is NOT_APPLICABLE


def deployment(status: str, runs: str, count: int, state: str = "COMPLETED") -> dict[str, object]:
    return {"status": status, "taskDefinition": runs, "runningCount": count, "rolloutState": state}


class TestTheRevisionThatRuns:
    def told(self, running: Service, *declared: Resource) -> Status:
        seen = snapshot(running, *state(*declared))
        return judged(ecs_running_revision_is_declared, seen)[SERVICE]

    @pytest.mark.parametrize(
        ("running", "status"),
        [
            (service(), PASSED),
            (service(SECOND), FAILED),
            (service(FIRST, deployment("PRIMARY", FIRST, 2)), PASSED),
            (service(FIRST, deployment("PRIMARY", SECOND, 0)), FAILED),
            (service(FIRST, deployment("ACTIVE", SECOND, 1)), FAILED),
            (service(FIRST, deployment("ACTIVE", SECOND, 0)), PASSED),
            (service(FIRST, deployment("PRIMARY", FIRST, 1, "IN_PROGRESS"), deployment("ACTIVE", SECOND, 1)), PASSED),
            (service(FIRST, deployment("PRIMARY", FIRST, 1), deployment("ACTIVE", SECOND, 1)), FAILED),
            (service(SECOND, deployment("PRIMARY", SECOND, 1, "IN_PROGRESS"), deployment("ACTIVE", FIRST, 1)), FAILED),
        ],
        ids=[
            "declared",
            "another",
            "rolled out",
            "rolling another out",
            "another still runs",
            "another is gone",
            "a canary of the declared one",
            "another stays",
            "a canary of another",
        ],
    )
    def test_it_is_one_that_the_state_declares(self, running, status):
        assert self.told(running, service(), revision(FIRST)) is status

    def test_a_state_that_declares_none_declares_not_this_one(self):
        assert self.told(service(), service()) is FAILED
        seen = snapshot(service(), *state(service()))
        assert without_who(observed(ecs_running_revision_is_declared, seen)) == f"it runs {FIRST}"

    def test_it_is_not_judged_of_a_service_that_is_not_declared_or_without_a_state(self):
        assert self.told(service(), revision(FIRST)) is NOT_APPLICABLE
        alone = snapshot(service())
        assert judged(ecs_running_revision_is_declared, alone)[SERVICE] is NOT_APPLICABLE
        assert observed(ecs_running_revision_is_declared, alone) == NO_STATE


class TestWhatIsCompared:
    def told(self, *live: Resource, own: bool = True, gone: bool = False, **more: object) -> tuple[Status, str]:
        about = SecurityGroup.ask("sg-1")
        declared = DeclaredResource(
            observed_by=CALL,
            urn="urn",
            type="aws:ec2/securityGroup:SecurityGroup",
            **{"reference": about if own else None, "about": about, **more},
        )
        seen = snapshot(declared, *live)
        if gone:
            nothing = Answer(question=about, call=CALL, ids=(), in_stack=True)
            seen = structs.replace(seen, answers=(*seen.answers, nothing))
        return judged(drift_live_vs_declared, seen)["urn"], observed(drift_live_vs_declared, seen)

    def test_what_names_nothing_is_not_compared(self):
        assert self.told(own=False, about=None) == (NOT_APPLICABLE, "it names nothing that could be read")

    def test_what_is_gone_is_told_once(self):
        assert self.told(gone=True)[0] is NOT_APPLICABLE
        assert self.told(gone=True, own=False)[0] is FAILED

    def test_where_only_secrets_are_declared_nothing_is_compared(self):
        fields = {"properties": {}, "secret_properties": ("ingress", "egress", "vpcId")}
        assert self.told(group("sg-1"), **fields) == (
            NOT_APPLICABLE,
            "it declares nothing that is compared; secret and not compared: ingress, egress, vpcId",
        )

    def test_secrets_are_told_beside_what_was_compared(self):
        fields = {"properties": {"vpcId": "vpc-1"}, "secret_properties": ("ingress", "egress")}
        assert self.told(group("sg-1"), **fields) == (
            PASSED,
            "AWS::EC2::SecurityGroup sg-1: 1 properties are as declared; secret and not compared: ingress, egress",
        )

    def test_a_difference_counts_also_beside_what_could_not_be_read(self):
        fields = {"properties": {"vpcId": "vpc-2"}, "unread_properties": ("ingress",)}
        assert self.told(group("sg-1"), **fields)[0] is FAILED
        fields["properties"] = {"vpcId": "vpc-1"}
        assert self.told(group("sg-1"), **fields)[0] is Status.ERROR

    def test_a_type_without_a_table_is_not_spoken_of(self):
        declared = DeclaredResource(observed_by=CALL, urn="urn", type="aws:glue/job:Job")
        assert "urn" not in judged(drift_live_vs_declared, snapshot(declared))
