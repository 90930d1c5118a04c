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


@fault(("s3-account-block-public-access", _ACCOUNT))
def s3_account_block_public_access(aws: Clients, outputs: Outputs) -> None:
    """The account lets its buckets be public."""
    aws.client("s3control").delete_public_access_block(AccountId=outputs[_ACCOUNT])


@fault(("s3-account-block-public-access", _ACCOUNT), variant="policies")
def s3_account_block_public_access_policies(aws: Clients, outputs: Outputs) -> None:
    """The account lets its buckets have public policies."""
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False}
    aws.client("s3control").put_public_access_block(
        AccountId=outputs[_ACCOUNT], PublicAccessBlockConfiguration={**block, "RestrictPublicBuckets": True}
    )


@fault(("ebs-default-encryption", _ACCOUNT))
def ebs_default_encryption(aws: Clients, outputs: Outputs) -> None:
    """New disks are encrypted only where somebody thinks of it."""
    del outputs
    aws.client("ec2").disable_ebs_encryption_by_default()


@fault(("inspector-ecr", _ACCOUNT))
def inspector_ecr(aws: Clients, outputs: Outputs) -> None:
    """Nobody looks at an image again once it is pushed."""
    aws.client("inspector2").disable(accountIds=[outputs["accountId"]], resourceTypes=["ECR"])


@fault(("account-security-hub", _ACCOUNT))
def account_security_hub(aws: Clients, outputs: Outputs) -> None:
    """The account left Security Hub."""
    del outputs
    aws.client("securityhub").disable_security_hub()


@fault(("account-security-contact", _ACCOUNT))
def account_security_contact(aws: Clients, outputs: Outputs) -> None:
    """AWS knows nobody to tell of what is wrong."""
    del outputs
    aws.client("account").delete_alternate_contact(AlternateContactType="SECURITY")


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
