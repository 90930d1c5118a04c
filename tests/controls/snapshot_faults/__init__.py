"""The faults that are made on the snapshot, because the emulator cannot show them. A new module is listed here."""

from __future__ import annotations

from snapshot_faults import ecr, ecs, rds, secretsmanager, stack, wafv2
from snapshot_faults.snapshot_fault import SnapshotFault

__all__ = ["SNAPSHOT_FAULTS", "SnapshotFault"]

_MODULES = (ecr, ecs, rds, secretsmanager, stack, wafv2)
_FOUND = sorted(
    (each for module in _MODULES for each in vars(module).values() if isinstance(each, SnapshotFault)),
    key=lambda fault: fault.name,
)

SNAPSHOT_FAULTS = {fault.name: fault for fault in _FOUND}

if len(SNAPSHOT_FAULTS) != len(_FOUND):
    raise ValueError(f"two faults share a name among {[fault.name for fault in _FOUND]}; give one a variant")
