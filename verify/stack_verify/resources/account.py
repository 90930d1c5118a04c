"""The AWS account as a whole: what it has only one of, and its IAM users."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.accessanalyzer import Analyzer
from stack_verify.resources.iam_users import AnyUser, LoginProfile, UserMfaDevices
from stack_verify.resources.identity import Identity
from stack_verify.resources.inspector2 import InspectorStatus
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource


class PasswordPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account.PasswordPolicy"):
    """``iam:GetAccountPasswordPolicy``, by account id; none where AWS's default is in force.

    AWS leaves out the age (in days) and the number of passwords that are remembered where it asks for none.
    """

    id_field: ClassVar[str] = "account_id"

    account_id: str
    minimum_password_length: Known[int] = UNKNOWN
    require_uppercase_characters: Known[bool] = UNKNOWN
    require_lowercase_characters: Known[bool] = UNKNOWN
    require_numbers: Known[bool] = UNKNOWN
    require_symbols: Known[bool] = UNKNOWN
    max_password_age: int | None = None
    password_reuse_prevention: int | None = None


class AccountPublicAccessBlock(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account.PublicAccessBlock"
):
    """``s3control:GetPublicAccessBlock``, by account id. All four are false where AWS says that none is configured."""

    id_field: ClassVar[str] = "account_id"

    account_id: str
    block_public_acls: Known[bool] = UNKNOWN
    ignore_public_acls: Known[bool] = UNKNOWN
    block_public_policy: Known[bool] = UNKNOWN
    restrict_public_buckets: Known[bool] = UNKNOWN


class EbsEncryptionByDefault(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account.EbsEncryptionByDefault"
):
    """``ec2:GetEbsEncryptionByDefault`` of the region, by account id."""

    id_field: ClassVar[str] = "account_id"

    account_id: str
    ebs_encryption_by_default: Known[bool] = UNKNOWN


class DeviceOwner(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Whom a virtual MFA device is assigned to."""

    arn: Known[str] = UNKNOWN


class VirtualMfaDevice(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A virtual MFA device: an application that anybody can install who has its secret."""

    serial_number: str
    user: Known[DeviceOwner] = UNKNOWN

    @property
    def is_of_root(self) -> bool:
        """Whether the root user signs in with it. By this name the console makes it; another is told by its owner."""
        return self.serial_number.endswith(":mfa/root-account-mfa-device") or self.user.arn.endswith(":root")


class VirtualMfaDevices(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::VirtualMFADevices"):
    """The complete list of ``iam:ListVirtualMFADevices`` that are assigned to somebody, by account id."""

    id_field: ClassVar[str] = "account_id"

    account_id: str
    devices: tuple[VirtualMfaDevice, ...]


class SecurityContact(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account.SecurityContact"):
    """``account:GetAlternateContact`` for security, by account id; none where there is none. Who it is is not kept."""

    id_field: ClassVar[str] = "account_id"

    account_id: str


class AccountUser(AnyUser, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account.User"):
    """One user of ``iam:ListUsers``; listed by account id.

    How it signs in is asked apart, unless the account has so many users that a row of its credential report tells.
    """

    identity: ClassVar[Identity | None] = Identity(asff="AwsIamUser")
    id_field: ClassVar[str] = "user_name"
    arn_field: ClassVar[str | None] = "user_arn"
    leads_to: ClassVar[tuple[str, ...]] = (LoginProfile.kind(), UserMfaDevices.kind())

    user_name: str
    user_arn: str = msgspec.field(name="Arn")
    # Of iam:GetCredentialReport; None where it was not asked for.
    password_enabled: bool | None = None
    mfa_active: bool | None = None

    @property
    def is_reported(self) -> bool:
        """Whether the account's credential report tells how it signs in."""
        return self.mfa_active is not None

    def refers_to(self) -> Iterator[Question]:
        if not self.is_reported:
            yield LoginProfile.ask(self.user_name)
            yield UserMfaDevices.ask(self.user_name)


class Account(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::::Account"):
    """The SummaryMap of ``iam:GetAccountSummary``, by account id: how many users there are, and what the root user has.

    An account of an organisation may have a root user without any credentials, which has no password either.
    """

    id_field: ClassVar[str] = "account_id"
    leads_to: ClassVar[tuple[str, ...]] = (
        PasswordPolicy.kind(),
        AccountPublicAccessBlock.kind(),
        EbsEncryptionByDefault.kind(),
        AccountUser.kind(),
        Analyzer.kind(),
        VirtualMfaDevices.kind(),
        SecurityContact.kind(),
        InspectorStatus.kind(),
    )

    account_id: str
    users: Known[int] = UNKNOWN
    root_mfa_enabled: Known[int] = msgspec.field(name="AccountMFAEnabled", default=UNKNOWN)
    root_access_keys_present: Known[int] = msgspec.field(name="AccountAccessKeysPresent", default=UNKNOWN)
    # AWS did not always tell it; where it does not, there may be one.
    root_password_present: int | None = msgspec.field(name="AccountPasswordPresent", default=None)

    def refers_to(self) -> Iterator[Question]:
        yield PasswordPolicy.ask(self.account_id)
        yield AccountPublicAccessBlock.ask(self.account_id)
        yield EbsEncryptionByDefault.ask(self.account_id)
        yield Analyzer.ask(self.account_id)
        yield VirtualMfaDevices.ask(self.account_id)
        yield SecurityContact.ask(self.account_id)
        yield InspectorStatus.ask(self.account_id)
        if self.users:
            yield AccountUser.ask(self.account_id)
