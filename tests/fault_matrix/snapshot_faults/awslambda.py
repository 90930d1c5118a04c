"""Faults of Lambda functions that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

FUNCTION = "lettersFunctionArn"
BECAUSE = "an update of the emulator's function without it changes nothing"


@on_snapshot(
    ("lambda-env-customer-key", FUNCTION),
    because=BECAUSE,
    stack="functions",
)
def lambda_env_customer_key(snapshot: Document, _outputs: Outputs) -> None:
    """The function's variables are encrypted with a key of AWS's own."""
    resource(snapshot, "AWS::Lambda::Function")["KMSKeyArn"] = None


@on_snapshot(
    ("lambda-in-vpc", FUNCTION),
    ("lambda-multi-az", FUNCTION),
    ("sg-unused", "lettersSecurityGroupId"),
    because=BECAUSE,
    stack="functions",
)
def lambda_in_vpc(snapshot: Document, _outputs: Outputs) -> None:
    """The function is in no VPC."""
    resource(snapshot, "AWS::Lambda::Function")["VpcConfig"] = {"SubnetIds": [], "SecurityGroupIds": []}


@on_snapshot(
    ("lambda-multi-az", FUNCTION),
    because=BECAUSE,
    stack="functions",
)
def lambda_multi_az(snapshot: Document, _outputs: Outputs) -> None:
    """The function runs in one zone."""
    held = resource(snapshot, "AWS::Lambda::Function")["VpcConfig"]
    held["SubnetIds"] = held["SubnetIds"][:1]
