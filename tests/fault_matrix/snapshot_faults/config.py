"""Faults of AWS Config."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

_KIND = "AWS::Config::ConfigurationRecorders"


@on_snapshot(("account-config-delivery", "accountId"), because="the emulator delivers nothing that could fail")
def account_config_delivery(snapshot: Document, _outputs: Outputs) -> None:
    """The bucket refused the history that was to be delivered last."""
    failed = {"lastStatus": "FAILURE", "lastErrorCode": "AccessDenied"}
    resource(snapshot, _KIND)["Channels"][0]["configHistoryDeliveryInfo"] = failed


@on_snapshot(
    ("account-config-delivery", "accountId"),
    because="without the channel the emulator's bucket of records is one of the stack's data too",
    variant="none",
)
def account_config_delivery_none(snapshot: Document, _outputs: Outputs) -> None:
    """The region has no delivery channel."""
    resource(snapshot, _KIND)["Channels"] = []
