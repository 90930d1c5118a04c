"""What a deployment changes: the program's inputs, compared with what the last deployment left in its state."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pulumi.runtime import rpc

from stack.local.replacement import REPLACED_BY
from stack.local.secrets import concealed

Held = Mapping[str, Any]
"""One resource of a state, as `pulumi stack export` writes it."""

UNKNOWN: Final = rpc.UNKNOWN
"""What stands for a value that only the deployment gives."""


class Operation(StrEnum):
    """What happens to a resource."""

    SAME = "same"
    CREATE = "create"
    UPDATE = "update"
    REPLACE = "replace"
    DELETE = "delete"


@dataclass(frozen=True)
class Step:
    """What happens to one resource, and which of its properties are the reason."""

    operation: Operation
    urn: str
    changed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The step as a person reads it."""
        kind, name = self.urn.rpartition("$")[2].split("::")[-2:]
        reason = f" ({', '.join(self.changed)})" if self.changed else ""
        return f"{self.operation} {kind} {name}{reason}"


def held_resources(state: Mapping[str, Any]) -> dict[str, Held]:
    """The resources of a state that the program declared, by their URN."""
    return {each["urn"]: each for each in state["deployment"]["resources"] if each["custom"] and "provider" in each}


def step(urn: str, inputs: Mapping[str, Any], held: Held | None) -> Step:
    """What a resource with these inputs needs, which the state holds as `held` or not at all."""
    if held is None:
        return Step(Operation.CREATE, urn)
    changed = tuple(sorted(_changed(concealed(inputs), held)))
    if not changed:
        return Step(Operation.SAME, urn)
    replaces = REPLACED_BY.get(held["type"], frozenset()).intersection(changed)
    return Step(Operation.REPLACE if replaces else Operation.UPDATE, urn, changed)


def deletions(held: Mapping[str, Held], declared: Iterable[str]) -> Iterator[Step]:
    """What is no longer declared, the last that was created first."""
    declared = set(declared)
    return (Step(Operation.DELETE, urn) for urn in reversed(tuple(held)) if urn not in declared)


def _changed(inputs: Mapping[str, Any], held: Held) -> Iterator[str]:
    """Compares with what was read back, as the provider does: what AWS answers otherwise is changed each time."""
    read = {**held["inputs"], **held["outputs"]}
    yield from (name for name, value in inputs.items() if name not in read or _parsed(value) != _parsed(read[name]))
    yield from (name for name in held["inputs"] if name not in inputs)


def _parsed(value: Any) -> Any:  # noqa: ANN401 - a JSON value
    """Documents as what they say: their spaces and the order of their members are no difference."""
    if isinstance(value, str) and value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except json.JSONDecodeError:
            return value
    return value
