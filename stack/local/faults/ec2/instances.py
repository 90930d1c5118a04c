"""Faults of EC2 instances, on the stack that has one beside it."""

import base64

from stack.local.additions.instances import back_up
from stack.local.endpoint import Clients
from stack.local.faults.ec2.storage import INSTANCE, VOLUME, leave_backup_plan
from stack.local.faults.fault import Outputs, fault

SECRET = "#!/bin/sh\nexport DATABASE_URL=postgres://reports:hunter2secret@db.internal:5432/reports\n"  # noqa: S105


@fault(("ec2-instance-imdsv2", INSTANCE), stack="instances")
def ec2_instance_imdsv2(aws: Clients, outputs: Outputs) -> None:
    """The instance answers IMDSv1 too."""
    aws.client("ec2").modify_instance_metadata_options(InstanceId=str(outputs[INSTANCE]), HttpTokens="optional")


@fault(("ec2-instance-no-public-ip", INSTANCE), stack="instances")
def ec2_instance_no_public_ip(aws: Clients, outputs: Outputs) -> None:
    """The instance has an Elastic IP address."""
    ec2 = aws.client("ec2")
    address = ec2.allocate_address(Domain="vpc")["AllocationId"]
    ec2.associate_address(AllocationId=address, InstanceId=str(outputs[INSTANCE]))


@fault(("ec2-instance-profile-attached", INSTANCE), stack="instances")
def ec2_instance_profile_attached(aws: Clients, outputs: Outputs) -> None:
    """The instance has no instance profile."""
    ec2 = aws.client("ec2")
    of_instance = [{"Name": "instance-id", "Values": [str(outputs[INSTANCE])]}]
    (found,) = ec2.describe_iam_instance_profile_associations(Filters=of_instance)["IamInstanceProfileAssociations"]
    ec2.disassociate_iam_instance_profile(AssociationId=found["AssociationId"])


@fault(("ec2-instance-no-user-data-secrets", INSTANCE), stack="instances")
def ec2_instance_no_user_data_secrets(aws: Clients, outputs: Outputs) -> None:
    """The instance's user data holds a password in clear."""
    held = {"Value": base64.b64encode(SECRET.encode())}
    aws.client("ec2").modify_instance_attribute(InstanceId=str(outputs[INSTANCE]), UserData=held)


@fault(("ec2-instance-in-backup-plan", INSTANCE), stack="instances")
def ec2_instance_in_backup_plan(aws: Clients, outputs: Outputs) -> None:
    """The backup plan has the instance's disk and no longer the instance."""
    leave_backup_plan(aws, outputs)
    back_up(aws, outputs, f"volume/{outputs[VOLUME]}")
