"""The summary for a person: the verdict first, then what was verified, what is wrong and how to mend it."""

from __future__ import annotations

import textwrap
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

from stack_verify.core.denominator import Standing
from stack_verify.core.finding import Finding
from stack_verify.inquiry import DENIED, Gap
from stack_verify.report.changes import changes_text
from stack_verify.report.model import Outcome, Report
from stack_verify.report.text import ELLIPSIS, one_line, shortened
from stack_verify.report.wording import accepted, left_out, waited
from stack_verify.resources.stack import NO_STATE
from stack_verify.vocabulary import AT_REST, OPEN, SEVERITIES, Status

# How much is told in detail unless everything is asked for: on a terminal what fits its screen, and a few in any case.
MOST_DETAILED = 20
FEWEST_DETAILED = 3
MOST_LINES = 2
MOST_NAMES = 3
LONGEST_NAME = 60
NARROWEST = 60
# Lines between the blocks, of the count of the rest, and of the prompt below.
ELSEWHERE = 9

MARGIN = "  "
LABEL = 10
RED, GREEN, YELLOW, BOLD = "31;1", "32;1", "33;1", "1"

HEADLINES = {
    Outcome.PASSED: ("PASSED", GREEN),
    Outcome.FAILED: ("FAILED", RED),
    Outcome.PARTIAL: ("PARTIAL", YELLOW),
    Outcome.INCOMPLETE: ("NOT VERIFIED", RED),
    Outcome.NON_COMPLIANT: ("NOT PASSED", RED),
    Outcome.NOTHING: ("NOTHING VERIFIED", YELLOW),
}


@dataclass(frozen=True)
class _Page:
    width: int
    colour: bool
    verbose: bool

    def paint(self, text: str, code: str) -> str:
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour else text

    @property
    def room(self) -> int:
        return self.width - len(MARGIN) - LABEL

    def row(self, label: str, text: str, *, whole: bool = True) -> Iterator[str]:
        """A label and its text, folded beside it; a text that need not be ``whole`` is cut unless all is asked for."""
        most = None if whole or self.verbose else MOST_LINES
        folded = textwrap.wrap(
            one_line(text), self.room, max_lines=most, placeholder=f" {ELLIPSIS}", break_on_hyphens=False
        )
        for number, line in enumerate(folded or [""]):
            yield f"{MARGIN}{label if number == 0 else '':{LABEL}}{line}".rstrip()

    def name(self, text: str) -> str:
        line = one_line(text)
        return line if self.verbose else shortened(line, LONGEST_NAME)


def summary(
    report: Report,
    written: Sequence[Path] = (),
    *,
    width: int,
    height: int | None = None,
    colour: bool,
    verbose: bool,
) -> str:
    """The report as text for a terminal of ``width`` columns (60 at least), without a newline at its end.

    ``written`` are the files to name. ``colour`` adds ANSI colours. ``verbose`` tells every finding, uncut; without it
    at most twenty are told in detail, or as many as fit ``height`` lines, and the rest are counted. All is ASCII but
    what AWS or the user named otherwise.
    """
    page = _Page(max(width, NARROWEST), colour, verbose)
    before = list(_facts(report, page))
    after = (
        _unjudged(report, page),
        _elsewhere(report, page),
        _waived(report, page),
        _gaps(report, page),
        _others(report, page) if verbose else (),
        () if report.changes is None else (changes_text(report.changes, verbose=verbose),),
        _files(written, page),
    )
    rest = "\n\n".join(filter(None, map("\n".join, after)))
    head = "\n\n".join(map("\n".join, (_headline(report, page), before)))
    room = None if height is None else height - head.count("\n") - rest.count("\n") - ELSEWHERE
    return "\n\n".join(filter(None, (head, "\n".join(_problems(report, page, room)), rest)))


def _headline(report: Report, page: _Page) -> Iterator[str]:
    word, code = HEADLINES[report.summary.outcome]
    text = textwrap.wrap(verdict_of(report).removeprefix(f"{word}: "), page.width - len(word) - 2)
    for number, line in enumerate(text):
        start = page.paint(word, code) if number == 0 else " " * len(word)
        yield f"{start}  {line}"


def verdict_of(report: Report) -> str:
    """What the run came to, in one line of counts."""
    counts, outcome = report.summary.by_status, report.summary.outcome
    breaches = sum(1 for finding in report.findings if finding.non_compliance)
    total = _count(report.summary.findings - counts[Status.NOT_APPLICABLE], "check")
    named, partial = report.summary.resources, report.summary.partial
    resources, judged = sum(named.values()), named.get(Standing.JUDGED, 0)
    parts = {
        partial.text if partial else "": partial is not None,
        f"{judged} of {resources} resources judged": judged < resources,
        "documented non-compliance with a required specification": outcome is Outcome.NON_COMPLIANT,
        f"{counts[Status.FAILED]} of {total} failed": outcome is Outcome.FAILED,
        "no check passed or failed, so this run proves nothing about the stack": outcome is Outcome.NOTHING,
        f"{counts[Status.PASSED]} of {total} passed": outcome not in (Outcome.FAILED, Outcome.NOTHING),
        f"{counts[Status.ERROR]} could not be verified": counts[Status.ERROR] > 0,
        f"{report.summary.elsewhere} verified elsewhere": report.summary.elsewhere > 0,
        f"{counts[Status.WAIVED]} waived": counts[Status.WAIVED] > 0,
        f"{breaches} of these of a required specification": breaches > 0,
        f"AWS did not answer {_count(report.summary.gaps, 'question')}": report.summary.gaps > 0,
    }
    return ", ".join(part for part, said in parts.items() if said)


def _facts(report: Report, page: _Page) -> Iterator[str]:
    run, stack = report.run, report.run.stack
    named = [part for part in (stack.project, stack.name) if part is not None]
    suffix = f", suffix {stack.environment_suffix}" if stack.environment_suffix else ""
    assumed = "" if stack.environment else " (assumed: the outputs name no environment)"
    yield from page.row("stack", f"{'/'.join(named) or 'unnamed'}{suffix}, from {stack.source}")
    yield from page.row("account", f"{run.account} in {run.region}, read as {run.caller}")
    yield from page.row(
        "policy", f"{run.effective_policy.title} for {run.environment}{assumed}, SHA-256 {run.policy_sha256[:12]}"
    )
    yield from page.row("read at", f"{run.taken_at:%Y-%m-%d %H:%M:%S %Z}, snapshot SHA-256 {run.snapshot_sha256[:12]}")
    if run.settling is not None:
        yield from page.row("settled", waited(run.settling))
    if run.unread:
        yield from page.row("not read", left_out(run.unread))
    if any(finding.observed == NO_STATE for finding in report.findings):
        yield from page.row("drift", "not judged, as no state was given: --stack-state adds drift and inventory")
    counts = report.summary.by_status
    if report.denominator.resources:
        standings = report.summary.resources.items()
        yield from page.row("resources", ", ".join(f"{count} {standing}" for standing, count in standings))
    yield from page.row("checks", ", ".join(f"{counts[status]} {status}" for status in Status))


def _problems(report: Report, page: _Page, room: int | None) -> Iterator[str]:
    """Failures and errors by severity, in ``room`` lines; what several resources have in common is told once."""
    open_ones = [finding for finding in report.findings if finding.status in OPEN]
    groups = [list(group) for _, group in groupby(sorted(open_ones, key=_worst_first), key=_likeness)]
    detailed = groups if page.verbose else groups[: _fitting(groups, page, room)]
    for number, (_, same) in enumerate(groupby(detailed, key=lambda group: group[0].control)):
        yield from ([""] if number else [])
        yield from _control(list(same), page)
    rest = Counter(finding.control for group in groups[len(detailed) :] for finding in group)
    if rest:
        by_control = ", ".join(f"{count} {control}" for control, count in rest.items())
        yield ""
        told = f"and {rest.total()} more, see results.json: {by_control}"
        yield from page.row("...", told, whole=room is None)


def _fitting(groups: Sequence[list[Finding]], page: _Page, room: int | None) -> int:
    """How many of the groups are told in detail."""
    if room is None:
        return MOST_DETAILED
    for number, group in enumerate(groups[:MOST_DETAILED]):
        room -= 1 + sum(1 for _ in _control([group], page))
        if room < 0:
            return max(number, FEWEST_DETAILED)
    return MOST_DETAILED


def _worst_first(finding: Finding) -> tuple[int | str, ...]:
    return (SEVERITIES.index(finding.severity), finding.control, *_likeness(finding)[1:], finding.resource.id)


def _likeness(finding: Finding) -> tuple[str, ...]:
    failed_first = "" if finding.status is Status.FAILED else finding.status
    return (finding.control, failed_first, finding.expected or "", finding.observed, finding.resource.type)


def _control(groups: list[list[Finding]], page: _Page) -> Iterator[str]:
    first = groups[0][0]
    title = shortened(one_line(f"{first.control}: {first.title}"), page.room)
    yield f"{MARGIN}{page.paint(f'{first.severity:{LABEL}}', RED)}{page.paint(title, BOLD)}"
    for expected, alike in groupby(groups, key=lambda group: group[0].expected):
        for group in alike:
            yield from _seen(group, page)
        if expected is not None:
            yield from page.row("expected", expected, whole=False)
    # What could not be verified is mended by what the error itself says.
    if any(group[0].status is Status.FAILED for group in groups):
        yield from page.row("remedy", first.remediation, whole=False)


def _seen(group: list[Finding], page: _Page) -> Iterator[str]:
    status, who, observed = group[0].status, _who(group, page), one_line(group[0].observed)
    if len(f"{who}: {observed}") <= page.room:
        yield from page.row(status, f"{who}: {observed}")
    else:
        yield from page.row(status, who)
        yield from page.row("observed", observed, whole=False)


def _who(group: Sequence[Finding], page: _Page) -> str:
    shown = group if page.verbose else group[:MOST_NAMES]
    names = ", ".join(page.name(finding.resource.id or "(none)") for finding in shown)
    more = f" and {len(group) - len(shown)} more" if len(group) > len(shown) else ""
    return f"{group[0].resource.type} {names}{more}"


def _unjudged(report: Report, page: _Page) -> Iterator[str]:
    """What the outputs and the state name and no control judged, by type; those that fail the run first."""
    for standing, label in ((Standing.NOT_JUDGED, "unjudged"), (Standing.ACCEPTED, "accepted")):
        rows = sorted(report.denominator.of(standing), key=lambda row: (not row.fails, row.type, row.id))
        for (kind, type_class, why), group in groupby(rows, key=lambda row: (row.type, row.type_class, row.why)):
            same = list(group)
            shown = same if page.verbose else same[:MOST_NAMES]
            more = f" and {len(same) - len(shown)} more" if len(same) > len(shown) else ""
            names = ", ".join(page.name(row.id) for row in shown)
            yield from page.row(label, f"{kind} {names}{more} ({type_class}): {why}", whole=False)


def _elsewhere(report: Report, page: _Page) -> Iterator[str]:
    found = report.elsewhere
    shown = found if page.verbose else found[:MOST_DETAILED]
    for finding in shown:
        who = f"{finding.control} on {_who([finding], page)}"
        yield from page.row("elsewhere", f"{who}: {finding.observed}; kept by {finding.elsewhere}", whole=False)
    if len(found) > len(shown):
        yield from page.row("...", f"and {len(found) - len(shown)} more verified elsewhere; see results.json")


def _waived(report: Report, page: _Page) -> Iterator[str]:
    waived = [finding for finding in report.findings if finding.status is Status.WAIVED]
    shown = waived if page.verbose else waived[:MOST_DETAILED]
    for finding in shown:
        yield from page.row(
            "waived", f"{finding.control} on {_who([finding], page)}: {_until(finding, report)}", whole=False
        )
    if len(waived) > len(shown):
        yield from page.row("...", f"and {len(waived) - len(shown)} more waived; see results.json")


def _until(finding: Finding, report: Report) -> str:
    waiver = finding.waiver
    if waiver is None:
        return "the waiver is not given"
    days = _count((waiver.expires - report.run.taken_at.date()).days, "day")
    return f"{days} left (until {waiver.expires}), {waiver.ticket}, owner {waiver.owner}: {accepted(finding)}"


def _gaps(report: Report, page: _Page) -> Iterator[str]:
    """What AWS did not answer: first the permissions to ask for, each once."""
    denied = Counter(gap.action for gap in report.gaps if gap.code in DENIED)
    if denied:
        actions = ", ".join(f"{action} ({_count(count, 'question')})" for action, count in sorted(denied.items()))
        yield from page.row("denied", f"allow {actions}")
    other: dict[tuple[str, str, str], list[Gap]] = defaultdict(list)
    for gap in report.gaps:
        if gap.code not in DENIED:
            other[gap.api, gap.code, gap.message].append(gap)
    for (api, code, message), same in other.items():
        yield from page.row("no answer", f"{api}: {code}: {message} ({_count(len(same), 'question')})", whole=False)


def _others(report: Report, page: _Page) -> Iterator[str]:
    for finding in report.findings:
        if finding.status in AT_REST:
            label = "passed" if finding.status is Status.PASSED else "n/a"
            yield from page.row(label, f"{finding.control} on {_who([finding], page)}: {finding.observed}")


def _files(written: Sequence[Path], page: _Page) -> Iterator[str]:
    by_folder: dict[Path, list[str]] = defaultdict(list)
    for path in written:
        by_folder[path.parent].append(path.name)
    for folder, names in by_folder.items():
        yield from page.row("written", f"{folder}: {', '.join(names)}")


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
