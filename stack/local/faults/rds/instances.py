"""Faults of the database."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_KEPT: Final = (
    "AllocatedStorage",
    "AutoMinorVersionUpgrade",
    "BackupRetentionPeriod",
    "CACertificateIdentifier",
    "CopyTagsToSnapshot",
    "DBInstanceClass",
    "DBName",
    "DeletionProtection",
    "Engine",
    "EngineVersion",
    "KmsKeyId",
    "MasterUsername",
    "MonitoringInterval",
    "MonitoringRoleArn",
    "MultiAZ",
    "PreferredBackupWindow",
    "PreferredMaintenanceWindow",
    "PubliclyAccessible",
    "StorageEncrypted",
    "StorageType",
)


def _modify(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["databaseIdentifier"], ApplyImmediately=True, **changes
    )


def replace(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Replaces the database by one made by hand, which differs in `changes` and in having a password of its maker's.

    The former one, which holds the managed password's secret, stays under another name and without tags. RDS changes
    neither the encryption nor the master user of a database that exists. A change to None leaves the argument out.
    """
    rds, identifier = aws.client("rds"), str(outputs["databaseIdentifier"])
    (former,) = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    arguments = {**_arguments(former), "DBInstanceIdentifier": identifier, **changes}
    _modify(aws, outputs, NewDBInstanceIdentifier=f"{identifier}-former")
    (renamed,) = rds.describe_db_instances(DBInstanceIdentifier=f"{identifier}-former")["DBInstances"]
    rds.remove_tags_from_resource(
        ResourceName=renamed["DBInstanceArn"], TagKeys=[tag["Key"] for tag in former["TagList"]]
    )
    # moto backs a new database up at once, and names the backup by the minute as it did the former one's.
    for backup in rds.describe_db_snapshots(SnapshotType="automated")["DBSnapshots"]:
        rds.delete_db_snapshot(DBSnapshotIdentifier=backup["DBSnapshotIdentifier"])
    rds.create_db_instance(**{name: value for name, value in arguments.items() if value is not None})


def _arguments(instance: dict[str, Any]) -> dict[str, Any]:
    """What creates a database like `instance`: most names are the same in the answer and in the request."""
    return {
        **{name: instance[name] for name in _KEPT if name in instance},
        "DBParameterGroupName": instance["DBParameterGroups"][0]["DBParameterGroupName"],
        "DBSubnetGroupName": instance["DBSubnetGroup"]["DBSubnetGroupName"],
        "EnableCloudwatchLogsExports": instance["EnabledCloudwatchLogsExports"],
        "EnableIAMDatabaseAuthentication": instance["IAMDatabaseAuthenticationEnabled"],
        "MasterUserPassword": "known to its maker alone",
        "Port": instance["Endpoint"]["Port"],
        "Tags": instance["TagList"],
        "VpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in instance["VpcSecurityGroups"]],
    }


@fault(
    ("rds-storage-encrypted", "databaseArn"),
    ("rds-encrypted-with-stack-cmk", "databaseArn"),
    ("rds-master-password-managed", "databaseArn"),
    ("rds-snapshot-encrypted", "databaseArn"),
    # The former database stays in the VPC, and nothing explains it.
    ("vpc-no-strangers", "vpcId"),
)
def rds_storage_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The database is made anew without encryption."""
    replace(aws, outputs, StorageEncrypted=False, KmsKeyId=None)


@fault(("rds-encrypted-with-stack-cmk", "databaseArn"), ("kms-not-pending-deletion", "databaseKeyArn"))
def rds_encrypted_with_stack_cmk(aws: Clients, outputs: Outputs) -> None:
    """The key of the database is disabled."""
    # moto takes no ARN where it changes a key's state.
    aws.client("kms").disable_key(KeyId=str(outputs["databaseKeyArn"]).rpartition("/")[2])


@fault(("rds-backup-retention", "databaseArn"))
def rds_backup_retention(aws: Clients, outputs: Outputs) -> None:
    """Backups of the database are kept a week."""
    _modify(aws, outputs, BackupRetentionPeriod=7)


@fault(("rds-multi-az", "databaseArn"))
def rds_multi_az(aws: Clients, outputs: Outputs) -> None:
    """The database stands in one availability zone alone."""
    _modify(aws, outputs, MultiAZ=False)


@fault(("rds-deletion-protection", "databaseArn"))
def rds_deletion_protection(aws: Clients, outputs: Outputs) -> None:
    """The database can be deleted."""
    _modify(aws, outputs, DeletionProtection=False)


@fault(("rds-force-tls", "databaseArn"))
def rds_force_tls(aws: Clients, outputs: Outputs) -> None:
    """The database takes connections in clear."""
    parameter = {"ParameterName": "rds.force_ssl", "ParameterValue": "0", "ApplyMethod": "immediate"}
    aws.client("rds").modify_db_parameter_group(
        DBParameterGroupName=outputs["databaseParameterGroupName"], Parameters=[parameter]
    )


@fault(("rds-not-publicly-accessible", "databaseArn"))
def rds_not_publicly_accessible(aws: Clients, outputs: Outputs) -> None:
    """The database has a public address."""
    _modify(aws, outputs, PubliclyAccessible=True)


@fault(
    ("reach-tasks-to-rds", "databaseArn"),
    ("rds-in-vpc", "databaseArn"),
    # What speaks of the network of databases has nothing more to say of the stack's own.
    ("route-no-unrestricted-igw", "routeTableIds[3]"),
    ("subnet-no-auto-public-ip", "isolatedSubnetIds[0]"),
    ("subnet-no-auto-public-ip", "isolatedSubnetIds[1]"),
)
def rds_in_vpc(aws: Clients, outputs: Outputs) -> None:
    """The database is moved to another VPC."""
    ec2, group = aws.client("ec2"), "elsewhere"
    vpc = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    zones = [zone["ZoneName"] for zone in ec2.describe_availability_zones()["AvailabilityZones"]]
    subnets = [
        ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.99.{number}.0/24", AvailabilityZone=zone)["Subnet"]["SubnetId"]
        for number, zone in enumerate(zones[:2])
    ]
    aws.client("rds").create_db_subnet_group(
        DBSubnetGroupName=group, DBSubnetGroupDescription="In another VPC", SubnetIds=subnets
    )
    _modify(aws, outputs, DBSubnetGroupName=group)


@fault(("rds-log-exports", "databaseArn"))
def rds_log_exports(aws: Clients, outputs: Outputs) -> None:
    """The database publishes no log of its upgrades."""
    _modify(aws, outputs, CloudwatchLogsExportConfiguration={"DisableLogTypes": ["upgrade"]})


@fault(("rds-iam-authentication", "databaseArn"))
def rds_iam_authentication(aws: Clients, outputs: Outputs) -> None:
    """The database takes passwords alone."""
    _modify(aws, outputs, EnableIAMDatabaseAuthentication=False)


@fault(("rds-master-password-managed", "databaseArn"), ("vpc-no-strangers", "vpcId"))
def rds_master_password_managed(aws: Clients, outputs: Outputs) -> None:
    """The database is made anew with a password that somebody chose."""
    replace(aws, outputs)


@fault(
    ("rds-no-default-admin", "databaseArn"),
    ("rds-master-password-managed", "databaseArn"),
    ("vpc-no-strangers", "vpcId"),
)
def rds_no_default_admin(aws: Clients, outputs: Outputs) -> None:
    """The database is made anew with a master user whose name everybody knows."""
    replace(aws, outputs, MasterUsername="postgres")


@fault(("rds-copy-tags-to-snapshot", "databaseArn"))
def rds_copy_tags_to_snapshot(aws: Clients, outputs: Outputs) -> None:
    """Snapshots of the database lose its tags."""
    _modify(aws, outputs, CopyTagsToSnapshot=False)


@fault(("rds-auto-minor-upgrade", "databaseArn"))
def rds_auto_minor_upgrade(aws: Clients, outputs: Outputs) -> None:
    """The database stays without the fixes of minor versions."""
    _modify(aws, outputs, AutoMinorVersionUpgrade=False)


@fault(("rds-ca-certificate-valid", "databaseArn"))
def rds_ca_certificate_valid(aws: Clients, outputs: Outputs) -> None:
    """The certificate of the database was signed by an authority that has expired."""
    _modify(aws, outputs, CACertificateIdentifier="rds-ca-2019")


@fault(("rds-engine-supported", "databaseArn"))
def rds_engine_supported(aws: Clients, outputs: Outputs) -> None:
    """The database runs a version that RDS no longer offers."""
    _modify(aws, outputs, EngineVersion="10.23")
