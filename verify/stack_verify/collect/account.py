"""Reads what an account has only one of, and its IAM users."""

from __future__ import annotations

import csv
from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.resources.account import (
    Account,
    AccountPublicAccessBlock,
    AccountUser,
    EbsEncryptionByDefault,
    PasswordPolicy,
    SecurityContact,
    VirtualMfaDevices,
)

GONE = ("NoSuchEntity",)
# How many users are asked how they sign in, one by one. Of more than these the credential report tells, in one call.
MOST_USERS = 100
# How the report says whether a user has something; any other word is no answer.
TOLD = {"true": True, "false": False}
# What "nothing is configured" means, by the S3 user guide.
NO_BLOCK: Body = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}


@collects(Account, "iam:GetAccountSummary")
def accounts(reader: Reader, account: str) -> Iterator[Account]:
    """The caller's account; there is no asking for another."""
    response = reader.call("iam", "GetAccountSummary")
    yield response.decode(Account, response.item("SummaryMap"), AccountId=account)


@collects(PasswordPolicy, "iam:GetAccountPasswordPolicy")
def password_policies(reader: Reader, account: str) -> Iterator[PasswordPolicy]:
    """The account's own password policy."""
    response = reader.call("iam", "GetAccountPasswordPolicy", answers=GONE)
    if not response.absent:
        yield response.decode(PasswordPolicy, response.item("PasswordPolicy"), AccountId=account)


@collects(AccountPublicAccessBlock, "s3control:GetPublicAccessBlock")
def public_access_block(reader: Reader, account: str) -> Iterator[AccountPublicAccessBlock]:
    """The account's block of public access to all of its buckets."""
    none = ("NoSuchPublicAccessBlockConfiguration",)
    response = reader.call("s3control", "GetPublicAccessBlock", AccountId=account, answers=none)
    found = NO_BLOCK if response.absent else response.item("PublicAccessBlockConfiguration")
    yield response.decode(AccountPublicAccessBlock, found, AccountId=account)


@collects(EbsEncryptionByDefault, "ec2:GetEbsEncryptionByDefault")
def ebs_encryption(reader: Reader, account: str) -> Iterator[EbsEncryptionByDefault]:
    """Whether new disks in the region are encrypted whoever makes them."""
    yield reader.call("ec2", "GetEbsEncryptionByDefault").decode(EbsEncryptionByDefault, AccountId=account)


@collects(AccountUser, "iam:ListUsers", "iam:GetCredentialReport")
def users(reader: Reader, _account: str) -> Iterator[AccountUser]:
    """The IAM users of the account; of many, with what the account's credential report says of them.

    AWS makes the report on demand, keeps it for four hours, and answers with an error where there is none.
    """
    pages = list(reader.pages("iam", "ListUsers"))
    found = [(page, item) for page in pages for item in page.items("Users")]
    if len(found) <= MOST_USERS:
        for page, item in found:
            yield page.decode(AccountUser, item)
        return
    report = reader.call("iam", "GetCredentialReport")
    rows = {row["user"]: row for row in csv.DictReader(report.body["Content"].decode().splitlines())}
    for page, item in found:
        # One who was made after the report is asked as among a few.
        row = rows.get(item["UserName"])
        if row is None:
            yield page.decode(AccountUser, item)
        else:
            password, mfa = (TOLD[row[column]] for column in ("password_enabled", "mfa_active"))
            yield report.decode(AccountUser, item, PasswordEnabled=password, MfaActive=mfa)


@collects(VirtualMfaDevices, "iam:ListVirtualMFADevices")
def virtual_mfa_devices(reader: Reader, account: str) -> Iterator[VirtualMfaDevices]:
    """The virtual MFA devices that are in use, of whomever."""
    pages = list(reader.pages("iam", "ListVirtualMFADevices", AssignmentStatus="Assigned"))
    devices = [device for page in pages for device in page.items("VirtualMFADevices")]
    yield pages[-1].decode(VirtualMfaDevices, AccountId=account, Devices=devices)


@collects(SecurityContact, "account:GetAlternateContact")
def security_contact(reader: Reader, account: str) -> Iterator[SecurityContact]:
    """That there is somebody for AWS to turn to. Name, address and number are dropped at once."""
    none = ("ResourceNotFoundException",)
    response = reader.call("account", "GetAlternateContact", AlternateContactType="SECURITY", answers=none)
    if not response.absent:
        response.item("AlternateContact")
        yield response.decode(SecurityContact, {}, AccountId=account)
