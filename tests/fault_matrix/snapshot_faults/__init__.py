"""The faults that are made on the snapshot, because the emulator cannot show them.."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from fault_matrix.snapshot_faults.snapshot_fault import SnapshotFault

__all__ = ["SNAPSHOT_FAULTS", "SnapshotFault"]

_MODULES = tuple(import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
_FOUND = sorted(
    (each for module in _MODULES for each in vars(module).values() if isinstance(each, SnapshotFault)),
    key=lambda fault: fault.name,
)

SNAPSHOT_FAULTS = {fault.name: fault for fault in _FOUND}

if len(SNAPSHOT_FAULTS) != len(_FOUND):
    raise ValueError(f"two faults share a name among {[fault.name for fault in _FOUND]}; give one a variant")
