"""Faults of EBS volumes, snapshots and machine images, on the stack that has an instance beside it."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

INSTANCE = "reportsInstanceId"
VOLUME = "reportsVolumeId"
SNAPSHOT = "reportsSnapshotId"
IMAGE = "reportsImageId"
OTHER_ACCOUNT = "999999999999"


@fault(("ebs-snapshot-not-public", SNAPSHOT), stack="instances")
def ebs_snapshot_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everyone may make a volume of the snapshot."""
    _share(aws, outputs, GroupNames=["all"])


@fault(("ebs-snapshot-trusted-accounts", SNAPSHOT), stack="instances")
def ebs_snapshot_trusted_accounts(aws: Clients, outputs: Outputs) -> None:
    """An account that the policy does not name may make a volume of the snapshot."""
    _share(aws, outputs, UserIds=[OTHER_ACCOUNT])


@fault(("ec2-image-not-public", IMAGE), stack="instances")
def ec2_image_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everyone may start an instance of the image."""
    added = {"Add": [{"Group": "all"}]}
    aws.client("ec2").modify_image_attribute(ImageId=str(outputs[IMAGE]), LaunchPermission=added)


@fault(("ec2-image-trusted-accounts", IMAGE), stack="instances")
def ec2_image_trusted_accounts(aws: Clients, outputs: Outputs) -> None:
    """An account that the policy does not name may start an instance of the image."""
    added = {"Add": [{"UserId": OTHER_ACCOUNT}]}
    aws.client("ec2").modify_image_attribute(ImageId=str(outputs[IMAGE]), LaunchPermission=added)


@fault(("ebs-volume-in-backup-plan", VOLUME), ("ec2-instance-in-backup-plan", INSTANCE), stack="instances")
def ebs_volume_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """Neither the volume nor its instance is in the backup plan any more."""
    leave_backup_plan(aws, outputs)


def leave_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """Takes the instance out of the stack's backup plan."""
    backup, plan = aws.client("backup"), str(outputs["backupPlanId"])
    for each in backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]:
        if each["SelectionName"] == "reports":
            backup.delete_backup_selection(BackupPlanId=plan, SelectionId=each["SelectionId"])


def _share(aws: Clients, outputs: Outputs, **whom: list[str]) -> None:
    aws.client("ec2").modify_snapshot_attribute(
        SnapshotId=str(outputs[SNAPSHOT]), Attribute="createVolumePermission", OperationType="add", **whom
    )
