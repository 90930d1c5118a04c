"""IAM users of the account: how they prove who they are. Judged where the policy judges the account as a whole."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import LoginProfile, User, UserMfaDevices
from stack_verify.snapshot import Snapshot

EXPECTED = "one or more"


@control(
    "iam-user-mfa",
    "Every IAM user has an MFA device",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)"),
    config_rule="iam-user-mfa-enabled",
    security_hub="IAM.19",
    remediation="Assign an MFA device to the user, or replace the user with a role.",
    rationale="A password or key that was stolen is enough where nothing else is asked for.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    reads=(UserMfaDevices,),
)
def iam_user_mfa(user: User, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    return _has_device(user, snapshot)


@control(
    "iam-console-mfa",
    "Every IAM user with a console password has an MFA device",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)"),
    config_rule="mfa-enabled-for-iam-console-access",
    security_hub="IAM.5",
    remediation="Assign an MFA device to the user, or delete the user's login profile.",
    rationale="A password that was stolen is enough where nothing else is asked for.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/id_credentials_mfa.html",
    reads=(LoginProfile, UserMfaDevices),
)
def iam_console_mfa(user: User, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    if not snapshot.within(LoginProfile, user.user_name):
        return not_applicable("the user has no password for the console")
    return _has_device(user, snapshot)


def _has_device(user: User, snapshot: Snapshot) -> Verdict:
    devices = snapshot.require(UserMfaDevices, user.user_name).devices
    names = ", ".join(device.serial_number for device in devices) or "none"
    return verdict(bool(devices), f"MFA devices: {names}", expected=EXPECTED)
