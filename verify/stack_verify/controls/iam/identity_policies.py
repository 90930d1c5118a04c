"""What controls of identities have in common: the policies that a role, user or group carries, and its boundary."""

from __future__ import annotations

from stack_verify.principals.iam_policy import Principals, Statement, statements
from stack_verify.principals.permissions import Permission, permissions
from stack_verify.resources.iam import (
    SERVICE_LINKED,
    Attachments,
    IamIdentity,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Role,
    of_aws,
)
from stack_verify.resources.iam_users import Group, User, UserGroups
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot

# What a control looks at that asks what an identity may do.
POLICIES: tuple[type[Resource], ...] = (Attachments, Group, InlinePolicy, ManagedPolicy, PolicyVersion, UserGroups)
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


def inline_policies(identity: IamIdentity, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The inline policies of a role, user or group by name; of a user, those of its groups too."""
    carriers = _carriers(identity, snapshot)
    policies = (policy for each in carriers for policy in snapshot.within(each.inline, each.id))
    return {policy.id: statements(policy.policy_document) for policy in policies}


def attached_policies(identity: IamIdentity, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The managed policies attached to it (or to a user's groups) by ARN, as the versions in force have them."""
    carriers = _carriers(identity, snapshot)
    arns = (arn for each in carriers for arn in attached_arns(each, snapshot))
    return {arn: in_force(arn, snapshot) for arn in dict.fromkeys(arns)}


def attached_arns(identity: IamIdentity, snapshot: Snapshot) -> tuple[str, ...]:
    """The ARNs of the managed policies that are attached to it, and not to its groups."""
    return tuple(each.policy_arn for each in snapshot.require(identity.attached, identity.id).attached_policies)


def _carriers(identity: IamIdentity, snapshot: Snapshot) -> tuple[IamIdentity, ...]:
    """The identity, and a user's groups, whose policies are in force for the user as well."""
    if not isinstance(identity, User):
        return (identity,)
    names = snapshot.require(UserGroups, identity.user_name).group_names
    return (identity, *(snapshot.require(Group, name) for name in names))


def in_force(policy_arn: str, snapshot: Snapshot) -> tuple[Statement, ...]:
    """The statements of a managed policy, as its version in force has it."""
    policy = snapshot.require(ManagedPolicy, policy_arn)
    return statements(snapshot.require(PolicyVersion, policy.version_in_force).document)


def permissions_of(identity: IamIdentity, snapshot: Snapshot) -> tuple[Permission, ...]:
    """What a role, user or group may do by all of its policies, within its boundary.

    Raises:
        Unanswered: when one of the policies could not be read, or is not of the known grammar.
    """
    policies = inline_policies(identity, snapshot) | attached_policies(identity, snapshot)
    bounds = None if identity.boundary is None else in_force(identity.boundary, snapshot)
    return permissions(policies, bounds)


def owned_by_aws(permission: Permission, identity: IamIdentity) -> bool:
    """Whether AWS wrote the permission for a service of its own that runs nobody else's code with the role.

    There is nothing to edit in such a policy, and nobody but the service to use it.
    """
    if not isinstance(identity, Role) or not of_aws(permission.policy) or not is_for_a_service(permission.policy):
        return False
    trusting = [line for line in statements(identity.assume_role_policy_document) if line.effect == "Allow"]
    return bool(trusting) and all(_only_acts_for_aws(line) for line in trusting)


def is_for_a_service(policy_arn: str) -> bool:
    """Whether a policy of AWS's own is one that AWS makes for a service's role."""
    return ":policy/service-role/" in policy_arn or "ServiceRolePolicy" in policy_arn


def is_service_linked(identity: IamIdentity) -> bool:
    """Whether AWS wrote the role and its policies for a service of its own."""
    return isinstance(identity, Role) and identity.path.startswith(SERVICE_LINKED)


def _only_acts_for_aws(line: Statement) -> bool:
    named = line.principal if isinstance(line.principal, Principals) else Principals()
    return (
        bool(line.services)
        and line.services == named.all
        and not any(name.partition(".")[0] in RUNNING_CODE for name in line.services)
    )
