"""Which resources CloudTrail is asked of, to learn who changed them: those that drifted or that nobody declared."""

from __future__ import annotations

from collections.abc import Collection

from stack_verify.controls.stack.drift import DRIFT
from stack_verify.controls.stack.last_change import MOST
from stack_verify.core.control import Control
from stack_verify.core.evaluate import basis, evaluate
from stack_verify.core.finding import Waiver
from stack_verify.policy import Policy
from stack_verify.resources.cloudtrail import LastChange
from stack_verify.resources.resource import Question
from stack_verify.resources.stack import DeclaredResource
from stack_verify.snapshot import NOT_ASKED, Snapshot
from stack_verify.vocabulary import Status


def to_look_up(
    snapshot: Snapshot, controls: Collection[Control], policy: Policy, waivers: tuple[Waiver, ...] = ()
) -> tuple[Question, ...]:
    """The last changes that failing findings want to tell and that are not known, twenty at the most.

    There are none where no state was given, and where nothing drifted.
    """
    if not snapshot.of(DeclaredResource):
        return ()
    telling = (each for each in controls if each.id in DRIFT or each.subject is DeclaredResource)
    by_id = {control.id: control for control in telling}
    wanted: dict[Question, None] = {}
    for finding in evaluate(snapshot, by_id.values(), policy, waivers):
        if finding.status is Status.FAILED:
            asked = basis(finding, by_id.get(finding.control), snapshot, policy)
            wanted |= dict.fromkeys(item for item in asked if isinstance(item, Question) and _unknown(item, snapshot))
    return tuple(sorted(wanted))[:MOST]


def _unknown(question: Question, snapshot: Snapshot) -> bool:
    return question.kind == LastChange.kind() and snapshot.unknown(question) == NOT_ASKED
