"""AWS IAM: what every identity has in common, roles, and policies."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.resource import EVERYTHING, UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

_ROLE_NAME = r"[\w+=,.@-]{1,64}"

# The path of the roles that AWS's services make for themselves (IAM user guide, "Using service-linked roles").
SERVICE_LINKED = "/aws-service-role/"


def of_aws(policy_arn: str) -> bool:
    """Whether a managed policy is one of AWS's own, which no stack declares or tags."""
    return ":iam::aws:" in policy_arn


class PermissionsBoundary(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The policy beyond which a role or user has no rights, whatever its own policies allow."""

    permissions_boundary_arn: str


class InlinePolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="Inline policy"):
    """A policy that is part of one identity; listed by the identity's name. ``policy_document`` is JSON.

    ``name`` is ``<identity>/<policy>``.
    """

    id_field: ClassVar[str] = "name"
    lags: ClassVar[frozenset[str]] = EVERYTHING

    name: str
    policy_document: str


class AttachedPolicy(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A managed policy of an identity."""

    policy_arn: str


class Attachments(Resource, frozen=True, kw_only=True, rename="pascal", tag="Attached policies"):
    """The complete list of the managed policies of one identity, by the identity's name."""

    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::IAM::ManagedPolicy",)

    attached_policies: tuple[AttachedPolicy, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (ManagedPolicy.ask(policy.policy_arn) for policy in self.attached_policies)


class IamIdentity(Resource, frozen=True, kw_only=True, rename="pascal", tag="IAM identity"):
    """What carries policies: a role, a user or a group, known by its name."""

    where_none: ClassVar[str | None] = "the stack has no IAM role, user or group"
    # The kinds of its inline policies and of the list of its managed ones, both asked for by its name.
    inline: ClassVar[type[InlinePolicy]]
    attached: ClassVar[type[Attachments]]

    @property
    def boundary(self) -> str | None:
        """The ARN of its permissions boundary; None where it has none, as no group has."""
        return None


class RolePolicy(InlinePolicy, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Role.Policy"):
    """An inline policy of ``iam:GetRolePolicy``."""


class AttachedPolicies(Attachments, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Role.AttachedPolicies"):
    """The complete list of ``iam:ListAttachedRolePolicies``."""

    id_field: ClassVar[str] = "role"

    role: str


class Role(Tagged, IamIdentity, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Role"):
    """The Role of ``iam:GetRole``, by name. ``assume_role_policy_document`` is JSON."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("iam", rf"role/(?:[!-~]+/)?({_ROLE_NAME})", rf"role/(?:[!-~]+/)?({ANY_ID})", by_name=True),),
        bare_names=(
            bare(
                "iam role, iam role name, execution role name, instance role name, lambda role name, "
                "monitoring role name, service role name, task role name",
                _ROLE_NAME,
            ),
        ),
        pulumi=("iam/role",),
        terraform=("aws_iam_role",),
        asff="AwsIamRole",
        by_tags=True,
    )
    where_none: ClassVar[str | None] = None
    inline: ClassVar[type[InlinePolicy]] = RolePolicy
    attached: ClassVar[type[Attachments]] = AttachedPolicies
    id_field: ClassVar[str] = "role_name"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    arn_field: ClassVar[str | None] = "role_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::IAM::Role.Policy",
        "AWS::IAM::Role.AttachedPolicies",
        "AWS::IAM::ManagedPolicy",
    )

    role_name: str
    role_arn: str = msgspec.field(name="Arn")
    path: Known[str] = UNKNOWN
    assume_role_policy_document: Known[str] = UNKNOWN
    # Seconds.
    max_session_duration: Known[int] = UNKNOWN
    permissions_boundary: PermissionsBoundary | None = None

    @property
    def boundary(self) -> str | None:
        return None if self.permissions_boundary is None else self.permissions_boundary.permissions_boundary_arn

    def refers_to(self) -> Iterator[Question]:
        yield RolePolicy.ask(self.role_name)
        yield AttachedPolicies.ask(self.role_name)

    def surroundings(self) -> Iterator[Question]:
        if self.boundary is not None:
            yield ManagedPolicy.ask(self.boundary)


class ProfileRole(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The role of an instance profile."""

    role_name: str


class InstanceProfile(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::InstanceProfile.Roles"):
    """The InstanceProfile of ``iam:GetInstanceProfile``, by name: it holds one role, or none."""

    id_field: ClassVar[str] = "instance_profile_name"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = (Role.kind(),)

    instance_profile_name: str
    roles: tuple[ProfileRole, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (Role.ask(each.role_name) for each in self.roles)


class ManagedPolicy(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::ManagedPolicy"):
    """The Policy of ``iam:GetPolicy``, by ARN: AWS's own or a customer's."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("iam", r"(policy/(?:[!-~]+/)?[\w+=,.@-]{1,128})", rf"(policy/(?:[!-~]+/)?{ANY_ID})"),),
        pulumi=("iam/policy",),
        terraform=("aws_iam_policy",),
        asff="AwsIamPolicy",
    )
    id_field: ClassVar[str] = "policy_arn"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    arn_field: ClassVar[str | None] = "policy_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::IAM::ManagedPolicy.Version",)

    policy_arn: str = msgspec.field(name="Arn")
    default_version_id: str

    @property
    def version_in_force(self) -> str:
        """What the version of the policy that is in force is asked for by."""
        return f"{self.policy_arn}:{self.default_version_id}"

    def refers_to(self) -> Iterator[Question]:
        yield PolicyVersion.ask(self.version_in_force)


class PolicyVersion(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::ManagedPolicy.Version"):
    """The PolicyVersion of ``iam:GetPolicyVersion``, by ``<policy ARN>:<version id>``. ``document`` is JSON."""

    id_field: ClassVar[str] = "version"
    lags: ClassVar[frozenset[str]] = EVERYTHING

    version: str
    document: str
