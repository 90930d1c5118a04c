"""Customer-managed KMS keys, one a concern, each usable only through the service it is for."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import Condition, Statement, Strings, allow, document

# Whoever administers a key can neither encrypt nor decrypt with it.
ADMINISTRATION = (
    "kms:Create*",
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
    """What the keys need to know."""

    naming: Naming
    location: Location


class Encryption(pulumi.ComponentResource):
    """The keys of the platform: one each for the database, log groups, container images, secrets and objects."""

    def __init__(self, name: str, args: EncryptionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:encryption:Encryption", name, None, opts)
        self._args = args
        self.database = self._key("database", "RDS storage, backups and insights", *self._through("rds"))
        self.logs = self._key("logs", "CloudWatch log groups", self._log_delivery())
        self.registry = self._key("registry", "container images in ECR", *self._through("ecr"))
        # RDS manages the master password's secret, and asks for grants on its key in its own name.
        self.secrets = self._key("secrets", "secrets in Secrets Manager", *self._through("secretsmanager", "rds"))
        self.storage = self._key("storage", "objects in S3", *self._through("s3"))
        self.outputs = {
            exports.DATABASE_KEY_ARN: self.database.arn,
            exports.LOGS_KEY_ARN: self.logs.arn,
            exports.REGISTRY_KEY_ARN: self.registry.arn,
            exports.SECRETS_KEY_ARN: self.secrets.arn,
            exports.STORAGE_KEY_ARN: self.storage.arn,
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
