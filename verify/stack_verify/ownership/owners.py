"""Whose a resource is, found out from its ARN, its tags and its form.

Tags whose keys begin with ``aws:`` are AWS's alone to set. Others anybody can set, so such a tag counts only together
with the name, the service or the creator that AWS gives what it makes.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple

from stack_verify.resources.arn import parse_arn


class Owner(StrEnum):
    """Whose a resource is, as far as this account's answers tell."""

    STACK = "the stack"
    AWS = "AWS, for one of its services"
    TEAM = "another stack or team of this account"
    ACCOUNT = "another account"


class Ownership(NamedTuple):
    """Whose a resource is, and what tells so."""

    owner: Owner
    why: str


GUARDDUTY = "GuardDutyManaged"
# Made by GuardDuty's automated agent management (GuardDuty user guide, "Runtime Monitoring", shared VPC endpoints).
_GUARDDUTY_FORMS = ("guardduty-data", "GuardDutyManagedSecurityGroup-")
# Set by AWS's services on what they make: the key, and whose it then is.
_OF_SERVICES = {
    "aws:autoscaling:groupName": "EC2 Auto Scaling",
    "aws:backup:source-resource": "AWS Backup",
    "aws:ec2launchtemplate:id": "EC2",
    "aws:eks:cluster-name": "Amazon EKS",
    "aws:elasticmapreduce:job-flow-id": "Amazon EMR",
    "aws:rds:primaryDBInstanceArn": "Amazon RDS",
    "aws:secretsmanager:owningService": "AWS Secrets Manager",
    "aws:servicecatalog:provisionedProductArn": "AWS Service Catalog",
}
STACK_NAME, STACK_ID = "aws:cloudformation:stack-name", "aws:cloudformation:stack-id"
# Stacks of CloudFormation that AWS itself puts into accounts, by the beginning of their names.
_STACKS_OF_AWS = ("StackSet-AWSControlTower", "AWSControlTower", "awseb-")


def of_tags(tags: Mapping[str, str], *forms: str, stack: str | None = None) -> Ownership | None:
    """Whose a resource with these tags is; None where they do not tell.

    ``forms`` are its name and what else AWS gives it a form by, such as the service of an endpoint. ``stack`` is the
    name of the verified stack, where CloudFormation made it.
    """
    if tags.get(GUARDDUTY) == "true" and any(known in form for known in _GUARDDUTY_FORMS for form in forms):
        return Ownership(Owner.AWS, f"GuardDuty made it for its agents and manages it (tag {GUARDDUTY})")
    for key, service in _OF_SERVICES.items():
        if key in tags:
            return Ownership(Owner.AWS, f"{service} made it and manages it (tag {key})")
    made_by = tags.get(STACK_NAME)
    if made_by is None:
        return None
    if made_by.startswith(_STACKS_OF_AWS):
        return Ownership(Owner.AWS, f"AWS's own stack {made_by} made it (tag {STACK_NAME})")
    if stack is not None and made_by == stack:
        return Ownership(Owner.STACK, f"CloudFormation made it for the stack {made_by}")
    return Ownership(Owner.TEAM, f"CloudFormation made it for another stack, {made_by} (tag {STACK_NAME})")


def of_arn(arn: str | None, account: str) -> Ownership | None:
    """Whose a resource with this ARN is, where the ARN tells: ``account`` is the one that the stack is in."""
    parsed = parse_arn(arn)
    if parsed is None or parsed.account in ("", account):
        return None
    if parsed.account == "aws":
        return Ownership(Owner.AWS, "its ARN says that it is AWS's own")
    return Ownership(Owner.ACCOUNT, f"its ARN names account {parsed.account}")
