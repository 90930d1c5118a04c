"""Passwords and access keys of the stack's IAM users: how old they are, and whether anybody uses them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.iam_users import AccessKey, LoginProfile, User, UserAccessKeys
from stack_verify.snapshot import Snapshot

KEYS = "https://docs.aws.amazon.com/IAM/latest/UserGuide/id-credentials-access-keys-update.html"


@control(
    "iam-access-key-age",
    "Active access keys are rotated",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)", "164.308(a)(3)(ii)(C)"),
    config_rule="access-keys-rotated",
    security_hub="IAM.3",
    remediation="Make a new key, put it where the old one is used, deactivate the old one and delete it.",
    rationale="An old key is known to all who ever had it, and nobody knows where copies of it are.",
    source=KEYS,
    reads=(),
)
def iam_access_key_age(key: AccessKey, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not key.is_active:
        return not_applicable(f"Status is {key.status}: no request can be signed with it")
    days = policy.max_access_key_age_days
    recent = snapshot.taken_at - key.create_date <= timedelta(days=days)
    return verdict(recent, f"CreateDate is {key.create_date:%Y-%m-%d}", expected=f"{days} days ago at most")


@control(
    "iam-unused-credentials",
    "IAM users have no unused credentials",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(3)(ii)(C)", "164.312(a)(1)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-user-unused-credentials-check",
    security_hub="IAM.8",
    remediation="Deactivate the key and delete it, or delete the user's login profile.",
    rationale="An unused credential can only be misused.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_finding-unused.html",
    reads=(AccessKey, LoginProfile, UserAccessKeys),
)
def iam_unused_credentials(user: User, snapshot: Snapshot, policy: Policy) -> Verdict:
    found = tuple(_credentials(user, snapshot))
    if not found:
        return not_applicable("the user has neither a password nor an active access key")
    oldest = snapshot.taken_at - timedelta(days=policy.max_unused_days)
    # What was just made has not been used yet: its time runs from the day it was made, as AWS's own check counts.
    dates = [made if used is None else used for _, made, used in found]
    told = "; ".join(f"{name} {_when(made, used)}" for name, made, used in found)
    if min(dates) >= oldest and all(used is None for _, _, used in found):
        return not_applicable(f"pending: {told}")
    return verdict(min(dates) >= oldest, told, expected=f"each used in the last {policy.max_unused_days} days")


@control(
    "iam-user-no-access-keys",
    "IAM users have no active access keys",
    severity=Severity.LOW,
    citations=hipaa("164.312(d)", "164.308(a)(5)(ii)(D)"),
    remediation="Give what uses the key a role: by OIDC federation for CI, by IAM Roles Anywhere for other machines.",
    rationale="A key is good until somebody takes it away; what a role hands out ends by itself.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html",
    hardening=True,
    reads=(AccessKey, UserAccessKeys),
)
def iam_user_no_access_keys(user: User, snapshot: Snapshot, _policy: Policy) -> Verdict:
    active = ", ".join(key.access_key_id for key in _active_keys(user, snapshot))
    return verdict(not active, f"active access keys: {active or 'none'}", expected="none")


def _credentials(user: User, snapshot: Snapshot) -> Iterator[tuple[str, datetime, datetime | None]]:
    """What the user can sign in with: its name, when it was made, and when it was last used, if ever."""
    for profile in snapshot.within(LoginProfile, user.user_name):
        yield "the password", profile.create_date, user.password_last_used
    for key in _active_keys(user, snapshot):
        yield f"access key {key.access_key_id}", key.create_date, key.access_key_last_used.last_used_date


def _active_keys(user: User, snapshot: Snapshot) -> Iterator[AccessKey]:
    for each in snapshot.require(UserAccessKeys, user.user_name).access_key_ids:
        key = snapshot.require(AccessKey, each)
        if key.is_active:
            yield key


def _when(made: datetime, used: datetime | None) -> str:
    return f"was made on {made:%Y-%m-%d} and never used" if used is None else f"was last used on {used:%Y-%m-%d}"
