"""Faults of the encryption of disks by default."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("ebs-default-encryption", "accountId"))
def ebs_default_encryption(aws: Clients, outputs: Outputs) -> None:
    """New disks are encrypted only where somebody thinks of it."""
    del outputs
    aws.client("ec2").disable_ebs_encryption_by_default()
