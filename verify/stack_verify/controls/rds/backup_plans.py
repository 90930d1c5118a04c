"""Amazon RDS: databases in backup plans."""

from __future__ import annotations

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.controls.backup.plans import CONTINGENCY, _list
from stack_verify.controls.rds.membership import of_its_cluster, of_its_source
from stack_verify.core.control import Severity, Verdict, control, verdict
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupPlan, BackupSelection, BackupTags
from stack_verify.resources.rds import DBCluster, DBInstance
from stack_verify.snapshot import Snapshot


@control(
    "rds-in-backup-plan",
    "The database is in a backup plan of the stack",
    severity=Severity.MEDIUM,
    citations=CONTINGENCY,
    config_rule="rds-resources-protected-by-backup-plan",
    security_hub="RDS.26",
    remediation="Name the instance's ARN in a selection of the stack's backup plan.",
    rationale="Automated backups end with the database; recovery points in a vault do not.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(BackupPlan, BackupSelection, BackupTags, DBCluster),
)
def rds_in_backup_plan(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    told = of_its_cluster(db, snapshot) or (of_its_source(db) if db.backup_retention_period == 0 else None)
    if told is not None:
        return told
    found = selecting(db.db_instance_arn, db, selections(snapshot), snapshot)
    return verdict(bool(found), f"in selections: {_names(found)}", expected="one or more")


def _names(found: tuple[BackupSelection, ...]) -> str:
    return _list([selection.selection_name for selection in found])
