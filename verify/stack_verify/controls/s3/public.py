"""What makes a bucket public, and what blocks it: at the bucket, at the account, or by turning ACLs off."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stack_verify.controls.s3.buckets import policy_of
from stack_verify.principals.iam_policy import Statement
from stack_verify.principals.sharing import outside, public
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketOwnershipControls,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
)
from stack_verify.snapshot import Snapshot

# The groups of an ACL that mean everybody, and everybody with an AWS account (S3 user guide, "ACL overview").
WORLD = ("http://acs.amazonaws.com/groups/global/AllUsers", "http://acs.amazonaws.com/groups/global/AuthenticatedUsers")
SETTINGS = {
    "BlockPublicAcls": "block_public_acls",
    "IgnorePublicAcls": "ignore_public_acls",
    "BlockPublicPolicy": "block_public_policy",
    "RestrictPublicBuckets": "restrict_public_buckets",
}


class Opening(NamedTuple):
    """Something that would make a bucket public, and what makes it void: None where nothing does."""

    what: str
    blocked_by: str | None
    statement: Statement | None = None
    permission: str | None = None

    def __str__(self) -> str:
        """The opening in a sentence."""
        return self.what if self.blocked_by is None else f"{self.what}, void by {self.blocked_by}"


def blocked(bucket: Bucket, snapshot: Snapshot, setting: str) -> str | None:
    """At which level a setting of Block Public Access is on: S3 applies the stricter of the bucket's and the account's.

    Raises:
        Unanswered: when the bucket's is off and the account's is not known.
    """
    field = SETTINGS[setting]
    if getattr(snapshot.require(BucketPublicAccessBlock, bucket.name), field):
        return f"{setting} of the bucket"
    account = snapshot.require(AccountPublicAccessBlock, bucket.observed_by.account)
    return f"{setting} of the account" if getattr(account, field) else None


def openings(bucket: Bucket, snapshot: Snapshot) -> tuple[Opening, ...]:
    """Everything that would make the bucket public, void or not."""
    return (*_by_acl(bucket, snapshot), *_by_policy(bucket, snapshot))


def _by_acl(bucket: Bucket, snapshot: Snapshot) -> Iterator[Opening]:
    grants = [each for each in snapshot.require(BucketAcl, bucket.name).grants if each.grantee.uri in WORLD]
    void = acls_off(bucket, snapshot) or blocked(bucket, snapshot, "IgnorePublicAcls") if grants else None
    for grant in grants:
        yield Opening(f"{grant.permission} to {grant.grantee.uri} in the ACL", void, permission=grant.permission)


def acls_off(bucket: Bucket, snapshot: Snapshot) -> str | None:
    """What turns the bucket's ACL off as a whole; None where it counts."""
    ownership = snapshot.require(BucketOwnershipControls, bucket.name).object_ownership
    return "ObjectOwnership BucketOwnerEnforced" if ownership == "BucketOwnerEnforced" else None


def _by_policy(bucket: Bucket, snapshot: Snapshot) -> Iterator[Opening]:
    is_public = snapshot.require(BucketPolicyStatus, bucket.name).is_public
    policy = policy_of(bucket, snapshot)
    opened = [each.statement for each in public(outside(policy, account=bucket.observed_by.account))]
    if is_public:
        # S3 knows what we may not: where it calls a policy public, no condition is taken to narrow it.
        opened += [line for line in policy if line.effect == "Allow" and line.names_anyone and line not in opened]
    void = blocked(bucket, snapshot, "RestrictPublicBuckets") if opened or is_public else None
    yield from (Opening(f"statement {line.name} of the policy", void, statement=line) for line in opened)
    if is_public and not opened:
        yield Opening("the policy, by its PolicyStatus", void)
