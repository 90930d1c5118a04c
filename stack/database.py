"""The PostgreSQL database."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.log_group import LogSettings, log_group
from stack.naming import Naming
from stack.policy_document import allow, document, trust
from stack.settings import DatabaseSettings

MASTER_USERNAME = "healthcare_admin"
LOG_EXPORTS = ("postgresql", "upgrade")
MONITORING_INTERVAL_SECONDS = 60
# What is logged of each session besides its beginning and end: all statements, but for their parameters' values.
AUDITED = "ddl,read,role,write"
PARAMETERS = {
    "log_connections": "1",
    "log_disconnections": "1",
    "pgaudit.log": AUDITED,
}
# In force when PostgreSQL starts, which for a new instance is at once. RDS answers that TLS is required from the next
# start on, however it was asked: declared as immediate, each deployment would change the parameter group.
FROM_START = {"rds.force_ssl": "1", "shared_preload_libraries": "pg_stat_statements,pgaudit"}
KEY_ID_PART = 12
CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"


@dataclass(frozen=True)
class DatabaseArgs:
    """What the database is asked to be, where it stands, and the keys that protect it."""

    naming: Naming
    location: Location
    settings: DatabaseSettings
    logs: LogSettings
    production: bool
    allow_destroy: bool
    port: int
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    storage_key_arn: pulumi.Input[str]
    secret_key_arn: pulumi.Input[str]


class Database(pulumi.ComponentResource):
    """An encrypted RDS instance in the isolated subnets, whose master password RDS keeps in Secrets Manager."""

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:database:Database", name, None, opts)
        self._args = args
        self._name = args.naming.name("database")
        self._tags = args.naming.tags(self._name)
        self._child = pulumi.ResourceOptions(parent=self)
        self.subnet_group = self._subnet_group()
        self.parameter_group = self._parameter_group()
        self.log_groups = [
            log_group(f"database-{export}", f"/aws/rds/instance/{self._name}/{export}", args.logs, self)
            for export in LOG_EXPORTS
        ]
        self.monitoring_role = self._monitoring_role()
        self.instance = self._instance(self._monitoring_permissions())
        self.secret_arn = self.instance.master_user_secrets[0].secret_arn
        self.outputs = {
            exports.DATABASE_IDENTIFIER: self.instance.identifier,
            exports.DATABASE_ARN: self.instance.arn,
            exports.DATABASE_ENDPOINT: self.instance.endpoint,
            exports.DATABASE_PORT: self.instance.port,
            exports.DATABASE_SECRET_ARN: self.secret_arn,
            exports.DATABASE_SUBNET_GROUP_NAME: self.subnet_group.name,
            exports.DATABASE_PARAMETER_GROUP_NAME: self.parameter_group.name,
            exports.DATABASE_LOG_GROUP_NAMES: [group.name for group in self.log_groups],
            exports.DATABASE_LOG_GROUP_ARNS: [group.arn for group in self.log_groups],
            exports.DATABASE_MONITORING_ROLE_ARN: self.monitoring_role.arn,
        }
        self.register_outputs(self.outputs)

    def _subnet_group(self) -> aws.rds.SubnetGroup:
        return aws.rds.SubnetGroup(
            self._name,
            name=self._name,
            description="Isolated subnets",
            subnet_ids=self._args.subnet_ids,
            tags=self._tags,
            opts=self._child,
        )

    def _parameter_group(self) -> aws.rds.ParameterGroup:
        major = self._args.settings.engine_version.partition(".")[0]
        return aws.rds.ParameterGroup(
            self._name,
            # A group is of one major version for good, and is not deleted while the instance uses it: an upgrade needs
            # the next one beside it.
            name=self._args.naming.name(f"database-postgres{major}"),
            family=f"postgres{major}",
            description="TLS only, connections and statements logged",
            parameters=[*_parameters(PARAMETERS, "immediate"), *_parameters(FROM_START, "pending-reboot")],
            tags=self._tags,
            opts=self._child,
        )

    def _monitoring_role(self) -> aws.iam.Role:
        name = self._args.naming.name("database-monitoring")
        instance = self._args.location.arn("rds", f"db:{self._name}")
        for_this_instance = {
            "StringEquals": {"aws:SourceAccount": self._args.location.account_id, "aws:SourceArn": instance}
        }
        return aws.iam.Role(
            name,
            name=name,
            description="Lets RDS write the operating system's metrics",
            assume_role_policy=trust("monitoring.rds.amazonaws.com", for_this_instance),
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _monitoring_permissions(self) -> aws.iam.RolePolicy:
        name = self._args.naming.name("database-monitoring")
        group = self._args.location.arn("logs", "log-group:RDSOSMetrics")
        on_group = ("logs:CreateLogGroup", "logs:PutRetentionPolicy")
        on_streams = (
            "logs:CreateLogStream",
            "logs:DescribeLogStreams",
            "logs:GetLogEvents",
            "logs:PutLogEvents",
        )
        return aws.iam.RolePolicy(
            name,
            name=name,
            role=self.monitoring_role.name,
            policy=document(
                allow("CreateGroup", on_group, [group, f"{group}:*"]),
                allow("WriteMetrics", on_streams, f"{group}:log-stream:*"),
            ),
            opts=self._child,
        )

    def _instance(self, permissions: aws.iam.RolePolicy) -> aws.rds.Instance:
        args, settings = self._args, self._args.settings
        return aws.rds.Instance(
            self._name,
            identifier=self._name,
            engine="postgres",
            engine_version=settings.engine_version,
            instance_class=settings.instance_class,
            db_name=settings.name,
            port=args.port,
            db_subnet_group_name=self.subnet_group.name,
            vpc_security_group_ids=[args.security_group_id],
            publicly_accessible=False,
            multi_az=args.production,
            parameter_group_name=self.parameter_group.name,
            ca_cert_identifier=CERTIFICATE_AUTHORITY,
            iam_database_authentication_enabled=True,
            username=MASTER_USERNAME,
            manage_master_user_password=True,
            master_user_secret_kms_key_id=args.secret_key_arn,
            storage_type="gp3",
            allocated_storage=settings.allocated_storage_gib,
            storage_encrypted=True,
            kms_key_id=args.storage_key_arn,
            backup_retention_period=settings.backup_retention_days,
            backup_window="04:00-05:00",
            maintenance_window="sun:06:00-sun:07:00",
            copy_tags_to_snapshot=True,
            auto_minor_version_upgrade=True,
            # Of the settings' version, in the next maintenance window.
            allow_major_version_upgrade=True,
            deletion_protection=not args.allow_destroy,
            delete_automated_backups=not args.production,
            skip_final_snapshot=not args.production,
            final_snapshot_identifier=self._final_snapshot() if args.production else None,
            enabled_cloudwatch_logs_exports=list(LOG_EXPORTS),
            performance_insights_enabled=True,
            performance_insights_kms_key_id=args.storage_key_arn,
            performance_insights_retention_period=7,
            monitoring_interval=MONITORING_INTERVAL_SECONDS,
            monitoring_role_arn=self.monitoring_role.arn,
            tags=self._tags,
            # RDS would make the log groups itself, in clear and for ever, were they not there first.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[*self.log_groups, permissions]),
        )

    def _final_snapshot(self) -> pulumi.Output[str]:
        """A name that the same stack does not use again: that of its key, which is another after each destruction."""
        key = pulumi.Output.from_input(self._args.storage_key_arn)
        return key.apply(lambda arn: f"{self._name}-final-{arn[-KEY_ID_PART:]}")


def _parameters(values: Mapping[str, str], apply_method: str) -> Iterator[aws.rds.ParameterGroupParameterArgs]:
    return (aws.rds.ParameterGroupParameterArgs(name=n, value=v, apply_method=apply_method) for n, v in values.items())
