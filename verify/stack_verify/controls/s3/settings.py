"""Amazon S3: encryption, versions and public access of buckets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stack_verify.controls.kms.own_key import OWN_KEY, own_key
from stack_verify.controls.s3.buckets import is_log_bucket
from stack_verify.controls.s3.public import SETTINGS, Opening, blocked, openings
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Statement
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.kms import Key
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLogging,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
    BucketVersioning,
)
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

# The algorithms that use AWS KMS, with one layer of encryption or two.
BY_KMS = ("aws:kms", "aws:kms:dsse")
READ_PERMISSIONS = ("READ", "READ_ACP", "FULL_CONTROL")
WRITE_PERMISSIONS = ("WRITE", "WRITE_ACP", "FULL_CONTROL")
# How the names of S3's actions begin that change nothing (Service Authorization Reference, "Actions for Amazon S3").
READS = ("get", "list")


@control(
    "s3-default-encryption",
    "Buckets have default encryption",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="s3-bucket-server-side-encryption-enabled",
    remediation="Give the bucket a BucketServerSideEncryptionConfiguration.",
    rationale="Objects that are not encrypted can be read from the medium they are stored on.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/default-encryption-faq.html",
    reads=(BucketEncryption,),
)
def s3_default_encryption(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = [default.sse_algorithm for default in snapshot.require(BucketEncryption, bucket.name).defaults]
    return verdict(bool(found), f"SSEAlgorithm is {', '.join(found) or 'not set'}", expected="a default encryption")


@control(
    "s3-kms-encryption",
    "Buckets encrypt with AWS KMS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="s3-default-encryption-kms",
    security_hub="S3.17",
    remediation="Set sse_algorithm to aws:kms; name a customer-managed key in kms_master_key_id.",
    rationale="With a KMS key every use is logged, and reading an object takes a permission on the key too.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    reads=(BucketEncryption, BucketLogging, LoadBalancer, LoadBalancerAttributes),
)
def s3_kms_encryption(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_log_bucket(bucket, snapshot):
        return not_applicable("it takes access logs, which AWS delivers to no bucket with a KMS key")
    found = [default.sse_algorithm for default in snapshot.require(BucketEncryption, bucket.name).defaults]
    holds = any(algorithm in BY_KMS for algorithm in found)
    return verdict(holds, f"SSEAlgorithm is {', '.join(found) or 'not set'}", expected=" or ".join(BY_KMS))


@control(
    "s3-customer-key",
    "Buckets encrypt with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Set kms_master_key_id of the bucket's default encryption to a customer-managed key.",
    rationale="The policy of a customer-managed key decides who decrypts; AWS's own key serves the whole account.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/UsingKMSEncryption.html",
    hardening=True,
    reads=(
        BucketEncryption,
        BucketLogging,
        DeclaredResource,
        Key,
        LoadBalancer,
        LoadBalancerAttributes,
        StackOutput,
        TaggedResource,
    ),
)
def s3_customer_key(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_log_bucket(bucket, snapshot):
        return not_applicable("it takes access logs, which AWS delivers to no bucket with a KMS key")
    encryption = snapshot.require(BucketEncryption, bucket.name)
    for default in encryption.defaults:
        if default.sse_algorithm in BY_KMS:
            return own_key(default.kms_master_key_id, encryption, snapshot)
    found = [default.sse_algorithm for default in encryption.defaults]
    return failed(f"SSEAlgorithm is {', '.join(found) or 'not set'}", expected=OWN_KEY)


@control(
    "s3-block-public-access",
    "Buckets block all public access",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-level-public-access-prohibited",
    security_hub="S3.8",
    remediation="Give the bucket a BucketPublicAccessBlock with all four settings true.",
    rationale="One mistaken policy or ACL would make ePHI public.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-control-block-public-access.html",
    reads=(AccountPublicAccessBlock, BucketPublicAccessBlock),
)
def s3_block_public_access(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = {setting: blocked(bucket, snapshot, setting) for setting in SETTINGS}
    off = [setting for setting, level in found.items() if level is None]
    by_account = [setting for setting, level in found.items() if level is not None and level.endswith("account")]
    observed = f"not set: {', '.join(off) or 'none'}"
    observed += f"; set by the account only: {', '.join(by_account)}" if by_account else ""
    return verdict(not off, observed, expected=f"{', '.join(SETTINGS)} all true, of the bucket or of the account")


@control(
    "s3-no-public-read",
    "Buckets are not publicly readable",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-public-read-prohibited",
    security_hub="S3.2",
    remediation="Remove public grants from the bucket policy and ACL.",
    rationale="ePHI in a publicly readable bucket is disclosed.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-public-read-prohibited.html",
    reads=(
        AccountPublicAccessBlock,
        BucketAcl,
        BucketOwnershipControls,
        BucketPolicy,
        BucketPolicyStatus,
        BucketPublicAccessBlock,
    ),
)
def s3_no_public_read(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _public(bucket, snapshot, _reads, READ_PERMISSIONS)


@control(
    "s3-no-public-write",
    "Buckets are not publicly writable",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(c)(1)", "164.312(c)(2)"),
    config_rule="s3-bucket-public-write-prohibited",
    security_hub="S3.3",
    remediation="Remove public grants from the bucket policy and ACL.",
    rationale="The content of a publicly writable bucket cannot be trusted.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/s3-bucket-public-write-prohibited.html",
    reads=(
        AccountPublicAccessBlock,
        BucketAcl,
        BucketOwnershipControls,
        BucketPolicy,
        BucketPolicyStatus,
        BucketPublicAccessBlock,
    ),
)
def s3_no_public_write(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _public(bucket, snapshot, _writes, WRITE_PERMISSIONS)


@control(
    "s3-acl-disabled",
    "Buckets have no access control lists",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-acl-prohibited",
    security_hub="S3.12",
    remediation="Give the bucket BucketOwnershipControls with BucketOwnerEnforced.",
    rationale="An ACL gives access that no policy shows.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/about-object-ownership.html",
    reads=(BucketOwnershipControls,),
)
def s3_acl_disabled(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    ownership = snapshot.require(BucketOwnershipControls, bucket.name).object_ownership
    enforced = ownership == "BucketOwnerEnforced"
    return verdict(enforced, f"ObjectOwnership is {ownership or 'not set'}", expected="BucketOwnerEnforced")


@control(
    "s3-versioning",
    "Buckets keep versions",
    severity=Severity.LOW,
    citations=hipaa("164.312(c)(1)", "164.312(c)(2)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="s3-bucket-versioning-enabled",
    security_hub="S3.14",
    remediation="Give the bucket BucketVersioning with the status Enabled.",
    rationale="Without versions, overwritten and deleted objects are lost.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/Versioning.html",
    reads=(BucketVersioning,),
)
def s3_versioning(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    status = snapshot.require(BucketVersioning, bucket.name).status
    return verdict(status == "Enabled", f"Status is {status or 'not set'}", expected="Enabled")


@control(
    "s3-bucket-owner-and-region",
    "Buckets belong to this account and are in the stack's region",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Find out who made the bucket of this name elsewhere; make the stack's own again.",
    rationale="A bucket of the same name elsewhere takes what is meant for the stack's.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-owner-condition.html",
    reads=(),
)
def s3_bucket_owner_and_region(bucket: Bucket, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    region, account = bucket.observed_by.region, bucket.observed_by.account
    observed = f"account {account} owns it, BucketRegion is {bucket.bucket_region}"
    return verdict(bucket.bucket_region == region, observed, expected=region)


def _public(
    bucket: Bucket, snapshot: Snapshot, allowed: Callable[[Statement], bool], permissions: tuple[str, ...]
) -> Verdict:
    """Whether everybody can do something that is ``allowed``, by policy, or has one of ``permissions``, by ACL."""
    meant = [each for each in openings(bucket, snapshot) if _is_meant(each, allowed, permissions)]
    live = [str(each) for each in meant if each.blocked_by is None]
    void = [str(each) for each in meant if each.blocked_by is not None]
    observed = f"public: {', '.join(live) or 'nothing'}"
    observed += f"; left over: {', '.join(void)}" if void else ""
    return verdict(not live, observed, expected="nothing")


def _is_meant(each: Opening, allowed: Callable[[Statement], bool], permissions: tuple[str, ...]) -> bool:
    if each.permission is not None:
        return each.permission in permissions
    return each.statement is None or allowed(each.statement)


def _reads(line: Statement) -> bool:
    """Whether it may mean an action that reads."""
    if line.not_action:
        return not all(line.leaves_out(f"s3:{start}*") for start in READS)
    return any(name.startswith(READS) or any(start.startswith(name) for start in READS) for name in _names(line))


def _writes(line: Statement) -> bool:
    """Whether it may mean an action that does anything else."""
    if line.not_action:
        return not line.leaves_out("s3:*")
    return any(not name.startswith(READS) for name in _names(line))


def _names(line: Statement) -> Iterator[str]:
    """How the names of the actions begin that it means, up to the first wildcard; in lower case."""
    for action in line.actions:
        yield re.split("[*?]", action.rpartition(":")[2].lower())[0]
