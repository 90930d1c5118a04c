"""One verification from end to end: what the user asked for in, a snapshot and its findings out."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from verify.changes import Audit, Changes, FailOn, audit_of, changes
from verify.control import Control
from verify.errors import ProbeError, SnapshotError
from verify.evaluate import evaluate
from verify.finding import Finding
from verify.long_lived import long_lived
from verify.outputs import StackOutputs, load_outputs
from verify.policy import Policy, load_policy
from verify.probe.settings import ProbeSettings
from verify.report.history import load_history
from verify.resources.stack import StackOutput
from verify.snapshot import Snapshot, load
from verify.trend import RecordedAudit
from verify.waivers import load_waivers

DEFAULT_POLICY = "hipaa"
DEFAULT_REPORTS = Path("outputs/reports")
DEFAULT_HISTORY = Path("outputs/history")


@dataclass(frozen=True)
class Request:
    """What to verify and by which rules. With ``snapshot`` a saved snapshot is judged and AWS is not called.

    ``controls`` are files of controls of a team's own; with ``probe`` the stack is looked at over the network, too.
    ``baseline`` is the snapshot of an earlier audit; ``fail_on`` tells whether what was open then fails the run.
    With ``history``, a folder, the last audit there is the baseline unless one is named.
    """

    outputs: Path
    state: Path | None = None
    policy: str = DEFAULT_POLICY
    waivers: Path | None = None
    controls: tuple[Path, ...] = ()
    snapshot: Path | None = None
    probe: ProbeSettings | None = None
    baseline: Path | None = None
    fail_on: FailOn = "open"
    history: Path | None = None


@dataclass(frozen=True)
class Verification:
    """A judged snapshot. ``past`` are the recorded audits before it; None where no history is kept."""

    snapshot: Snapshot
    policy: Policy
    findings: tuple[Finding, ...]
    changes: Changes | None = None
    past: tuple[RecordedAudit, ...] | None = None


@long_lived()
def observe(request: Request, progress: Callable[[str], None]) -> Snapshot:
    """The snapshot to judge: the saved one, or a new one read from AWS with the caller's own boto3 settings.

    Raises:
        VerifyError: when an input cannot be used, or AWS does not accept the caller.
    """
    if request.probe is not None and request.snapshot is not None:
        raise ProbeError("--probe: a saved snapshot is of a time that is over. Leave out --snapshot, or --probe.")
    outputs = load_outputs(request.outputs, request.state)
    if request.snapshot is not None:
        return _of_the_same_stack(load(request.snapshot), outputs, request)
    # boto3 takes a fifth of a second to import, which a judgement of a saved snapshot need not pay.
    from verify.collect import collect  # noqa: PLC0415
    from verify.collect.session import session  # noqa: PLC0415

    snapshot = collect(session(), outputs, progress)
    if request.probe is None:
        return snapshot
    from verify.probe.observe import probe  # noqa: PLC0415 - what it needs is installed for probes alone

    return probe(snapshot, request.probe, progress)


def _of_the_same_stack(snapshot: Snapshot, outputs: StackOutputs, request: Request) -> Snapshot:
    promised = {(output.name, output.value) for output in outputs.outputs}
    if {(output.name, output.value) for output in snapshot.of(StackOutput)} != promised:
        raise SnapshotError(
            f"{request.snapshot}: was taken with other outputs than {request.outputs} holds. Name the outputs it was "
            f"taken with, or judge it alone: stack-verify evaluate {request.snapshot}"
        )
    return snapshot


@long_lived()
def judge(snapshot: Snapshot, request: Request, controls: tuple[Control, ...]) -> Verification:
    """The findings of ``controls`` on ``snapshot`` under the policy and the waivers asked for.

    With a baseline or a history what changed since. A baseline is judged by the same controls, policy and waivers, so
    that what changed is the stack and not the rules; an audit of the history is taken as it was recorded.

    Raises:
        VerifyError: when the policy, the waivers or the baseline cannot be used.
    """
    policy = load_policy(request.policy, snapshot.stack.environment, {control.id for control in controls})
    waivers = load_waivers(request.waivers) if request.waivers else ()
    findings = evaluate(snapshot, controls, policy, waivers)
    past = load_history(request.history).before(snapshot) if request.history else None
    before: Audit | None = past[-1] if past else None
    if request.baseline is not None:
        baseline = load(request.baseline)
        before = audit_of(baseline, evaluate(baseline, controls, policy, waivers))
    changed = changes(before, audit_of(snapshot, findings), request.fail_on) if before else None
    return Verification(snapshot, policy, findings, changed, past)
