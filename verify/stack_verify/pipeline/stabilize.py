"""Waits for what AWS answers late after a deployment: target health, certificates, IAM, tags and the like."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Collection

from msgspec import structs

from stack_verify.core.control import Control
from stack_verify.core.evaluate import basis, evaluate
from stack_verify.core.finding import UNJUDGED, Waiver
from stack_verify.inquiry import DENIED, Settling
from stack_verify.policy import Policy
from stack_verify.resources import RESOURCES
from stack_verify.resources.resource import EVERYTHING, Question, Resource, Seen
from stack_verify.snapshot import Snapshot, as_saved
from stack_verify.vocabulary import OPEN

FIRST_PAUSE, LONGEST_PAUSE = 2.0, 15.0  # seconds between two looks

_LAGGING = frozenset(kind.kind() for kind in RESOURCES if kind.lags == EVERYTHING)


def settle(
    snapshot: Snapshot,
    waits_for: Callable[[Snapshot], frozenset[Question]],
    ask_again: Callable[[Snapshot, Collection[Question]], Snapshot],
    progress: Callable[[str], None],
    *,
    limit: float,
    clock: Callable[[], float] = time.monotonic,
    pause: Callable[[float], None] = time.sleep,
) -> Snapshot:
    """The snapshot when there is nothing more to wait for, or after ``limit`` seconds; it says how long that took.

    ``waits_for`` tells which questions a snapshot leaves open, and ``ask_again`` asks them anew and nothing else.
    """
    started, wait = clock(), FIRST_PAUSE
    asked = Counter[Question]()
    waiting = waits_for(snapshot)
    while waiting and (left := limit - (clock() - started)) > 0:
        progress(f"waiting for {_named(waiting)} to settle, {left:.0f} s at the most")
        pause(min(wait, left))
        wait = min(wait * 1.5, LONGEST_PAUSE)
        asked.update(waiting)
        snapshot = ask_again(snapshot, waiting)
        waiting = waits_for(snapshot)
    settling = Settling(
        limit=limit,
        seconds=round(clock() - started, 1),
        rounds=max(asked.values(), default=0),
        asked_again=len(asked),
        still_open=tuple(sorted(waiting)),
    )
    return as_saved(structs.replace(snapshot, settling=settling))


def unsettled(
    snapshot: Snapshot, controls: Collection[Control], policy: Policy, waivers: tuple[Waiver, ...] = ()
) -> frozenset[Question]:
    """The questions that open findings rest on and that AWS may answer otherwise a little later.

    A call that was denied is none of them: a permission does not come by waiting.
    """
    by_id = {control.id: control for control in controls}
    asked: set[Question] = set()
    read: set[tuple[str, str]] = set()
    for finding in evaluate(snapshot, controls, policy, waivers):
        # What nothing judges does not come to be judged by waiting.
        if finding.status in OPEN and finding.control != UNJUDGED:
            seen = basis(finding, by_id.get(finding.control), snapshot, policy)
            asked |= {item for item in seen if isinstance(item, Question) and item.kind in _LAGGING}
            read |= _lagging(seen)
    answered = {answer.question for answer in snapshot.answers}
    asked |= {answer.question for answer in snapshot.answers if not read.isdisjoint(answer.ids)}
    return frozenset(asked & (answered | {gap.question for gap in snapshot.gaps if gap.code not in DENIED}))


def _lagging(seen: Seen) -> set[tuple[str, str]]:
    """The resources of which something was read that lags, by kind and id."""
    fields = (item for item in seen if isinstance(item, tuple))
    return {(resource.kind(), resource.id) for resource, field in fields if _lags(resource, field)}


def _lags(resource: Resource, field: str) -> bool:
    return field in resource.lags or resource.lags == EVERYTHING


def _named(waiting: Collection[Question]) -> str:
    counts = Counter(question.kind for question in waiting)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(counts.items()))
