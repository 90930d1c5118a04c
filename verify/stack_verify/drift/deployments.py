"""What deployments move and no declaration holds: revisions, target groups and weights. None of it is drift.

ECS developer guide, "Amazon ECS infrastructure IAM role for load balancers"; CodeDeploy user guide, "AppSpec file
structure for Amazon ECS deployments".
"""

from __future__ import annotations

from stack_verify.drift.field import Found, Live, Silence, Spell, Value, own, plain
from stack_verify.errors import Unanswered
from stack_verify.resources.ecs import Service
from stack_verify.resources.resource import Resource, unrecorded
from stack_verify.snapshot import Snapshot

FORWARD = "forward "
# What an action does after another of the same rule.
AND = " and "


def by_ecs(path: str, spell: Spell = plain) -> Live:
    """An attribute of a service that ECS rolls out; other controllers set it with each deployment."""

    def live(found: Found, snapshot: Snapshot) -> Value | Silence:
        (service,) = found
        if isinstance(service, Service) and service.controller != "ECS":
            return Silence.NOT_COMPARED
        return own(path, spell)(found, snapshot)

    return live


def as_declared(live: Value, listener: Resource, path: str, snapshot: Snapshot) -> Value:
    """The actions of a listener, those that a deployment moves between target groups spelt as they are declared.

    A forward is moved where all its groups are of one service, and so are those of a forward that is declared.

    Raises:
        Unanswered: when a service could not be read, which may be the one whose deployment it was.
    """
    with unrecorded():
        declared = _declared(listener, path, snapshot)
        if not isinstance(live, tuple) or set(live) <= set(declared):
            return live
        families = [service.rolled_by for service in _services(snapshot)]
    return tuple(sorted({_settled(text, declared, families) for text in live}))


def _services(snapshot: Snapshot) -> tuple[Service, ...]:
    gap = next((gap for gap in snapshot.gaps if gap.question.kind == Service.kind()), None)
    if gap is not None:
        raise Unanswered(f"{gap.question.kind} {gap.question.key} is not known: {gap.text()}")
    return snapshot.subjects(Service)


def _declared(listener: Resource, path: str, snapshot: Snapshot) -> tuple[str, ...]:
    """What is declared of the listener under ``path``, by itself or by companions."""
    about = type(listener).ask(listener.arn or listener.id)
    values = (each.properties.get(path, ()) for each in snapshot.declared_about.get(about, ()))
    return tuple(text for value in values for text in ((value,) if isinstance(value, str) else value))


def _settled(text: str, declared: tuple[str, ...], families: list[frozenset[str]]) -> str:
    return next((other for other in declared if any(_alike(text, other, each) for each in families)), text)


def _alike(live: str, declared: str, family: frozenset[str]) -> bool:
    """Whether both do the same, but for which target groups of ``family`` they forward to."""
    mine, theirs = live.split(AND), declared.split(AND)
    pairs = zip(mine, theirs, strict=False)
    return len(mine) == len(theirs) and all(
        one == other or (_within(one, family) and _within(other, family)) for one, other in pairs
    )


def _within(action: str, family: frozenset[str]) -> bool:
    groups = action.removeprefix(FORWARD).split()
    return action.startswith(FORWARD) and bool(groups) and family.issuperset(groups)
