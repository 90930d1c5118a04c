"""Customer-managed KMS keys, one a concern, each usable only through the service it is for."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import Condition, Statement, Strings, allow, document

# Whoever administers a key can neither encrypt nor decrypt with it, nor grant that to anyone: no kms:Create*.
ADMINISTRATION = (
    "kms:CreateAlias",
    "kms:Describe*",
    "kms:Enable*",
    "kms:List*",
    "kms:Put*",
    "kms:Update*",
    "kms:Revoke*",
    "kms:Disable*",
    "kms:Get*",
    "kms:Delete*",
    "kms:TagResource",
    "kms:UntagResource",
    "kms:ScheduleKeyDeletion",
    "kms:CancelKeyDeletion",
    "kms:RotateKeyOnDemand",
)
CRYPTOGRAPHY = ("kms:Encrypt", "kms:Decrypt", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:DescribeKey")
GRANTS = ("kms:CreateGrant", "kms:ListGrants", "kms:RevokeGrant", "kms:RetireGrant")
DELETION_WINDOW_DAYS = 30


@dataclass(frozen=True)
class EncryptionArgs:
    """What the keys need to know; only the trail called `trail_arn` encrypts with the trail's."""

    naming: Naming
    location: Location
    trail_arn: str


class Encryption(pulumi.ComponentResource):
    """The keys of the platform: one each for the database, log groups, container images, secrets, objects, audit,
    backups and alarms.
    """

    def __init__(self, name: str, args: EncryptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:encryption:Encryption", name, None, opts)
        self._args = args
        self.database = self._key("database", "RDS storage, backups and insights", *self._through("rds"))
        self.logs = self._key("logs", "CloudWatch log groups", self._log_delivery())
        self.registry = self._key("registry", "container images in ECR", *self._through("ecr"))
        # RDS manages the master password's secret, and asks for grants on its key in its own name.
        self.secrets = self._key("secrets", "secrets in Secrets Manager", *self._through("secretsmanager", "rds"))
        self.storage = self._key("storage", "objects in S3", *self._through("s3"))
        self.trail = self._key("trail", "the audit trail", self._trail_delivery(), self._trail_reading())
        self.backup = self._key("backup", "recovery points in AWS Backup", *self._through("backup"))
        self.alerts = self._key("alerts", "alarms in SNS", self._alarm_delivery())
        self.outputs = {
            exports.ALERTS_KEY_ARN: self.alerts.arn,
            exports.BACKUP_KEY_ARN: self.backup.arn,
            exports.DATABASE_KEY_ARN: self.database.arn,
            exports.LOGS_KEY_ARN: self.logs.arn,
            exports.REGISTRY_KEY_ARN: self.registry.arn,
            exports.SECRETS_KEY_ARN: self.secrets.arn,
            exports.STORAGE_KEY_ARN: self.storage.arn,
            exports.TRAIL_KEY_ARN: self.trail.arn,
        }
        self.register_outputs(self.outputs)

    def _key(self, concern: str, purpose: str, *usage: Statement) -> aws.kms.Key:
        name = self._args.naming.name(concern)
        key = aws.kms.Key(
            name,
            description=f"Encrypts {purpose} ({name})",
            policy=document(self._administration(), *usage),
            enable_key_rotation=True,
            deletion_window_in_days=DELETION_WINDOW_DAYS,
            tags=self._args.naming.tags(name),
            opts=pulumi.ResourceOptions(parent=self),
        )
        alias = f"alias/{name}"
        aws.kms.Alias(name, name=alias, target_key_id=key.key_id, opts=pulumi.ResourceOptions(parent=self))
        return key

    def _administration(self) -> Statement:
        return allow("Administration", ADMINISTRATION, "*", principal={"AWS": self._args.location.account_root})

    def _through(self, *services: str) -> tuple[Statement, Statement]:
        """Allow this account's principals, as far as their own policies do, to use the key through `services`."""
        location = self._args.location
        principal = {"AWS": location.account_root}
        through: dict[str, Strings] = {
            "kms:ViaService": [location.via(service) for service in services],
            "kms:CallerAccount": location.account_id,
        }
        for_service: Condition = {"StringEquals": through, "Bool": {"kms:GrantIsForAWSResource": "true"}}
        return (
            allow("UseThroughService", CRYPTOGRAPHY, "*", principal=principal, condition={"StringEquals": through}),
            allow("GrantToService", GRANTS, "*", principal=principal, condition=for_service),
        )

    def _log_delivery(self) -> Statement:
        """Allow CloudWatch Logs, for the log groups of this account and region alone."""
        location = self._args.location
        groups = {"kms:EncryptionContext:aws:logs:arn": location.arn("logs", "log-group:*")}
        return allow(
            "LogGroups",
            CRYPTOGRAPHY,
            "*",
            principal={"Service": location.via("logs")},
            condition={"ArnLike": groups},
        )

    def _trail_delivery(self) -> Statement:
        """Allow CloudTrail, for the stack's own trail alone.

        CloudTrail decrypts nothing but asks for the permission, since the bucket has an S3 bucket key.
        """
        return allow(
            "TrailDelivery",
            ("kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"),
            "*",
            principal={"Service": "cloudtrail.amazonaws.com"},
            condition={"StringEquals": {"aws:SourceArn": self._args.trail_arn}},
        )

    def _trail_reading(self) -> Statement:
        """Allow this account's principals, as far as their own policies do, to read log files, and none to write."""
        location = self._args.location
        through_s3 = {"kms:ViaService": location.via("s3"), "kms:CallerAccount": location.account_id}
        return allow(
            "ReadThroughService",
            ("kms:Decrypt", "kms:DescribeKey"),
            "*",
            principal={"AWS": location.account_root},
            condition={"StringEquals": through_s3},
        )

    def _alarm_delivery(self) -> Statement:
        """Allow CloudWatch, for the alarms of this account and region alone."""
        return allow(
            "AlarmDelivery",
            ("kms:GenerateDataKey*", "kms:Decrypt"),
            "*",
            principal={"Service": "cloudwatch.amazonaws.com"},
            condition=self._args.location.from_alarms(),
        )
