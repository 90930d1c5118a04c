"""AWS KMS: rotation, state and policies of the keys."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.controls.kms.own_key import CONTROLLING, DECRYPTING, GRANTING
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, Statement, open_to_anyone, sids, statements
from stack_verify.resources.iam import Role
from stack_verify.resources.kms import Key, KeyPolicy, KeyRotation
from stack_verify.resources.partitions import partition
from stack_verify.snapshot import Snapshot

FOR_SERVICES = Condition("Bool", "kms:grantisforawsresource", ("true",))
AWS_MANAGED = "AWS manages this key, and its policy"


@control(
    "kms-rotation",
    "Customer-managed keys rotate",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="cmk-backing-key-rotation-enabled",
    security_hub="KMS.4",
    remediation="Set enable_key_rotation on the key.",
)
def kms_rotation(key: Key, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not key.rotatable:
        return not_applicable("AWS rotates only symmetric customer-managed keys whose material it made")
    enabled = snapshot.require(KeyRotation, key.key_arn).key_rotation_enabled
    return verdict(enabled, f"KeyRotationEnabled is {enabled}", expected="true")


@control(
    "kms-not-pending-deletion",
    "The keys in use are enabled",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(2)(iv)", "164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="kms-cmk-not-scheduled-for-deletion",
    security_hub="KMS.3",
    remediation="Cancel the key's deletion and enable it: without it all that it encrypted is lost.",
)
def kms_not_pending_deletion(key: Key, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    when = f", to be deleted on {key.deletion_date:%Y-%m-%d}" if key.deletion_date else ""
    return verdict(key.key_state == "Enabled", f"KeyState is {key.key_state}{when}", expected="Enabled")


@control(
    "kms-policy-not-public",
    "Key policies allow nothing to everybody",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    security_hub="KMS.5",
    remediation="Name the principals in the key policy, or add a condition such as kms:CallerAccount.",
)
def kms_policy_not_public(key: Key, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER":
        return not_applicable(AWS_MANAGED)
    found = open_to_anyone(statements(snapshot.require(KeyPolicy, key.key_arn).policy))
    return verdict(not found, f"statements open to everybody: {sids(found)}", expected="none")


@control(
    "kms-policy-no-full-access-beyond-admins",
    "Only the account and named administrators control keys, and only the stack's roles decrypt",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"),
    remediation="Take the principals out of the key policy, or name them as key_administrators in the policy profile.",
)
def kms_policy_no_full_access_beyond_admins(key: Key, snapshot: Snapshot, policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER":
        return not_applicable(AWS_MANAGED)
    admins = {*_account(key), *policy.key_administrators}
    users = admins | {role.role_arn for role in every(Role, snapshot)}
    allowed = [line for line in statements(snapshot.require(KeyPolicy, key.key_arn).policy) if line.effect == "Allow"]
    found = [f"{name} ({line.name})" for line in allowed for name in _beyond(line, admins, users)]
    return verdict(not found, f"others: {', '.join(found) or 'none'}", expected="none")


def _account(key: Key) -> tuple[str, str]:
    """The two names of the key's account, which stand for all whom IAM policies of that account allow."""
    region, account = key.observed_by.region, key.observed_by.account
    return account, f"arn:{partition(region)}:iam::{account}:root"


def _beyond(statement: Statement, admins: set[str], users: set[str]) -> Iterator[str]:
    if any(statement.speaks_of(action) for action in CONTROLLING):
        yield from (name for name in statement.principals if name not in admins)
    elif any(statement.speaks_of(action) for action in DECRYPTING):
        # Who grants to whom he likes decides who decrypts; who grants to AWS services alone is one who uses them.
        free = statement.speaks_of(GRANTING) and FOR_SERVICES not in statement.conditions
        able = {*(admins if free else users), *statement.services}
        yield from (name for name in statement.principals if name not in able)
