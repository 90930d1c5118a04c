"""What stands in the stack's own VPC is asked for without any state, and told."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.ec2.strangers import vpc_no_exposed_strangers, vpc_no_strangers
from stack_verify.core.control import Status
from stack_verify.inquiry import Answer
from stack_verify.resources.ec2 import VPC, NetworkInterface, SecurityGroup, VPCEndpoint
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.elbv2 import BalancersOfVpc
from stack_verify.resources.rds import DatabasesOfVpc
from stack_verify.resources.resource import Question, Resource
from stack_verify.resources.stack import DeclaredResource
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot
from support.hand_made import CALL, answered, arn, denied, judged, observed, own_vpc, snapshot
from support.made_network import group

DATABASE = arn("rds", "db:by-hand")
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/by-hand/1")
NETWORK = own_vpc(Tags={})
TAGGED = TaggedResource(observed_by=CALL, resource_arn=arn("ec2", "vpc/vpc-1"), reference=Question(VPC.kind(), "vpc-1"))
LISTED = (SecurityGroup, VPCEndpoint, NetworkInterface)


def databases(*arns: str, public: bool = False, clear: bool = False) -> DatabasesOfVpc:
    exposed = {"Public": arns if public else (), "Clear": arns if clear else ()}
    return answered(DatabasesOfVpc, VpcId="vpc-1", DBInstanceArns=arns, **exposed)


def balancers(*schemes: str) -> BalancersOfVpc:
    found = [{"LoadBalancerArn": BALANCER, "Scheme": scheme} for scheme in schemes]
    return answered(BalancersOfVpc, VpcId="vpc-1", LoadBalancers=found)


def held(*around: Resource, own: tuple[Resource, ...] = (TAGGED,), vpc: VPC = NETWORK, gaps: tuple = ()) -> Snapshot:
    """A stack that is its VPC and nothing else; what is ``around`` it in there was read as surroundings."""
    lists = [each for each in (databases(), balancers()) if type(each) not in {type(one) for one in around}]
    seen = snapshot(vpc, *own, gaps=gaps)
    every = (*lists, *around)
    kinds = [*LISTED, DatabasesOfVpc, BalancersOfVpc]
    unread = {gap.question.kind for gap in gaps}
    answers = [
        Answer(
            question=kind.ask("vpc-1"),
            call=CALL,
            in_stack=False,
            ids=tuple((each.kind(), each.id) for each in every if isinstance(each, kind)),
        )
        for kind in kinds
        if kind.kind() not in unread
    ]
    return structs.replace(seen, resources=(*seen.resources, *every), answers=(*seen.answers, *answers))


def interface(*, public: bool = False, instance: str | None = "i-1", **more: object) -> NetworkInterface:
    association = {"Association": {"PublicIp": "18.228.0.9"}} if public else {}
    attached = {"Attachment": {"InstanceId": instance}} if instance else {}
    known = {"RequesterManaged": False, "InterfaceType": "interface", "Tags": {}, **attached, **more}
    return answered(
        NetworkInterface,
        NetworkInterfaceId="eni-1",
        VpcId="vpc-1",
        SubnetId="subnet-1",
        Groups=[{"GroupId": "sg-odd"}],
        PrivateIpAddresses=[{"PrivateIpAddress": "10.0.1.77", **association}],
        **known,
    )


def endpoint(**more: object) -> VPCEndpoint:
    return answered(VPCEndpoint, VpcEndpointId="vpce-1", VpcId="vpc-1", ServiceName="guardduty-data", **more)


def odd(*admitted: tuple[str, str], **tags: str) -> SecurityGroup:
    return structs.replace(group("sg-odd", *admitted), tags=tags)


MANAGED = structs.replace(odd(GuardDutyManaged="true"), group_name="GuardDutyManagedSecurityGroup-vpc-1")
FAILED, PASSED = Status.FAILED, Status.PASSED


@pytest.mark.parametrize(
    ("around", "unexplained", "exposed"),
    [
        ([], PASSED, PASSED),
        ([databases(DATABASE)], FAILED, PASSED),
        ([databases(DATABASE, public=True, clear=True)], FAILED, FAILED),
        ([balancers("internal")], FAILED, PASSED),
        ([balancers("internet-facing")], FAILED, FAILED),
        ([odd()], FAILED, PASSED),
        ([MANAGED], PASSED, PASSED),
        ([odd(GuardDutyManaged="true")], FAILED, PASSED),
        ([structs.replace(odd(), group_name="default")], PASSED, PASSED),
        ([endpoint(Tags={})], FAILED, PASSED),
        ([endpoint(Tags={"GuardDutyManaged": "true"})], PASSED, PASSED),
        ([endpoint(Tags={}, RequesterManaged=True)], PASSED, PASSED),
        ([interface(), MANAGED], FAILED, PASSED),
        ([interface(public=True), odd(("tcp", "0.0.0.0/0"))], FAILED, FAILED),
        ([interface(instance=None), MANAGED], FAILED, PASSED),
        ([interface(RequesterManaged=True, instance="amazon-elb"), MANAGED], PASSED, PASSED),
        ([interface(InterfaceType="lambda", instance=None), MANAGED], PASSED, PASSED),
    ],
    ids=[
        "nothing", "a database", "a public clear database", "an internal balancer", "a public balancer", "a group",
        "GuardDuty's group", "a group with GuardDuty's tag only",
        "the default group", "an endpoint", "GuardDuty's endpoint", "a service's endpoint",
        "an instance", "a public instance in an open group", "an interface", "a balancer's interface", "a function's",
    ],
)  # fmt: skip
def test_what_nothing_explains_is_told_without_any_state(around, unexplained, exposed):
    """T23: what stands in the stack's own VPC is asked for; T45: GuardDuty's endpoint and group are explained."""
    assert judged(vpc_no_strangers, held(*around)) == {"vpc-1": unexplained}
    assert judged(vpc_no_exposed_strangers, held(*around)) == {"vpc-1": exposed}


def test_each_is_named_with_what_makes_it_exposed():
    seen = held(databases(DATABASE, public=True, clear=True))
    assert f"{DATABASE} (PubliclyAccessible, not encrypted)" in observed(vpc_no_strangers, seen)


def test_an_interface_in_a_group_of_the_stack_is_the_stacks():
    own = structs.replace(odd(), tags={})
    assert judged(vpc_no_strangers, held(interface(instance=None), own=(TAGGED, own))) == {"vpc-1": PASSED}
    assert judged(vpc_no_strangers, held(interface(), own=(TAGGED, own))) == {"vpc-1": FAILED}


def test_an_instance_of_the_stack_is_no_stranger():
    known = answered(Instance, InstanceId="i-1", Tags={}, NetworkInterfaces=[])
    assert judged(vpc_no_strangers, held(interface(public=True), own=(TAGGED, known))) == {"vpc-1": PASSED}
    seen = held(interface(), gaps=(denied(Instance, "i-1"),))
    assert judged(vpc_no_strangers, seen) == {"vpc-1": Status.ERROR}


def test_a_vpc_that_several_share_is_not_the_stacks_own():
    """T23's twin: others' resources in a shared VPC are told, and are not the stack's failure."""
    seen = held(databases(DATABASE, public=True), own=())
    assert judged(vpc_no_strangers, seen) == {"vpc-1": Status.NOT_APPLICABLE}
    assert DATABASE in observed(vpc_no_exposed_strangers, seen)


def test_a_vpc_that_the_state_declares_or_the_same_cloudformation_stack_made_is_the_stacks_own():
    declared = DeclaredResource(observed_by=CALL, urn="u", type="t", reference=Question(VPC.kind(), "vpc-1"))
    assert judged(vpc_no_strangers, held(databases(DATABASE), own=(declared,))) == {"vpc-1": FAILED}
    made = {"aws:cloudformation:stack-id": "stack/1"}
    named = DeclaredResource(observed_by=CALL, urn="u", type="t", reference=Question(SecurityGroup.kind(), "sg-odd"))
    seen = held(databases(DATABASE), own=(named, odd(**made)), vpc=structs.replace(NETWORK, tags=made))
    assert judged(vpc_no_strangers, seen)["vpc-1"] is FAILED


def test_what_could_not_be_read_is_not_nothing():
    assert judged(vpc_no_strangers, held(gaps=(denied(DatabasesOfVpc, "vpc-1"),))) == {"vpc-1": Status.ERROR}
