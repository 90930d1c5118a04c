"""A VPC that another account shares: what only its owner sees is verified there, what is seen from here is judged."""

from __future__ import annotations

import pytest
from stack_verify.controls.ec2.edges import sg_unused
from stack_verify.controls.ec2.flow_logs import vpc_flow_logs
from stack_verify.controls.ec2.strangers import vpc_no_exposed_strangers, vpc_no_strangers
from stack_verify.controls.ec2.vpcs import vpc_default_sg_closed, vpc_endpoints_present
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.ec2 import FlowLog, NetworkInterface, SecurityGroup, VPCEndpoint
from stack_verify.resources.ec2_routing import RouteTable
from support.hand_made import ACCOUNT, FOREIGN, POLICY, answered, judged, own_vpc, snapshot

OF_VPC = (FlowLog, NetworkInterface, RouteTable, SecurityGroup, VPCEndpoint)
LISTS = [(kind, "vpc-1") for kind in OF_VPC]
JUDGED_BY_OWNER = [vpc_flow_logs, vpc_default_sg_closed, vpc_endpoints_present]
STRANGERS = [vpc_no_strangers, vpc_no_exposed_strangers]


def held(owner: str, *resources):
    return snapshot(own_vpc(OwnerId=owner, Tags={}), *resources, lists=LISTS)


@pytest.mark.parametrize("control", [*JUDGED_BY_OWNER, *STRANGERS], ids=lambda each: each.id)
def test_what_only_the_owner_sees_is_verified_elsewhere(control):
    (found,) = evaluate(held(FOREIGN), [control], POLICY)
    assert found.status is Status.NOT_APPLICABLE
    assert f"account {FOREIGN} shares vpc-1 with this one" in found.observed
    assert found.elsewhere is not None
    assert FOREIGN in found.elsewhere


@pytest.mark.parametrize("control", JUDGED_BY_OWNER, ids=lambda each: each.id)
def test_in_a_vpc_of_its_own_the_same_is_a_failure(control):
    assert judged(control, held(ACCOUNT)) == {"vpc-1": Status.FAILED}


def test_whose_a_vpc_is_that_aws_does_not_say_is_no_evidence():
    unsaid = snapshot(answered(type(own_vpc()), VpcId="vpc-1", Tags={}), lists=LISTS)
    assert judged(vpc_flow_logs, unsaid) == {"vpc-1": Status.ERROR}


def test_a_group_of_the_stack_in_it_is_judged_by_what_is_seen_from_here():
    unused = answered(
        SecurityGroup, GroupId="sg-1", GroupName="web", VpcId="vpc-1", IpPermissions=[], IpPermissionsEgress=[], Tags={}
    )
    assert judged(sg_unused, held(FOREIGN, unused)) == {"sg-1": Status.FAILED}
