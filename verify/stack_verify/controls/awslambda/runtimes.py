"""Which runtimes of AWS Lambda are supported, and until when."""

from __future__ import annotations

import re
from datetime import date
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from stack_verify.errors import Unanswered

# What brings no language: AWS's own check ignores these (AWS Config, lambda-function-settings-check).
OS_ONLY = "provided"
_FORM = re.compile(r"(?P<language>[a-z]+)(?P<version>\d+(?:\.(?:\d+|x))?)?(?P<system>\.al2\d*|-edge)?")
_SYSTEMS = (None, "-edge", ".al2", ".al2023")


class Age(NamedTuple):
    """What says which of two runtimes of one language is older."""

    version: tuple[int, ...]
    system: int


@cache
def deprecations() -> dict[str, date]:
    """The date on which Lambda ends the support of each runtime that it has published."""
    text = (files("stack_verify.core") / "data" / "lambda_runtimes.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return {runtime: date.fromisoformat(ends) for runtime, ends in rows}


def end_of_support(runtime: str, today: date) -> date | None:
    """When the support of a runtime ends, or ended; None of one that is newer than any known and surely supported.

    AWS ends the support of older runtimes of a language first: one that was published later than our table is
    supported as long as an older one is.

    Raises:
        Unanswered: when nothing is known of the runtime.
    """
    known = deprecations()
    if runtime in known:
        return known[runtime]
    language, age = _read(runtime)
    for other, ends in known.items():
        if _read(other)[0] == language and _read(other)[1] < age and ends > today:
            return None
    raise Unanswered(f"the table of runtimes does not say when the support of {runtime} ends")


def _read(runtime: str) -> tuple[str, Age]:
    match = _FORM.fullmatch(runtime)
    if match is None or match["system"] not in _SYSTEMS:
        return runtime, Age((), 0)
    version = tuple(int(part) for part in (match["version"] or "0").split(".") if part != "x")
    return match["language"], Age(version, _SYSTEMS.index(match["system"]))
