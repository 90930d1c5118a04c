"""Faults of databases."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, before, on_snapshot, resource

from stack.local.faults.fault import Outputs

ALWAYS_NOW = "to the emulator every database can be restored to this very moment"


def _database(snapshot: Document, outputs: Outputs) -> Document:
    return resource(snapshot, "AWS::RDS::DBInstance", DBInstanceArn=str(outputs["databaseArn"]))


@on_snapshot(("rds-latest-restorable-time-fresh", "databaseArn"), because=ALWAYS_NOW)
def rds_latest_restorable_time_fresh(snapshot: Document, outputs: Outputs) -> None:
    """The database's log was last saved an hour and a minute ago."""
    _database(snapshot, outputs)["LatestRestorableTime"] = before(snapshot, minutes=61)


@on_snapshot(("rds-latest-restorable-time-fresh", "databaseArn"), because=ALWAYS_NOW, variant="never")
def rds_latest_restorable_time_fresh_never(snapshot: Document, outputs: Outputs) -> None:
    """Nothing was ever saved of the database, made two days ago."""
    _database(snapshot, outputs).update(LatestRestorableTime=None, InstanceCreateTime=before(snapshot, days=2))


@on_snapshot(
    ("rds-parameter-group-in-sync", "databaseArn"),
    # What the parameters say is not in force.
    ("rds-audit-parameters", "databaseArn"),
    ("rds-force-tls", "databaseArn"),
    because="the emulator says of every parameter group that it is in force",
)
def rds_parameter_group_in_sync(snapshot: Document, outputs: Outputs) -> None:
    """The database was not rebooted since its parameters were changed."""
    (group,) = _database(snapshot, outputs)["DBParameterGroups"]
    group["ParameterApplyStatus"] = "pending-reboot"


@on_snapshot(
    ("rds-performance-insights-encrypted", "databaseArn"), because="the emulator says nothing of Performance Insights"
)
def rds_performance_insights_encrypted(snapshot: Document, outputs: Outputs) -> None:
    """What Performance Insights keeps is not encrypted with a key of the stack's."""
    _database(snapshot, outputs)["PerformanceInsightsEnabled"] = True


OF_TODAY = "everything in the emulator is of today"


def _restore(snapshot: Document) -> Document:
    return resource(snapshot, "AWS::Backup::RestoreJob")


@on_snapshot(("rds-restore-tested", "databaseArn"), because=OF_TODAY, variant="stale")
def rds_restore_tested_stale(snapshot: Document, _outputs: Outputs) -> None:
    """For three months nobody has tried to restore the database."""
    _restore(snapshot)["CompletionDate"] = before(snapshot, days=91)


@on_snapshot(("rds-restore-tested", "databaseArn"), because=OF_TODAY, variant="never")
def rds_restore_tested_never(snapshot: Document, outputs: Outputs) -> None:
    """Nobody has ever tried to restore the database, made three months ago."""
    _restore(snapshot)["SourceResourceArn"] = "arn:aws:rds:sa-east-1:123456789012:db:another"
    _database(snapshot, outputs)["InstanceCreateTime"] = before(snapshot, days=91)
