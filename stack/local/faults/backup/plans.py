"""Faults of backup plans and of what comes of them."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.operation import back_up

_PLAN: Final = "backupPlanArn"
_VAULT: Final = "backupVaultArn"


def select(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Replaces the plan's selection by one that is changed."""
    backup, plan = aws.client("backup"), outputs["backupPlanId"]
    (found,) = backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]
    key = {"BackupPlanId": plan, "SelectionId": found["SelectionId"]}
    selection = backup.get_backup_selection(**key)["BackupSelection"]
    backup.delete_backup_selection(**key)
    backup.create_backup_selection(BackupPlanId=plan, BackupSelection={**selection, **changes})


def _plan(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401
    """Changes the plan's first rule, which is the daily one."""
    backup, plan_id = aws.client("backup"), outputs["backupPlanId"]
    plan = backup.get_backup_plan(BackupPlanId=plan_id)["BackupPlan"]
    plan["Rules"][0] |= changes
    rules = [{name: value for name, value in rule.items() if name != "RuleId"} for rule in plan["Rules"]]
    backup.update_backup_plan(BackupPlanId=plan_id, BackupPlan={**plan, "Rules": rules})


@fault(("backup-selection-covers-stack", _PLAN))
def backup_selection_covers_stack(aws: Clients, outputs: Outputs) -> None:
    """The plan backs databases up and no longer the bucket of data."""
    select(aws, outputs, Resources=["arn:aws:rds:*"])


@fault(("backup-selection-covers-stack", _PLAN), ("rds-in-backup-plan", "databaseArn"), variant="excluded")
def backup_selection_covers_stack_excluded(aws: Clients, outputs: Outputs) -> None:
    """The plan backs everything up but databases."""
    select(aws, outputs, Resources=["*"], NotResources=["arn:aws:rds:*"])


@fault(("backup-plan-frequency-retention", _PLAN))
def backup_plan_frequency_retention(aws: Clients, outputs: Outputs) -> None:
    """Daily backups are kept for a week."""
    _plan(aws, outputs, Lifecycle={"DeleteAfterDays": 7})


@fault(("backup-plan-frequency-retention", _PLAN), variant="weekly")
def backup_plan_frequency_retention_weekly(aws: Clients, outputs: Outputs) -> None:
    """Backups are made on Sundays."""
    _plan(aws, outputs, ScheduleExpression="cron(0 5 ? * 1 *)")


@fault(("backup-recent-success", _PLAN))
def backup_recent_success(aws: Clients, outputs: Outputs) -> None:
    """The last backups failed, for want of the role that makes them."""
    back_up(aws, str(outputs["backupPlanId"]), IamRoleArn=f"{outputs['backupRoleArn']}-of-old")


@fault(("backup-recovery-point-encrypted", _VAULT))
def backup_recovery_point_encrypted(aws: Clients, outputs: Outputs) -> None:
    """A database that is not encrypted was backed up into the vault."""
    database = {"DBInstanceIdentifier": "sandbox", "DBInstanceClass": "db.t4g.micro", "Engine": "postgres"}
    arn = aws.client("rds").create_db_instance(
        **database, MasterUsername="sandbox", ManageMasterUserPassword=True, AllocatedStorage=20, StorageEncrypted=False
    )["DBInstance"]["DBInstanceArn"]
    job = {"BackupVaultName": outputs["backupVaultName"], "IamRoleArn": outputs["backupRoleArn"]}
    aws.client("backup").start_backup_job(**job, ResourceArn=arn)


@fault(("backup-recovery-point-retention", _VAULT), ("backup-vault-lock", _VAULT))
def backup_recovery_point_retention(aws: Clients, outputs: Outputs) -> None:
    """While the vault was not locked, backups were made to be kept for a week."""
    aws.client("backup").delete_backup_vault_lock_configuration(BackupVaultName=outputs["backupVaultName"])
    back_up(aws, str(outputs["backupPlanId"]), Lifecycle={"DeleteAfterDays": 7})
