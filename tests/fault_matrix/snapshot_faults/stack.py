"""Faults of the stack as a whole."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(("outputs-complete", "flat-outputs.json"), because="the outputs are a file, and no part of AWS")
def outputs_complete(snapshot: Document, _outputs: Outputs) -> None:
    """The file of outputs lacks one that the state holds."""
    resource(snapshot, "Stack::Outputs")["Names"].remove("listenerPort")
