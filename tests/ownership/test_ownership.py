"""Whose a resource is, by its tags, its form and its ARN, and what is no drift for that reason."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.stack.drift import inventory_in_account_not_in_state
from stack_verify.core.control import Status
from stack_verify.ownership.keepers import is_named, keeper
from stack_verify.ownership.owners import Owner, of_arn, of_tags
from stack_verify.resources.ec2 import VPC, VPCEndpoint
from stack_verify.resources.stack import DeclaredResource
from support.hand_made import ACCOUNT, FOREIGN, POLICY, answer, answered, judged, of_answers, own_vpc

GUARDDUTY = {"GuardDutyManaged": "true"}
ENDPOINT = "com.amazonaws.sa-east-1.guardduty-data"
GROUP = "GuardDutyManagedSecurityGroup-vpc-1"


@pytest.mark.parametrize(
    ("tags", "forms", "owner"),
    [
        ({}, (), None),
        ({"Name": "web", "ManagedBy": "pulumi"}, (), None),
        (GUARDDUTY, (ENDPOINT,), Owner.AWS),
        (GUARDDUTY, (GROUP,), Owner.AWS),
        # Anybody can set that tag.
        (GUARDDUTY, ("web",), None),
        (GUARDDUTY, ("com.amazonaws.sa-east-1.s3",), None),
        ({"GuardDutyManaged": "false"}, (ENDPOINT,), None),
        ({}, (ENDPOINT,), None),
        ({"aws:autoscaling:groupName": "web"}, (), Owner.AWS),
        ({"aws:secretsmanager:owningService": "rds"}, (), Owner.AWS),
        ({"aws:cloudformation:stack-name": "StackSet-AWSControlTowerBP-x"}, (), Owner.AWS),
        ({"aws:cloudformation:stack-name": "billing"}, (), Owner.TEAM),
        ({"aws:cloudformation:stack-name": "app"}, (), Owner.STACK),
    ],
)
def test_tags_and_forms_tell_whose_a_resource_is(tags, forms, owner):
    found = of_tags(tags, *forms, stack="app")
    assert (found.owner if found else None) is owner


@pytest.mark.parametrize(
    ("arn", "owner"),
    [
        (f"arn:aws:kms:sa-east-1:{ACCOUNT}:key/x", None),
        ("arn:aws:s3:::records", None),
        (f"arn:aws:kms:sa-east-1:{FOREIGN}:key/x", Owner.ACCOUNT),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", Owner.AWS),
        ("records", None),
        (None, None),
    ],
)
def test_an_arn_tells_of_another_account_and_of_aws(arn, owner):
    found = of_arn(arn, ACCOUNT)
    assert (found.owner if found else None) is owner


def test_a_keeper_is_named_with_its_role_or_as_one_that_the_policy_does_not_name():
    named = structs.replace(POLICY, accounts={"log_archive": (FOREIGN,)})
    assert keeper(FOREIGN, named) == f"account {FOREIGN} (log_archive); verify it there"
    assert "does not name" in keeper(FOREIGN, POLICY)
    assert FOREIGN in keeper(None, named)
    assert "names none" in keeper(None, POLICY)
    assert (is_named(FOREIGN, named), is_named(None, named)) == (True, True)
    assert (is_named(FOREIGN, POLICY), is_named(None, POLICY)) == (False, False)


def endpoint(service: str, tags: dict[str, str]) -> VPCEndpoint:
    fields = {"VpcEndpointType": "Interface", "State": "available", "PrivateDnsEnabled": True}
    return answered(VPCEndpoint, VpcEndpointId="vpce-1", VpcId="vpc-1", ServiceName=service, Tags=tags, **fields)


@pytest.mark.parametrize(
    ("service", "tags", "status"),
    [
        (ENDPOINT, GUARDDUTY, Status.NOT_APPLICABLE),
        ("com.amazonaws.sa-east-1.s3", GUARDDUTY, Status.FAILED),
        (ENDPOINT, {}, Status.FAILED),
    ],
)
def test_what_guardduty_makes_in_the_vpc_is_not_undeclared(service, tags, status):
    """T45: no drift, and no "import it or delete it". Anything else goes on to be judged by whose VPC it is in."""
    vpc = own_vpc(Tags={})
    declared = answered(DeclaredResource, Urn="urn:x", Type="aws:ec2/vpc:Vpc", Reference=VPC.ask("vpc-1"))
    held = of_answers(answer("urn:x", declared), answer("vpc-1", vpc), answer("vpce-1", endpoint(service, tags)))
    assert judged(inventory_in_account_not_in_state, held)["vpce-1"] is status
