"""What a fault on the snapshot is: an edit of the compliant stack's saved snapshot, and the findings that then change.

It proves what the emulator cannot show; where the emulator can, the fault is made live (`stack.local.faults`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, TypeAlias

from stack.local.faults.fault import Fault, Outputs, fault

Document: TypeAlias = dict[str, Any]
"""A saved snapshot as plain JSON."""

Edit: TypeAlias = Callable[[Document, Outputs], None]


@dataclass(frozen=True)
class SnapshotFault(Fault):
    """A fault whose `apply` takes a saved snapshot in the place of a live account; `because` says why."""

    because: str


def on_snapshot(
    *flips: tuple[str, str], because: str, stack: str = "prod", variant: str = ""
) -> Callable[[Edit], SnapshotFault]:
    """Makes a function of a snapshot's document and the stack's outputs a fault, as `fault` makes one of clients."""

    def decorate(function: Edit) -> SnapshotFault:
        made = fault(*flips, stack=stack, variant=variant)(function)
        return SnapshotFault(**vars(made), because=because)

    return decorate


def resource(document: Document, kind: str, **fields: str) -> Document:
    """The one resource of `kind` that has these fields, in AWS's names."""
    (found,) = (
        each
        for each in document["resources"]
        if each["ResourceType"] == kind and all(each[field] == value for field, value in fields.items())
    )
    return found


def before(document: Document, **ago: float) -> str:
    """The time this long before the snapshot was taken; a negative one is after it."""
    return (datetime.fromisoformat(document["taken_at"]) - timedelta(**ago)).isoformat()
