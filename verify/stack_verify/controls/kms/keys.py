"""AWS KMS: rotation, state and policies of the keys."""

from __future__ import annotations

from stack_verify.controls.kms.own_key import CONTROLLING, DECRYPTING, GRANTING
from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, statements
from stack_verify.principals.sharing import Access, Kind, grantees, is_outsider, outsiders, public, trust_in
from stack_verify.resources.iam import Role
from stack_verify.resources.kms import Key, KeyGrants, KeyPolicy, KeyRotation
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
    rationale="The longer a key is used, the more data is exposed if it is broken.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/rotate-keys.html",
    reads=(KeyRotation,),
)
def kms_rotation(key: Key, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not key.rotatable:
        return not_applicable("AWS rotates only symmetric customer-managed keys whose material it made")
    enabled = snapshot.require(KeyRotation, key.key_arn).key_rotation_enabled
    return verdict(enabled, f"KeyRotationEnabled is {as_aws(enabled)}", expected="true")


@control(
    "kms-not-pending-deletion",
    "The keys in use are enabled",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(2)(iv)", "164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="kms-cmk-not-scheduled-for-deletion",
    security_hub="KMS.3",
    remediation="Cancel the key's deletion and enable it: without it all that it encrypted is lost.",
    rationale="What a deleted key encrypted is lost for ever.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html",
    reads=(),
)
def kms_not_pending_deletion(key: Key, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    when = f", to be deleted on {key.deletion_date:%Y-%m-%d}" if key.deletion_date else ""
    return verdict(key.key_state == "Enabled", f"KeyState is {key.key_state}{when}", expected="Enabled")


@control(
    "kms-policy-not-public",
    "Key policies are not public",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    security_hub="KMS.5",
    remediation="Name the principals in the key policy, or add a condition such as kms:CallerAccount.",
    rationale="Anyone with an AWS account could use the key.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-5",
    reads=(KeyPolicy,),
)
def kms_policy_not_public(key: Key, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER":
        return not_applicable(AWS_MANAGED)
    document = snapshot.require(KeyPolicy, key.key_arn).policy
    found = public(outsiders(document, account=key.observed_by.account))
    named = ", ".join(dict.fromkeys(each.sid for each in found)) or "none"
    return verdict(not found, f"statements open to everybody: {named}", expected="none")


@control(
    "kms-policy-no-full-access-beyond-admins",
    "Only the account and named administrators control keys, and only the stack's roles decrypt",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(4)(ii)(B)", "164.308(a)(3)(ii)(A)"),
    remediation="Remove the principals from the key policy, or name them as key_administrators in the policy profile.",
    rationale="Who controls or uses a key decides who reads what it encrypts.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/key-policies.html",
    reads=(KeyPolicy, Role),
)
def kms_policy_no_full_access_beyond_admins(key: Key, snapshot: Snapshot, policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER":
        return not_applicable(AWS_MANAGED)
    admins = {*_account(key), *policy.key_administrators}
    users = admins | {role.role_arn for role in every(Role, snapshot)}
    found = [
        f"{each.who} ({each.sid})"
        for each in grantees(statements(snapshot.require(KeyPolicy, key.key_arn).policy))
        if _is_beyond(each, admins, users, policy)
    ]
    return verdict(not found, f"others: {', '.join(found) or 'none'}", expected="none")


@control(
    "kms-grants-not-shared",
    "No grant of a key is for another account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Revoke the grant, or name the account in the policy file, in [accounts].",
    rationale="A grant lets its grantee use the key whatever the key policy says.",
    source="https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
    reads=(KeyGrants,),
)
def kms_grants_not_shared(key: Key, snapshot: Snapshot, policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER":
        return not_applicable(AWS_MANAGED)
    grants = snapshot.require(KeyGrants, key.key_arn).grants
    found = [
        f"{grant.grantee_principal} ({', '.join(grant.operations)})"
        for grant in grants
        if is_outsider(grant.grantee_principal, account=key.observed_by.account, trusts=policy)
    ]
    return verdict(not found, f"{len(grants)} grants; for others: {', '.join(found) or 'none'}", expected="none")


def _account(key: Key) -> tuple[str, str]:
    """The two names of the key's account, which stand for all whom IAM policies of that account allow."""
    region, account = key.observed_by.region, key.observed_by.account
    return account, f"arn:{partition(region)}:iam::{account}:root"


def _is_beyond(each: Access, admins: set[str], users: set[str], policy: Policy) -> bool:
    """Whether a principal that is no administrator controls the key, or one that is nobody's role decrypts."""
    if any(each.allows(action) for action in CONTROLLING):
        return each.who not in admins
    if not any(each.allows(action) for action in DECRYPTING) or each.kind is Kind.SERVICE:
        return False
    # Who grants to whom he likes decides who decrypts; who grants to AWS services alone is one who uses them.
    free = each.allows(GRANTING) and FOR_SERVICES not in each.statement.conditions
    if free:
        return each.who not in admins
    return each.who not in users and trust_in(each.who, each.account, policy) is None
