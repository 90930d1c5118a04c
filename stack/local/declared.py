"""A resource as the program declares it, and as it is after its creation."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from stack.local.endpoint import Clients

Properties = Mapping[str, Any]
"""Property names as Pulumi sends them, to values of JSON: their types are known to the program alone."""


class Declared:
    """The inputs of one resource, remembering which of them were used.

    An input that a creator never took reached no API call, which is an error.
    """

    def __init__(self, type_: str, name: str, inputs: Properties) -> None:
        self.type = type_
        self.name = name
        self.inputs = inputs
        self._untaken = dict(inputs)

    def take(self, name: str, default: Any = None) -> Any:  # noqa: ANN401 - a JSON value
        """The value of input `name`, now used, or `default` where the program does not set it."""
        return self._untaken.pop(name, self.inputs.get(name, default))

    def take_some(self, *names: str) -> dict[str, Any]:
        """Those of `names` that the program sets, with their values."""
        return {name: self.take(name) for name in names if name in self.inputs}

    def take_rest(self) -> dict[str, Any]:
        """All inputs not yet used."""
        rest, self._untaken = self._untaken, {}
        return rest

    def untaken(self) -> Iterator[str]:
        """The inputs not used so far, sorted."""
        return iter(sorted(self._untaken))

    def take_tags(self) -> dict[str, str]:
        """The tags, now used."""
        return dict(self.take("tags", {}))


@dataclass(frozen=True)
class Created:
    """What the creation gave: the provider's id, and the output properties beyond the inputs."""

    id: str
    outputs: Properties = field(default_factory=dict)


Creator = Callable[[Declared, Clients], Created]
"""Creates one resource through the API, taking every input."""
