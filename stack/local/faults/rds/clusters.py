"""Faults of RDS clusters, on the stack that has an Aurora cluster beside it."""

from typing import Any

from stack.local.additions.aurora import GROUP, NAME
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

CLUSTER = "recordsClusterArn"


def _modify(aws: Clients, **settings: Any) -> None:  # noqa: ANN401 - the API's own types
    aws.client("rds").modify_db_cluster(DBClusterIdentifier=NAME, **settings)


@fault(("rds-cluster-backup-retention", CLUSTER), stack="aurora")
def rds_cluster_backup_retention(aws: Clients, _outputs: Outputs) -> None:
    """Automated backups of the cluster are kept for a week."""
    _modify(aws, BackupRetentionPeriod=7)


@fault(("rds-cluster-deletion-protection", CLUSTER), stack="aurora")
def rds_cluster_deletion_protection(aws: Clients, _outputs: Outputs) -> None:
    """The cluster can be deleted by one call."""
    _modify(aws, DeletionProtection=False)


@fault(("rds-cluster-copy-tags-to-snapshot", CLUSTER), stack="aurora")
def rds_cluster_copy_tags_to_snapshot(aws: Clients, _outputs: Outputs) -> None:
    """Snapshots of the cluster no longer carry its tags."""
    _modify(aws, CopyTagsToSnapshot=False)


@fault(("rds-cluster-force-tls", CLUSTER), stack="aurora")
def rds_cluster_force_tls(aws: Clients, _outputs: Outputs) -> None:
    """The cluster's parameter group accepts connections without TLS."""
    aws.client("rds").modify_db_cluster_parameter_group(
        DBClusterParameterGroupName=GROUP,
        Parameters=[{"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "pending-reboot"}],
    )


@fault(("rds-cluster-not-publicly-accessible", CLUSTER), ("rds-not-publicly-accessible", f"{NAME}-b"), stack="aurora")
def rds_cluster_not_publicly_accessible(aws: Clients, _outputs: Outputs) -> None:
    """One instance of the cluster has a public address."""
    aws.client("rds").modify_db_instance(DBInstanceIdentifier=f"{NAME}-b", PubliclyAccessible=True)


@fault(("rds-cluster-snapshot-not-public", CLUSTER), stack="aurora")
def rds_cluster_snapshot_not_public(aws: Clients, _outputs: Outputs) -> None:
    """Everybody may restore a manual snapshot of the cluster."""
    rds = aws.client("rds")
    rds.create_db_cluster_snapshot(DBClusterSnapshotIdentifier="shared", DBClusterIdentifier=NAME)
    rds.modify_db_cluster_snapshot_attribute(
        DBClusterSnapshotIdentifier="shared", AttributeName="restore", ValuesToAdd=["all"]
    )


@fault(
    ("rds-cluster-in-backup-plan", CLUSTER),
    ("backup-selection-covers-stack", "backupPlanId"),
    # What the plan does not name is not waited for either.
    ("backup-recent-success", "backupPlanId"),
    stack="aurora",
)
def rds_cluster_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """The selection that names the cluster is deleted."""
    backup, plan = aws.client("backup"), str(outputs["backupPlanId"])
    for each in backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]:
        found = backup.get_backup_selection(BackupPlanId=plan, SelectionId=each["SelectionId"])["BackupSelection"]
        if found["SelectionName"] == "records":
            backup.delete_backup_selection(BackupPlanId=plan, SelectionId=each["SelectionId"])
