"""Says of what a control accepts that the stack does not name it, which is worth knowing and fails nothing."""

from __future__ import annotations

from stack_verify.errors import Unanswered
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot


def unnamed(resource: Resource, snapshot: Snapshot) -> str:
    """A clause for the observed text; empty where the stack names it, or where that is not known."""
    try:
        return "" if snapshot.names(resource) else ", which the stack does not name"
    except Unanswered:
        return ""
