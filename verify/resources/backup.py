"""AWS Backup: vaults and plans."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

from verify.resources.kms import Key, key_arn
from verify.resources.resource import UNKNOWN, Fields, Known, Question
from verify.resources.tagging import Tagged, TagList


class BackupTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup.Tags"):
    """``backup:ListTags`` of a vault or a plan, by ARN."""


class BackupVault(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupVault"):
    """One vault of ``backup:ListBackupVaults``, by name. ``lock_date`` is when nobody can lift the lock any more."""

    id_field: ClassVar[str] = "backup_vault_name"
    arn_field: ClassVar[str | None] = "backup_vault_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = BackupTags
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key", BackupTags.kind())

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
        yield from self.tags_question()


class BackupRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One rule of a plan, and the vault that its recovery points go to."""

    target_backup_vault_name: str


class PlanDocument(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What a plan says."""

    rules: tuple[BackupRule, ...]


class BackupPlan(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Backup::BackupPlan"):
    """``backup:GetBackupPlan``, by BackupPlanId. A deleted one counts as absent."""

    id_field: ClassVar[str] = "backup_plan_id"
    arn_field: ClassVar[str | None] = "backup_plan_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = BackupTags
    leads_to: ClassVar[tuple[str, ...]] = (BackupVault.kind(), BackupTags.kind())

    backup_plan_id: str
    backup_plan_arn: str
    backup_plan: PlanDocument

    def refers_to(self) -> Iterator[Question]:
        names = {rule.target_backup_vault_name for rule in self.backup_plan.rules}
        yield from (BackupVault.ask(name) for name in sorted(names))
        yield from self.tags_question()
