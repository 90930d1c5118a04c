"""AWS IAM: whether a role, user or group could get more than it was given, or reaches data it was not made for."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from stack_verify.controls.iam.identity_policies import POLICIES, is_service_linked, owned_by_aws, permissions_of
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals import escalation
from stack_verify.principals.iam_policy import Statement
from stack_verify.principals.permissions import Permission, permissions
from stack_verify.resources.iam import IamIdentity, of_aws
from stack_verify.snapshot import Snapshot

# What gets at data, secrets or other roles, or hands them out (Service Authorization Reference).
REACHING = (
    "backup:PutBackupVaultAccessPolicy",
    "dynamodb:BatchGetItem",
    "dynamodb:ExportTableToPointInTime",
    "dynamodb:GetItem",
    "dynamodb:PutResourcePolicy",
    "dynamodb:Query",
    "dynamodb:Scan",
    "ebs:GetSnapshotBlock",
    "ec2:ModifyImageAttribute",
    "ec2:ModifySnapshotAttribute",
    "ecs:ExecuteCommand",
    "healthlake:ReadResource",
    "kinesis:GetRecords",
    "kms:CreateGrant",
    "kms:Decrypt",
    "kms:PutKeyPolicy",
    "kms:ReEncryptFrom",
    "medical-imaging:GetImageFrame",
    "rds-data:ExecuteStatement",
    "rds-db:connect",
    "rds:ModifyDBClusterSnapshotAttribute",
    "rds:ModifyDBSnapshotAttribute",
    "redshift:GetClusterCredentials",
    "redshift:GetClusterCredentialsWithIAM",
    "s3:GetObject",
    "s3:GetObjectVersion",
    "s3:PutBucketPolicy",
    "s3:PutReplicationConfiguration",
    "secretsmanager:BatchGetSecretValue",
    "secretsmanager:GetSecretValue",
    "secretsmanager:PutResourcePolicy",
    "sqs:ReceiveMessage",
    "ssm:GetParameter",
    "ssm:GetParameterHistory",
    "ssm:GetParameters",
    "ssm:GetParametersByPath",
    "ssm:SendCommand",
    "ssm:StartSession",
    "sts:AssumeRole",
)
# BatchGetSecretValue knows no resources, and gives only what GetSecretValue allows.
_WITHOUT_RESOURCES = frozenset({"secretsmanager:BatchGetSecretValue"})
# AWS's own policies for instances have these, on every parameter (AmazonSSMManagedInstanceCore).
_OF_INSTANCES = frozenset({"ssm:GetParameter", "ssm:GetParameters"})
SHOWN = 5


@control(
    "iam-no-privilege-escalation",
    "No role, user or group can give itself more than it was given",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation=(
        "Remove these actions from its policies, or name in iam:PassRole the roles that it may pass. "
        "Where AWS owns the policy, attach one of your own instead."
    ),
    rationale="Whoever can change their own rights, or act with another's, has all of them.",
    source="https://pathfinding.cloud/",
    reads=POLICIES,
)
def iam_no_privilege_escalation(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_service_linked(identity):
        return not_applicable("AWS writes the policy of a service-linked role")
    allowing = permissions_of(identity, snapshot)
    kept = tuple(each for each in allowing if not owned_by_aws(each, identity))
    found = tuple(escalation.ways(kept))
    return verdict(not found, f"{_policies(allowing)}; {told(found)}{_left_out(allowing, kept)}", expected="none")


@control(
    "iam-role-no-data-on-all-resources",
    "No role, user or group reaches data, secrets or other roles on all resources",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation=(
        "Name the ARNs of the resources that it needs in the statement's Resource. "
        "Where AWS owns the policy, attach one of your own instead."
    ),
    rationale="Whoever reaches every secret, bucket or role of the account reaches ePHI that they have no need of.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    reads=POLICIES,
)
def iam_role_no_data_on_all_resources(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_service_linked(identity):
        return not_applicable("AWS writes the policy of a service-linked role")
    allowing = permissions_of(identity, snapshot)
    kept = tuple(each for each in allowing if not owned_by_aws(each, identity))
    found = [text for each in kept for text in _reached(each)]
    observed = f"{_policies(allowing)}; on all resources: {_few(found)}{_left_out(allowing, kept)}"
    return verdict(not found, observed, expected="none of the actions that reach data, but on named resources")


def told(found: tuple[escalation.Way, ...]) -> str:
    """The ways that were found, of how many that are known."""
    return f"{len(found)} of {len(escalation.known())} known ways: {_few([str(way) for way in found])}"


def ways(lines: tuple[Statement, ...]) -> Iterator[str]:
    """The known ways by which whoever has all of the statements gets more."""
    yield from (str(way) for way in escalation.ways(permissions({"": lines})))


def allowed(lines: tuple[Statement, ...], action: str) -> tuple[Statement, ...]:
    """The statements that allow ``action`` on something, unless another denies it on all of that and always."""
    return tuple(each.statement for each in permissions({"": lines}) if each.allows(action))


def _reached(each: Permission) -> Iterator[str]:
    names = [action for action in REACHING if action not in _WITHOUT_RESOURCES and each.allows_on_everything(action)]
    if of_aws(each.policy):
        names = [name for name in names if name not in _OF_INSTANCES]
    if names:
        yield f"{_few(names)} by {each.name}"


def _few(found: list[str]) -> str:
    more = f" and {len(found) - SHOWN} more" if len(found) > SHOWN else ""
    return f"{', '.join(found[:SHOWN])}{more}" if found else "none"


def _policies(allowing: Iterable[Permission]) -> str:
    return f"{len({each.policy for each in allowing})} policies that allow something"


def _left_out(allowing: tuple[Permission, ...], kept: tuple[Permission, ...]) -> str:
    """The policies that AWS wrote for a service of its own, which are not the stack's to edit."""
    owned = sorted({each.policy for each in allowing} - {each.policy for each in kept})
    return f"; AWS's own for its service: {', '.join(owned)}" if owned else ""
