"""Faults of the backup plans of databases, and of the restores that prove them."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.backup.plans import select
from stack.local.faults.fault import Outputs, fault
from stack.local.operation import restore_databases

_PLAN: Final = "backupPlanArn"


@fault(("rds-in-backup-plan", "databaseArn"), ("backup-selection-covers-stack", _PLAN))
def rds_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """The plan backs the bucket up and no longer the database."""
    select(aws, outputs, Resources=[f"arn:aws:s3:::{outputs['dataBucketName']}"])


@fault(
    ("rds-in-backup-plan", "databaseArn"),
    ("backup-selection-covers-stack", _PLAN),
    ("backup-recent-success", _PLAN),
    variant="tags",
)
def rds_in_backup_plan_tags(aws: Clients, outputs: Outputs) -> None:
    """The plan backs up what carries a tag that nothing carries."""
    tag = {"ConditionType": "STRINGEQUALS", "ConditionKey": "backup", "ConditionValue": "daily"}
    select(aws, outputs, Resources=[], ListOfTags=[tag])


@fault(("rds-restore-tested", "databaseArn"))
def rds_restore_tested(aws: Clients, outputs: Outputs) -> None:
    """The last attempt to restore the database failed."""
    restore_databases(aws, str(outputs["backupVaultName"]), IamRoleArn=f"{outputs['backupRoleArn']}-of-old")
