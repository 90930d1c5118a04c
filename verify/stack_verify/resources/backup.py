"""AWS Backup: plans and what they select, vaults, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from stack_verify.resources.identity import ANY_ID, UUID, ArnForm, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_VAULT_NAME = r"[\w-]{2,50}"


class BackupTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup.Tags"):
    """``backup:ListTags`` of a vault or a plan, by ARN."""


class BackupJob(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupJob"):
    """One job of ``backup:ListBackupJobs``, which tells of thirty days; listed by the name of the vault."""

    id_field: ClassVar[str] = "backup_job_id"

    backup_job_id: str
    resource_arn: Known[str] = UNKNOWN
    state: Known[str] = UNKNOWN
    creation_date: Known[datetime] = UNKNOWN


class RestoreJob(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::RestoreJob"):
    """One job of ``backup:ListRestoreJobs`` that restored a database of RDS; listed by account id.

    AWS leaves out when it ended while it runs, and the outcome of a validation where none was asked for.
    """

    id_field: ClassVar[str] = "restore_job_id"

    restore_job_id: str
    source_resource_arn: Known[str] = UNKNOWN
    status: Known[str] = UNKNOWN
    completion_date: datetime | None = None
    validation_status: str | None = None

    @property
    def succeeded(self) -> bool:
        """Whether it came to a good end, and what was restored was found to be good where somebody looked."""
        return self.status == "COMPLETED" and self.validation_status in (None, "SUCCESSFUL")


class Lifecycle(Fields, frozen=True, kw_only=True, rename="pascal"):
    """For how many days recovery points are kept, and after how many they go to cold storage; None is for ever."""

    delete_after_days: int | None = None
    move_to_cold_storage_after_days: int | None = None


class RecoveryPoint(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::RecoveryPoint"):
    """One recovery point of ``backup:ListRecoveryPointsByBackupVault``; listed by the name of the vault."""

    id_field: ClassVar[str] = "recovery_point_arn"
    arn_field: ClassVar[str | None] = "recovery_point_arn"

    recovery_point_arn: str
    is_encrypted: Known[bool] = UNKNOWN
    # Without one, it is kept for ever.
    lifecycle: Lifecycle | None = None


class BackupVaultPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupVault.Policy"):
    """``backup:GetBackupVaultAccessPolicy``, by vault name. ``policy`` is None where AWS says that there is none."""

    id_field: ClassVar[str] = "backup_vault_name"

    backup_vault_name: str
    policy: str | None


class BackupVault(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupVault"):
    """One vault of ``backup:ListBackupVaults``, by name. ``lock_date`` is when nobody can lift the lock any more."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("backup", rf"backup-vault:({_VAULT_NAME})", rf"backup-vault:({ANY_ID})", by_name=True),),
        bare_names=(bare("backup vault, backup vault name", _VAULT_NAME),),
        pulumi=("backup/vault",),
        terraform=("aws_backup_vault",),
        asff="AwsBackupBackupVault",
    )
    id_field: ClassVar[str] = "backup_vault_name"
    arn_field: ClassVar[str | None] = "backup_vault_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = BackupTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::KMS::Key",
        BackupTags.kind(),
        BackupJob.kind(),
        BackupVaultPolicy.kind(),
        RecoveryPoint.kind(),
    )

    backup_vault_name: str
    backup_vault_arn: str
    # AWS names no key where it uses one of its own.
    encryption_key_arn: str | None = None
    locked: Known[bool] = UNKNOWN
    # A vault may have neither of these.
    min_retention_days: int | None = None
    lock_date: datetime | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.encryption_key_arn is not None:
            yield Key.ask(key_arn(self.encryption_key_arn, self.observed_by))
        yield BackupVaultPolicy.ask(self.backup_vault_name)
        yield BackupJob.ask(self.backup_vault_name)
        yield RecoveryPoint.ask(self.backup_vault_name)
        yield from self.tags_question()


class BackupRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One rule of a plan: when it runs, the vault that its recovery points go to, and how long these are kept."""

    rule_name: str
    target_backup_vault_name: str
    schedule_expression: Known[str] = UNKNOWN
    # Without one, recovery points are kept for ever.
    lifecycle: Lifecycle | None = None


class PlanDocument(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What a plan says."""

    rules: tuple[BackupRule, ...]


class TagCondition(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A tag and the value that it is held against. ``Conditions`` write the key as ``aws:ResourceTag/<tag>``."""

    condition_key: str
    condition_value: str


class TagConditions(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What all must hold of the tags of a resource."""

    string_equals: tuple[TagCondition, ...] = ()
    string_not_equals: tuple[TagCondition, ...] = ()
    string_like: tuple[TagCondition, ...] = ()
    string_not_like: tuple[TagCondition, ...] = ()


class BackupSelection(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupSelection"):
    """``backup:GetBackupSelection``: what a plan backs up; listed by BackupPlanId."""

    id_field: ClassVar[str] = "selection_id"

    selection_id: str
    selection_name: str
    # AWS leaves out what was not given.
    resources: tuple[str, ...] = ()
    not_resources: tuple[str, ...] = ()
    list_of_tags: tuple[TagCondition, ...] = ()
    conditions: TagConditions = TagConditions()


class BackupPlan(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupPlan"):
    """``backup:GetBackupPlan``, by BackupPlanId. A deleted one counts as absent."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("backup", rf"backup-plan:({UUID})", rf"backup-plan:({ANY_ID})", by_name=True),),
        bare_names=(bare("backup plan, backup plan id", UUID),),
        pulumi=("backup/plan",),
        terraform=("aws_backup_plan",),
        asff="AwsBackupBackupPlan",
    )
    id_field: ClassVar[str] = "backup_plan_id"
    arn_field: ClassVar[str | None] = "backup_plan_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = BackupTags
    leads_to: ClassVar[tuple[str, ...]] = (
        BackupVault.kind(),
        BackupTags.kind(),
        BackupSelection.kind(),
    )

    backup_plan_id: str
    backup_plan_arn: str
    backup_plan: PlanDocument
    # Of this version of the plan.
    creation_date: Known[datetime] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        names = {rule.target_backup_vault_name for rule in self.backup_plan.rules}
        yield from (BackupVault.ask(name) for name in sorted(names))
        yield BackupSelection.ask(self.backup_plan_id)
        yield from self.tags_question()
