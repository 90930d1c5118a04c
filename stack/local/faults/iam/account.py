"""Faults of the account as a whole, and of its IAM users."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ACCOUNT: Final = "accountId"
_USER: Final = "contractor"


def _passwords(aws: Clients, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Changes the account's password policy; what is None is left out."""
    iam = aws.client("iam")
    policy = {**iam.get_account_password_policy()["PasswordPolicy"], **changes}
    known = iam.meta.service_model.operation_model("UpdateAccountPasswordPolicy").input_shape.members
    given = {name: value for name, value in policy.items() if name in known and value is not None}
    iam.update_account_password_policy(**given)


@fault(("iam-password-policy", _ACCOUNT))
def iam_password_policy(aws: Clients, outputs: Outputs) -> None:
    """The account has no password policy of its own."""
    del outputs
    aws.client("iam").delete_account_password_policy()


@fault(("iam-password-policy", _ACCOUNT), variant="length")
def iam_password_policy_length(aws: Clients, outputs: Outputs) -> None:
    """Passwords of thirteen characters will do."""
    del outputs
    _passwords(aws, MinimumPasswordLength=13)


@fault(("iam-password-policy", _ACCOUNT), variant="letters")
def iam_password_policy_letters(aws: Clients, outputs: Outputs) -> None:
    """Passwords without capitals will do."""
    del outputs
    _passwords(aws, RequireUppercaseCharacters=False)


@fault(("iam-password-policy", _ACCOUNT), variant="age")
def iam_password_policy_age(aws: Clients, outputs: Outputs) -> None:
    """Passwords are good for ever."""
    del outputs
    _passwords(aws, MaxPasswordAge=None)


@fault(("iam-password-policy", _ACCOUNT), variant="reuse")
def iam_password_policy_reuse(aws: Clients, outputs: Outputs) -> None:
    """The password before the last may be taken again."""
    del outputs
    _passwords(aws, PasswordReusePrevention=1)


# The user is there now; before, the two controls had nobody to speak of.
@fault(("iam-user-mfa", _USER), ("iam-user-mfa", ""), ("iam-console-mfa", _USER), ("iam-console-mfa", ""))
def iam_user_mfa(aws: Clients, outputs: Outputs) -> None:
    """A user of the account has neither an MFA device nor a password for the console."""
    del outputs
    aws.client("iam").create_user(UserName=_USER)


@fault(("iam-user-mfa", _USER), ("iam-user-mfa", ""), ("iam-console-mfa", _USER), ("iam-console-mfa", ""))
def iam_console_mfa(aws: Clients, outputs: Outputs) -> None:
    """A user of the account signs in to the console with a password alone."""
    iam_user_mfa.apply(aws, outputs)
    aws.client("iam").create_login_profile(UserName=_USER, Password="known to the emulator alone")  # noqa: S106
