"""What a stack's state declares, held against what is live: one field table for each type of resource.

A property that no table names never leaves the state. ``docs/drift.md`` tells what is compared and how.
"""

from __future__ import annotations

from stack_verify.drift import backup, compute, firewall, network, records, security, storage
from stack_verify.drift.field import Table

MODULES = (backup, compute, firewall, network, records, security, storage)
TABLES = tuple(table for module in MODULES for table in module.TABLES)

_BY_TYPE: dict[str, Table] = {name: table for table in TABLES for name in table.types}


def table_of(kind: str) -> Table | None:
    """The table for a type such as ``aws:rds/instance:Instance``; None where nothing of it is compared."""
    return _BY_TYPE.get(kind)
