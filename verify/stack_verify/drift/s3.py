"""Fields of Amazon S3: buckets and their companions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import Table, Value, apart, field, set_of, types
from stack_verify.drift.normalize import policy, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.resources.s3 import (
    Bucket,
    BucketEncryption,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPublicAccessBlock,
    BucketVersioning,
    LifecycleRule,
    ServerSideEncryptionRule,
)
from stack_verify.resources.s3_access_points import AccessPoint, AccessPointPolicy


def _encryption(rules: list[Mapping[str, Any]]) -> Value:
    defaults = [rule.get("applyServerSideEncryptionByDefault") for rule in rules]
    return set_of(*(f"{each['sseAlgorithm']} {each.get('kmsMasterKeyId') or ''}".rstrip() for each in defaults if each))


def _live_encryption(rules: tuple[ServerSideEncryptionRule, ...]) -> Value:
    defaults = (rule.apply_server_side_encryption_by_default for rule in rules)
    return set_of(*(f"{each.sse_algorithm} {each.kms_master_key_id or ''}".rstrip() for each in defaults if each))


def _lifecycle(rules: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_lifecycle_rule(rule) for rule in rules))


def _lifecycle_rule(rule: Mapping[str, Any]) -> str:
    whose = rule.get("filter") or {}
    prefix = whose.get("prefix") or (whose.get("and") or {}).get("prefix") or rule.get("prefix") or ""
    days = (rule.get("expiration") or {}).get("days")
    noncurrent = (rule.get("noncurrentVersionExpiration") or {}).get("noncurrentDays")
    return _expiry(rule["status"], prefix, days, noncurrent)


def _live_lifecycle(rules: tuple[LifecycleRule, ...]) -> Value:
    return set_of(*(_live_lifecycle_rule(rule) for rule in rules))


def _live_lifecycle_rule(rule: LifecycleRule) -> str:
    days = rule.expiration.days if rule.expiration else None
    versions = rule.noncurrent_version_expiration
    return _expiry(rule.status, rule.key_prefix, days, versions.noncurrent_days if versions else None)


def _expiry(status: object, prefix: object, days: object, noncurrent: object) -> str:
    told = f"{status} for {prefix or 'all'}: {days or 'no'} days"
    return f"{told}, {noncurrent} days for versions" if noncurrent else told


def _bucket_types(name: str) -> tuple[str, ...]:
    """The type of a bucket's companion, which for some time was also called V2."""
    kind = name[0].upper() + name[1:]
    return types(f"s3/{name}:{kind}", f"s3/{name}V2:{kind}V2")


_BLOCKS = (
    ("blockPublicAcls", "block_public_acls"),
    ("ignorePublicAcls", "ignore_public_acls"),
    ("blockPublicPolicy", "block_public_policy"),
    ("restrictPublicBuckets", "restrict_public_buckets"),
)


TABLES = (
    Table(
        _bucket_types("bucket"),
        (
            field(
                "objectLockEnabled", apart(BucketObjectLock, "object_lock_enabled", yes_where("Enabled"), by_arn=False)
            ),
            TAGS,
        ),
    ),
    Table(
        _bucket_types("bucketVersioning"),
        (field("versioningConfiguration.status", apart(BucketVersioning, "status", by_arn=False)),),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        types("s3/bucketPublicAccessBlock:BucketPublicAccessBlock"),
        tuple(field(path, apart(BucketPublicAccessBlock, name, by_arn=False), "false") for path, name in _BLOCKS),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        types("s3/bucketOwnershipControls:BucketOwnershipControls"),
        (field("rule.objectOwnership", apart(BucketOwnershipControls, "object_ownership", by_arn=False)),),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        _bucket_types("bucketServerSideEncryptionConfiguration"),
        (field("rules", apart(BucketEncryption, "rules", _live_encryption, by_arn=False), spell=_encryption),),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        types("s3/bucketPolicy:BucketPolicy"),
        (field("policy", apart(BucketPolicy, "policy", policy, by_arn=False), spell=policy),),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        _bucket_types("bucketLogging"),
        (
            field("targetBucket", apart(BucketLogging, "logging_enabled.target_bucket", by_arn=False)),
            field("targetPrefix", apart(BucketLogging, "logging_enabled.target_prefix", by_arn=False), None),
        ),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        _bucket_types("bucketLifecycleConfiguration"),
        (field("rules", apart(BucketLifecycle, "rules", _live_lifecycle, by_arn=False), spell=_lifecycle),),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        _bucket_types("bucketObjectLockConfiguration"),
        tuple(
            field(
                f"rule.defaultRetention.{name}", apart(BucketObjectLock, f"rule.default_retention.{name}", by_arn=False)
            )
            for name in ("mode", "days", "years")
        ),
        kind=Bucket,
        key="bucket",
    ),
    Table(
        types("s3/accessPoint:AccessPoint"),
        (
            field("bucket", "bucket"),
            *(
                field(f"publicAccessBlockConfiguration.{path}", f"public_access_block_configuration.{name}", "true")
                for path, name in _BLOCKS
            ),
            field("policy", apart(AccessPointPolicy, "policy", policy), spell=policy),
        ),
    ),
    Table(
        types("s3control/accessPointPolicy:AccessPointPolicy"),
        (field("policy", apart(AccessPointPolicy, "policy", policy), spell=policy),),
        kind=AccessPoint,
        key="accessPointArn",
    ),
)
