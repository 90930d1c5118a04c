"""A field table: which declared properties of a resource are compared with which live ones, and how both are spelt."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final, NamedTuple, TypeAlias

import msgspec

from stack_verify.detect.secrets import secret_text
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot

# What is compared: a text as AWS writes it, a set of texts, or None for "none".
Value: TypeAlias = str | tuple[str, ...] | None
# JSON of a state file, or what a noun holds: their types are the tool's and AWS's own.
Spell: TypeAlias = Callable[[Any], Value]
Found: TypeAlias = tuple[Resource, ...]

# Pulumi marks what is no plain value, a secret above all, with this key (sdk/go/common/resource/sig).
SIGNATURE: Final = "4dabf18193072939515e22adb298388d"
# Beside what the program sets, Pulumi lists the properties that the provider's schema has filled in.
DEFAULTS: Final = "__defaults"
# In place of a property's name: all properties of the resource together.
ALL: Final = ""
# In place of a key's name: the caller's account.
ACCOUNT: Final = "the account"
# What reading a form that nobody thought of raises.
UNREADABLE: Final = (AttributeError, IndexError, KeyError, TypeError, ValueError)


class Compare(StrEnum):
    """How the live value must stand to the declared one; all but the first are for sets.

    ``LISTED`` is not compared by itself: it adds to what the resource declares that it is about.
    """

    EQUAL = "equal"
    AT_LEAST = "at least"
    AT_MOST = "at most"
    LISTED = "listed"


class Silence(StrEnum):
    """In place of a value: the program does not set the property, or the resource is of a kind that has none."""

    NOT_COMPARED = "not compared"


Live: TypeAlias = Callable[[Found, Snapshot], Value | Silence]


@dataclass(frozen=True)
class Field:
    """One property. ``path`` is Pulumi's, with dots; ``default`` what the provider sets where the program is silent.

    ``of`` is where the state holds it, if that is not ``path``: ``ALL`` for what only several properties tell together.
    """

    path: str
    live: Live
    spell: Spell
    default: Value | Silence = Silence.NOT_COMPARED
    compare: Compare = Compare.EQUAL
    of: str | None = None


@dataclass(frozen=True)
class Table:
    """What is compared of the resources of one type (``rds/instance``), in every spelling of the type.

    ``kind`` and ``key`` tell what the resource says something of, where that is another's: the property that names it.
    """

    types: tuple[str, ...]
    fields: tuple[Field, ...]
    kind: type[Resource] | None = None
    key: str | None = None


class Properties(NamedTuple):
    """What a state declares of one resource and its table names: nothing else of it leaves the state.

    ``key`` names the resource that it is about, where that is another. ``secret`` properties are not kept;
    ``unread`` ones have a form that is not known.
    """

    values: dict[str, str | tuple[str, ...]]
    secret: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    key: str | None = None


def declared_properties(table: Table, inputs: Mapping[str, object]) -> Properties:
    """The properties of ``inputs`` that ``table`` names, spelt as they are compared. Raises nothing."""
    inputs = {name: _without_defaults(value) for name, value in inputs.items() if name != DEFAULTS}
    values: dict[str, str | tuple[str, ...]] = {}
    secret, unread = [], []
    for field in table.fields:
        try:
            raw = at(inputs, field.path if field.of is None else field.of)
            value = None if raw is None or _marked(raw) else field.spell(raw)
        except UNREADABLE:
            unread.append(field.path)
            continue
        if _marked(raw) or _secret(value):
            secret.append(field.path)
        elif value is not None:
            values[field.path] = value
    key = inputs.get(table.key) if table.key else None
    key = key[0] if isinstance(key, list) and len(key) == 1 else key
    return Properties(values, tuple(secret), tuple(unread), key if isinstance(key, str) else None)


def _without_defaults(value: object) -> object:
    if isinstance(value, dict):
        return {name: _without_defaults(member) for name, member in value.items() if name != DEFAULTS}
    return [_without_defaults(item) for item in value] if isinstance(value, list) else value


def at(inputs: Any, path: str) -> Any:  # noqa: ANN401 - JSON of a state file
    """What is at ``path``; None where nothing is. A marked value on the way is what is found.

    Raises:
        TypeError: when what is on the way is no block.
    """
    for step in path.split(".") if path else ():
        if inputs is None or (isinstance(inputs, dict) and SIGNATURE in inputs):
            return inputs
        # Pulumi holds a block that can be there once as an object, older versions as a list of one.
        here = inputs[0] if isinstance(inputs, list) and len(inputs) == 1 else inputs
        if isinstance(here, list) and not here:
            return None
        if not isinstance(here, dict):
            raise TypeError(f"{step} of {type(here).__name__}")
        inputs = here.get(step)
    return inputs


def _marked(raw: object) -> bool:
    """Whether there is a mark of Pulumi's anywhere in it: a secret, or an asset."""
    if isinstance(raw, dict):
        return SIGNATURE in raw or any(_marked(member) for member in raw.values())
    return isinstance(raw, list) and any(_marked(item) for item in raw)


def _secret(value: Value) -> bool:
    texts = (value,) if isinstance(value, str) else value or ()
    return any(secret_text(text) for text in texts)


def plain(value: object) -> Value:
    """Yes and no, numbers and texts as AWS writes them in its own texts; a list as a set. An empty text is none.

    Raises:
        TypeError: for anything else.
    """
    if value is None or value is msgspec.UNSET or value == "":
        return None
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str | int):
        return str(value)
    if isinstance(value, list | tuple):
        return set_of(*(plain(item) for item in value))
    raise TypeError(f"{type(value).__name__} has no plain spelling")


def set_of(*texts: Value) -> tuple[str, ...]:
    """The texts as a set: sorted, each once.

    Raises:
        TypeError: when one is a set itself, or none.
    """
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("a set holds texts")
    return tuple(sorted({text for text in texts if isinstance(text, str)}))


def own(path: str, spell: Spell = plain) -> Live:
    """The attribute ``path`` of the one resource that was found; None where one on the way is None."""

    def live(found: Found, _snapshot: Snapshot) -> Value:
        return spell(_attribute(found[0], path))

    return live


def every(spell: Callable[[Any], Value]) -> Live:
    """Of each resource that was found, what ``spell`` makes of it, as a set."""

    def live(found: Found, _snapshot: Snapshot) -> Value:
        return set_of(*(spell(resource) for resource in found))

    return live


def apart(kind: type[Resource], path: str, spell: Spell = plain, *, by_arn: bool = True) -> Live:
    """The attribute ``path`` of what AWS answers apart, asked by the ARN or the id of the resource that was found."""

    def live(found: Found, snapshot: Snapshot) -> Value:
        return spell(_attribute(snapshot.require(kind, _key(found[0], by_arn=by_arn)), path))

    return live


def listed(kind: type[Resource], spell: Callable[[Any], Value], *, by_arn: bool = False) -> Live:
    """Of each resource in a list that AWS answers apart, what ``spell`` makes of it, as a set."""

    def live(found: Found, snapshot: Snapshot) -> Value:
        return set_of(*(spell(each) for each in snapshot.within(kind, _key(found[0], by_arn=by_arn))))

    return live


def field(
    path: str,
    live: str | Live,
    default: Value | Silence = Silence.NOT_COMPARED,
    *,
    spell: Spell = plain,
    live_spell: Spell | None = None,
    compare: Compare = Compare.EQUAL,
    of: str | None = None,
) -> Field:
    """A row of a table. ``live`` may be just an attribute's name, spelt by ``live_spell`` or else by ``spell``."""
    found = own(live, live_spell or spell) if isinstance(live, str) else live
    return Field(path, found, spell, default, compare, of)


def types(*names: str) -> tuple[str, ...]:
    """The types, in each module that Elastic Load Balancing has had where they are of it."""
    return tuple(f"aws:{name}" for name in names)


def _key(resource: Resource, *, by_arn: bool) -> str:
    return (resource.arn or resource.id) if by_arn else resource.id


def _attribute(value: Any, path: str) -> Any:  # noqa: ANN401 - whatever the noun holds
    for name in path.split("."):
        if value is None:
            return None
        value = getattr(value, name)
    return value
