"""Fields of what keeps data: databases, buckets, repositories, secrets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import Compare, Table, Value, apart, every, field, own, set_of, types
from stack_verify.drift.normalize import given, lower, policy, yes, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.resources.ecr import RepositoryLifecycle, RepositoryPolicy
from stack_verify.resources.rds import DBParameter, DBParameterGroupStatus, VpcSecurityGroup
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
from stack_verify.resources.secretsmanager import Secret, SecretPolicy


def _groups(groups: tuple[VpcSecurityGroup, ...]) -> Value:
    return set_of(*(group.vpc_security_group_id for group in groups))


def _parameter_groups(groups: tuple[DBParameterGroupStatus, ...]) -> Value:
    return set_of(*(group.db_parameter_group_name for group in groups))


def _parameters(parameters: list[Mapping[str, Any]]) -> Value:
    return set_of(*(f"{each['name']}={each['value']}" for each in parameters))


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


def _images(text: Any) -> Value:  # noqa: ANN401 - a policy, or none
    """The rules of a lifecycle policy: AWS orders them by priority, and what they are called makes no difference."""
    if text is None:
        return ()
    # The types of Pulumi's own for it come as an object.
    document = json.loads(text) if isinstance(text, str) else text
    return set_of(*(_image_rule(rule) for rule in document["rules"]))


def _image_rule(rule: Mapping[str, Any]) -> str:
    told = {name: value for name, value in rule["selection"].items() if value is not None}
    told |= {name: sorted(value) for name, value in told.items() if isinstance(value, list)}
    return json.dumps({"rulePriority": rule["rulePriority"], **told, "action": rule["action"]}, sort_keys=True)


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
        types("rds/instance:Instance"),
        (
            field("engine", "engine"),
            field("storageEncrypted", "storage_encrypted", "false"),
            field("kmsKeyId", "kms_key_id"),
            field("backupRetentionPeriod", "backup_retention_period", "0"),
            field("multiAz", "multi_az", "false"),
            field("publiclyAccessible", "publicly_accessible", "false"),
            field("deletionProtection", "deletion_protection", "false"),
            field("copyTagsToSnapshot", "copy_tags_to_snapshot", "false"),
            field("autoMinorVersionUpgrade", "auto_minor_version_upgrade", "true"),
            field("iamDatabaseAuthenticationEnabled", "iam_database_authentication_enabled", "false"),
            field("manageMasterUserPassword", "master_user_secret", "false", live_spell=given),
            field("monitoringInterval", "monitoring_interval", "0"),
            field("monitoringRoleArn", "monitoring_role_arn"),
            field("enabledCloudwatchLogsExports", "enabled_cloudwatch_logs_exports", ()),
            field("port", "endpoint.port"),
            field("dbSubnetGroupName", "db_subnet_group.db_subnet_group_name", spell=lower),
            field("parameterGroupName", own("db_parameter_groups", _parameter_groups), spell=lambda name: (str(name),)),
            field("vpcSecurityGroupIds", own("vpc_security_groups", _groups)),
            field("caCertIdentifier", "certificate_details.ca_identifier"),
            TAGS,
        ),
    ),
    Table(
        types("rds/parameterGroup:ParameterGroup"),
        (
            field(
                "parameters",
                every(lambda each: f"{each.parameter_name}={each.parameter_value}"),
                spell=_parameters,
                compare=Compare.AT_LEAST,
            ),
        ),
        kind=DBParameter,
        key="name",
    ),
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
        types("ecr/repository:Repository"),
        (
            field("imageTagMutability", "image_tag_mutability", "MUTABLE"),
            field("imageScanningConfiguration.scanOnPush", "image_scanning_configuration.scan_on_push", "false"),
            field("encryptionConfigurations.encryptionType", "encryption_configuration.encryption_type", "AES256"),
            field("encryptionConfigurations.kmsKey", "encryption_configuration.kms_key"),
            TAGS,
        ),
    ),
    Table(
        types("ecr/repositoryPolicy:RepositoryPolicy"),
        (field("policy", own("policy_text", policy), spell=policy),),
        kind=RepositoryPolicy,
        key="repository",
    ),
    Table(
        types("ecr/lifecyclePolicy:LifecyclePolicy"),
        (field("policy", own("lifecycle_policy_text", _images), spell=_images),),
        kind=RepositoryLifecycle,
        key="repository",
    ),
    Table(types("secretsmanager/secret:Secret"), (field("kmsKeyId", "kms_key_id"), TAGS)),
    Table(
        types("secretsmanager/secretRotation:SecretRotation"),
        (
            # Declared by there being such a resource.
            field("rotationEnabled", own("rotation_enabled", yes), spell=lambda _: "true", of="secretId"),
            field("rotationLambdaArn", "rotation_lambda_arn"),
            field("rotationRules.automaticallyAfterDays", "rotation_rules.automatically_after_days"),
            field("rotationRules.scheduleExpression", "rotation_rules.schedule_expression"),
        ),
        kind=Secret,
        key="secretId",
    ),
    Table(
        types("secretsmanager/secretPolicy:SecretPolicy"),
        (field("policy", apart(SecretPolicy, "resource_policy", policy), spell=policy),),
        kind=Secret,
        key="secretArn",
    ),
)
