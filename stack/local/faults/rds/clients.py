"""Faults of the database's use: nobody connects."""

from datetime import UTC, datetime, timedelta
from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_HOURS: Final = 8


@fault(("rds-clients-connected", "databaseArn"))
def rds_clients_connected(aws: Clients, outputs: Outputs) -> None:
    """CloudWatch counts no client of the database for hours."""
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": str(outputs["databaseIdentifier"])}]
    nobody = [
        {
            "MetricName": "DatabaseConnections",
            "Dimensions": dimensions,
            "Timestamp": datetime.now(UTC) - timedelta(hours=hour, minutes=1),
            "Value": 0.0,
        }
        for hour in range(_HOURS)
    ]
    aws.client("cloudwatch").put_metric_data(Namespace="AWS/RDS", MetricData=nobody)
