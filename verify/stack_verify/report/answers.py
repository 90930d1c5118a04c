"""The answers of AWS behind the verdicts of a report, numbered, so that thousands of findings can name them briefly."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import count
from typing import TypeAlias

from stack_verify.core.finding import Finding
from stack_verify.resources.resource import Evidence

# Operation, request id and time.
Answer: TypeAlias = tuple[str, str | None, datetime]

# What begins the evidence of an answer as a whole, where other evidence names a resource.
_KIND = re.compile(r"[A-Z]\w*(::[\w.]*)+\Z")


@dataclass(frozen=True)
class Operation:
    """An operation with the answers to it, which are numbered in their order from ``first``."""

    api: str
    first: int
    answers: Sequence[Answer]


class Answers:
    """The answers that findings come from.

    They are numbered by operation, and in it in the order in which findings first name them: what one finding names has
    numbers that follow each other, as far as may be.
    """

    def __init__(self, findings: Iterable[Finding]) -> None:
        named: dict[str, dict[Answer, None]] = defaultdict(dict)
        for finding in findings:
            for item in finding.evidence:
                named[item.api][_answer(item)] = None
        self._numbers: Mapping[Answer, int] = dict(
            zip((answer for _, answers in sorted(named.items()) for answer in answers), count(1), strict=False)
        )
        self.operations = tuple(
            Operation(api, self._numbers[next(iter(answers))], tuple(answers)) for api, answers in sorted(named.items())
        )

    def __len__(self) -> int:
        return len(self._numbers)

    def behind(self, finding: Finding) -> list[tuple[int, int]]:
        """The numbers of the answers that the finding comes from: the first and the last of each run of them."""
        runs: list[tuple[int, int]] = []
        for number in sorted({self._numbers[_answer(item)] for item in finding.evidence}):
            if runs and runs[-1][1] == number - 1:
                runs[-1] = (runs[-1][0], number)
            else:
                runs.append((number, number))
        return runs


def read(findings: Iterable[Finding]) -> list[str]:
    """What the findings come from, without whose it is: each operation with the kinds and fields that were read."""
    fields: dict[str, dict[str, None]] = defaultdict(dict)
    for finding in findings:
        for item in finding.evidence:
            fields[item.api][_field(item.field)] = None
    return [f"{api} {', '.join(sorted(named))}" for api, named in sorted(fields.items())]


def _answer(item: Evidence) -> Answer:
    return item.api, item.request_id, item.at


def _field(field: str) -> str:
    """The field without the resource, the kind without the key."""
    kind = field.partition(" ")[0]
    return kind if _KIND.match(kind) else field.rpartition(" ")[2]
