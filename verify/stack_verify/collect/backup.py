"""Reads AWS Backup."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.resources.backup import (
    BackupJob,
    BackupPlan,
    BackupSelection,
    BackupTags,
    BackupVault,
    BackupVaultPolicy,
    RecoveryPoint,
    RestoreJob,
)


# Listed, because AWS Backup refuses to describe a vault that is not there with the code of a denial.
@collects_many(BackupVault, "backup:ListBackupVaults", size=1000)
def vaults(reader: Reader, names: Sequence[str]) -> Answers:
    """The vaults of these names."""
    for page in reader.pages("backup", "ListBackupVaults"):
        for item in page.items("BackupVaultList"):
            if item.get("BackupVaultName") in names:
                vault = page.decode(BackupVault, item)
                yield vault.backup_vault_name, vault


@collects(BackupVaultPolicy, "backup:GetBackupVaultAccessPolicy")
def vault_policies(reader: Reader, name: str) -> Iterator[BackupVaultPolicy]:
    """Who may do what with the vault and what it keeps."""
    none = ("ResourceNotFoundException",)
    response = reader.call("backup", "GetBackupVaultAccessPolicy", BackupVaultName=name, answers=none)
    found = {"Policy": None} if response.absent else response.body
    yield response.decode(BackupVaultPolicy, found, BackupVaultName=name)


@collects(BackupPlan, "backup:GetBackupPlan")
def plans(reader: Reader, plan_id: str) -> Iterator[BackupPlan]:
    """The plan with this id; AWS Backup goes on answering for one that is deleted."""
    response = reader.call("backup", "GetBackupPlan", BackupPlanId=plan_id, answers=("ResourceNotFoundException",))
    if not response.absent and "DeletionDate" not in response.body:
        yield response.decode(BackupPlan)


@collects(BackupTags, "backup:ListTags")
def tags(reader: Reader, arn: str) -> Iterator[BackupTags]:
    """The tags of a vault or a plan: fifty at most, which one answer holds."""
    response = reader.call("backup", "ListTags", ResourceArn=arn, MaxResults=100)
    yield response.decode(BackupTags, Resource=arn, Tags=response.item("Tags"))


@collects(BackupSelection, "backup:ListBackupSelections", "backup:GetBackupSelection")
def selections(reader: Reader, plan: str) -> Iterator[BackupSelection]:
    """What the plan backs up."""
    for page in reader.pages("backup", "ListBackupSelections", BackupPlanId=plan):
        for item in page.items("BackupSelectionsList"):
            selection = item.get("SelectionId")
            response = reader.call("backup", "GetBackupSelection", BackupPlanId=plan, SelectionId=selection)
            yield response.decode(BackupSelection, response.item("BackupSelection"), SelectionId=selection)


@collects(BackupJob, "backup:ListBackupJobs")
def jobs(reader: Reader, vault: str) -> Iterator[BackupJob]:
    """The jobs of the last thirty days whose recovery points go to the vault."""
    for page in reader.pages("backup", "ListBackupJobs", ByBackupVaultName=vault):
        for item in page.items("BackupJobs"):
            yield page.decode(BackupJob, item)


@collects(RecoveryPoint, "backup:ListRecoveryPointsByBackupVault")
def recovery_points(reader: Reader, vault: str) -> Iterator[RecoveryPoint]:
    """What the vault keeps."""
    for page in reader.pages("backup", "ListRecoveryPointsByBackupVault", BackupVaultName=vault):
        for item in page.items("RecoveryPoints"):
            yield page.decode(RecoveryPoint, item)


@collects(RestoreJob, "backup:ListRestoreJobs")
def restore_jobs(reader: Reader, account: str) -> Iterator[RestoreJob]:
    """The jobs that restored databases of the account in the region, whosever they are."""
    for page in reader.pages("backup", "ListRestoreJobs", ByAccountId=account, ByResourceType="RDS"):
        for item in page.items("RestoreJobs"):
            yield page.decode(RestoreJob, item)
