"""What an account has only one of and no region or stack can do without: passwords, public access, disks, scans."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.safeguard_settings import AccountSettings

PASSWORD_LENGTH = 14
PASSWORD_AGE_DAYS = 90
PASSWORDS_REMEMBERED = 24


@dataclass(frozen=True)
class AccountArgs:
    """Which safeguards this stack is the one to set up."""

    naming: Naming
    location: Location
    settings: AccountSettings


class Account(pulumi.ComponentResource):
    """The safeguards of the account as a whole, as far as the settings leave them to this stack."""

    def __init__(self, name: str, args: AccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:account:Account", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        # Beside those below, GuardDuty and AWS Config: a verifier reads here which ones this stack answers for.
        self.outputs: dict[str, pulumi.Input[object]] = {exports.ACCOUNT_SAFEGUARDS: args.settings.chosen}
        if args.settings.access_analyzer:
            self.outputs[exports.ACCESS_ANALYZER_ARN] = self._analyzer().arn
        if args.settings.ebs_encryption:
            self._ebs_encryption()
        if args.settings.inspector:
            self._inspector()
        if args.settings.password_policy:
            self._password_policy()
        if args.settings.public_access_block:
            self._public_access_block()
        self.register_outputs(self.outputs)

    def _analyzer(self) -> aws.accessanalyzer.Analyzer:
        name = self._args.naming.name("external-access")
        return aws.accessanalyzer.Analyzer(
            name, analyzer_name=name, type="ACCOUNT", tags=self._args.naming.tags(name), opts=self._child
        )

    def _ebs_encryption(self) -> None:
        aws.ebs.EncryptionByDefault(self._args.naming.name("ebs"), enabled=True, opts=self._child)

    def _inspector(self) -> None:
        """Scans images anew whenever a vulnerability becomes known, where ECR's own scan looks once, at the push."""
        aws.inspector2.Enabler(
            self._args.naming.name("inspector"),
            account_ids=[self._args.location.account_id],
            resource_types=["ECR"],
            opts=self._child,
        )

    def _password_policy(self) -> None:
        aws.iam.AccountPasswordPolicy(
            self._args.naming.name("passwords"),
            minimum_password_length=PASSWORD_LENGTH,
            require_lowercase_characters=True,
            require_uppercase_characters=True,
            require_numbers=True,
            require_symbols=True,
            allow_users_to_change_password=True,
            max_password_age=PASSWORD_AGE_DAYS,
            password_reuse_prevention=PASSWORDS_REMEMBERED,
            opts=self._child,
        )

    def _public_access_block(self) -> None:
        aws.s3.AccountPublicAccessBlock(
            self._args.naming.name("public-access"),
            account_id=self._args.location.account_id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
