"""The verification of one stack of a fleet: its reports in a folder of its own, and what it came to in a row."""

from __future__ import annotations

import hashlib
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import msgspec

from stack_verify.archive.history import record
from stack_verify.controls import CONTROLS
from stack_verify.core.denominator import Standing
from stack_verify.errors import VerifyError
from stack_verify.fleet.manifest import FleetStack
from stack_verify.options import DEFAULT_POLICY
from stack_verify.pipeline.run import Request, judge, observe, prepare
from stack_verify.report import Report, report_of, reporters, write_reports
from stack_verify.report.terminal import verdict_of
from stack_verify.util.atomic_write import write_whole
from stack_verify.util.installed import version
from stack_verify.vocabulary import OPEN, Severity

ROW = "fleet-row.json"
UNREAD = 4  # the exit status of a run that could not be made


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """A stack to verify, the folder for its reports, their formats, and the folder of the history, if one is kept."""

    stack: FleetStack
    folder: str
    formats: str
    history: str | None = None


class OpenControl(msgspec.Struct, frozen=True, kw_only=True):
    """That findings of a control are open (failed, or could not be verified) in a stack."""

    control: str
    title: str
    severity: Severity
    count: int


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What a stack came to: ``exit_status`` as that of a run of its own, ``verdict`` its line of counts.

    ``error`` is why it could not be verified, None where it was. ``digest`` is of all that was asked for. ``folder``
    holds its reports, whose page is ``page``, where one was asked for. ``seconds`` is how long it took.
    """

    name: str
    digest: str
    exit_status: int
    verdict: str
    folder: str
    seconds: float
    page: str | None = None
    account: str | None = None
    region: str | None = None
    environment: str | None = None
    judged: int = 0
    named: int = 0
    open: tuple[OpenControl, ...] = ()
    unjudged: tuple[str, ...] = ()
    error: str | None = None


def verify(task: Task) -> Row:
    """Verifies the stack, writes its reports and the row beside them. A stack that cannot be verified is a row too."""
    begun = time.monotonic()
    stack, folder, digest = task.stack, Path(task.folder), digest_of(task)
    try:
        report = _verified(task)
        written = write_reports(report, reporters(task.formats), folder)
        if task.history is not None:
            record(report, Path(task.history))
    except VerifyError as error:
        told = str(error)
        return Row(
            name=stack.name,
            digest=digest,
            exit_status=UNREAD,
            verdict="not verified",
            folder=task.folder,
            seconds=time.monotonic() - begun,
            error=told,
        )
    row = _row(report, task, written, digest, time.monotonic() - begun)
    # Last of all: where it stands, the reports do.
    write_whole(folder / ROW, lambda stream: stream.write(msgspec.json.format(msgspec.json.encode(row))))
    return row


def finished(task: Task) -> Row | None:
    """What an earlier run came to that asked for the same; None where there is none, or something has changed."""
    try:
        row = msgspec.json.decode((Path(task.folder) / ROW).read_bytes(), type=Row)
    except (OSError, msgspec.DecodeError):
        return None
    return row if row.digest == digest_of(task) else None


def digest_of(task: Task) -> str:
    """The SHA-256 of all that decides what is verified and how: the task, its files, and the verifier's version."""
    digest = hashlib.sha256(msgspec.json.encode((task, version()), order="deterministic"))
    for path in task.stack.files:
        try:
            digest.update(hashlib.sha256(path.read_bytes()).digest())
        except OSError:
            digest.update(b"unread")
    return digest.hexdigest()


def _verified(task: Task) -> Report:
    stack = task.stack
    request = Request(
        Path(stack.outputs),
        state=Path(stack.state) if stack.state else None,
        policy=stack.policy or DEFAULT_POLICY,
        waivers=Path(stack.waivers) if stack.waivers else None,
        history=Path(task.history) if task.history else None,
        role=stack.role,
        external_id=stack.external_id,
    )
    prepared = prepare(request, CONTROLS)
    # Stacks of one fleet are in many regions, and the caller's settings name one at most.
    request = replace(request, region=stack.region or prepared.outputs.region)
    prepared = replace(prepared, request=request)
    found = judge(observe(prepared, lambda _: None), request, prepared.rules)
    return report_of(found.snapshot, found.findings, found.policy, found.changes, found.past)


def _row(report: Report, task: Task, written: list[Path], digest: str, seconds: float) -> Row:
    opened = [each for each in report.findings if each.status in OPEN]
    counts = Counter(each.control for each in opened)
    first = {each.control: each for each in reversed(opened)}
    page = next((each.name for each in written if each.suffix == ".html"), None)
    named = report.summary.resources
    unjudged = (each for each in report.denominator.resources if each.standing is Standing.NOT_JUDGED)
    return Row(
        name=task.stack.name,
        digest=digest,
        exit_status=report.summary.exit_status,
        verdict=f"{report.summary.outcome}: {verdict_of(report)}",
        folder=task.folder,
        seconds=seconds,
        page=page,
        account=report.run.account,
        region=report.run.region,
        environment=report.run.environment,
        judged=named.get(Standing.JUDGED, 0),
        named=sum(named.values()),
        open=tuple(
            OpenControl(control=name, title=first[name].title, severity=first[name].severity, count=count)
            for name, count in sorted(counts.items())
        ),
        unjudged=tuple(sorted({each.type for each in unjudged})),
    )
