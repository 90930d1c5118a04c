"""IAM users: how they prove who they are. Those of the stack always, the account's where the policy judges it too."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import AccountUser
from stack_verify.resources.iam_users import AnyUser, LoginProfile, User, UserMfaDevices
from stack_verify.snapshot import Snapshot

EXPECTED = "one or more"
NO_CONSOLE = "the user has no password for the console"


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
    reads=(User, UserMfaDevices),
)
def iam_user_mfa(user: AnyUser, snapshot: Snapshot, policy: Policy) -> Verdict:
    why = _not_judged(user, snapshot, policy)
    return _has_device(user, snapshot) if why is None else not_applicable(why)


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
    reads=(LoginProfile, User, UserMfaDevices),
)
def iam_console_mfa(user: AnyUser, snapshot: Snapshot, policy: Policy) -> Verdict:
    why = _not_judged(user, snapshot, policy)
    if why is not None:
        return not_applicable(why)
    return _has_device(user, snapshot) if _has_password(user, snapshot) else not_applicable(NO_CONSOLE)


def _not_judged(user: AnyUser, snapshot: Snapshot, policy: Policy) -> str | None:
    """Why a user of the account is not judged as such; None for one of the stack's."""
    if not isinstance(user, AccountUser):
        return None
    if not policy.require_account_safeguards:
        return NOT_ASKED
    own = any(each.user_arn == user.user_arn for each in snapshot.subjects(User))
    return "it is judged as a user of the stack" if own else None


def _has_password(user: AnyUser, snapshot: Snapshot) -> bool:
    if isinstance(user, AccountUser) and user.password_enabled is not None:
        return user.password_enabled
    return bool(snapshot.within(LoginProfile, user.id))


def _has_device(user: AnyUser, snapshot: Snapshot) -> Verdict:
    if isinstance(user, AccountUser) and user.mfa_active is not None:
        active = user.mfa_active
        return verdict(active, f"mfa_active of the credential report is {as_aws(active)}", expected="true")
    devices = snapshot.require(UserMfaDevices, user.id).devices
    names = ", ".join(device.serial_number for device in devices) or "none"
    return verdict(bool(devices), f"MFA devices: {names}", expected=EXPECTED)
