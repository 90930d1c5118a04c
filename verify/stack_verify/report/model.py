"""The report: what one run verified, and what came of it. Every format is made from it, so that none can disagree."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from enum import StrEnum

import msgspec

from stack_verify.comparison.changes import Changes, row_of
from stack_verify.comparison.trend import RecordedAudit, Trend, trend
from stack_verify.core.denominator import Denominator, Standing, denominator
from stack_verify.core.finding import Finding
from stack_verify.inquiry import Gap, Settling, Stack
from stack_verify.policy import Policy
from stack_verify.snapshot import Snapshot, dump
from stack_verify.util.installed import DISTRIBUTION, version
from stack_verify.vocabulary import Severity, Status


class Outcome(StrEnum):
    """What a run came to as a whole."""

    PASSED = "passed"
    FAILED = "failed"
    INCOMPLETE = "incomplete"
    PARTIAL = "partial"
    NON_COMPLIANT = "documented non-compliance"
    NOTHING = "nothing verified"


# As pytest's own. Never 0 when something could not be checked.
EXIT_STATUS = dict.fromkeys(Outcome, 1) | {Outcome.PASSED: 0, Outcome.PARTIAL: 0, Outcome.NOTHING: 5}


class Run(msgspec.Struct, frozen=True, kw_only=True):
    """The facts of a run. They come from the snapshot and the policy and from no clock: same input, same report.

    ``environment`` is the one that the policy was chosen for. ``observed_from`` and ``observed_until`` are the times of
    AWS's first and last answer, None where it gave none; ``settling`` is None where nothing was to be waited for, and
    ``unread`` the kinds that no control left on by the policy needs, so that nothing was read of them. The digests are
    SHA-256: of ``effective_policy``, which is all that was judged by, as JSON with sorted keys, and of
    ``snapshot.json``.
    """

    tool: str
    version: str
    account: str
    region: str
    caller: str
    stack: Stack
    policy: str
    environment: str
    policy_sha256: str
    effective_policy: Policy
    snapshot_sha256: str
    taken_at: datetime
    observed_from: datetime | None
    observed_until: datetime | None
    settling: Settling | None
    unread: tuple[str, ...]


class Partial(msgspec.Struct, frozen=True, kw_only=True):
    """That a report is a part of what there is to judge: so many findings of so many, and the controls that are off."""

    findings: int
    of: int
    controls_off: tuple[str, ...] = ()

    @property
    def is_selection(self) -> bool:
        """Whether findings were left out of the report that were judged."""
        return self.findings < self.of

    @property
    def text(self) -> str:
        """What it is a part of, in one clause."""
        off = f", {len(self.controls_off)} controls off: {', '.join(self.controls_off)}" if self.controls_off else ""
        return f"PARTIAL: {self.findings} of {self.of} findings{off}"


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The findings counted, each once: by status, and by severity and status. ``gaps`` counts unanswered questions.

    ``resources`` are those that the outputs and the state name, by what came of them; ``elsewhere`` counts what is
    verified elsewhere. ``partial`` is None where all that can be judged is reported.
    """

    outcome: Outcome
    exit_status: int
    findings: int
    by_status: dict[Status, int]
    by_severity: dict[Severity, dict[Status, int]]
    gaps: int
    resources: dict[Standing, int] = {}
    elsewhere: int = 0
    partial: Partial | None = None


class Report(msgspec.Struct, frozen=True, kw_only=True):
    """One run: its facts, its findings sorted, what AWS did not answer, the counts, and the evidence itself."""

    run: Run
    findings: tuple[Finding, ...]
    gaps: tuple[Gap, ...]
    summary: Summary
    snapshot: Snapshot
    changes: Changes | None = None
    trend: Trend | None = None
    denominator: Denominator = Denominator()

    @property
    def elsewhere(self) -> tuple[Finding, ...]:
        """What other accounts keep and cannot be read from here."""
        return tuple(finding for finding in self.findings if finding.elsewhere)


def report_of(
    snapshot: Snapshot,
    findings: Iterable[Finding],
    policy: Policy,
    changes: Changes | None = None,
    past: Sequence[RecordedAudit] | None = None,
    *,
    of: int | None = None,
) -> Report:
    """The report on ``findings``, which were judged from ``snapshot`` under ``policy``, and what changed.

    With the ``past`` audits of a history there is a trend, whose last audit is this one. ``of`` is how many findings
    there are where ``findings`` are a selection of them.
    """
    ordered = tuple(sorted((_with_cause(finding, snapshot.gaps) for finding in findings), key=_order))
    gaps = tuple(sorted(snapshot.gaps, key=lambda gap: (gap.question, gap.api, gap.code, gap.message)))
    run = _run(snapshot, policy)
    named = denominator(snapshot, ordered, policy)
    partial = Partial(
        findings=len(ordered), of=len(ordered) if of is None else of, controls_off=tuple(sorted(policy.off))
    )
    return Report(
        run=run,
        findings=ordered,
        gaps=gaps,
        summary=_summary(ordered, gaps, changes, named, partial if partial.is_selection or policy.off else None),
        denominator=named,
        snapshot=snapshot,
        changes=changes,
        trend=None if past is None else trend([*past, recorded(run, ordered)]),
    )


def recorded(run: Run, findings: Iterable[Finding]) -> RecordedAudit:
    """A run as an audit of a history."""
    stack = run.stack
    return RecordedAudit(
        taken_at=run.taken_at,
        account=run.account,
        region=run.region,
        stack=(stack.project, stack.name, stack.environment_suffix),
        snapshot_sha256=run.snapshot_sha256,
        policy_sha256=run.policy_sha256,
        rows=tuple(row_of(finding) for finding in findings),
    )


def outcome_of(
    findings: Iterable[Finding], named: Denominator | None = None, partial: Partial | None = None
) -> Outcome:
    """What findings come to as a whole. A waiver of a required specification documents a breach, and is no pass.

    Where resources are named and none was judged, nothing was verified.
    """
    every = tuple(findings)
    found = {finding.status for finding in every}
    if Status.FAILED in found:
        return Outcome.FAILED
    if Status.ERROR in found:
        return Outcome.INCOMPLETE
    if any(finding.non_compliance for finding in every):
        return Outcome.NON_COMPLIANT
    seen = None if named is None else (*named.of(Standing.JUDGED), *named.of(Standing.ELSEWHERE))
    if not found & {Status.PASSED, Status.WAIVED} or (named is not None and named.resources and not seen):
        return Outcome.NOTHING
    return Outcome.PARTIAL if partial is not None else Outcome.PASSED


def exit_status(findings: Collection[Finding], changes: Changes | None = None, outcome: Outcome | None = None) -> int:
    """The exit status of a run: 0 judged and nothing open, 5 nothing judged.

    It is 1 where something failed, could not be verified, or is waived although it is required.

    Where ``changes`` are to fail on what is new alone, what was open before is not 1.
    """
    outcome = outcome or outcome_of(findings)
    if changes is not None and changes.fail_on == "new" and outcome in (Outcome.FAILED, Outcome.INCOMPLETE):
        return 1 if any(changes.is_new(finding) for finding in findings) else 0
    return EXIT_STATUS[outcome]


def _order(finding: Finding) -> tuple[str, ...]:
    resource = finding.resource
    return (finding.control, resource.type, resource.id, resource.arn or "", finding.status, finding.observed)


def _run(snapshot: Snapshot, policy: Policy) -> Run:
    times = [answer.call.at for answer in snapshot.answers]
    return Run(
        tool=DISTRIBUTION,
        version=version(),
        account=snapshot.caller.account,
        region=snapshot.caller.region,
        caller=snapshot.caller.arn,
        stack=snapshot.stack,
        policy=policy.name,
        environment=policy.environment,
        policy_sha256=hashlib.sha256(msgspec.json.encode(policy, order="sorted")).hexdigest(),
        effective_policy=policy,
        snapshot_sha256=hashlib.sha256(dump(snapshot)).hexdigest(),
        taken_at=snapshot.taken_at,
        observed_from=min(times, default=None),
        observed_until=max(times, default=None),
        settling=snapshot.settling,
        unread=snapshot.unread,
    )


def _with_cause(finding: Finding, gaps: Sequence[Gap]) -> Finding:
    """The finding, an error with its cause: the call that failed, or else what is lacking, whichever resource's."""
    if finding.status is not Status.ERROR:
        return finding
    cause = next((text for gap in gaps if (text := gap.text()) in finding.observed), finding.observed)
    return msgspec.structs.replace(finding, cause=cause)


def _summary(
    findings: tuple[Finding, ...],
    gaps: tuple[Gap, ...],
    changes: Changes | None,
    named: Denominator,
    partial: Partial | None,
) -> Summary:
    outcome = outcome_of(findings, named, partial)
    return Summary(
        outcome=outcome,
        exit_status=exit_status(findings, changes, outcome),
        findings=len(findings),
        by_status=_by_status(findings),
        by_severity={
            severity: _by_status(finding for finding in findings if finding.severity is severity)
            for severity in Severity
        },
        gaps=len(gaps),
        resources=named.counts,
        elsewhere=sum(1 for finding in findings if finding.elsewhere),
        partial=partial,
    )


def _by_status(findings: Iterable[Finding]) -> dict[Status, int]:
    counts = Counter(finding.status for finding in findings)
    return {status: counts[status] for status in Status}
