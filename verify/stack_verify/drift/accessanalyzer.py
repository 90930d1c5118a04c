"""Fields of IAM Access Analyzer: analyzers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import (
    ACCOUNT,
    ALL,
    Compare,
    Table,
    Value,
    every,
    field,
    types,
)
from stack_verify.resources.accessanalyzer import Analyzer


def _analyzer(inputs: Mapping[str, Any]) -> Value:
    return (f"{inputs['analyzerName']} of {inputs.get('type') or 'ACCOUNT'}",)


def _live_analyzer(found: Analyzer) -> str:
    return f"{found.name} of {found.type}"


TABLES = (
    Table(
        types("accessanalyzer/analyzer:Analyzer"),
        (field("analyzers", every(_live_analyzer), spell=_analyzer, compare=Compare.AT_LEAST, of=ALL),),
        kind=Analyzer,
        key=ACCOUNT,
    ),
)
