"""A compliant DynamoDB table, with the data key and in the backup plan of the stack beneath."""

from collections.abc import Mapping
from typing import Final

from stack.local.additions.aurora import plan_role
from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-visits-prod"


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the table and its selection in the backup plan."""
    dynamodb = aws.client("dynamodb")
    tags = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    made = dynamodb.create_table(
        TableName=NAME,
        AttributeDefinitions=[{"AttributeName": "visit", "AttributeType": "S"}],
        KeySchema=[{"AttributeName": "visit", "KeyType": "HASH"}],
        BillingMode="PAY_PER_REQUEST",
        DeletionProtectionEnabled=True,
        SSESpecification={"Enabled": True, "SSEType": "KMS", "KMSMasterKeyId": str(outputs["databaseKeyArn"])},
        Tags=[*(tag for tag in tags if tag["Key"] != "Name"), {"Key": "Name", "Value": NAME}],
    )["TableDescription"]
    dynamodb.update_continuous_backups(
        TableName=NAME, PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    aws.client("backup").create_backup_selection(
        BackupPlanId=str(outputs["backupPlanId"]),
        BackupSelection={
            "SelectionName": "visits",
            "IamRoleArn": plan_role(aws, outputs),
            "Resources": [made["TableArn"]],
        },
    )
    declared = {
        "deletionProtectionEnabled": True,
        "serverSideEncryption": {"enabled": True, "kmsKeyArn": str(outputs["databaseKeyArn"])},
        "tags": {**{each["Key"]: each["Value"] for each in tags}, "Name": NAME},
    }
    return Made({"visitsTableArn": made["TableArn"]}, (("aws:dynamodb/table:Table", "visits", NAME, declared),))
