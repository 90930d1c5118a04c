"""Fields of Amazon Inspector: what it scans."""

from __future__ import annotations

from stack_verify.drift.field import (
    Compare,
    Table,
    field,
    types,
)
from stack_verify.resources.inspector2 import (
    InspectorStatus,
)

TABLES = (
    Table(
        types("inspector2/enabler:Enabler"),
        (field("resourceTypes", "resource_state.enabled", compare=Compare.AT_LEAST),),
        kind=InspectorStatus,
        key="accountIds",
    ),
)
