"""Faults of EC2 instances and EBS volumes that the emulator cannot show."""

from __future__ import annotations

from datetime import datetime, timedelta

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

INSTANCE, VOLUME, SNAPSHOT = "reportsInstanceId", "reportsVolumeId", "reportsSnapshotId"
STAYS = "what a volume or a snapshot was encrypted with never changes"
NO_CHANGE = "the emulator lets nobody change it"


@on_snapshot(("ebs-volume-encrypted", VOLUME), ("ebs-volume-own-key", VOLUME), because=STAYS, stack="instances")
def ebs_volume_encrypted(snapshot: Document, _outputs: Outputs) -> None:
    """The volume is not encrypted."""
    volume = resource(snapshot, "AWS::EC2::Volume")
    volume["Encrypted"], volume["KmsKeyId"] = False, None


@on_snapshot(("ebs-volume-own-key", VOLUME), because=STAYS, stack="instances")
def ebs_volume_own_key(snapshot: Document, _outputs: Outputs) -> None:
    """The volume is encrypted with a key of AWS's own."""
    resource(snapshot, "AWS::EC2::Volume")["KmsKeyId"] = None


@on_snapshot(
    ("ebs-volume-attached", VOLUME),
    ("ebs-volume-encrypted", VOLUME),
    ("ebs-volume-in-backup-plan", VOLUME),
    because="an instance of the emulator's loses its network interface with its disk",
    stack="instances",
)
def ebs_volume_attached(snapshot: Document, _outputs: Outputs) -> None:
    """The volume is attached to nothing."""
    resource(snapshot, "AWS::EC2::Volume")["Attachments"] = []


@on_snapshot(("ebs-snapshot-encrypted", SNAPSHOT), because=STAYS, stack="instances")
def ebs_snapshot_encrypted(snapshot: Document, outputs: Outputs) -> None:
    """The snapshot is not encrypted."""
    resource(snapshot, "AWS::EC2::Snapshot", SnapshotId=str(outputs[SNAPSHOT]))["Encrypted"] = False


@on_snapshot(("ec2-instance-in-vpc", INSTANCE), because="there is no EC2-Classic any more", stack="instances")
def ec2_instance_in_vpc(snapshot: Document, _outputs: Outputs) -> None:
    """The instance is in no VPC."""
    resource(snapshot, "AWS::EC2::Instance")["VpcId"] = None


@on_snapshot(
    ("ec2-instance-not-stopped", INSTANCE), because="the emulator stops instances today only", stack="instances"
)
def ec2_instance_not_stopped(snapshot: Document, _outputs: Outputs) -> None:
    """The instance has been stopped for two months."""
    since = datetime.fromisoformat(snapshot["taken_at"]) - timedelta(days=60)
    instance = resource(snapshot, "AWS::EC2::Instance")
    instance["State"] = {"Name": "stopped"}
    instance["StateTransitionReason"] = f"User initiated ({since:%Y-%m-%d %H:%M:%S} GMT)"


@on_snapshot(("ec2-instance-one-interface", INSTANCE), because=NO_CHANGE, stack="instances")
def ec2_instance_one_interface(snapshot: Document, _outputs: Outputs) -> None:
    """The instance has a second network interface."""
    held = resource(snapshot, "AWS::EC2::Instance")["NetworkInterfaces"]
    held.append({**held[0], "NetworkInterfaceId": "eni-5f3a9c27d41b8e603"})


@on_snapshot(("ec2-instance-hvm", INSTANCE), because=NO_CHANGE, stack="instances")
def ec2_instance_hvm(snapshot: Document, _outputs: Outputs) -> None:
    """The instance is paravirtual."""
    resource(snapshot, "AWS::EC2::Instance")["VirtualizationType"] = "paravirtual"


@on_snapshot(
    ("ec2-instance-detailed-monitoring", INSTANCE),
    because="the emulator has no UnmonitorInstances",
    stack="instances",
)
def ec2_instance_detailed_monitoring(snapshot: Document, _outputs: Outputs) -> None:
    """The instance is measured every five minutes."""
    resource(snapshot, "AWS::EC2::Instance")["Monitoring"] = {"State": "disabled"}
