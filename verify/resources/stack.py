"""The stack itself as its outputs and its state describe it: what was promised, to be held against what is live."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from verify.resources.resource import Question, Resource


class StackOutput(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::Output"):
    """One value of the stack's outputs. ``name`` is its path, such as ``privateSubnetIds[0]``.

    ``value`` is None for a secret. ``reference`` is the question the value answers to, where it names a resource.
    ``line`` is where the file of outputs holds the value, counted from 1, as far as it is known.
    """

    id_field: ClassVar[str] = "name"

    name: str
    value: str | None
    reference: Question | None = None
    line: int | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.reference is not None:
            yield self.reference


class DeclaredResource(Resource, frozen=True, kw_only=True, rename="pascal", tag="Stack::DeclaredResource"):
    """One custom resource of the stack's state. ``type`` is the tool's own, such as ``aws:rds/instance:Instance``."""

    id_field: ClassVar[str] = "urn"

    urn: str
    type: str
    reference: Question | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.reference is not None:
            yield self.reference
