"""Tags, however a service hands them out: with the resource, or by a call of their own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.resource import EVERYTHING, UNKNOWN, Known, Question, Resource


class TagList(Resource, frozen=True, kw_only=True, rename="pascal", tag="Tags"):
    """The tags of one resource, for services that list them apart. Asked for by the resource's ARN."""

    id_field: ClassVar[str] = "resource"
    lags: ClassVar[frozenset[str]] = EVERYTHING

    resource: str
    tags: dict[str, str]


class Tagged(Resource, frozen=True, kw_only=True, rename="pascal", tag="Tagged"):
    """A resource that carries tags: in its own answer, or in a ``TagList`` of the kind ``tags_listed_as``."""

    lags: ClassVar[frozenset[str]] = frozenset({"tags"})
    tags_listed_as: ClassVar[type[TagList] | None] = None

    tags: Known[dict[str, str]] = UNKNOWN

    def tags_question(self) -> Iterator[Question]:
        """The question for the tags, where they are listed apart."""
        if self.tags_listed_as is not None:
            yield self.tags_listed_as.ask(str(self.arn))


class TaggedResource(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Tagging::TaggedResource"):
    """The ARN of a resource that carries the stack's tags, as ``tag:GetResources`` finds it.

    The tagging API lags behind and lists what is just deleted, so an ARN here is a hint and no promise. It leads to
    every kind whose identity says that tags find it (``stack_verify.resources``).
    """

    id_field: ClassVar[str] = "resource_arn"
    arn_field: ClassVar[str | None] = "resource_arn"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    resource_arn: str
    reference: Question | None = None

    def refers_to(self) -> Iterator[Question]:
        # Every revision of a task definition keeps the stack's tags for ever; those in use have other ways to be known.
        if self.reference is not None and self.reference.kind in self.leads_to:
            yield self.reference
