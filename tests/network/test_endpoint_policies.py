"""When the policy of a VPC endpoint is a way for everybody to everything."""

from __future__ import annotations

import pytest
from stack_verify.controls.ec2.edges import vpc_endpoint_policy_restricted
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import VPCEndpoint
from support.hand_made import ACCOUNT, answered, document, judged, snapshot

EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def told(*statements: dict[str, object]) -> Status:
    policy = {"PolicyDocument": document(*statements)} if statements else {}
    endpoint = answered(
        VPCEndpoint, VpcEndpointId="vpce-1", VpcId="vpc-1", ServiceName="s3", VpcEndpointType="Gateway", **policy
    )
    return judged(vpc_endpoint_policy_restricted, snapshot(endpoint))["vpce-1"]


def test_an_endpoint_without_a_policy_is_of_a_kind_that_has_none():
    assert told() is Status.NOT_APPLICABLE


def test_the_policy_that_an_endpoint_has_at_first_lets_everybody_to_everything():
    assert told(EVERYTHING) is Status.FAILED


@pytest.mark.parametrize(
    ("resource", "status"),
    [
        ("*", Status.FAILED),
        ("**", Status.FAILED),
        ("arn:aws:s3:::*", Status.FAILED),
        ("arn:aws:s3:::*/*", Status.FAILED),
        ("arn:aws:sqs:*:*:*", Status.FAILED),
        (["arn:aws:s3:::records", "*"], Status.FAILED),
        ("arn:aws:s3:::records", Status.PASSED),
        (["arn:aws:s3:::records", "arn:aws:s3:::records/*"], Status.PASSED),
        (f"arn:aws:sqs:*:{ACCOUNT}:*", Status.PASSED),
        ("records", Status.PASSED),
    ],
)
def test_what_is_not_somebodys_own_is_everything(resource, status):
    assert told({**EVERYTHING, "Resource": resource}) is status


def test_all_but_some_is_everything():
    line = {name: value for name, value in EVERYTHING.items() if name != "Resource"}
    assert told({**line, "NotResource": "arn:aws:s3:::records"}) is Status.FAILED


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        ({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}, Status.PASSED),
        ({"StringEquals": {"aws:ResourceAccount": ACCOUNT}}, Status.PASSED),
        ({"StringEquals": {"aws:ResourceOrgID": "o-a1b2c3d4e5"}}, Status.PASSED),
        ({"StringNotEquals": {"aws:ResourceAccount": ACCOUNT}}, Status.FAILED),
        ({"StringEqualsIfExists": {"aws:ResourceAccount": ACCOUNT}}, Status.FAILED),
        ({"StringEquals": {"aws:RequestedRegion": "sa-east-1"}}, Status.FAILED),
    ],
)
def test_a_condition_may_tell_whose_request_or_whose_resource_it_is(condition, status):
    assert told({**EVERYTHING, "Condition": condition}) is status
