"""Fields of Amazon RDS: database instances and their parameters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import Compare, Table, Value, every, field, own, set_of, types
from stack_verify.drift.normalize import given, lower
from stack_verify.drift.tags import TAGS
from stack_verify.resources.rds import DBParameter, DBParameterGroupStatus, VpcSecurityGroup


def _groups(groups: tuple[VpcSecurityGroup, ...]) -> Value:
    return set_of(*(group.vpc_security_group_id for group in groups))


def _parameter_groups(groups: tuple[DBParameterGroupStatus, ...]) -> Value:
    return set_of(*(group.db_parameter_group_name for group in groups))


def _parameters(parameters: list[Mapping[str, Any]]) -> Value:
    return set_of(*(f"{each['name']}={each['value']}" for each in parameters))


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
        types("rds/proxy:Proxy"),
        (
            field("engineFamily", "engine_family"),
            field("requireTls", "require_tls", "false"),
            field("debugLogging", "debug_logging", "false"),
            field("roleArn", "role_arn"),
        ),
    ),
    Table(
        types("rds/cluster:Cluster"),
        (
            field("engine", "engine"),
            field("storageEncrypted", "storage_encrypted", "false"),
            field("kmsKeyId", "kms_key_id"),
            field("backupRetentionPeriod", "backup_retention_period", "1"),
            field("deletionProtection", "deletion_protection", "false"),
            field("copyTagsToSnapshot", "copy_tags_to_snapshot", "false"),
            field("iamDatabaseAuthenticationEnabled", "iam_database_authentication_enabled", "false"),
            field("manageMasterUserPassword", "master_user_secret", "false", live_spell=given),
            field("enabledCloudwatchLogsExports", "enabled_cloudwatch_logs_exports", ()),
            field("dbClusterParameterGroupName", "db_cluster_parameter_group", spell=lower),
            field("vpcSecurityGroupIds", own("vpc_security_groups", _groups)),
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
)
