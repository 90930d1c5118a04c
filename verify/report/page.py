"""``report.html``: one self-contained page for people: the verdict, what to do first, then every finding."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cache
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, BinaryIO, TypeAlias

from verify.citation import Citation, out_of_reach, security_rule
from verify.control import Severity, Status
from verify.finding import Finding, Subject, Waiver
from verify.report.report import Outcome, Report
from verify.report.text import printable
from verify.resources.resource import Evidence

if TYPE_CHECKING:
    from jinja2 import Template

# An answer of AWS by its operation, request id and time.
Numbers: TypeAlias = Mapping[tuple[str, str | None, datetime], int]

TEMPLATE = "report.html.jinja"
MOST_URGENT = 10
SEVERITIES = list(Severity)
# The worst first.
STATUSES = (Status.FAILED, Status.ERROR, Status.WAIVED, Status.PASSED, Status.NOT_APPLICABLE)
OPEN = (Status.FAILED, Status.ERROR)

VERDICTS = {
    Outcome.PASSED: "Passed",
    Outcome.FAILED: "Failed",
    Outcome.INCOMPLETE: "Not verified",
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
    def worst(self) -> Status:
        """The worst status of its findings."""
        return min((finding.status for finding in self.findings), key=STATUSES.index)


@dataclass(frozen=True)
class Specification:
    """A specification of the Security Rule, what the run says of it, and why no control can say the rest."""

    citation: Citation
    controls: tuple[str, ...]
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
        loader=PackageLoader("verify.report", ""),
        autoescape=True,
        finalize=lambda value: printable(value) if type(value) is str else value,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["days_left"] = _days_left
    return environment.get_template(TEMPLATE)


def _content(report: Report) -> dict[str, object]:
    groups = sorted(_groups(report.findings), key=_urgency)
    urgent = sorted((finding for finding in report.findings if finding.status in OPEN), key=_weight)
    waived = [finding for finding in report.findings if finding.waiver is not None]
    stack, answers = report.run.stack, _answers(report.findings)
    numbers = {(answer.api, answer.request_id, answer.at): number for number, answer in enumerate(answers)}
    return {
        "verdict": VERDICTS[report.summary.outcome],
        "outcome": report.summary.outcome.name.lower(),
        "run": report.run,
        "stack": "/".join(part for part in (stack.project, stack.name) if part) or stack.source,
        "summary": report.summary,
        "checked": report.summary.findings - report.summary.by_status[Status.NOT_APPLICABLE],
        "statuses": STATUSES,
        "severities": SEVERITIES,
        "urgent": urgent[:MOST_URGENT],
        "more_urgent": len(urgent) - MOST_URGENT,
        "groups": groups,
        "types": sorted({finding.resource.type for finding in report.findings}),
        "resources": _resources(report.findings),
        "specifications": tuple(_specifications(groups)),
        "waived": waived,
        "today": report.run.taken_at.date(),
        "gaps": report.gaps,
        "answers": answers,
        "evidence": lambda finding: _evidence(finding, numbers),
    }


def _groups(findings: Iterable[Finding]) -> Iterator[Group]:
    for _, each in groupby(findings, key=attrgetter("control")):
        found = sorted(each, key=_weight)
        yield Group(found[0], found, Counter(finding.status for finding in found))


def _weight(finding: Finding) -> tuple[object, ...]:
    resource = finding.resource
    return (
        STATUSES.index(finding.status),
        SEVERITIES.index(finding.severity),
        finding.control,
        resource.type,
        resource.id,
    )


def _urgency(group: Group) -> tuple[object, ...]:
    worst = min(group.findings, key=_weight)
    return (STATUSES.index(worst.status) if worst.status in OPEN else len(OPEN), *_weight(worst)[1:])


def _specifications(groups: Sequence[Group]) -> Iterator[Specification]:
    """Every specification of the Rule, in its order."""
    citing: dict[Citation, list[Group]] = defaultdict(list)
    for group in groups:
        for citation in group.head.citations:
            citing[citation].append(group)
    for citation in security_rule().values():
        found = citing[citation]
        counts = sum((group.counts for group in found), Counter[Status]())
        controls = tuple(sorted(group.head.control for group in found))
        yield Specification(citation, controls, counts, out_of_reach().get(citation.id))


def _resources(findings: Iterable[Finding]) -> list[tuple[Subject, Counter[Status]]]:
    counts: dict[Subject, Counter[Status]] = defaultdict(Counter)
    for finding in findings:
        counts[finding.resource][finding.status] += 1
    return sorted(counts.items(), key=lambda each: (each[0].type, each[0].id, each[0].arn or ""))


def _answers(findings: Iterable[Finding]) -> list[Evidence]:
    """One piece of evidence from each answer of AWS that some verdict comes from, in the order of their times."""
    items = (item for finding in findings for item in finding.evidence)
    answers = {(item.api, item.request_id, item.at): item for item in items}
    return sorted(answers.values(), key=lambda item: (item.at, item.api, item.request_id or ""))


def _evidence(finding: Finding, numbers: Numbers) -> list[tuple[int, str]]:
    """The number of each answer that the verdict comes from, and the names of the fields of it that were read."""
    fields: dict[int, dict[str, None]] = defaultdict(dict)
    for item in finding.evidence:
        # A field is told with the resource it is of, which results.json repeats and a page of thousands cannot.
        fields[numbers[item.api, item.request_id, item.at]][item.field.rpartition(" ")[2]] = None
    return [(number, ", ".join(named)) for number, named in fields.items()]


def _days_left(waiver: Waiver, today: date) -> int:
    return (waiver.expires - today).days
