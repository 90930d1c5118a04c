"""Fields of AWS IAM: roles and policies."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import (
    ALL,
    Compare,
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
from stack_verify.resources.iam import AttachedPolicies, AttachedPolicy, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.snapshot import Snapshot


def _inline(policies: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_named(each["name"], each["policy"]) for each in policies))


def _live_inline(found: RolePolicy) -> str:
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


TABLES = (
    Table(
        types("iam/role:Role"),
        (
            field("assumeRolePolicy", "assume_role_policy_document", spell=policy),
            field("path", "path", "/"),
            field("inlinePolicies", listed(RolePolicy, _live_inline), (), spell=_inline),
            # What is not attached takes rights away, and gives none.
            field(
                "managedPolicyArns",
                apart(AttachedPolicies, "attached_policies", _attached, by_arn=False),
                (),
                compare=Compare.AT_MOST,
            ),
            # A boundary that nobody declared takes rights away, too.
            field("permissionsBoundary", "permissions_boundary.permissions_boundary_arn"),
            field("maxSessionDuration", "max_session_duration", "3600"),
            TAGS,
        ),
    ),
    Table(types("iam/policy:Policy"), (field("policy", _version_in_force, spell=policy), TAGS)),
    Table(
        types("iam/rolePolicy:RolePolicy"),
        (
            field(
                "inlinePolicies",
                listed(RolePolicy, _live_inline),
                spell=lambda inputs: (_named(inputs["name"], inputs["policy"]),),
                compare=Compare.AT_LEAST,
                of=ALL,
            ),
        ),
        kind=Role,
        key="role",
    ),
    Table(
        types("iam/rolePolicyAttachment:RolePolicyAttachment"),
        (
            field(
                "managedPolicyArns",
                apart(AttachedPolicies, "attached_policies", _attached, by_arn=False),
                spell=lambda arn: (str(arn),),
                compare=Compare.LISTED,
                of="policyArn",
            ),
        ),
        kind=Role,
        key="role",
    ),
)
