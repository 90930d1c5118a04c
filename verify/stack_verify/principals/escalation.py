"""The known ways in which an identity gets more than it was given, kept as data with their sources."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from stack_verify.principals.iam_policy import Statement, matches
from stack_verify.principals.permissions import Permission
from stack_verify.principals.service_authorization import knows_resources

PASSING = "iam:PassRole"
# Ways by which a user only gets credentials of its own where the policy names the user by this variable.
_SELF = "${aws:username}"
_CREDENTIALS = frozenset(
    {
        "iam:createaccesskey",
        "iam:createloginprofile",
        "iam:createservicespecificcredential",
        "iam:resetservicespecificcredential",
        "iam:updateloginprofile",
        "iam:uploadsshpublickey",
    }
)
# What a condition on the new policy or boundary keeps from giving more.
_BOUND = frozenset({"iam:permissionsboundary", "iam:policyarn"})


class Way(NamedTuple):
    """A published way: who is allowed all of ``actions`` gets more.

    ``services`` are those that it passes a role to, empty where it passes none; ``target`` is what must be there
    already, empty where nothing must be.
    """

    id: str
    actions: tuple[str, ...]
    services: tuple[str, ...]
    target: str
    source: str

    def __str__(self) -> str:
        """The way in a few words."""
        needs = f" (needs {self.target})" if self.target else ""
        return f"{' + '.join(self.actions)}{needs}"


@cache
def known() -> tuple[Way, ...]:
    """All ways that are known."""
    text = files("stack_verify.principals").joinpath("data", "escalation.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if not line.startswith("#"))
    return tuple(
        Way(name, tuple(actions.split()), tuple(to.split()), what, page) for name, actions, to, what, page in rows
    )


def ways(found: tuple[Permission, ...]) -> Iterator[Way]:
    """The known ways that the permissions open, without those that only add actions to another of these."""
    reached = _reached(found)
    opened = [way for way in known() if reached.issuperset(way.actions) and _opens(way, found)]
    sets = [frozenset(way.actions) for way in opened]
    yield from (way for way, own in zip(opened, sets, strict=True) if not any(other < own for other in sets))


def _reached(found: tuple[Permission, ...]) -> frozenset[str]:
    """The actions of ways that the statements speak of, quickly; whether they are allowed is asked afterwards."""
    return frozenset(action for each in found for action in _spoken(each.statement))


def _spoken(line: Statement) -> Iterator[str]:
    names = _names()
    if line.not_action:
        yield from (action for action in names.values() if line.speaks_of(action))
        return
    for pattern in line.actions:
        if "*" in pattern or "?" in pattern:
            yield from (action for action in names.values() if matches(pattern, action))
        elif (named := names.get(pattern.lower())) is not None:
            yield named


@cache
def _names() -> dict[str, str]:
    return {action.lower(): action for way in known() for action in way.actions}


def _opens(way: Way, found: tuple[Permission, ...]) -> bool:
    return all(any(_fits(way, action, each) for each in found) for action in way.actions)


def _fits(way: Way, action: str, each: Permission) -> bool:
    """Whether one permission is enough for one action of the way."""
    if action == PASSING:
        # Whoever may pass named roles only was given what those may do.
        return each.allows_on_everything(action) and each.passes_to(way.services)
    if way.target and knows_resources(action):
        # So was whoever commands named resources only.
        return each.allows_on_everything(action)
    return each.allows(action) and not _is_bound(each.statement, action)


def _is_bound(line: Statement, action: str) -> bool:
    name = action.lower()
    if name.startswith("iam:") and any(condition.key in _BOUND for condition in line.conditions):
        return True
    return name in _CREDENTIALS and bool(line.resources) and all(_SELF in each for each in line.resources)
