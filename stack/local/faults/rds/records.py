"""Faults of what the database puts on record, and of the copies that are made of it."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.rds.instances import replace

_BY_HAND = "by-hand"


def _set(aws: Clients, outputs: Outputs, name: str, value: str) -> None:
    aws.client("rds").modify_db_parameter_group(
        DBParameterGroupName=outputs["databaseParameterGroupName"],
        Parameters=[{"ParameterName": name, "ParameterValue": value, "ApplyMethod": "immediate"}],
    )


def _share(aws: Clients, outputs: Outputs, account: str) -> None:
    """Makes a snapshot of the database that `account` may restore."""
    rds = aws.client("rds")
    rds.create_db_snapshot(DBInstanceIdentifier=outputs["databaseIdentifier"], DBSnapshotIdentifier=_BY_HAND)
    rds.modify_db_snapshot_attribute(DBSnapshotIdentifier=_BY_HAND, AttributeName="restore", ValuesToAdd=[account])


@fault(("rds-snapshot-not-public", "databaseArn"))
def rds_snapshot_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody with an AWS account may restore a snapshot of the database."""
    _share(aws, outputs, "all")


@fault(("rds-snapshot-not-public", "databaseArn"), variant="other-account")
def rds_snapshot_not_public_other_account(aws: Clients, outputs: Outputs) -> None:
    """Another account may restore a snapshot of the database."""
    _share(aws, outputs, "210987654321")


@fault(
    ("rds-snapshot-encrypted", "databaseArn"),
    # A snapshot is in clear only where its database is.
    ("rds-storage-encrypted", "databaseArn"),
    ("rds-encrypted-with-stack-cmk", "databaseArn"),
    ("rds-master-password-managed", "databaseArn"),
    # The former database stays in the VPC, and nothing explains it.
    ("vpc-no-strangers", "vpcId"),
)
def rds_snapshot_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The database is made anew without encryption, and a snapshot of it by hand."""
    replace(aws, outputs, StorageEncrypted=False, KmsKeyId=None)
    aws.client("rds").create_db_snapshot(
        DBInstanceIdentifier=outputs["databaseIdentifier"], DBSnapshotIdentifier=_BY_HAND
    )


@fault(("rds-audit-parameters", "databaseArn"))
def rds_audit_parameters(aws: Clients, outputs: Outputs) -> None:
    """The database logs no statements."""
    _set(aws, outputs, "shared_preload_libraries", "pg_stat_statements")


@fault(("rds-audit-parameters", "databaseArn"), variant="nothing")
def rds_audit_parameters_nothing(aws: Clients, outputs: Outputs) -> None:
    """The database loads the audit library and logs no statements with it."""
    _set(aws, outputs, "pgaudit.log", "none")


@fault(("rds-audit-parameters", "databaseArn"), variant="connections")
def rds_audit_parameters_connections(aws: Clients, outputs: Outputs) -> None:
    """The database does not log who connects."""
    _set(aws, outputs, "log_connections", "0")


@fault(("rds-postgres-log-export", "databaseArn"), ("rds-log-exports", "databaseArn"))
def rds_postgres_log_export(aws: Clients, outputs: Outputs) -> None:
    """The database publishes its upgrades alone."""
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["databaseIdentifier"],
        CloudwatchLogsExportConfiguration={"DisableLogTypes": ["postgresql"]},
        ApplyImmediately=True,
    )


@fault(("rds-enhanced-monitoring", "databaseArn"))
def rds_enhanced_monitoring(aws: Clients, outputs: Outputs) -> None:
    """Nothing measures the database's operating system."""
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["databaseIdentifier"], MonitoringInterval=0, ApplyImmediately=True
    )
