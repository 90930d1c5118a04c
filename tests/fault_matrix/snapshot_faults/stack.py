"""Faults of the stack as a whole."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(("outputs-complete", "flat-outputs.json"), because="the outputs are a file, and no part of AWS")
def outputs_complete(snapshot: Document, _outputs: Outputs) -> None:
    """The file of outputs lacks one that the state holds."""
    resource(snapshot, "Stack::Outputs")["Names"].remove("listenerPort")


@on_snapshot(
    ("hipaa-eligible-services", "flat-outputs.json"),
    ("resources-judged", "clinic"),
    ("outputs-resolve-live", "output databaseParameterGroupName"),
    because="the outputs are a file, and the emulator has no such service",
)
def hipaa_eligible_services(snapshot: Document, _outputs: Outputs) -> None:
    """An output names a Lightsail instance, which AWS's list of eligible services does not have."""
    output = resource(snapshot, "Stack::Output", Name="databaseParameterGroupName")
    output["Value"] = "arn:aws:lightsail:sa-east-1:123456789012:Instance/clinic"
