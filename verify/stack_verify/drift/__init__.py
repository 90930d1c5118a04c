"""What a stack's state declares, held against what is live: one field table for each type of resource.

A property that no table names never leaves the state. ``docs/drift.md`` tells what is compared and how. A module of a
service has its name in ``resources/``, and is found by its place.
"""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules

from stack_verify.drift.field import Table
from stack_verify.drift.terraform import pulumi_type

# ``compare`` needs the tables themselves.
MODULES = tuple(
    import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__) if found.name != "compare"
)
TABLES: tuple[Table, ...] = tuple(table for module in MODULES for table in getattr(module, "TABLES", ()))

_BY_TYPE: dict[str, Table] = {name: table for table in TABLES for name in table.types}


def table_of(kind: str) -> Table | None:
    """The table for a type such as ``aws:rds/instance:Instance`` or ``aws_db_instance``; None where there is none."""
    return _BY_TYPE.get(pulumi_type(kind) or kind)
