"""``summary.md`` for a comment on a pull request and the summary of a job: the verdict, and what to do first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import BinaryIO

from stack_verify.core.denominator import Standing
from stack_verify.core.finding import Finding
from stack_verify.report.model import Report
from stack_verify.report.terminal import HEADLINES, verdict_of
from stack_verify.report.text import one_line, shortened
from stack_verify.report.wording import exception, named, worst_first
from stack_verify.vocabulary import OPEN, Status

# GitHub takes 65,536 characters in a comment. A table that would not fit is cut, and says so.
MOST_CHARACTERS = 60_000
LONGEST_CELL = 400

# By this a workflow finds its earlier comment again and replaces it.
MARK = "<!-- stack-verify -->"

# An underscore within a word, and a colon that makes no link, mean nothing.
_SPECIAL = re.compile(r"[^\w\s.,:;=()'\"/%?{}^+-]|:(?=//)|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])|(?<=www)\.", re.ASCII)
_SPARE = 400  # for the line that says how much was left out


class MarkdownReport:
    """Writes ``summary.md``."""

    filename = "summary.md"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the summary in UTF-8."""
        stream.write(markdown(report).encode())


def markdown(report: Report) -> str:
    """The report in GitHub's Markdown, at most 60,000 characters.

    What AWS or a user named is shown as it is: no name can make a table, a link, an element or a mention.
    """
    text = "\n".join(_head(report))
    for title, columns, rows in _tables(report):
        text += _table(title, columns, rows, MOST_CHARACTERS - len(text))
    return text


def _head(report: Report) -> Iterator[str]:
    run, stack, counts = report.run, report.run.stack, report.summary.by_status
    word, _ = HEADLINES[report.summary.outcome]
    yield MARK
    yield f"## {word}: {_safe(verdict_of(report).removeprefix(f'{word}: '))}"
    yield ""
    yield "| | |"
    yield "|---|---|"
    yield _row("stack", f"{stack.project or 'unnamed'}/{stack.name or 'unnamed'}, from {stack.source}")
    yield _row("account", f"{run.account} in {run.region}, read as {run.caller}")
    yield _row("policy", f"{run.effective_policy.title} for {run.environment}, SHA-256 {run.policy_sha256[:12]}")
    yield _row("read at", f"{run.taken_at:%Y-%m-%d %H:%M:%S %Z}, snapshot SHA-256 {run.snapshot_sha256[:12]}")
    if report.denominator.resources:
        told = ", ".join(f"{count} {standing}" for standing, count in report.summary.resources.items())
        yield _row("resources", told)
    if report.summary.partial:
        yield _row("part", report.summary.partial.text)
    yield _row("checks", ", ".join(f"{counts[status]} {status}" for status in Status))
    yield ""


def _tables(report: Report) -> Iterator[tuple[str, Sequence[str], list[str]]]:
    problems = worst_first(finding for finding in report.findings if finding.status in OPEN)
    waived = [finding for finding in report.findings if finding.status is Status.WAIVED]
    yield (
        "To mend",
        ("severity", "status", "control", "resource", "observed", "expected", "remedy"),
        [_problem(finding) for finding in problems],
    )
    for standing in (Standing.NOT_JUDGED, Standing.ACCEPTED):
        rows = sorted(report.denominator.of(standing), key=lambda each: (not each.fails, each.type, each.id))
        yield (
            f"Resources: {standing}",
            ("type", "resource", "class", "why"),
            [_row(each.type, each.arn or each.id, each.type_class, each.why) for each in rows],
        )
    yield (
        "Verified elsewhere",
        ("control", "resource", "observed", "kept by"),
        [_row(each.control, named(each), each.observed, each.elsewhere or "") for each in report.elsewhere],
    )
    yield "Waived", ("control", "resource", "why"), [_waiver(finding) for finding in waived]
    yield (
        "What AWS did not answer",
        ("question", "call", "allow", "answer"),
        [
            _row(f"{gap.question.kind} {gap.question.key}", gap.api, gap.action, f"{gap.code}: {gap.message}")
            for gap in report.gaps
        ],
    )


def _problem(finding: Finding) -> str:
    # What could not be verified is mended by what the error itself says.
    remedy = finding.remediation if finding.status is Status.FAILED else ""
    control = f"{finding.control}: {finding.title}"
    return _row(
        finding.severity, finding.status, control, named(finding), finding.observed, finding.expected or "", remedy
    )


def _waiver(finding: Finding) -> str:
    return _row(f"{finding.control}: {finding.title}", named(finding), exception(finding))


def _table(title: str, columns: Sequence[str], rows: Sequence[str], room: int) -> str:
    if not rows:
        return ""
    head = "\n".join(("", f"### {title} ({len(rows)})", "", _row(*columns), "|" + "---|" * len(columns), ""))
    kept = list(_fitting(rows, room - len(head) - _SPARE))
    rest = len(rows) - len(kept)
    more = f"\n{rest} more: see the other reports of this run.\n" if rest else ""
    return head + "".join(kept) + more


def _fitting(rows: Iterable[str], room: int) -> Iterator[str]:
    for row in rows:
        room -= len(row) + 1
        if room < 0:
            return
        yield f"{row}\n"


def _row(*cells: str) -> str:
    return f"| {' | '.join(_safe(shortened(one_line(cell), LONGEST_CELL)) for cell in cells)} |"


def _safe(text: str) -> str:
    """The text with each character that means something to Markdown, HTML or GitHub as its character reference."""
    return _SPECIAL.sub(_reference, text)


def _reference(match: re.Match[str]) -> str:
    character = match[0]
    if ord(character) > 127:  # noqa: PLR2004 - the end of ASCII: letters of other languages mean nothing to Markdown
        return character
    # A mention and a reference to an issue are looked for in the text as shown, so an invisible space comes between.
    return f"&#{ord(character)};" + ("&#8203;" if character in "@#" else "")
