"""Holds what is declared against what is live, property by property. Pure: it sees the snapshot alone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stack_verify.drift import table_of
from stack_verify.drift.field import Compare, Field, Silence, Table, Value
from stack_verify.resources.resource import Resource, unrecorded
from stack_verify.resources.stack import DeclaredResource
from stack_verify.snapshot import Snapshot


class Difference(NamedTuple):
    """A property of which the live value is not as declared, each side as far as it differs."""

    path: str
    declared: str
    live: str


class Comparison(NamedTuple):
    """How many properties were compared, and those that differ."""

    compared: int
    differences: tuple[Difference, ...]


def compare(declared: DeclaredResource, table: Table, found: tuple[Resource, ...], snapshot: Snapshot) -> Comparison:
    """Every property that ``table`` names and ``declared`` sets, or that has a default, against ``found``.

    Raises:
        Unanswered: when AWS did not answer a live value.
    """
    differences: list[Difference] = []
    compared = 0
    for field in table.fields:
        wanted = _wanted(declared, field, snapshot)
        if isinstance(wanted, Silence) or field.compare is Compare.LISTED:
            continue
        live = field.live(found, snapshot)
        if not isinstance(live, Silence):
            compared += 1
            differences += _difference(field, wanted, live)
    return Comparison(compared, tuple(differences))


def _wanted(declared: DeclaredResource, field: Field, snapshot: Snapshot) -> Value | Silence:
    """What is declared; for the whole of a set, together with what its companions add to it."""
    if field.path in (*declared.secret_properties, *declared.unread_properties):
        return Silence.NOT_COMPARED
    own = declared.properties.get(field.path, field.default)
    if not isinstance(own, tuple) or field.compare not in (Compare.EQUAL, Compare.AT_MOST):
        return own
    companions = _companions(declared, field.path, snapshot)
    # The whole is not known where a part is not: the finding on that part says so.
    if any(_withheld(other, field.path) for other in companions):
        return Silence.NOT_COMPARED
    return tuple(sorted({*own, *(text for other in companions for text in _added(other, field.path))}))


def _companions(declared: DeclaredResource, path: str, snapshot: Snapshot) -> list[DeclaredResource]:
    """What adds to one of the sets of the declared resource: a rule, a route, a policy each."""
    with unrecorded():
        others = () if declared.about is None else snapshot.declared_about.get(declared.about, ())
        return [other for other in others if path in _additions(other.type)]


def _withheld(companion: DeclaredResource, path: str) -> bool:
    with unrecorded():
        return path in (*companion.secret_properties, *companion.unread_properties)


def _added(companion: DeclaredResource, path: str) -> tuple[str, ...]:
    added = companion.properties.get(path, ())
    return (added,) if isinstance(added, str) else added


def _additions(kind: str) -> frozenset[str]:
    table = table_of(kind)
    fields = table.fields if table else ()
    return frozenset(field.path for field in fields if field.compare in (Compare.AT_LEAST, Compare.LISTED))


def _difference(field: Field, wanted: Value, live: Value) -> Iterator[Difference]:
    if not (isinstance(wanted, tuple) and isinstance(live, tuple)):
        if wanted != live:
            yield Difference(field.path, _told(wanted), _told(live))
        return
    missing = set() if field.compare is Compare.AT_MOST else set(wanted) - set(live)
    more = set() if field.compare is Compare.AT_LEAST else set(live) - set(wanted)
    if missing or more:
        yield Difference(field.path, _told(tuple(sorted(missing))), _told(tuple(sorted(more))))


def _told(value: Value) -> str:
    if isinstance(value, str):
        return value
    return ", ".join(value) if value else "none"
