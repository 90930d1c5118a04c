"""Faults of DynamoDB tables that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(
    ("dynamodb-own-key", "visitsTableArn"), because="the emulator ignores a change of the key", stack="dynamodb"
)
def dynamodb_own_key(snapshot: Document, _outputs: Outputs) -> None:
    """The table is encrypted with a key of DynamoDB's own."""
    resource(snapshot, "AWS::DynamoDB::Table")["SSEDescription"] = None
