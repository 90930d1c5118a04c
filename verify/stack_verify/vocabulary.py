"""The words for what a check came to and how much it matters, and their order."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Final


class Severity(StrEnum):
    """How much a failure matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Status(StrEnum):
    """The five outcomes of a control on a resource."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"


SEVERITIES: Final = tuple(Severity)
WORST_FIRST: Final = (Status.FAILED, Status.ERROR, Status.WAIVED, Status.PASSED, Status.NOT_APPLICABLE)

# What is to be mended: it failed, or nobody knows whether it holds.
OPEN: Final = frozenset({Status.FAILED, Status.ERROR})
# What nobody has to do anything about.
AT_REST: Final = frozenset({Status.PASSED, Status.NOT_APPLICABLE})


def worst(statuses: Iterable[Status]) -> Status | None:
    """The worst of the statuses; None where there is none."""
    return min(statuses, key=WORST_FIRST.index, default=None)
