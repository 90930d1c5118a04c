"""Names in ``-k`` and ``-m`` that are nearly those of controls and marks: told before AWS is read for nothing."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator

import pytest

from stack_verify.core.control import Control
from stack_verify.util.suggestion import did_you_mean
from stack_verify.vocabulary import Severity

SHORTEST = 5  # of fewer letters everything is nearly something else: slow is nearly low
EVIDENCE = "evidence"  # the mark of the findings on the run itself
_WORD = re.compile(r"[^\s()]+")
_OPERATORS = ("and", "or", "not")


def marks(controls: Iterable[Control]) -> tuple[str, ...]:
    """The marks that items of a verification have."""
    return (*Severity, *sorted({control.concern for control in controls}), EVIDENCE, "hipaa")


def nearly_right(
    config: pytest.Config, controls: Collection[Control], others: Collection[str], texts: Iterable[str]
) -> str | None:
    """What to say of the first name in ``-k`` or ``-m`` that names nothing and is nearly something; None for none.

    ``others`` are marks of the project's own. In ``texts``, the outputs and the state, a name of ``-k`` may be found
    that is of no control.
    """
    known = marks(controls)
    for name in _names(config.getoption("markexpr")):
        if len(name) >= SHORTEST and name not in others and name not in known:
            meant = did_you_mean(name, known)
            if meant:
                return f"-m {name}: no control has this mark.{meant}"
    ids = [control.id for control in controls]
    words = {word for each in ids for word in each.split("-") if len(word) >= SHORTEST}
    seen = "\n".join((*ids, *known, *texts)).lower()
    for name in _names(config.getoption("keyword")):
        if len(name) >= SHORTEST and name.lower() not in seen:
            meant = did_you_mean(name, (*ids, *known)) or did_you_mean(name, words)
            if meant:
                return f"-k {name}: no control and no output has this in its name.{meant}"
    return None


def _names(expression: str) -> Iterator[str]:
    """The names of an expression. Those with arguments, which are of marks of a project's own, are left out."""
    words = _WORD.findall(expression) if "=" not in expression else ()
    return (word for word in words if word not in _OPERATORS)


def marks_of(config: pytest.Config) -> frozenset[str]:
    """The marks that the project has, without those of the verifier as long as these are not added."""
    return frozenset(re.split(r"[:(]", line, maxsplit=1)[0].strip() for line in config.getini("markers"))
