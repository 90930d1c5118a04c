"""Faults of log groups."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("log-group-encrypted", "taskLogGroupArn"))
def log_group_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The tasks' log group was deleted, and made anew without a key."""
    logs, name = aws.client("logs"), outputs["taskLogGroupName"]
    (group,) = logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    tags = logs.list_tags_for_resource(resourceArn=group["logGroupArn"])["tags"]
    logs.delete_log_group(logGroupName=name)
    logs.create_log_group(logGroupName=name, tags=tags)
    logs.put_retention_policy(logGroupName=name, retentionInDays=group["retentionInDays"])


@fault(("log-group-retention", "taskLogGroupArn"))
def log_group_retention(aws: Clients, outputs: Outputs) -> None:
    """Nobody says any more how long the tasks' log is kept."""
    aws.client("logs").delete_retention_policy(logGroupName=outputs["taskLogGroupName"])


@fault(("log-group-retention", "flowLogGroupArn"), variant="soon")
def log_group_retention_soon(aws: Clients, outputs: Outputs) -> None:
    """The flow logs are kept three months."""
    aws.client("logs").put_retention_policy(logGroupName=outputs["flowLogGroupName"], retentionInDays=90)
