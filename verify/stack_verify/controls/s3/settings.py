"""Amazon S3: encryption, versions and public access of buckets."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.s3.buckets import is_log_bucket, policy_of
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Statement
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketOwnershipControls,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
    BucketVersioning,
)
from stack_verify.snapshot import Snapshot

# The groups of an ACL that mean everybody, and everybody with an AWS account (S3 user guide, "ACL overview").
WORLD = ("http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
READ_PERMISSIONS = ("READ", "READ_ACP", "FULL_CONTROL")
WRITE_PERMISSIONS = ("WRITE", "WRITE_ACP", "FULL_CONTROL")
# How the names of S3's actions begin that change nothing (Service Authorization Reference, "Actions for Amazon S3").
READS = ("get", "list")


@control(
    "s3-default-encryption",
    "Buckets encrypt what is put into them",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="s3-bucket-server-side-encryption-enabled",
    remediation="Give the bucket a BucketServerSideEncryptionConfiguration.",
)
def s3_default_encryption(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = [default.sse_algorithm for default in snapshot.require(BucketEncryption, bucket.name).defaults]
    return verdict(bool(found), f"SSEAlgorithm is {', '.join(found) or 'not set'}", expected="a default encryption")


@control(
    "s3-kms-encryption",
    "Buckets encrypt with the stack's own key",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="s3-default-encryption-kms",
    security_hub="S3.17",
    remediation="Set sse_algorithm to aws:kms and kms_master_key_id to the stack's key.",
)
def s3_kms_encryption(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_log_bucket(bucket, snapshot):
        return not_applicable("it takes access logs, which AWS delivers to no bucket with a KMS key")
    encryption = snapshot.require(BucketEncryption, bucket.name)
    for default in encryption.defaults:
        if default.sse_algorithm in ("aws:kms", "aws:kms:dsse"):
            return own_key(default.kms_master_key_id, encryption, snapshot)
    found = [default.sse_algorithm for default in encryption.defaults]
    return failed(f"SSEAlgorithm is {', '.join(found) or 'not set'}", expected="aws:kms with the stack's own key")


@control(
    "s3-block-public-access",
    "Buckets block all public access",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-level-public-access-prohibited",
    security_hub="S3.8",
    remediation="Give the bucket a BucketPublicAccessBlock with all four settings true.",
)
def s3_block_public_access(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    block = snapshot.require(BucketPublicAccessBlock, bucket.name)
    settings = {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }
    off = [name for name, on in settings.items() if not on]
    return verdict(not off, f"not set: {', '.join(off) or 'none'}", expected=f"{', '.join(settings)} all true")


@control(
    "s3-no-public-read",
    "Nobody outside reads from buckets",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-public-read-prohibited",
    security_hub="S3.2",
    remediation="Take everybody out of the bucket's policy and ACL.",
)
def s3_no_public_read(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = list(_public(bucket, snapshot, _reads, READ_PERMISSIONS))
    return verdict(not found, f"public: {', '.join(found) or 'nothing'}", expected="nothing")


@control(
    "s3-no-public-write",
    "Nobody outside writes to buckets",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(c)(1)", "164.312(c)(2)"),
    config_rule="s3-bucket-public-write-prohibited",
    security_hub="S3.3",
    remediation="Take everybody out of the bucket's policy and ACL.",
)
def s3_no_public_write(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = list(_public(bucket, snapshot, _writes, WRITE_PERMISSIONS))
    return verdict(not found, f"public: {', '.join(found) or 'nothing'}", expected="nothing")


@control(
    "s3-acl-disabled",
    "Buckets have no access control lists",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-bucket-acl-prohibited",
    security_hub="S3.12",
    remediation="Give the bucket BucketOwnershipControls with BucketOwnerEnforced.",
)
def s3_acl_disabled(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    ownership = snapshot.require(BucketOwnershipControls, bucket.name).object_ownership
    enforced = ownership == "BucketOwnerEnforced"
    return verdict(enforced, f"ObjectOwnership is {ownership or 'not set'}", expected="BucketOwnerEnforced")


@control(
    "s3-versioning",
    "Buckets keep versions",
    severity=Severity.HIGH,
    citations=hipaa("164.312(c)(1)", "164.312(c)(2)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="s3-bucket-versioning-enabled",
    security_hub="S3.14",
    remediation="Give the bucket BucketVersioning with the status Enabled.",
)
def s3_versioning(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    status = snapshot.require(BucketVersioning, bucket.name).status
    return verdict(status == "Enabled", f"Status is {status or 'not set'}", expected="Enabled")


@control(
    "s3-bucket-owner-and-region",
    "Buckets belong to this account and stand in the stack's region",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Find out who made the bucket of this name elsewhere; make the stack's own again.",
)
def s3_bucket_owner_and_region(bucket: Bucket, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    region, account = bucket.observed_by.region, bucket.observed_by.account
    observed = f"account {account} owns it, BucketRegion is {bucket.bucket_region}"
    return verdict(bucket.bucket_region == region, observed, expected=region)


def _public(
    bucket: Bucket, snapshot: Snapshot, allowed: Callable[[Statement], bool], permissions: tuple[str, ...]
) -> Iterator[str]:
    """What lets everybody do something that is ``allowed``, by policy, or has one of ``permissions``, by ACL."""
    for grant in snapshot.require(BucketAcl, bucket.name).grants:
        if grant.grantee.uri in WORLD and grant.permission in permissions:
            yield f"{grant.permission} to {grant.grantee.uri} in the ACL"
    public = snapshot.require(BucketPolicyStatus, bucket.name).is_public
    # S3 knows what we may not: where it calls a policy public, no condition is taken to narrow it.
    opened = [
        line
        for line in policy_of(bucket, snapshot)
        if line.open_to_anyone or (public and line.effect == "Allow" and line.names_anyone)
    ]
    yield from (f"statement {line.name} of the policy" for line in opened if allowed(line))
    if public and not opened:
        yield "the policy, by its PolicyStatus"


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
