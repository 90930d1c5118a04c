"""What a finding says in one line, the same in every format that has room for no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from stack_verify.core.finding import Finding
from stack_verify.inquiry import Settling
from stack_verify.report.text import one_line
from stack_verify.vocabulary import SEVERITIES, WORST_FIRST, Status

# What stops a run: it failed, or nobody knows whether it holds.


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, then failures before what could not be verified, then as they came."""
    return sorted(findings, key=lambda each: (SEVERITIES.index(each.severity), WORST_FIRST.index(each.status)))


def sentence(finding: Finding) -> str:
    """What was observed and expected, and what the status is where the observation does not say it by itself."""
    return one_line("; ".join(_clauses(finding)))


def named(finding: Finding) -> str:
    """The kind and the id of the resource."""
    return one_line(f"{finding.resource.type} {finding.resource.id or '(none)'}")


def waited(settling: Settling) -> str:
    """How long the run waited for what AWS answers late, and whether that came to an end."""
    if settling.still_open:
        return f"not within {settling.seconds:g} s; late answers that open findings rest on: {len(settling.still_open)}"
    if not settling.rounds:
        return "at once: no open finding rests on what AWS answers late"
    return f"after {settling.seconds:g} s of {settling.limit:g}; late answers asked for again: {settling.asked_again}"


def left_out(unread: Collection[str]) -> str:
    """Which kinds were not read, and why."""
    return f"{', '.join(unread)}: the policy turns off all controls that need them"


def exception(finding: Finding) -> str:
    """Why a failure is accepted, what is done instead, by whom, and until when; and that it stays a breach."""
    waiver = finding.waiver
    if waiver is None:
        return "the waiver is not given"
    return (
        f"{accepted(finding)} (owner {waiver.owner}, approver {waiver.approver}, ticket {waiver.ticket},"
        f" expires {waiver.expires})"
    )


def accepted(finding: Finding) -> str:
    """Why a failure is accepted and what is done instead, or that nothing can be, since it is required."""
    waiver = finding.waiver
    if waiver is None:
        return "the waiver is not given"
    instead = f"; instead: {waiver.alternative}" if waiver.alternative else ""
    return f"{breach(finding)}{waiver.reason}{instead}"


def breach(finding: Finding) -> str:
    """Which required specifications are not complied with, before the reason; empty where a waiver may do."""
    required = finding.non_compliance
    return f"documented non-compliance with {', '.join(required)} (required): " if required else ""


def _clauses(finding: Finding) -> Iterator[str]:
    match finding.status:
        case Status.ERROR:
            yield f"could not be verified: {finding.observed}"
        case Status.WAIVED:
            yield f"waived: {exception(finding)}"
            yield f"observed: {finding.observed}"
        case Status.NOT_APPLICABLE:
            if finding.elsewhere:
                yield f"verified elsewhere: {finding.observed}"
                yield f"kept by: {finding.elsewhere}"
            else:
                yield f"not applicable: {finding.observed}"
        case Status.PASSED | Status.FAILED:
            yield f"observed: {finding.observed}"
    if finding.expected is not None:
        yield f"expected: {finding.expected}"
