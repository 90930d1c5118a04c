"""The account as a whole: passwords, storage, disks, scans, contacts. Judged where the policy asks for it."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import (
    Account,
    AccountPublicAccessBlock,
    EbsEncryptionByDefault,
    InspectorStatus,
    PasswordPolicy,
    SecurityContact,
)
from stack_verify.snapshot import Snapshot

NOT_ASKED = "the policy judges no account as a whole (require_account_safeguards is false)"


@control(
    "iam-password-policy",
    "The account asks its users for strong passwords",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)", "164.312(d)"),
    config_rule="iam-password-policy",
    security_hub="IAM.7",
    remediation="Set an account password policy, of which a longer or stricter one is as good.",
)
def iam_password_policy(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    expected = (
        f"length {policy.min_password_length} or more, upper and lower case, numbers and symbols, "
        f"{policy.max_password_age_days} days at most, {policy.min_passwords_remembered} remembered"
    )
    found = snapshot.within(PasswordPolicy, account.account_id)
    if not found:
        return failed("no password policy of its own: AWS's default is in force", expected=expected)
    (own,) = found
    weak = _weaknesses(own, policy)
    return verdict(not weak, f"too weak: {', '.join(weak) or 'nothing'}", expected=expected)


@control(
    "s3-account-block-public-access",
    "The account blocks public access to all of its buckets",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-account-level-public-access-blocks-periodic",
    security_hub="S3.1",
    remediation="Set all four settings of the account's public access block to true.",
)
def s3_account_block_public_access(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    block = snapshot.require(AccountPublicAccessBlock, account.account_id)
    settings = {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }
    off = [name for name, on in settings.items() if not on]
    return verdict(not off, f"not set: {', '.join(off) or 'none'}", expected=f"{', '.join(settings)} all true")


@control(
    "ebs-default-encryption",
    "New disks in the region are encrypted whoever makes them",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="ec2-ebs-encryption-by-default",
    security_hub="EC2.7",
    remediation="Enable EBS encryption by default in the region.",
)
def ebs_default_encryption(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    found = snapshot.require(EbsEncryptionByDefault, account.account_id)
    enabled = found.ebs_encryption_by_default
    region = found.observed_by.region
    return verdict(enabled, f"EbsEncryptionByDefault is {enabled} in {region}", expected="true")


@control(
    "inspector-ecr",
    "Amazon Inspector goes on scanning container images after they were pushed",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="inspector-ecr-scan-enabled",
    security_hub="Inspector.2",
    remediation="Enable Amazon Inspector for ECR in the region.",
)
def inspector_ecr(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    status = snapshot.require(InspectorStatus, account.account_id).resource_state.ecr.status
    return verdict(status == "ENABLED", f"status of ECR is {status}", expected="ENABLED")


@control(
    "account-security-contact",
    "AWS knows whom to tell of what is wrong with the security of the account",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(2)"),
    config_rule="security-account-information-provided",
    security_hub="Account.1",
    remediation="Set the account's alternate contact for security.",
)
def account_security_contact(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    found = bool(snapshot.within(SecurityContact, account.account_id))
    return verdict(found, f"{'an' if found else 'no'} alternate contact for security", expected="one")


def _weaknesses(found: PasswordPolicy, policy: Policy) -> list[str]:
    """Where the account's policy stays below the floor, as AWS names it; all of it is read."""
    length, age, remembered = found.minimum_password_length, found.max_password_age, found.password_reuse_prevention
    strong = {
        f"MinimumPasswordLength {length}": length >= policy.min_password_length,
        "RequireUppercaseCharacters false": found.require_uppercase_characters,
        "RequireLowercaseCharacters false": found.require_lowercase_characters,
        "RequireNumbers false": found.require_numbers,
        "RequireSymbols false": found.require_symbols,
        f"MaxPasswordAge {age or 'not set'}": age is not None and 0 < age <= policy.max_password_age_days,
        f"PasswordReusePrevention {remembered or 'not set'}": (remembered or 0) >= policy.min_passwords_remembered,
    }
    return [name for name, holds in strong.items() if not holds]
