"""``results.json``: the findings for programs, complete."""

from __future__ import annotations

import json
from typing import Any, BinaryIO

import msgspec

from stack_verify.core.finding import Finding
from stack_verify.report.model import Report
from stack_verify.report.text import encodable

SCHEMA = "stack-verify/results/1"


class ResultsReport:
    """Writes ``results.json``."""

    filename = "results.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the report in UTF-8."""
        stream.write(results_json(report).encode())


def results_json(report: Report) -> str:
    """The report as an indented JSON document; the same report always gives the same text."""
    return document(
        {
            "schema": SCHEMA,
            "run": plain(report.run),
            "findings": [_row(finding) for finding in report.findings],
            "gaps": plain(report.gaps),
            "summary": plain(report.summary),
            "partial": report.summary.partial.text if report.summary.partial else None,
            "resources": plain(report.denominator.resources),
            "no_resource": plain(report.denominator.no_resource),
            **({} if report.changes is None else {"changes": plain(report.changes)}),
        }
    )


def document(content: dict[str, object] | list[dict[str, object]]) -> str:
    """A JSON document in the one form that reports have: indented, and ending with a newline."""
    # Not msgspec's encoder: it refuses a lone surrogate, which AWS's JSON can hold.
    text = encodable(json.dumps(content, ensure_ascii=False, allow_nan=False))
    return msgspec.json.format(text, indent=1) + "\n"


def plain(value: object) -> Any:  # noqa: ANN401 - whatever JSON the value makes
    """The value as JSON's own types.

    Mappings are sorted: AWS gives them no order, and a snapshot read back may hold another than the live answer had.
    """
    return msgspec.to_builtins(value, order="deterministic")


def _row(finding: Finding) -> dict[str, object]:
    row: dict[str, object] = plain(finding)
    return row | {"citations": [citation.id for citation in finding.citations]}
