"""Faults of log groups."""

import json

from stack.local.endpoint import Clients
from stack.local.faults.absence import gone
from stack.local.faults.fault import Outputs, fault


def _share(aws: Clients, resource: str) -> None:
    """Lets everybody read what `resource` means."""
    statement = {
        "Sid": "Shared",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "logs:FilterLogEvents",
        "Resource": resource,
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("logs").put_resource_policy(policyName="shared", policyDocument=document)


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
    """The tasks' log is kept for half a year."""
    aws.client("logs").put_retention_policy(logGroupName=outputs["taskLogGroupName"], retentionInDays=180)


@fault(("log-group-retention", "flowLogGroupArn"), variant="soon")
def log_group_retention_soon(aws: Clients, outputs: Outputs) -> None:
    """The flow logs are kept three months."""
    aws.client("logs").put_retention_policy(logGroupName=outputs["flowLogGroupName"], retentionInDays=90)


@fault(("log-group-not-public", "taskLogGroupArn"))
def log_group_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody may read the tasks' log."""
    _share(aws, f"{outputs['taskLogGroupArn']}:*")


@fault(("log-group-not-public", "trailLogGroupArn"), variant="stream")
def log_group_not_public_stream(aws: Clients, outputs: Outputs) -> None:
    """Everybody may read one stream of the trail's log."""
    _share(aws, f"{outputs['trailLogGroupArn']}:log-stream:{outputs['accountId']}_CloudTrail_{aws.region}")


@fault(
    ("log-groups-for-every-producer", "clusterArn"),
    ("log-group-deletion-protected", "containerInsightsLogGroupName"),
    ("log-group-encrypted", "containerInsightsLogGroupName"),
    ("log-group-not-public", "containerInsightsLogGroupName"),
    ("log-group-retention", "containerInsightsLogGroupName"),
    *gone(
        "containerInsightsLogGroupName",
        "healthcare:service:Cluster$aws:cloudwatch/logGroup:LogGroup::healthcare-container-insights-prod",
        also=("containerInsightsLogGroupArn",),
    ),
)
def log_groups_for_every_producer(aws: Clients, outputs: Outputs) -> None:
    """The log group of Container Insights was deleted."""
    aws.client("logs").delete_log_group(logGroupName=outputs["containerInsightsLogGroupName"])
