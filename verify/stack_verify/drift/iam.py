"""Fields of AWS IAM: roles, users, groups, access keys and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import (
    ALL,
    Compare,
    Field,
    Found,
    Table,
    Value,
    apart,
    field,
    listed,
    set_of,
    types,
)
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.errors import Unanswered
from stack_verify.resources.iam import (
    AttachedPolicies,
    AttachedPolicy,
    Attachments,
    IamIdentity,
    InlinePolicy,
    ManagedPolicy,
    PolicyVersion,
    Role,
    RolePolicy,
)
from stack_verify.resources.iam_users import (
    Group,
    GroupAttachments,
    GroupPolicy,
    User,
    UserAttachments,
    UserGroups,
    UserPolicy,
)
from stack_verify.snapshot import Snapshot


def _inline(policies: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_named(each["name"], each["policy"]) for each in policies))


def _live_inline(found: InlinePolicy) -> str:
    return _named(found.name.partition("/")[2], found.policy_document)


def _named(name: str, text: str) -> str:
    return f"{name}: {'; '.join(policy(text) or ())}"


def _attached(policies: tuple[AttachedPolicy, ...]) -> Value:
    return set_of(*(each.policy_arn for each in policies))


def _version_in_force(found: Found, snapshot: Snapshot) -> Value:
    """What a customer managed policy allows: of its versions one is in force."""
    (managed,) = found
    if not isinstance(managed, ManagedPolicy):
        raise Unanswered(f"{managed.id} is no managed policy")
    return policy(snapshot.require(PolicyVersion, managed.version_in_force).document)


def _policies(inline: type[InlinePolicy], attached: type[Attachments]) -> tuple[Field, ...]:
    """What a role, user or group carries, with the companions below that declare it."""
    return (
        field("inlinePolicies", listed(inline, _live_inline), (), spell=_inline),
        # What is not attached takes rights away, and gives none.
        field(
            "managedPolicyArns",
            apart(attached, "attached_policies", _attached, by_arn=False),
            (),
            compare=Compare.AT_MOST,
        ),
    )


def _companions(
    kind: type[IamIdentity], noun: str, inline: type[InlinePolicy], attached: type[Attachments]
) -> tuple[Table, ...]:
    """The types that declare one policy of a role, user or group: ``noun`` is the provider's word for it."""
    name = noun.capitalize()
    return (
        Table(
            types(f"iam/{noun}Policy:{name}Policy"),
            (
                field(
                    "inlinePolicies",
                    listed(inline, _live_inline),
                    spell=lambda inputs: (_named(inputs["name"], inputs["policy"]),),
                    compare=Compare.AT_LEAST,
                    of=ALL,
                ),
            ),
            kind=kind,
            key=noun,
        ),
        Table(
            types(f"iam/{noun}PolicyAttachment:{name}PolicyAttachment"),
            (
                field(
                    "managedPolicyArns",
                    apart(attached, "attached_policies", _attached, by_arn=False),
                    spell=lambda arn: (str(arn),),
                    compare=Compare.LISTED,
                    of="policyArn",
                ),
            ),
            kind=kind,
            key=noun,
        ),
    )


TABLES = (
    Table(
        types("iam/role:Role"),
        (
            field("assumeRolePolicy", "assume_role_policy_document", spell=policy),
            field("path", "path", "/"),
            *_policies(RolePolicy, AttachedPolicies),
            # A boundary that nobody declared takes rights away, too.
            field("permissionsBoundary", "permissions_boundary.permissions_boundary_arn"),
            field("maxSessionDuration", "max_session_duration", "3600"),
            TAGS,
        ),
    ),
    Table(types("iam/policy:Policy"), (field("policy", _version_in_force, spell=policy), TAGS)),
    *_companions(Role, "role", RolePolicy, AttachedPolicies),
    Table(
        types("iam/user:User"),
        (
            field("path", "path", "/"),
            *_policies(UserPolicy, UserAttachments),
            field("permissionsBoundary", "permissions_boundary.permissions_boundary_arn"),
            TAGS,
        ),
    ),
    *_companions(User, "user", UserPolicy, UserAttachments),
    # Other companions of the group may add the user to it: more groups than these are not known to be undeclared.
    Table(
        types("iam/userGroupMembership:UserGroupMembership"),
        (field("groups", apart(UserGroups, "group_names", by_arn=False), compare=Compare.AT_LEAST),),
        kind=User,
        key="user",
    ),
    Table(
        types("iam/group:Group"),
        (field("path", "path", "/"), *_policies(GroupPolicy, GroupAttachments)),
    ),
    *_companions(Group, "group", GroupPolicy, GroupAttachments),
    # A key that nobody deactivated may be active.
    Table(types("iam/accessKey:AccessKey"), (field("status", "status", "Active"),)),
)
