"""One verification from end to end: what the user asked for in, a snapshot and its findings out.

``prepare`` reads each of the user's files once, before AWS is asked anything; ``observe`` reads AWS; ``judge`` reads
nothing more but the history.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from stack_verify.archive.history import load_history
from stack_verify.comparison.changes import Audit, Changes, FailOn, audit_of, changes, dated, recorded_audit
from stack_verify.comparison.trend import RecordedAudit
from stack_verify.core.control import Control
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import Finding, Waiver
from stack_verify.core.requirements import unread
from stack_verify.core.waivers import load_waivers
from stack_verify.detect.naming import named_by
from stack_verify.detect.references import recognise
from stack_verify.errors import NothingToVerifyError, ProbeError, SettleError, SnapshotError
from stack_verify.inquiry import Stack
from stack_verify.options import DEFAULT_POLICY
from stack_verify.outputs import StackOutputs, load_outputs
from stack_verify.pipeline.change_authors import to_look_up
from stack_verify.pipeline.stabilize import settle, unsettled
from stack_verify.policy import Policy, load_policy
from stack_verify.probe.settings import ProbeSettings
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot, load
from stack_verify.util.progress import Progress

LONGEST_WAIT = 24 * 60 * 60  # seconds

# An earlier audit as its file holds it: a snapshot that is to be judged, or what results record.
Earlier: TypeAlias = Snapshot | Audit
Judged: TypeAlias = Callable[[Snapshot], tuple[Finding, ...]]


@dataclass(frozen=True)
class Request:
    """What to verify and by which rules. With ``snapshot`` a saved snapshot is judged and AWS is not called.

    ``controls`` are files of controls of a team's own; with ``probe`` the stack is looked at over the network, too.
    With ``settle`` what AWS answers late is waited for, as many seconds at the most.
    AWS is read in ``region`` and as ``role``, where they are named, else as boto3's settings say.
    ``baseline`` is the snapshot or the results of an earlier audit; ``fail_on`` tells whether what was open then fails
    the run. With ``history``, a folder, the last audit there is the baseline unless one is named.
    """

    outputs: Path
    state: Path | None = None
    stack_names: tuple[str, ...] = ()
    policy: str = DEFAULT_POLICY
    waivers: Path | None = None
    controls: tuple[Path, ...] = ()
    snapshot: Path | None = None
    probe: ProbeSettings | None = None
    settle: float | None = None
    baseline: Path | None = None
    fail_on: FailOn = "open"
    history: Path | None = None
    region: str | None = None
    role: str | None = None
    external_id: str | None = None


@dataclass(frozen=True)
class Rules:
    """What is judged by, and what the findings are compared with."""

    controls: tuple[Control, ...]
    policy: Policy
    waivers: tuple[Waiver, ...] = ()
    baseline: Earlier | None = None

    def judged(self, snapshot: Snapshot) -> tuple[Finding, ...]:
        """The findings on a snapshot."""
        return evaluate(snapshot, self.controls, self.policy, self.waivers)


@dataclass(frozen=True)
class Prepared:
    """A request whose files are read. ``saved`` is the snapshot to judge, where one is named."""

    request: Request
    outputs: StackOutputs
    rules: Rules
    saved: Snapshot | None


@dataclass(frozen=True)
class Verification:
    """A judged snapshot. ``past`` are the recorded audits before it; None where no history is kept."""

    snapshot: Snapshot
    policy: Policy
    findings: tuple[Finding, ...]
    changes: Changes | None = None
    past: tuple[RecordedAudit, ...] | None = None


def prepare(request: Request, controls: tuple[Control, ...]) -> Prepared:
    """Reads every file that was named, and refuses what cannot be used.

    Raises:
        VerifyError: when an input cannot be used, or two of them cannot be used together.
    """
    if request.probe is not None and request.snapshot is not None:
        raise ProbeError("--probe: a saved snapshot is of a time that is over. Leave out --snapshot, or --probe.")
    if request.settle is not None:
        _check_settle(request.settle, request)
    outputs = load_outputs(request.outputs, request.state, request.stack_names)
    rules = rules_for(outputs.stack, request, controls)
    saved = None if request.snapshot is None else _of_the_same_stack(load(request.snapshot), outputs, request)
    return Prepared(request, outputs, rules, saved)


def rules_for(stack: Stack, request: Request, controls: tuple[Control, ...]) -> Rules:
    """The policy, the waivers and the baseline asked for, for the environment of this stack.

    Raises:
        VerifyError: when they cannot be used.
    """
    policy = load_policy(request.policy, stack.environment, {control.id for control in controls})
    waivers = load_waivers(request.waivers) if request.waivers else ()
    return Rules(controls, policy, waivers, earlier(request.baseline) if request.baseline else None)


def _something_named(outputs: StackOutputs) -> None:
    """Refuses files that name nothing of AWS's, before AWS is asked: some other JSON, or plain texts only."""
    stack = outputs.stack
    tagged = stack.project and stack.environment_suffix
    texts = [(each.name, each.value) for each in outputs.outputs]
    # A secret's value is not known, and may name something. Account and region do not decide whether a text does.
    named = any(
        value is None or named_by(name, value) or recognise(name, value, account="0" * 12, region="us-east-1")
        for name, value in texts
    )
    if not (named or tagged or outputs.declared):
        raise NothingToVerifyError(
            f"{stack.source}: nothing to verify: none of its {len(texts)} values names an AWS resource. Name the file "
            "that `pulumi stack output --json`, `terraform output -json` or `cdk deploy --outputs-file` wrote."
        )


def observe(prepared: Prepared, progress: Callable[[str], None]) -> Snapshot:
    """The snapshot to judge: the saved one, or a new one read from AWS with the caller's own boto3 settings.

    What is read at all, waited for, and asked besides, depends on the controls and on which the policy turns off.

    Raises:
        NothingToVerifyError: when the outputs and the state name nothing that could be recognised.
        CredentialsError: when AWS does not accept the caller.
    """
    if prepared.saved is not None:
        return prepared.saved
    request, outputs, rules = prepared.request, prepared.outputs, prepared.rules
    _something_named(outputs)
    # boto3 takes a fifth of a second to import, which a judgement of a saved snapshot need not pay.
    from stack_verify.collect import collect, collect_again  # noqa: PLC0415
    from stack_verify.collect.session import session  # noqa: PLC0415

    aws = session(region=request.region, role=request.role, external_id=request.external_id)
    snapshot = collect(aws, outputs, progress, unread=unread(rules.controls, rules.policy))
    by = rules.controls, rules.policy, rules.waivers
    if request.settle is not None:
        snapshot = settle(
            snapshot,
            lambda seen: unsettled(seen, *by),
            lambda seen, questions: collect_again(aws, outputs, seen, forgetting=questions),
            progress,
            limit=request.settle,
        )
    wanted = to_look_up(snapshot, *by)
    if wanted:
        progress(f"asking CloudTrail who changed {len(wanted)} resources, two lookups a second")
        snapshot = collect_again(aws, outputs, snapshot, besides=wanted, max_in_flight=1)
    if request.probe is None:
        return snapshot
    from stack_verify.probe.observe import probe  # noqa: PLC0415 - what it needs is installed for probes alone

    return probe(snapshot, request.probe, progress)


def _check_settle(seconds: float, request: Request) -> None:
    if request.snapshot is not None:
        raise SettleError("--settle: a saved snapshot is of a time that is over. Leave out --snapshot, or --settle.")
    if not 0 < seconds <= LONGEST_WAIT:
        raise SettleError(f"--settle: {seconds:g} is no time to wait. Say how many seconds, up to {LONGEST_WAIT}.")


def _of_the_same_stack(snapshot: Snapshot, outputs: StackOutputs, request: Request) -> Snapshot:
    promised = {(output.name, output.value) for output in outputs.outputs}
    if {(output.name, output.value) for output in snapshot.of(StackOutput)} != promised:
        raise SnapshotError(
            f"{request.snapshot}: was taken with other outputs than {request.outputs} holds. Name the outputs it was "
            f"taken with, or judge it alone: stack-verify evaluate {request.snapshot}"
        )
    return snapshot


def judge(snapshot: Snapshot, request: Request, rules: Rules) -> Verification:
    """The findings on ``snapshot`` by the rules, and what changed since the baseline or the last recorded audit.

    A baseline is judged by the same controls, policy and waivers, so that what changed is the stack and not the rules;
    an audit of the history is taken as it was recorded.

    Raises:
        HistoryError: when the history cannot be used.
    """
    findings = rules.judged(snapshot)
    past = load_history(request.history, Progress()).before(snapshot) if request.history else None
    before: Audit | None = past[-1] if past else None
    if rules.baseline is not None:
        before = audit_by(rules.baseline, rules.judged)
    if before is None:
        return Verification(snapshot, rules.policy, findings, past=past)
    changed = changes(before, audit_of(snapshot, findings), request.fail_on)
    return Verification(snapshot, rules.policy, dated(findings, changed), changed, past)


def earlier(path: Path) -> Earlier:
    """What a file of an earlier audit holds: a snapshot, or the audit that results record.

    Raises:
        SnapshotError: when it cannot be read, or is neither.
    """
    try:
        recorded = recorded_audit(path.read_bytes())
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror}). Name a snapshot or results.") from error
    return load(path) if recorded is None else recorded


def audit_by(found: Earlier, judged: Judged) -> Audit:
    """The audit that results recorded, or that of a snapshot with the findings that ``judged`` gives."""
    return audit_of(found, judged(found)) if isinstance(found, Snapshot) else found
