"""The stack's outputs and state, from every form that the tools write; anything else is refused with the place."""

from __future__ import annotations

from pathlib import Path

import msgspec

from verify.snapshot import Stack


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One value. ``name`` is its path, such as ``privateSubnetIds[0]``; ``value`` is None for a secret."""

    name: str
    value: str | None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One custom resource of the state; ``arn`` is None where it has none. Holds no other property of it."""

    urn: str
    type: str
    id: str
    arn: str | None


class StackOutputs(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of outputs (and a file of state) says of a stack. ``region`` and ``account`` where it says them."""

    stack: Stack
    region: str | None
    account: str | None
    outputs: tuple[Output, ...]
    declared: tuple[Declared, ...]


def load_outputs(path: Path, state: Path | None = None) -> StackOutputs:
    """The outputs in ``path``, with the declared resources of ``state`` where it is given."""
    raise NotImplementedError
