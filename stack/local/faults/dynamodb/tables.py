"""Faults of DynamoDB tables, on the stack that has one beside it."""

import json

from stack.local.additions.dynamodb import NAME
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

TABLE = "visitsTableArn"


@fault(("dynamodb-pitr", TABLE), stack="dynamodb")
def dynamodb_pitr(aws: Clients, _outputs: Outputs) -> None:
    """The table cannot be restored to a point in time."""
    off = {"PointInTimeRecoveryEnabled": False}
    aws.client("dynamodb").update_continuous_backups(TableName=NAME, PointInTimeRecoverySpecification=off)


@fault(("dynamodb-deletion-protection", TABLE), stack="dynamodb")
def dynamodb_deletion_protection(aws: Clients, _outputs: Outputs) -> None:
    """The table can be deleted by one call."""
    aws.client("dynamodb").update_table(TableName=NAME, DeletionProtectionEnabled=False)


@fault(("dynamodb-in-backup-plan", TABLE), stack="dynamodb")
def dynamodb_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """The table is no longer in the backup plan."""
    backup, plan = aws.client("backup"), str(outputs["backupPlanId"])
    for each in backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]:
        if each["SelectionName"] == "visits":
            backup.delete_backup_selection(BackupPlanId=plan, SelectionId=each["SelectionId"])


@fault(("dynamodb-policy-restricted", TABLE), stack="dynamodb")
def dynamodb_policy_restricted(aws: Clients, outputs: Outputs) -> None:
    """Another account may read the table's items."""
    statement = {
        "Sid": "Partner",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        "Action": ["dynamodb:GetItem", "dynamodb:Query"],
        "Resource": outputs[TABLE],
    }
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("dynamodb").put_resource_policy(ResourceArn=str(outputs[TABLE]), Policy=document)


@fault(("dynamodb-autoscaling", TABLE), stack="dynamodb")
def dynamodb_autoscaling(aws: Clients, _outputs: Outputs) -> None:
    """The table has a capacity that nothing scales."""
    capacity = {"ReadCapacityUnits": 5, "WriteCapacityUnits": 5}
    aws.client("dynamodb").update_table(TableName=NAME, BillingMode="PROVISIONED", ProvisionedThroughput=capacity)
