"""Coverage by specification: which of the Security Rule the controls verify, and what no reading of AWS can."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterable, Iterator

import msgspec

from stack_verify.core.citations import Citation, out_of_reach, security_rule
from stack_verify.core.control import Control

OBLIGATIONS = {"R": "required", "A": "addressable"}
WIDTH = 116
MARGIN = " " * 4


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """One specification, the ids of the controls that verify it, and why what they leave out cannot be verified.

    ``out_of_reach`` is None where a reading of AWS's configuration can verify the specification.
    """

    specification: str
    title: str
    obligation: str
    controls: tuple[str, ...]
    out_of_reach: str | None


def coverage(controls: Iterable[Control]) -> tuple[Coverage, ...]:
    """Every specification of the Security Rule with what ``controls`` verify of it, in the Rule's order."""
    by_id = sorted(controls, key=lambda control: control.id)
    return tuple(
        Coverage(
            specification=citation.id,
            title=citation.title,
            obligation=obligation(citation),
            controls=tuple(control.id for control in by_id if citation in control.citations),
            out_of_reach=out_of_reach().get(citation.id),
        )
        for citation in security_rule().values()
    )


def table(controls: Iterable[Control]) -> str:
    """A block of lines for each specification, and the counts at the end."""
    rows = coverage(controls)
    return "\n".join([*(line for row in rows for line in _block(row)), "", _counts(rows)])


def markdown(controls: Iterable[Control]) -> str:
    """A Markdown table, one specification a row, and the counts below it."""
    rows = coverage(controls)
    head = ("specification", "obligation", "title", "verified by")
    cells = [head, ("---",) * len(head), *((row.specification, row.obligation, row.title, _told(row)) for row in rows)]
    return "\n".join([*(f"| {' | '.join(row)} |" for row in cells), "", _counts(rows)])


def json(controls: Iterable[Control]) -> str:
    """A JSON list, one object a specification."""
    return msgspec.json.format(msgspec.json.encode(coverage(controls)), indent=2).decode()


COVERAGE_FORMATS: dict[str, Callable[[Iterable[Control]], str]] = {"table": table, "json": json, "markdown": markdown}


def obligation(citation: Citation) -> str:
    """Whether the Rule calls the specification required or addressable, or what else it is."""
    return OBLIGATIONS.get(citation.obligation, citation.obligation)


def _block(row: Coverage) -> Iterator[str]:
    yield f"{row.specification}  {row.title} ({row.obligation})"
    yield from textwrap.wrap(_told(row), WIDTH, initial_indent=MARGIN, subsequent_indent=MARGIN, break_on_hyphens=False)


def _told(row: Coverage) -> str:
    beyond = f"not by reading AWS: {row.out_of_reach}" if row.out_of_reach else ""
    if not row.controls:
        return beyond or "no control yet"
    verified = f"{len(row.controls)}: {', '.join(row.controls)}"
    return f"{verified}; the rest {beyond}" if beyond else verified


def _counts(rows: tuple[Coverage, ...]) -> str:
    verified = sum(1 for row in rows if row.controls)
    beyond = sum(1 for row in rows if not row.controls and row.out_of_reach)
    return (
        f"Of {len(rows)} standards and specifications {verified} are verified as far as AWS shows them, {beyond} are "
        f"organisational and cannot be verified by reading AWS, {len(rows) - verified - beyond} have no control yet."
    )
