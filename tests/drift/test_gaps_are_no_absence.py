"""A question that was not answered can't be evidence of absence."""

from __future__ import annotations

from stack_verify.controls.stack.drift import inventory_in_account_not_in_state
from stack_verify.resources.ec2 import VPC, SecurityGroup
from stack_verify.resources.stack import DeclaredResource
from stack_verify.vocabulary import Status
from support.hand_made import CALL, answer, answered, denied, judged, of_answers, own_vpc


def test_a_throttled_question_for_a_declared_group_is_an_error_of_the_inventory():
    """T31"""
    assert _inventory(denied(SecurityGroup, "sg-0123456789abcdef0")) is Status.ERROR


def test_a_group_that_the_state_does_not_declare_fails_where_all_was_answered():
    """T31, its opposite."""
    assert _inventory() is Status.FAILED


def _inventory(*gaps):
    vpc = own_vpc(CidrBlock="10.0.0.0/16", CidrBlockAssociationSet=[], Tags={})
    group = answered(
        SecurityGroup, GroupId="sg-1", GroupName="web", VpcId="vpc-1", IpPermissions=[], IpPermissionsEgress=[],
        Tags={}, OwnerId="1", Description="",
    )  # fmt: skip
    network = DeclaredResource(observed_by=CALL, urn="vpc", type="aws:ec2/vpc:Vpc", reference=VPC.ask("vpc-1"))
    wall = DeclaredResource(
        observed_by=CALL, urn="sg", type="aws:ec2/securityGroup:SecurityGroup",
        reference=SecurityGroup.ask("sg-0123456789abcdef0"),
    )  # fmt: skip
    held = of_answers(
        answer("state", network, wall), answer("vpc-1", vpc), answer("sg-1", group),
        *(() if gaps else ((answer("sg-0123456789abcdef0", kind=SecurityGroup)),)), gaps=gaps,
    )  # fmt: skip
    return judged(inventory_in_account_not_in_state, held)["sg-1"]
