"""Faults of EFS file systems, on the stack that has one beside it."""

from stack.local.additions.files import policy
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

SYSTEM = "scansFileSystemArn"
TARGET = "scansMountTargetId"


def _id(outputs: Outputs) -> str:
    return str(outputs[SYSTEM]).rpartition("/")[2]


@fault(("efs-in-backup-plan", SYSTEM), stack="files")
def efs_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """The file system is no longer in the backup plan."""
    backup, plan = aws.client("backup"), str(outputs["backupPlanId"])
    for each in backup.list_backup_selections(BackupPlanId=plan)["BackupSelectionsList"]:
        if each["SelectionName"] == "scans":
            backup.delete_backup_selection(BackupPlanId=plan, SelectionId=each["SelectionId"])


@fault(("efs-policy-restricted", SYSTEM), stack="files")
def efs_policy_restricted(aws: Clients, outputs: Outputs) -> None:
    """Another account may mount the file system."""
    partner = {
        "Sid": "Partner",
        "Effect": "Allow",
        "Principal": {"AWS": "arn:aws:iam::999999999999:root"},
        "Action": "elasticfilesystem:ClientMount",
    }
    changed = policy(str(outputs[SYSTEM]), partner)
    aws.client("efs").put_file_system_policy(FileSystemId=_id(outputs), Policy=changed)


@fault(("efs-tls-only", SYSTEM), stack="files")
def efs_tls_only(aws: Clients, outputs: Outputs) -> None:
    """The file system may be mounted without TLS."""
    changed = policy(str(outputs[SYSTEM]), clear=True)
    aws.client("efs").put_file_system_policy(FileSystemId=_id(outputs), Policy=changed)


@fault(("efs-mount-target-private", TARGET), ("subnet-no-auto-public-ip", "privateSubnetIds[0]"), stack="files")
def efs_mount_target_private(aws: Clients, outputs: Outputs) -> None:
    """The subnet of the mount target gives out public addresses."""
    aws.client("ec2").modify_subnet_attribute(
        SubnetId=outputs["privateSubnetIds"][0], MapPublicIpOnLaunch={"Value": True}
    )
