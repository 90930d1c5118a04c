"""``report.html``: one self-contained page for people: the verdict, what to do first, then every finding."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, BinaryIO

from stack_verify.controls.stack.drift import DRIFT
from stack_verify.core.citations import Citation, out_of_reach, security_rule
from stack_verify.core.coverage import obligation
from stack_verify.core.denominator import Standing
from stack_verify.core.finding import Finding, Subject, Waiver
from stack_verify.inquiry import DENIED, Gap
from stack_verify.report.answers import Answers, read
from stack_verify.report.formats.html.path_svg import path_svg
from stack_verify.report.formats.html.trend_svg import trend_svg
from stack_verify.report.model import Outcome, Report
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import printable, shortened
from stack_verify.report.trend_text import duration
from stack_verify.report.wording import accepted, left_out, waited
from stack_verify.vocabulary import OPEN, SEVERITIES, WORST_FIRST, Status

if TYPE_CHECKING:
    from jinja2 import Template

TEMPLATE = "report.html.jinja"
MOST_URGENT = 10  # controls
MOST_NAMED = 2  # findings of each
MOST_READ = 8  # operations that one control's evidence is told by at once
MOST_WAYS = 40  # diagrams, of some thousand characters each
MOST_CHANGES = 100  # rows of one sort
LONGEST_VALUE = 200
SOON = 30  # days that a waiver has left

# What compares the stack with what is declared of it.
DRIFT_ROWS = DRIFT | {"inventory-in-state-not-in-account"}

VERDICTS = {
    Outcome.PASSED: "Passed",
    Outcome.FAILED: "Failed",
    Outcome.PARTIAL: "Partial",
    Outcome.INCOMPLETE: "Not verified",
    Outcome.NON_COMPLIANT: "Not passed",
    Outcome.NOTHING: "Nothing verified",
}


@dataclass(frozen=True)
class Group:
    """A control with what it says of each resource; the worst finding first."""

    head: Finding
    findings: Sequence[Finding]
    counts: Counter[Status]

    @property
    def expected(self) -> str | None:
        """What is expected of all its findings; None where that differs."""
        texts = {finding.expected for finding in self.findings if finding.expected}
        return texts.pop() if len(texts) == 1 else None

    @property
    def type(self) -> str | None:
        """The type of all its resources; None where they differ."""
        types = {finding.resource.type for finding in self.findings}
        return types.pop() if len(types) == 1 else None

    @property
    def reads(self) -> list[str]:
        """The operations and fields that its findings come from."""
        return read(self.findings)

    @property
    def worst(self) -> Status:
        """The worst status of its findings."""
        return self.head.status

    @property
    def open(self) -> Sequence[Finding]:
        """What is to be mended."""
        return [finding for finding in self.findings if finding.status in OPEN]


@dataclass(frozen=True)
class Specification:
    """A specification of the Security Rule, what the run says of it, and why no control can say the rest."""

    citation: Citation
    obligation: str
    controls: int
    counts: Counter[Status]
    out_of_reach: str | None


class HtmlReport:
    """Writes ``report.html``. It loads nothing: styles and the script of its filters stand in the file."""

    filename = "report.html"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the page in UTF-8."""
        stream.writelines(part.encode("utf-8") for part in _template().generate(_content(report)))


@cache
def _template() -> Template:
    # A twentieth of a second that runs without this report need not pay.
    from jinja2 import Environment, PackageLoader, StrictUndefined  # noqa: PLC0415

    environment = Environment(
        loader=PackageLoader("stack_verify.report.formats.html", ""),
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals |= {
        "accepted": accepted,
        "days_left": _days_left,
        "diagram": _diagram,
        "duration": duration,
        "json": _json,
        "read": read,
        "left_out": left_out,
        "waited": waited,
    }
    return environment.get_template(TEMPLATE)


def _content(report: Report) -> dict[str, object]:
    groups = sorted(_groups(report.findings), key=_urgency)
    urgent, same_cause = _by_cause(groups)
    named = report.denominator
    ways = sorted((finding for finding in report.findings if finding.path), key=_weight)
    stack = report.run.stack
    return {
        "verdict": VERDICTS[report.summary.outcome],
        "outcome": report.summary.outcome.name.lower(),
        "run": report.run,
        "stack": "/".join(part for part in (stack.project, stack.name) if part) or stack.source,
        "summary": report.summary,
        "sentence": verdict_of(report),
        "statuses": WORST_FIRST,
        "severities": SEVERITIES,
        "urgent": urgent[:MOST_URGENT],
        "same_cause": same_cause,
        "named": named.resources,
        "unjudged": [
            (standing, sorted(named.of(standing), key=lambda row: (not row.fails, row.type, row.id)))
            for standing in (Standing.NOT_JUDGED, Standing.ACCEPTED)
        ],
        "most_unjudged": MOST_URGENT,
        "elsewhere": report.elsewhere,
        "more_urgent": len(urgent) - MOST_URGENT,
        "most_named": MOST_NAMED,
        "most_read": MOST_READ,
        "changes": report.changes,
        "trend": report.trend,
        "trend_svg": trend_svg(report.trend) if report.trend else "",
        "most_changes": MOST_CHANGES,
        "drift": [group for group in groups if group.head.control in DRIFT_ROWS],
        "ways": ways[:MOST_WAYS],
        "more_ways": len(ways) - MOST_WAYS,
        "groups": groups,
        "types": sorted({finding.resource.type for finding in report.findings}),
        "resources": _resources(report.findings),
        "specifications": tuple(_specifications(groups)),
        "waived": sorted(_waived(report.findings), key=lambda each: (each[1].expires, each[0].control)),
        "soon": SOON,
        "today": report.run.taken_at.date(),
        "gaps": report.gaps,
        "denied": _denied(report.gaps),
        "answers": Answers(report.findings),
    }


def _by_cause(groups: Sequence[Group]) -> tuple[list[Group], dict[str, list[Group]]]:
    """What to do first, and, by the first control of a cause, the others that come from nothing but the same."""
    urgent: list[Group] = []
    first: dict[str, Group] = {}
    others: dict[str, list[Group]] = defaultdict(list)
    for group in groups:
        causes = {finding.cause for finding in group.open}
        cause = causes.pop() if len(causes) == 1 else None
        if cause is not None and cause in first:
            others[first[cause].head.control].append(group)
        elif group.open:
            urgent.append(group)
            if cause is not None:
                first[cause] = group
    return urgent, others


def _groups(findings: Iterable[Finding]) -> Iterator[Group]:
    for _, each in groupby(findings, key=attrgetter("control")):
        found = sorted(each, key=_weight)
        yield Group(found[0], found, Counter(finding.status for finding in found))


def _weight(finding: Finding) -> tuple[object, ...]:
    resource = finding.resource
    return (
        WORST_FIRST.index(finding.status),
        SEVERITIES.index(finding.severity),
        finding.control,
        resource.type,
        resource.id,
    )


def _urgency(group: Group) -> tuple[object, ...]:
    """What is open first, by severity, and of one severity what failed before what could not be verified."""
    status, severity, *rest = _weight(group.head)
    return (group.worst not in OPEN, severity, status, *rest)


def _specifications(groups: Sequence[Group]) -> Iterator[Specification]:
    """Every specification of the Rule, in its order."""
    citing: dict[Citation, list[Group]] = defaultdict(list)
    for group in groups:
        for citation in dict.fromkeys(group.head.citations):
            citing[citation].append(group)
    for citation in security_rule().values():
        found = citing[citation]
        counts = sum((group.counts for group in found), Counter[Status]())
        yield Specification(citation, obligation(citation), len(found), counts, out_of_reach().get(citation.id))


def _resources(findings: Iterable[Finding]) -> list[tuple[str, list[tuple[Subject, Counter[Status]]]]]:
    """The resources by their types, each with what is said of it."""
    counts: dict[Subject, Counter[Status]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.resource][finding.status] += 1
    ordered = sorted(counts.items(), key=lambda each: (each[0].type, each[0].id, each[0].arn or ""))
    return [(kind, list(each)) for kind, each in groupby(ordered, key=lambda each: each[0].type)]


def _waived(findings: Iterable[Finding]) -> Iterator[tuple[Finding, Waiver]]:
    return ((finding, finding.waiver) for finding in findings if finding.waiver is not None)


def _denied(gaps: Iterable[Gap]) -> list[str]:
    """The permissions to ask for."""
    return sorted({gap.action for gap in gaps if gap.code in DENIED})


def _diagram(finding: Finding) -> str:
    return path_svg(finding.path, f"{finding.title}: {finding.resource.id}")


def _json(value: object) -> str:
    return shortened(json.dumps(value, ensure_ascii=False, sort_keys=True), LONGEST_VALUE)


def _days_left(waiver: Waiver, today: date) -> int:
    return (waiver.expires - today).days
