"""What changed between two audits of a stack: findings that are new, fixed or otherwise, and properties. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import datetime
from typing import Any, Literal, TypeAlias

import msgspec
from msgspec import structs

from stack_verify.core.finding import COMPLETE, Finding, Subject
from stack_verify.errors import SnapshotError
from stack_verify.inquiry import Stack
from stack_verify.resources.cloudtrail import LastChange
from stack_verify.resources.resource import Resource, unrecorded
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import OPEN, Severity, Status

FailOn: TypeAlias = Literal["open", "new"]
# What AWS calls the latest of something moves by itself, and so does the time that an answer came at.
_MOVING = re.compile(r"(^|\.)(Latest\w*|ObservedBy)\b")


# The outputs and the state are files, and an event is of another resource.
_NO_RESOURCE = (StackOutput, DeclaredResource, LastChange)


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """What it takes of a finding to compare it; ``results.json`` holds it too."""

    control: str
    title: str
    severity: Severity
    resource: Subject
    status: Status
    observed: str
    since: datetime | None = None

    @property
    def place(self) -> tuple[str, str, str, str]:
        """What the finding is about, the same in each audit."""
        return self.control, self.resource.type, self.resource.id, self.resource.arn or ""


class ChangedFinding(msgspec.Struct, frozen=True, kw_only=True):
    """A finding in two audits; ``before`` or ``after`` is None where the audit has no such finding.

    ``since`` is the earliest audit known since which it is open; None where it is not open.
    """

    control: str
    title: str
    severity: Severity
    resource: Subject
    before: Status | None
    after: Status | None
    observed_before: str | None
    observed_after: str | None
    since: datetime | None = None


class ChangedProperty(msgspec.Struct, frozen=True, kw_only=True):
    """A property that AWS answered otherwise than before, by its path in AWS's names; None where it was not there."""

    type: str
    id: str
    property: str
    before: Any  # whatever JSON AWS answers
    after: Any


class Changes(msgspec.Struct, frozen=True, kw_only=True):
    """What changed since the baseline, which was taken at ``since``.

    ``new`` are findings that fail now and did not, or that cannot be verified now and were not open. ``fixed`` were
    open and are not, ``changed`` have another status or, while open, another observation, ``unchanged`` are open as
    they were. Of resources the kinds and ids; these and ``properties`` are None where one side is no snapshot.
    """

    since: datetime
    fail_on: FailOn = "open"
    new: tuple[ChangedFinding, ...]
    fixed: tuple[ChangedFinding, ...]
    changed: tuple[ChangedFinding, ...]
    unchanged: tuple[ChangedFinding, ...]
    properties: tuple[ChangedProperty, ...] | None = None
    appeared: tuple[tuple[str, str], ...] | None = None
    gone: tuple[tuple[str, str], ...] | None = None

    def is_new(self, finding: Finding) -> bool:
        """Whether the finding is among the new ones."""
        return any((each.control, each.resource) == (finding.control, finding.resource) for each in self.new)


class Audit(msgspec.Struct, frozen=True, kw_only=True):
    """One side of a comparison. ``snapshot`` is None where only its results are at hand.

    ``stack`` is the project, name and suffix of the stack; None where they are not known.
    """

    taken_at: datetime
    account: str
    region: str
    stack: tuple[str | None, str | None, str | None] = (None, None, None)
    rows: tuple[Row, ...]
    snapshot: Snapshot | None = None


class _Facts(msgspec.Struct):
    taken_at: datetime
    account: str
    region: str
    stack: Stack


class _Partial(msgspec.Struct, frozen=True):
    findings: int
    of: int


class _Summary(msgspec.Struct, frozen=True):
    partial: _Partial | None = None


class _Results(msgspec.Struct):
    schema: Literal["stack-verify/results/1"]
    run: _Facts
    findings: tuple[Row, ...]
    summary: _Summary = _Summary()


def recorded_audit(content: bytes) -> Audit | None:
    """The audit that a ``results.json`` of this content records; None where it is none.

    Raises:
        SnapshotError: when it is of a selection, in which what is left out would look fixed.
    """
    try:
        results = msgspec.json.decode(content, type=_Results)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    run, partial = results.run, results.summary.partial
    if partial is not None and partial.findings < partial.of:
        raise SnapshotError(
            f"the results are PARTIAL: {partial.findings} of {partial.of} findings. Name the results of a whole run, "
            "or its snapshot.json."
        )
    return Audit(
        taken_at=run.taken_at, account=run.account, region=run.region, stack=named(run.stack), rows=results.findings
    )


def audit_of(snapshot: Snapshot, findings: Iterable[Finding]) -> Audit:
    """The audit in which ``findings`` were judged from ``snapshot``."""
    caller = snapshot.caller
    rows = tuple(row_of(finding) for finding in findings)
    return Audit(
        taken_at=snapshot.taken_at,
        account=caller.account,
        region=caller.region,
        stack=named(snapshot.stack),
        rows=rows,
        snapshot=snapshot,
    )


def named(stack: Stack) -> tuple[str | None, str | None, str | None]:
    """What tells a stack from the others of its account: its project, name and suffix."""
    return stack.project, stack.name, stack.environment_suffix


def row_of(finding: Finding) -> Row:
    """What of a finding is compared."""
    return msgspec.convert(finding, Row, from_attributes=True)


def changes(before: Audit, after: Audit, fail_on: FailOn = "open") -> Changes:
    """What changed from one audit to another.

    Raises:
        SnapshotError: when they are of different accounts, regions or stacks.
    """
    if (before.account, before.region) != (after.account, after.region):
        raise SnapshotError(
            f"the baseline is of account {before.account} in {before.region}, but the stack is in account "
            f"{after.account} in {after.region}. Name an earlier audit of the same stack."
        )
    if any(one and other and one != other for one, other in zip(before.stack, after.stack, strict=True)):
        was, now = (" ".join(part for part in audit.stack if part) for audit in (before, after))
        raise SnapshotError(f"the baseline is of the stack {was}, and not of {now}. Name an earlier audit of {now}.")
    old, new = ({row.place: row for row in audit.rows} for audit in (before, after))
    unsure = {row.control for row in after.rows if row.status is Status.ERROR}
    sorts: dict[str, list[ChangedFinding]] = {"new": [], "fixed": [], "changed": [], "unchanged": []}
    for place in sorted(old.keys() | new.keys()):
        sort = _sort(old.get(place), new.get(place), unsure)
        if sort is not None:
            since = _since(old.get(place), new.get(place), before.taken_at, after.taken_at)
            sorts[sort].append(_changed(old.get(place), new.get(place), since))
    return Changes(
        since=before.taken_at,
        fail_on=fail_on,
        new=tuple(sorts["new"]),
        fixed=tuple(sorts["fixed"]),
        changed=tuple(sorts["changed"]),
        unchanged=tuple(sorts["unchanged"]),
        **_of_resources(before.snapshot, after.snapshot),
    )


def dated(findings: Iterable[Finding], changes: Changes) -> tuple[Finding, ...]:
    """The findings, each open one with the audit since which it is open."""
    open_ones = (*changes.new, *changes.changed, *changes.unchanged)
    since = {(each.control, each.resource): each.since for each in open_ones}
    return tuple(structs.replace(each, since=since.get((each.control, each.resource))) for each in findings)


def _sort(old: Row | None, new: Row | None, unsure: AbstractSet[str]) -> str | None:
    """Which of the sorts the pair is of; None where nothing was open and nothing is otherwise.

    ``unsure`` are the controls that now could not judge all there is. What they judge no more may still be there.
    """
    was, now = old.status if old else None, new.status if new else None
    if (now is Status.FAILED and was is not now) or (now is Status.ERROR and was not in OPEN):
        return "new"
    if old and was in OPEN and new is None and not unsure.isdisjoint((old.control, COMPLETE)):
        return "changed"
    if was in OPEN and now not in OPEN:
        return "fixed"
    if was in OPEN:
        return "unchanged" if _said(old) == _said(new) else "changed"
    return "changed" if was and now and was is not now else None


def _said(row: Row | None) -> tuple[Status, str] | None:
    return (row.status, row.observed) if row else None


def _since(old: Row | None, new: Row | None, before: datetime, after: datetime) -> datetime | None:
    """Since which audit the finding is open; the earlier one may know of one still earlier."""
    if new is None or new.status not in OPEN:
        return None
    return (old.since or before) if old is not None and old.status in OPEN else after


def _changed(old: Row | None, new: Row | None, since: datetime | None) -> ChangedFinding:
    row = new or old
    if row is None:
        raise ValueError("a finding that neither audit has")
    return ChangedFinding(
        control=row.control,
        title=row.title,
        severity=row.severity,
        resource=row.resource,
        before=old.status if old else None,
        after=new.status if new else None,
        observed_before=old.observed if old else None,
        observed_after=new.observed if new else None,
        since=since,
    )


def _of_resources(before: Snapshot | None, after: Snapshot | None) -> dict[str, Any]:
    """The fields of ``Changes`` that need snapshots."""
    if before is None or after is None:
        return {}
    unread = {*before.unread, *after.unread}
    old, new = _resources(before, unread), _resources(after, unread)
    both = sorted(old.keys() & new.keys())
    return {
        "properties": tuple(change for identity in both for change in _properties(identity, old, new)),
        "appeared": tuple(sorted(new.keys() - old.keys())),
        "gone": tuple(sorted(old.keys() - new.keys())),
    }


Identity: TypeAlias = tuple[str, str]


def _resources(snapshot: Snapshot, unread: AbstractSet[str]) -> dict[Identity, Resource]:
    """The stack's resources as AWS answered them, without those of kinds that one of the audits did not read."""
    with unrecorded():
        kept = (each for each in snapshot.resources if each.kind() not in unread)
        found = (each for each in kept if not isinstance(each, _NO_RESOURCE))
        return {(each.kind(), each.id): each for each in found}


def _properties(
    identity: Identity, old: Mapping[Identity, Resource], new: Mapping[Identity, Resource]
) -> Iterator[ChangedProperty]:
    before, after = (dict(_flat(msgspec.to_builtins(side[identity]))) for side in (old, new))
    for path in sorted(before.keys() | after.keys()):
        if before.get(path) != after.get(path) and not _MOVING.search(path):
            kind, name = identity
            yield ChangedProperty(type=kind, id=name, property=path, before=before.get(path), after=after.get(path))


def _flat(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    """The leaves of nested mappings by their path; a list is a leaf, since its items have no names."""
    if isinstance(value, dict) and (value or not path):
        for key, item in value.items():
            yield from _flat(item, f"{path}.{key}" if path else str(key))
    else:
        yield path, value
