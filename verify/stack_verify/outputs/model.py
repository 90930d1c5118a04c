"""What a file of outputs and a file of state say of a stack."""

from __future__ import annotations

import msgspec

from stack_verify.drift.field import Properties
from stack_verify.inquiry import Stack


class Output(msgspec.Struct, frozen=True, kw_only=True):
    """One value. ``name`` is its path, such as ``privateSubnetIds[0]``; ``value`` is None for a secret.

    ``line`` is where the file holds the value, as far as it is known.
    """

    name: str
    value: str | None
    line: int | None = None


class Declared(msgspec.Struct, frozen=True, kw_only=True):
    """One custom resource of the state; ``arn`` is None where it has none, ``region`` where the state names none.

    Of its properties it holds those that are compared with the live ones, and no other.
    ``id`` is empty for a resource that is not of AWS: some providers make a secret the id (``random``), and no other
    service is asked for it.
    """

    urn: str
    type: str
    id: str
    arn: str | None
    region: str | None = None
    properties: Properties = Properties({})


class StackOutputs(msgspec.Struct, frozen=True, kw_only=True):
    """What a file of outputs (and a file of state) says of a stack. ``region`` and ``account`` where it says them.

    ``in_state`` are the outputs as the file of state holds them, None where there is no such file. ``cloudformation``
    are names or ARNs of the CloudFormation stacks that declare the resources.
    """

    stack: Stack
    region: str | None
    account: str | None
    outputs: tuple[Output, ...]
    declared: tuple[Declared, ...]
    in_state: tuple[Output, ...] | None = None
    cloudformation: tuple[str, ...] = ()
