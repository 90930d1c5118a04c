"""Resources beside the shipped program, of services that it does not use: what their controls are proven on.

One module a service. Each makes its resources as a second program of the same account would, and names them in outputs.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from stack.local.additions import aurora, caches, dynamodb, edge, files, functions, instances, people
from stack.local.additions.made import Made
from stack.local.endpoint import Clients

Make = Callable[[Clients, Mapping[str, str | list[str]]], Made]
"""Takes the clients and the outputs of the stack beneath; returns what it made."""


@dataclass(frozen=True)
class Addition:
    """What is added to the deployed stack `base`."""

    base: str
    make: Make


ADDITIONS: Final[Mapping[str, Addition]] = {
    "aurora": Addition("prod", aurora.make),
    "caches": Addition("prod", caches.make),
    "dynamodb": Addition("prod", dynamodb.make),
    "files": Addition("prod", files.make),
    "functions": Addition("prod", functions.make),
    "instances": Addition("prod", instances.make),
    "people": Addition("prod", people.make),
    "edge": Addition("prod", edge.make),
}
"""The stacks that are another one with something beside it, by name."""
