"""Faults of log groups."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("log-group-retention", "taskLogGroupArn"))
def log_group_retention(aws: Clients, outputs: Outputs) -> None:
    """Nobody says any more how long the tasks' log is kept."""
    aws.client("logs").delete_retention_policy(logGroupName=outputs["taskLogGroupName"])
