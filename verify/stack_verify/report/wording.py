"""What a finding says in one line, the same in every format that has room for no more."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from stack_verify.core.control import Severity, Status
from stack_verify.core.finding import Finding, Waiver
from stack_verify.inquiry import Settling
from stack_verify.report.text import one_line

_SEVERITIES = list(Severity)
_STATUSES = (Status.FAILED, Status.ERROR, Status.WAIVED, Status.PASSED, Status.NOT_APPLICABLE)

# What stops a run: it failed, or nobody knows whether it holds.
OPEN = (Status.FAILED, Status.ERROR)


def worst_first(findings: Iterable[Finding]) -> list[Finding]:
    """The findings by severity, then failures before what could not be verified, then as they came."""
    return sorted(findings, key=lambda each: (_SEVERITIES.index(each.severity), _STATUSES.index(each.status)))


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


def exception(waiver: Waiver | None) -> str:
    """Why a failure is accepted, by whom, and until when."""
    if waiver is None:
        return "the waiver is not given"
    return (
        f"{waiver.reason} (owner {waiver.owner}, approver {waiver.approver}, ticket {waiver.ticket},"
        f" expires {waiver.expires})"
    )


def _clauses(finding: Finding) -> Iterator[str]:
    match finding.status:
        case Status.ERROR:
            yield f"could not be verified: {finding.observed}"
        case Status.WAIVED:
            yield f"waived: {exception(finding.waiver)}"
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
