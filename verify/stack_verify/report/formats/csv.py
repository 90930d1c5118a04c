"""``findings.csv`` for spreadsheets: one row a finding."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from io import TextIOWrapper
from typing import BinaryIO

from stack_verify.core.finding import Finding
from stack_verify.report.model import Report
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line

COLUMNS = (
    "status",
    "severity",
    "control",
    "title",
    "citations",
    "NIST SP 800-53r5",
    "resource type",
    "resource id",
    "resource ARN",
    "region",
    "account",
    "observed",
    "expected",
    "remediation",
    "waiver owner",
    "waiver reason",
    "waiver approver",
    "waiver ticket",
    "waiver expires",
    "waiver alternative",
    "non-compliance",
    "verified elsewhere by",
    "cause",
    "of the run",
)

# A cell that begins with one of these is a formula to some spreadsheet, and a formula may call other programs. The wide
# forms are turned into the plain ones by spreadsheets of East Asia.
_FORMULA = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


class CsvReport:
    """Writes ``findings.csv``, as RFC 4180 has it, every cell quoted and in one line."""

    filename = "findings.csv"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the rows in UTF-8, with the mark by which Excel knows it."""
        text = TextIOWrapper(stream, encoding="utf-8-sig", newline="", write_through=True)
        of_run = verdict_of(report)
        rows = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
        rows.writerow(COLUMNS)
        rows.writerows([_cell(value) for value in (*_values(finding), of_run)] for finding in report.findings)
        text.detach()


def _cell(value: str | None) -> str:
    text = one_line(value or "")
    return f"'{text}" if text.startswith(_FORMULA) else text


def _values(finding: Finding) -> Iterator[str | None]:
    resource, waiver = finding.resource, finding.waiver
    yield from (finding.status, finding.severity, finding.control, finding.title)
    yield " ".join(citation.id for citation in finding.citations)
    yield " ".join(finding.nist)
    yield from (resource.type, resource.id, resource.arn, resource.region, resource.account)
    yield from (finding.observed, finding.expected, finding.remediation)
    if waiver is None:
        yield from [None] * 6
    else:
        yield from (waiver.owner, waiver.reason, waiver.approver, waiver.ticket, waiver.expires.isoformat())
        yield waiver.alternative
    yield " ".join(finding.non_compliance)
    yield from (finding.elsewhere, finding.cause)
