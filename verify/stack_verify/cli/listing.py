"""The catalogue of controls as text: a table for people, JSON for programs, Markdown for documents."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import msgspec

from stack_verify.core.control import Control

COLUMNS = ("control", "severity", "profile", "judges", "HIPAA citations", "title")


def table(controls: Iterable[Control]) -> str:
    """Aligned columns, one control a line."""
    rows = [COLUMNS, *map(_row, controls)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(COLUMNS))]
    return "\n".join(_padded(row, widths) for row in rows)


def markdown(controls: Iterable[Control]) -> str:
    """A Markdown table, one control a row."""
    rows = [COLUMNS, ("---",) * len(COLUMNS), *map(_row, controls)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def json(controls: Iterable[Control]) -> str:
    """A JSON list with everything known of each control but its code."""
    items = [
        {
            "id": control.id,
            "title": control.title,
            "severity": control.severity,
            "profile": control.profile,
            "citations": [citation.id for citation in control.citations],
            "rationale": control.rationale,
            "source": control.source,
            "remediation": control.remediation,
            "concern": control.concern,
            "resource_type": control.subject.kind(),
            "config_rule": control.config_rule,
            "security_hub": control.security_hub,
            "nist": control.nist,
        }
        for control in controls
    ]
    return msgspec.json.format(msgspec.json.encode(items), indent=2).decode()


FORMATS: dict[str, Callable[[Iterable[Control]], str]] = {"table": table, "json": json, "markdown": markdown}


def _row(control: Control) -> tuple[str, ...]:
    citations = " ".join(citation.id for citation in control.citations)
    return control.id, control.severity.value, control.profile, control.subject.kind(), citations, control.title


def _padded(row: Sequence[str], widths: Sequence[int]) -> str:
    return "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
