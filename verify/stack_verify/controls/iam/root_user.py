"""The root user of the account: how it signs in. Judged where the policy asks for it."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import Account, VirtualMfaDevices
from stack_verify.snapshot import Snapshot

CANNOT_SIGN_IN = "AccountPasswordPresent is 0: the root user has no password to sign in with"


@control(
    "iam-root-no-keys",
    "The root user has no access keys",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(2)(i)", "164.312(a)(1)"),
    config_rule="iam-root-access-key-check",
    security_hub="IAM.4",
    remediation="Sign in as the root user and delete its access keys; give roles to whatever used them.",
    rationale="A key of the root user can do anything and no policy limits it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    reads=(),
)
def iam_root_no_keys(account: Account, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    keys = account.root_access_keys_present
    return verdict(keys == 0, f"AccountAccessKeysPresent is {keys}", expected="0")


@control(
    "iam-root-mfa",
    "The root user has an MFA device, or no password",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(d)"),
    config_rule="root-account-mfa-enabled",
    security_hub="IAM.9",
    remediation="Sign in as the root user and assign it an MFA device.",
    rationale="A stolen password of the root user takes the whole account.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    reads=(),
)
def iam_root_mfa(account: Account, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    if account.root_password_present == 0:
        return passed(CANNOT_SIGN_IN)
    enabled = account.root_mfa_enabled
    return verdict(enabled == 1, f"AccountMFAEnabled is {enabled}", expected="1")


@control(
    "iam-root-hardware-mfa",
    "The root user's MFA device is a hardware device",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)"),
    config_rule="root-account-hardware-mfa-enabled",
    security_hub="IAM.6",
    remediation="Sign in as the root user, assign it a security key or hardware token, and remove the virtual device.",
    rationale="A virtual device is copied with the phone or the secret; a hardware device is not.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html",
    reads=(VirtualMfaDevices,),
)
def iam_root_hardware_mfa(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    if account.root_password_present == 0:
        return passed(CANNOT_SIGN_IN)
    expected = "an MFA device, and none that is virtual"
    if account.root_mfa_enabled != 1:
        return failed(f"AccountMFAEnabled is {account.root_mfa_enabled}", expected=expected)
    devices = snapshot.require(VirtualMfaDevices, account.account_id).devices
    virtual = [device.serial_number for device in devices if device.is_of_root]
    observed = f"AccountMFAEnabled is 1; virtual devices of the root user: {', '.join(virtual) or 'none'}"
    return verdict(not virtual, observed, expected=expected)
