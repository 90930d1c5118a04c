"""What controls of identities have in common: the policies that a role, user or group carries, and its boundary."""

from __future__ import annotations

from stack_verify.principals.iam_policy import Principals, Statement, statements
from stack_verify.principals.permissions import Permission, permissions
from stack_verify.resources.iam import (
    SERVICE_LINKED,
    AttachedPolicies,
    ManagedPolicy,
    PolicyVersion,
    Role,
    RolePolicy,
    of_aws,
)
from stack_verify.snapshot import Snapshot

# The services that run what their customer writes with the role that they were given. Every other one acts as AWS
# wrote it, and by AWS's own policies for it.
RUNNING_CODE = (
    "airflow",
    "apprunner",
    "batch",
    "bedrock",
    "cloudformation",
    "codebuild",
    "codedeploy",
    "codepipeline",
    "codestar",
    "cognito-identity",
    "datapipeline",
    "ec2",
    "ecs-tasks",
    "edgelambda",
    "eks",
    "elasticmapreduce",
    "emr",
    "gamelift",
    "glue",
    "imagebuilder",
    "iot",
    "kinesisanalytics",
    "lambda",
    "pods",
    "sagemaker",
    "scheduler",
    "events",
    "pipes",
    "spotfleet",
    "ssm",
    "states",
    "tasks",
)


def inline_policies(role: Role, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The role's inline policies by name."""
    policies = snapshot.within(RolePolicy, role.role_name)
    return {policy.id: statements(policy.policy_document) for policy in policies}


def attached_policies(role: Role, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The managed policies that are attached to the role, by ARN, each as its version in force has it."""
    attached = snapshot.require(AttachedPolicies, role.role_name).attached_policies
    return {policy.policy_arn: in_force(policy.policy_arn, snapshot) for policy in attached}


def in_force(policy_arn: str, snapshot: Snapshot) -> tuple[Statement, ...]:
    """The statements of a managed policy, as its version in force has it."""
    policy = snapshot.require(ManagedPolicy, policy_arn)
    return statements(snapshot.require(PolicyVersion, policy.version_in_force).document)


def permissions_of(role: Role, snapshot: Snapshot) -> tuple[Permission, ...]:
    """What the role may do by all of its policies, within its boundary.

    Raises:
        Unanswered: when one of the policies could not be read, or is not of the known grammar.
    """
    policies = inline_policies(role, snapshot) | attached_policies(role, snapshot)
    boundary = role.permissions_boundary
    bounds = None if boundary is None else in_force(boundary.permissions_boundary_arn, snapshot)
    return permissions(policies, bounds)


def owned_by_aws(permission: Permission, role: Role) -> bool:
    """Whether AWS wrote the permission for a service of its own that runs nobody else's code with the role.

    There is nothing to edit in such a policy, and nobody but the service to use it.
    """
    if not of_aws(permission.policy) or not is_for_a_service(permission.policy):
        return False
    trusting = [line for line in statements(role.assume_role_policy_document) if line.effect == "Allow"]
    return bool(trusting) and all(_only_acts_for_aws(line) for line in trusting)


def is_for_a_service(policy_arn: str) -> bool:
    """Whether a policy of AWS's own is one that AWS makes for a service's role."""
    return ":policy/service-role/" in policy_arn or "ServiceRolePolicy" in policy_arn


def is_service_linked(role: Role) -> bool:
    """Whether AWS wrote the role and its policies for a service of its own."""
    return role.path.startswith(SERVICE_LINKED)


def _only_acts_for_aws(line: Statement) -> bool:
    named = line.principal if isinstance(line.principal, Principals) else Principals()
    return (
        bool(line.services)
        and line.services == named.all
        and not any(name.partition(".")[0] in RUNNING_CODE for name in line.services)
    )
