"""Faults of who may delete log groups."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.iam.policies import allow, role_name

_FLOW_LOGS: Final = "flowLogRoleArn"


@fault(("log-group-deletion-protected", "taskLogGroupArn"))
def log_group_deletion_protected(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may delete the tasks' log group."""
    allow(aws, role_name(outputs, _FLOW_LOGS), "logs:DeleteLogGroup", str(outputs["taskLogGroupArn"]))


@fault(("log-group-deletion-protected", "trailLogGroupArn"), variant="retention")
def log_group_deletion_protected_retention(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may let the trail's events be forgotten after a day."""
    allow(aws, role_name(outputs, _FLOW_LOGS), "logs:PutRetentionPolicy", f"{outputs['trailLogGroupArn']}:*")
