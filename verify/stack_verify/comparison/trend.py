"""How the audits of one stack went on: counts, since when something is open, and the time until it was mended. Pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

import msgspec

from stack_verify.comparison.changes import Audit, Row
from stack_verify.core.finding import COMPLETE, Subject
from stack_verify.vocabulary import OPEN, WORST_FIRST, Severity, Status, worst

Ending: TypeAlias = Literal["passed", "gone", "waived", "not applicable", "not judged"]
# A waiver accepts a failure, and a control that was not judged says nothing: neither mends anything.
REPAIRED: frozenset[Ending] = frozenset({"passed", "gone"})


class RecordedAudit(Audit, frozen=True, kw_only=True):
    """An audit of the history. ``stack`` is the project, name and suffix of its stack; the digests are SHA-256."""

    stack: tuple[str | None, str | None, str | None]
    snapshot_sha256: str
    policy_sha256: str


class AuditCounts(msgspec.Struct, frozen=True, kw_only=True):
    """One audit and its findings, counted by status."""

    taken_at: datetime
    snapshot_sha256: str
    policy_sha256: str
    by_status: dict[Status, int]


class Episode(msgspec.Struct, frozen=True, kw_only=True):
    """A time through which one finding was open.

    ``opened`` is the first audit that saw it, ``closed`` the first that no longer did, None while it is open.
    ``failed`` tells that it failed in some audit and was not merely impossible to verify.
    """

    control: str
    severity: Severity
    resource: Subject
    failed: bool
    opened: datetime
    closed: datetime | None
    ending: Ending | None

    @property
    def repair(self) -> timedelta | None:
        """How long it took to mend a failure; None where it is open, was accepted, or never failed."""
        return self.closed - self.opened if self.closed and self.failed and self.ending in REPAIRED else None


class Repairs(msgspec.Struct, frozen=True, kw_only=True):
    """How many failures were mended, and how long they stood; None where none was."""

    repaired: int
    mean_seconds: float | None
    longest_seconds: float | None


class ControlTrend(msgspec.Struct, frozen=True, kw_only=True):
    """A control that was open at some time. ``worst`` has its worst status in each audit, None where it was not judged.

    ``open`` counts the findings that are open in the last audit, ``open_since`` is the oldest of them.
    """

    control: str
    title: str
    severity: Severity
    worst: tuple[Status | None, ...]
    open: int
    open_since: datetime | None
    repairs: Repairs


class Trend(msgspec.Struct, frozen=True, kw_only=True):
    """The audits of one stack in the order of their times, and each control that was open in one of them."""

    account: str
    region: str
    stack: tuple[str | None, str | None, str | None]
    audits: tuple[AuditCounts, ...]
    controls: tuple[ControlTrend, ...]
    episodes: tuple[Episode, ...]
    repairs: Repairs


def trend(audits: Iterable[RecordedAudit]) -> Trend:
    """The trend of the audits, at least one and all of one stack.

    A finding that an audit no longer has stays open where its control could not be judged in full, since nobody knows.

    Raises:
        ValueError: when there are no audits.
    """
    ordered = sorted(audits, key=lambda audit: audit.taken_at)
    if not ordered:
        raise ValueError("a trend of no audits")
    views = [_view(audit) for audit in ordered]
    episodes = tuple(_episodes(views))
    last = ordered[-1]
    return Trend(
        account=last.account,
        region=last.region,
        stack=last.stack,
        audits=tuple(_counts(audit) for audit in ordered),
        controls=tuple(_controls(views, episodes)),
        episodes=episodes,
        repairs=_repairs(episodes),
    )


Key: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True)
class _View:
    """An audit by what its findings are about, and by their controls. An id may stand for several: the worst counts."""

    at: datetime
    rows: Mapping[Key, Row]
    controls: Mapping[str, frozenset[Status]]

    @property
    def complete(self) -> bool:
        """Whether AWS answered everything that was asked."""
        return Status.ERROR not in self.controls.get(COMPLETE, frozenset())


def _view(audit: RecordedAudit) -> _View:
    rows: dict[Key, Row] = {}
    controls: dict[str, set[Status]] = defaultdict(set)
    for row in audit.rows:
        key = (row.control, row.resource.type, row.resource.id)
        other = rows.get(key)
        rows[key] = row if other is None else min(row, other, key=lambda each: WORST_FIRST.index(each.status))
        controls[row.control].add(row.status)
    return _View(audit.taken_at, rows, {control: frozenset(statuses) for control, statuses in controls.items()})


def _counts(audit: RecordedAudit) -> AuditCounts:
    counts = Counter(row.status for row in audit.rows)
    return AuditCounts(
        taken_at=audit.taken_at,
        snapshot_sha256=audit.snapshot_sha256,
        policy_sha256=audit.policy_sha256,
        by_status={status: counts[status] for status in Status},
    )


def _episodes(views: Sequence[_View]) -> Iterator[Episode]:
    """Those that ended in the order of their ends, then those that are open."""
    running: dict[Key, Episode] = {}
    for view in views:
        for key, episode in list(running.items()):
            ending = _ending(view.rows.get(key), view.controls.get(episode.control, frozenset()), view.complete)
            if ending is not None:
                yield msgspec.structs.replace(running.pop(key), closed=view.at, ending=ending)
        for key, row in view.rows.items():
            if row.status in OPEN:
                running[key] = _going_on(running.get(key), row, view.at)
    yield from running.values()


def _ending(row: Row | None, control: frozenset[Status], complete: bool) -> Ending | None:
    """How an open finding ended in an audit where it is ``row`` and its control has these statuses; None if not.

    Where not all that was asked was answered (``complete``), what is missing may still be there.
    """
    if row is not None:
        endings: dict[Status, Ending] = {
            Status.PASSED: "passed",
            Status.WAIVED: "waived",
            Status.NOT_APPLICABLE: "not applicable",
        }
        return endings.get(row.status)
    if not control:
        return "not judged"
    if Status.ERROR in control or not complete:
        return None
    return "not applicable" if control == {Status.NOT_APPLICABLE} else "gone"


def _going_on(episode: Episode | None, row: Row, at: datetime) -> Episode:
    failed = row.status is Status.FAILED
    if episode is None:
        return Episode(
            control=row.control,
            severity=row.severity,
            resource=row.resource,
            failed=failed,
            opened=at,
            closed=None,
            ending=None,
        )
    return msgspec.structs.replace(episode, failed=failed or episode.failed) if failed else episode


def _controls(views: Sequence[_View], episodes: Sequence[Episode]) -> Iterator[ControlTrend]:
    """Those that are open first, the oldest first; then the others by name."""
    by_control: dict[str, list[Episode]] = defaultdict(list)
    for episode in episodes:
        by_control[episode.control].append(episode)
    latest = {row.control: row for view in views for row in view.rows.values() if row.control in by_control}
    trends = [_control(latest[control], views, by_control[control]) for control in sorted(by_control)]
    never = views[-1].at
    yield from sorted(trends, key=lambda each: (not each.open, each.open_since or never))


def _control(latest: Row, views: Sequence[_View], episodes: Sequence[Episode]) -> ControlTrend:
    still = [episode.opened for episode in episodes if episode.closed is None]
    statuses = (view.controls.get(latest.control, frozenset()) for view in views)
    return ControlTrend(
        control=latest.control,
        title=latest.title,
        severity=latest.severity,
        worst=tuple(map(worst, statuses)),
        open=len(still),
        open_since=min(still, default=None),
        repairs=_repairs(episodes),
    )


def _repairs(episodes: Iterable[Episode]) -> Repairs:
    seconds = [episode.repair.total_seconds() for episode in episodes if episode.repair is not None]
    return Repairs(
        repaired=len(seconds),
        mean_seconds=sum(seconds) / len(seconds) if seconds else None,
        longest_seconds=max(seconds, default=None),
    )
