"""Faults of the account's root user."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.operation import HARDWARE_DEVICE, ROOT, secure_the_root_user

_ACCOUNT: Final = "accountId"


@fault(("iam-root-no-keys", _ACCOUNT))
def iam_root_no_keys(aws: Clients, outputs: Outputs) -> None:
    """Somebody made an access key for the root user."""
    del outputs
    aws.client("iam").create_access_key(UserName=ROOT)


@fault(("iam-root-mfa", _ACCOUNT), ("iam-root-hardware-mfa", _ACCOUNT))
def iam_root_mfa(aws: Clients, outputs: Outputs) -> None:
    """The root user signs in with a password alone."""
    del outputs
    aws.client("iam").deactivate_mfa_device(UserName=ROOT, SerialNumber=HARDWARE_DEVICE)


@fault(("iam-root-hardware-mfa", _ACCOUNT))
def iam_root_hardware_mfa(aws: Clients, outputs: Outputs) -> None:
    """The root user signs in with an application on somebody's telephone."""
    del outputs
    iam = aws.client("iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="telephone")["VirtualMFADevice"]["SerialNumber"]
    secure_the_root_user(aws, device)
