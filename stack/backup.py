"""Backups of the database and the data bucket, kept where whoever destroys these cannot destroy them."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming
from stack.policy_document import trust
from stack.safeguard_settings import BackupSettings

# AWS's own policies: what a backup of RDS or S3 needs changes with the service.
MANAGED_POLICIES = {
    "backup": "service-role/AWSBackupServiceRolePolicyForBackup",
    "backup-s3": "AWSBackupServiceRolePolicyForS3Backup",
}
DAILY = "cron(0 5 ? * * *)"
MONTHLY = "cron(0 5 1 * ? *)"
START_WINDOW_MINUTES = 60
COMPLETION_WINDOW_MINUTES = 480
# In compliance mode the lock can be lifted for so long, and never again.
COOLING_OFF_DAYS = 3


@dataclass(frozen=True)
class BackupArgs:
    """What is backed up, how long it is kept, and the key of the vault."""

    naming: Naming
    location: Location
    settings: BackupSettings
    kms_key_arn: pulumi.Input[str]
    allow_destroy: bool
    protected: Sequence[pulumi.Input[str]]


class Backup(pulumi.ComponentResource):
    """A locked AWS Backup vault, a daily and a monthly rule, and the resources they are for."""

    def __init__(self, name: str, args: BackupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:backup:Backup", name, None, opts)
        self._args = args
        self._name = args.naming.name("backup")
        self._tags = args.naming.tags(self._name)
        self._child = pulumi.ResourceOptions(parent=self)
        self.vault = self._vault()
        self.plan = self._plan()
        self.role = self._role()
        self._select()
        self.outputs = {
            exports.BACKUP_VAULT_NAME: self.vault.name,
            exports.BACKUP_VAULT_ARN: self.vault.arn,
            exports.BACKUP_PLAN_ID: self.plan.id,
            exports.BACKUP_PLAN_ARN: self.plan.arn,
            exports.BACKUP_ROLE_ARN: self.role.arn,
        }
        self.register_outputs(self.outputs)

    def _vault(self) -> aws.backup.Vault:
        settings = self._args.settings
        vault = aws.backup.Vault(
            self._name,
            name=self._name,
            kms_key_arn=self._args.kms_key_arn,
            force_destroy=self._args.allow_destroy,
            tags=self._tags,
            opts=self._child,
        )
        aws.backup.VaultLockConfiguration(
            self._name,
            backup_vault_name=vault.name,
            min_retention_days=min(settings.daily_retention_days, settings.monthly_retention_days),
            changeable_for_days=COOLING_OFF_DAYS if settings.lock_mode == "COMPLIANCE" else None,
            opts=self._child,
        )
        return vault

    def _plan(self) -> aws.backup.Plan:
        settings = self._args.settings
        rules = [
            self._rule("daily", DAILY, settings.daily_retention_days),
            self._rule("monthly", MONTHLY, settings.monthly_retention_days),
        ]
        return aws.backup.Plan(self._name, name=self._name, rules=rules, tags=self._tags, opts=self._child)

    def _rule(self, name: str, schedule: str, days: int) -> aws.backup.PlanRuleArgs:
        return aws.backup.PlanRuleArgs(
            rule_name=name,
            target_vault_name=self.vault.name,
            schedule=schedule,
            start_window=START_WINDOW_MINUTES,
            completion_window=COMPLETION_WINDOW_MINUTES,
            lifecycle=aws.backup.PlanRuleLifecycleArgs(delete_after=days),
            recovery_point_tags=self._tags,
            copy_actions=self._copies(days),
        )

    def _copies(self, days: int) -> list[aws.backup.PlanRuleCopyActionArgs] | None:
        vault_arn = self._args.settings.copy_vault_arn
        if vault_arn is None:
            return None
        lifecycle = aws.backup.PlanRuleCopyActionLifecycleArgs(delete_after=days)
        return [aws.backup.PlanRuleCopyActionArgs(destination_vault_arn=vault_arn, lifecycle=lifecycle)]

    def _role(self) -> aws.iam.Role:
        # AWS Backup does not say on whose behalf it assumes a role, so a condition would let no backup succeed;
        # a role cannot be passed to it from another account.
        role = aws.iam.Role(
            self._name,
            name=self._name,
            description="Lets AWS Backup back the database and the data bucket up, and restore nothing",
            assume_role_policy=trust("backup.amazonaws.com"),
            tags=self._tags,
            opts=self._child,
        )
        partition = self._args.location.partition
        for part, policy in MANAGED_POLICIES.items():
            aws.iam.RolePolicyAttachment(
                self._args.naming.name(part),
                role=role.name,
                policy_arn=f"arn:{partition}:iam::aws:policy/{policy}",
                opts=self._child,
            )
        return role

    def _select(self) -> None:
        aws.backup.Selection(
            self._name,
            name=self._name,
            plan_id=self.plan.id,
            iam_role_arn=self.role.arn,
            resources=self._args.protected,
            opts=self._child,
        )
