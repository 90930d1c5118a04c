"""RDS: instances, their subnet groups and parameter groups."""

from collections.abc import Mapping
from typing import Any, Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest

_INSTANCE: Final = {
    "identifier": "DBInstanceIdentifier",
    "instanceClass": "DBInstanceClass",
    "parameterGroupName": "DBParameterGroupName",
    "username": "MasterUsername",
    "password": "MasterUserPassword",
    "iamDatabaseAuthenticationEnabled": "EnableIAMDatabaseAuthentication",
    "performanceInsightsEnabled": "EnablePerformanceInsights",
    "performanceInsightsKmsKeyId": "PerformanceInsightsKMSKeyId",
    "enabledCloudwatchLogsExports": "EnableCloudwatchLogsExports",
    "maintenanceWindow": "PreferredMaintenanceWindow",
    "backupWindow": "PreferredBackupWindow",
    "caCertIdentifier": "CACertificateIdentifier",
}
_FOR_LATER: Final = (
    "allowMajorVersionUpgrade",
    "deleteAutomatedBackups",
    "finalSnapshotIdentifier",
    "skipFinalSnapshot",
)


def _instance(declared: Declared, clients: Clients) -> Created:
    """The provider keeps some inputs for the day of an upgrade or a deletion, which have no place in a creation."""
    declared.take_some(*_FOR_LATER)
    instance = call_with_rest(declared, clients, "rds", "create_db_instance", _INSTANCE)["DBInstance"]
    endpoint, secret = instance["Endpoint"], instance["MasterUserSecret"]
    return Created(
        instance["DbiResourceId"],
        {
            "arn": instance["DBInstanceArn"],
            "address": endpoint["Address"],
            "endpoint": f"{endpoint['Address']}:{endpoint['Port']}",
            "port": endpoint["Port"],
            "resourceId": instance["DbiResourceId"],
            "status": instance["DBInstanceStatus"],
            "masterUserSecrets": [
                {
                    "secretArn": secret["SecretArn"],
                    "secretStatus": secret["SecretStatus"],
                    "kmsKeyId": secret["KmsKeyId"],
                }
            ],
        },
    )


def _parameter_group(declared: Declared, clients: Clients) -> Created:
    parameters = [
        {"ParameterName": each["name"], "ParameterValue": each["value"], "ApplyMethod": each["applyMethod"]}
        for each in declared.take("parameters")
    ]
    renames = {"name": "DBParameterGroupName", "family": "DBParameterGroupFamily"}
    group = call_with_rest(declared, clients, "rds", "create_db_parameter_group", renames)["DBParameterGroup"]
    name = group["DBParameterGroupName"]
    clients.client("rds").modify_db_parameter_group(DBParameterGroupName=name, Parameters=parameters)
    read = [_as_read(each) for each in declared.inputs["parameters"]]
    return Created(name, {"arn": group["DBParameterGroupArn"], "parameters": read})


def _as_read(parameter: Mapping[str, Any]) -> Mapping[str, Any]:
    """A parameter as RDS answers it: TLS is required from the next start on, however it was asked for."""
    return {**parameter, "applyMethod": "pending-reboot"} if parameter["name"] == "rds.force_ssl" else parameter


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:rds/instance:Instance": _instance,
    "aws:rds/parameterGroup:ParameterGroup": _parameter_group,
    "aws:rds/subnetGroup:SubnetGroup": Row(
        "rds",
        "create_db_subnet_group",
        id="DBSubnetGroup.DBSubnetGroupName",
        outputs={"arn": "DBSubnetGroup.DBSubnetGroupArn", "vpcId": "DBSubnetGroup.VpcId"},
        renames={"name": "DBSubnetGroupName", "description": "DBSubnetGroupDescription"},
    ),
}
