"""Who changed a resource last, as CloudTrail tells: said with a finding, and never a part of its verdict."""

from __future__ import annotations

from stack_verify.resources.cloudtrail import LastChange
from stack_verify.resources.resource import Question
from stack_verify.snapshot import NOT_ASKED, Snapshot

# Resources that a run looks up: CloudTrail answers two lookups a second.
MOST = 20


def last_change(question: Question) -> Question:
    """The question for the last change of what ``question`` asks for."""
    return LastChange.ask(f"{question.kind} {question.key}")


def told(snapshot: Snapshot, *questions: Question) -> str:
    """Who changed what the questions ask for, or why that is not known: a sentence for each."""
    return "; ".join(dict.fromkeys(_told(snapshot, question) for question in questions))


def _told(snapshot: Snapshot, question: Question) -> str:
    reason = _unknown(snapshot, question)
    if reason is not None:
        return f"who changed it last is not known: {reason}"
    change = snapshot.require(LastChange, last_change(question).key)
    if change.event_name is None or change.event_time is None:
        return "who changed it last is not known: CloudTrail has no change of it among its latest events of 90 days"
    return (
        f"the latest change that CloudTrail has of {question.key} is {change.event_name} by "
        f"{change.username or 'AWS itself'} at {change.event_time:%Y-%m-%d %H:%M:%S} UTC (event {change.event_id})"
    )


def _unknown(snapshot: Snapshot, question: Question) -> str | None:
    if question.key == snapshot.caller.account:
        return "CloudTrail finds the settings of an account by no name"
    reason = snapshot.unknown(last_change(question))
    return f"CloudTrail was not asked, which a run does of {MOST} resources at most" if reason == NOT_ASKED else reason
