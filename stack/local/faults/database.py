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
    "DBInstanceIdentifier",
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


def recreate(aws: Clients, identifier: str, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Replaces the database by one that differs in `changes` alone; RDS modifies no encryption, nor does moto.

    A change to None leaves the argument out.
    """
    rds = aws.client("rds")
    (instance,) = rds.describe_db_instances(DBInstanceIdentifier=identifier)["DBInstances"]
    arguments = {**_arguments(instance), **changes}
    rds.modify_db_instance(DBInstanceIdentifier=identifier, DeletionProtection=False, ApplyImmediately=True)
    rds.delete_db_instance(DBInstanceIdentifier=identifier, SkipFinalSnapshot=True)
    rds.create_db_instance(**{name: value for name, value in arguments.items() if value is not None})


def _arguments(instance: dict[str, Any]) -> dict[str, Any]:
    """What creates a database like `instance`: most names are the same in the answer and in the request."""
    secret = instance["MasterUserSecret"]
    return {
        **{name: instance[name] for name in _KEPT if name in instance},
        "DBParameterGroupName": instance["DBParameterGroups"][0]["DBParameterGroupName"],
        "DBSubnetGroupName": instance["DBSubnetGroup"]["DBSubnetGroupName"],
        "EnableCloudwatchLogsExports": instance["EnabledCloudwatchLogsExports"],
        "EnableIAMDatabaseAuthentication": instance["IAMDatabaseAuthenticationEnabled"],
        "ManageMasterUserPassword": True,
        "MasterUserSecretKmsKeyId": secret["KmsKeyId"],
        "Port": instance["Endpoint"]["Port"],
        "Tags": instance["TagList"],
        "VpcSecurityGroupIds": [group["VpcSecurityGroupId"] for group in instance["VpcSecurityGroups"]],
    }


@fault(("rds-storage-encrypted", "databaseArn"), ("rds-encrypted-with-stack-cmk", "databaseArn"))
def rds_storage_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The database is restored without encryption."""
    recreate(aws, str(outputs["databaseIdentifier"]), StorageEncrypted=False, KmsKeyId=None)
