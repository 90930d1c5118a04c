"""Judges a snapshot: controls x resources -> findings. Pure, so that a snapshot gives the same findings for ever."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from fnmatch import fnmatchcase

from msgspec import structs

from stack_verify.core.control import Control, Verdict, hipaa, not_applicable, verified_elsewhere
from stack_verify.core.denominator import names_nothing, not_recognised, unjudged
from stack_verify.core.finding import COMPLETE, UNJUDGED, WAIVERS, Finding, Subject, Waiver
from stack_verify.core.waivers import covering, unfit
from stack_verify.declared_reads import looking_only_at
from stack_verify.detect.references import irregular, kind_of_type
from stack_verify.errors import MISTAKES, KeptElsewhere, Unanswered, Undeclared, Unmodelled
from stack_verify.inquiry import Gap
from stack_verify.ownership.keepers import keeper
from stack_verify.policy import Policy
from stack_verify.resources import kinds_of, leading_to
from stack_verify.resources.resource import Evidence, Question, Resource, Seen, evidence_of, reading, unrecorded
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import Severity, Status

# The ids of the findings on the run itself, which are of no control.
RESERVED = (COMPLETE, WAIVERS, UNJUDGED)

# Controls may be a team's own: what is wrong with them may be more than what our own checks would let through.
_AT_FAULT = (*MISTAKES, AssertionError, ImportError, NameError, OSError, RuntimeError)


def evaluate(
    snapshot: Snapshot, controls: Iterable[Control], policy: Policy, waivers: tuple[Waiver, ...] = ()
) -> tuple[Finding, ...]:
    """Every control on every resource of the stack that it speaks of, sorted by control and resource.

    A control whose resources could not be read gives an error; one that nothing in the stack speaks to gives one row
    saying so, and so does one that the policy turns off. What the outputs and the state name and no control judged has
    a finding of its own; where they name nothing of AWS's, nothing is judged at all. A failure that a waiver in force
    covers is waived; a waiver that is expired or covers nothing fails.
    """
    controls = tuple(controls)
    if names_nothing(snapshot):
        return tuple(sorted((_nothing_named(control, snapshot) for control in controls), key=lambda each: each.control))
    judged = (finding for control in controls for finding in _judge(_weighed(control, policy), snapshot, policy))
    raw = list(not_recognised(judged, controls, snapshot, policy))
    raw += [_incomplete(gap, snapshot) for gap in snapshot.gaps if not any(gap.text() in row.observed for row in raw)]
    raw += list(unjudged(snapshot, raw, policy))
    findings = [_waived(finding, waivers, snapshot) for finding in raw]
    findings += [_unfit(waiver, why, snapshot) for waiver, why in unfit(waivers, raw, snapshot.taken_at.date())]
    return tuple(sorted(findings, key=lambda finding: (finding.control, finding.resource.type, finding.resource.id)))


def basis(finding: Finding, control: Control | None, snapshot: Snapshot, policy: Policy) -> Seen:
    """All that was read and asked for the finding of ``control``, or of none where it is on the run itself.

    What was never read has nothing but the question for it.
    """
    resource = snapshot.resource(finding.resource.type, finding.resource.id)
    if control is None or resource is None:
        return [Question(finding.resource.type, finding.resource.id)]
    return _verdict(control, resource, snapshot, policy)[1]


def _weighed(control: Control, policy: Policy) -> Control:
    return replace(control, severity=policy.severity.get(control.id, control.severity))


def _judge(control: Control, snapshot: Snapshot, policy: Policy) -> Iterator[Finding]:
    if (reason := policy.unjudged(control.id, hardening=control.hardening)) is not None:
        yield _finding(control, _nothing(control.subject.kind(), snapshot), not_applicable(reason), ())
        return
    if unread := snapshot.unread_of(control.subject):
        yield _finding(control, _nothing(control.subject.kind(), snapshot), Verdict(Status.ERROR, unread), ())
        return
    with unrecorded():
        subjects = [resource for resource in snapshot.subjects(control.subject) if _speaks_of(control, resource)]
    for resource in subjects:
        verdict, seen = _verdict(control, resource, snapshot, policy)
        yield _finding(control, _subject(resource), verdict, evidence_of(seen))
    kinds = kinds_of(control.subject)
    gaps = [gap for gap in snapshot.gaps if gap.question.kind in kinds]
    if not subjects and not gaps:
        upstream = leading_to(kinds)
        gaps = [gap for gap in snapshot.gaps if gap.question.kind in upstream]
    unsure = [] if subjects or gaps else [*_unrecognised(kinds, snapshot)]
    for name, reason in unsure:
        yield _finding(control, _named(control.subject.kind(), name, snapshot), Verdict(Status.ERROR, reason), ())
    for gap in gaps:
        yield _finding(control, _asked(gap, snapshot), Verdict(Status.ERROR, gap.text()), (_evidence(gap),))
    if not subjects and not gaps and not unsure:
        reason = control.subject.where_none or f"the stack has no {control.subject.kind()}"
        yield _finding(control, _nothing(control.subject.kind(), snapshot), not_applicable(reason), ())


def _nothing_named(control: Control, snapshot: Snapshot) -> Finding:
    """Whatever the account's own settings are, they say nothing of a stack that is not named."""
    reason = "nothing to verify: the outputs and the state name no resource of AWS"
    return _finding(control, _nothing(control.subject.kind(), snapshot), not_applicable(reason), ())


def _unrecognised(kinds: frozenset[str], snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """What the outputs name as of one of ``kinds`` by an id that does not look like one: its name, and what it means.

    AWS was asked for it and knows none, which proves nothing of a resource whose name was not understood.
    """
    with unrecorded():
        for output in snapshot.of(StackOutput):
            kind = irregular(output.value)
            if kind in kinds and output.value is not None:
                yield (
                    output.value,
                    f"output {output.name} cannot be recognised as {kind}: its id does not look like one",
                )
        for declared in snapshot.of(DeclaredResource):
            kind = kind_of_type(declared.type)
            if declared.reference is None and kind in kinds:
                yield declared.urn, f"{declared.urn} cannot be recognised as {kind} by its id or ARN"


def _speaks_of(control: Control, resource: Resource) -> bool:
    try:
        return bool(control.where(resource))
    except (Unanswered, *_AT_FAULT):
        # It may speak of it: the judgement asks again, and tells why that is not known.
        return True


def _verdict(control: Control, resource: Resource, snapshot: Snapshot, policy: Policy) -> tuple[Verdict, Seen]:
    with reading() as seen, looking_only_at(control.looks_at, control.id):
        try:
            verdict = _checked(control, resource, snapshot, policy)
        except KeptElsewhere as reason:
            verdict = verified_elsewhere(str(reason), keeper=keeper(reason.account, policy))
        except Unmodelled as unknown:
            verdict = _unmodelled(unknown, policy)
        except (Unanswered, Undeclared) as reason:
            verdict = Verdict(Status.ERROR, str(reason))
        except _AT_FAULT as mistake:
            verdict = Verdict(Status.ERROR, f"the control itself is at fault: {type(mistake).__name__}: {mistake}")
    return verdict, seen


def _unmodelled(unknown: Unmodelled, policy: Policy) -> Verdict:
    """An error, unless the policy takes it on trust by one of its names."""
    accepting = [glob for glob in policy.accept_unmodelled if any(fnmatchcase(name, glob) for name in unknown.names)]
    if not accepting:
        return Verdict(Status.ERROR, str(unknown))
    return not_applicable(f"{unknown.reason}; the policy accepts it: accept_unmodelled {', '.join(accepting)}")


def _checked(control: Control, resource: Resource, snapshot: Snapshot, policy: Policy) -> Verdict:
    with unrecorded():
        control.where(resource)
    verdict = control.check(resource, snapshot, policy)
    if not isinstance(verdict, Verdict):
        raise TypeError(f"it returned {type(verdict).__name__} and no Verdict")
    return verdict


def _finding(control: Control, subject: Subject, verdict: Verdict, evidence: tuple[Evidence, ...]) -> Finding:
    return Finding(
        control=control.id,
        title=control.title,
        severity=control.severity,
        citations=control.citations,
        nist=control.nist,
        resource=subject,
        status=verdict.status,
        observed=verdict.observed,
        expected=verdict.expected,
        remediation=control.remediation,
        evidence=evidence,
        path=verdict.path,
        elsewhere=verdict.elsewhere,
    )


def _subject(resource: Resource) -> Subject:
    call = resource.observed_by
    return Subject(type=resource.kind(), id=resource.id, arn=resource.arn, region=call.region, account=call.account)


def _asked(gap: Gap, snapshot: Snapshot) -> Subject:
    key = gap.question.key
    arn = key if key.startswith("arn:") else None
    return Subject(
        type=gap.question.kind, id=key, arn=arn, region=snapshot.caller.region, account=snapshot.caller.account
    )


def _nothing(kind: str, snapshot: Snapshot) -> Subject:
    return Subject(type=kind, id="", arn=None, region=snapshot.caller.region, account=snapshot.caller.account)


def _named(kind: str, name: str, snapshot: Snapshot) -> Subject:
    arn = name if name.startswith("arn:") else None
    return Subject(type=kind, id=name, arn=arn, region=snapshot.caller.region, account=snapshot.caller.account)


def _evidence(gap: Gap) -> Evidence:
    field = f"{gap.question.kind} {gap.question.key}"
    return Evidence(api=gap.api, request_id=None, at=gap.at, field=field, value=gap.code)


def _waived(finding: Finding, waivers: tuple[Waiver, ...], snapshot: Snapshot) -> Finding:
    if finding.status is not Status.FAILED:
        return finding
    waiver = covering(waivers, finding, snapshot.taken_at.date())
    return finding if waiver is None else structs.replace(finding, status=Status.WAIVED, waiver=waiver)


def _incomplete(gap: Gap, snapshot: Snapshot) -> Finding:
    """What AWS did not answer and no control asked: it may hide a part of the stack, so the run is not complete."""
    return Finding(
        control=COMPLETE,
        title="Everything that was asked of AWS was answered",
        severity=Severity.CRITICAL,
        citations=hipaa("164.312(b)", "164.308(a)(8)"),
        resource=_asked(gap, snapshot),
        status=Status.ERROR,
        observed=gap.text(),
        expected=None,
        remediation="Allow the action to the caller, or run again if the failure was a passing one.",
        evidence=(_evidence(gap),),
    )


def _unfit(waiver: Waiver, why: str, snapshot: Snapshot) -> Finding:
    subject = Subject(
        type="Stack::Waiver",
        id=f"{waiver.control} on {waiver.resource}",
        arn=None,
        region=snapshot.caller.region,
        account=snapshot.caller.account,
    )
    return Finding(
        control=WAIVERS,
        title="Waivers are in force and cover something",
        severity=Severity.HIGH,
        # An alternative to an addressable specification must be documented, reviewed and kept up to date.
        citations=hipaa("164.306(d)", "164.316(b)(2)(iii)"),
        resource=subject,
        status=Status.FAILED,
        observed=why,
        expected="a waiver of a known control, in force, that matches a failure and names an alternative where it must",
        remediation="Renew the waiver with its approver, correct it, or remove it.",
        evidence=(),
    )
