"""The snapshot: everything AWS answered about one stack at one time. It is the evidence, and all that controls see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, Union

import msgspec

from stack_verify.declared_reads import looking_at
from stack_verify.errors import KeptElsewhere, SnapshotError, Unanswered
from stack_verify.inquiry import Answer, Caller, Gap, Settling, Stack
from stack_verify.resources import RESOURCES, kinds_of, leading_to
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.resource import Evidence, Question, Resource, reading_of, unrecorded
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import Tagged, TaggedResource

R = TypeVar("R", bound=Resource)

# Decoding needs the closed list of kinds; typing needs only their common part.
if TYPE_CHECKING:
    AnyResource: TypeAlias = Resource
else:
    AnyResource = Union[RESOURCES]  # noqa: UP007 - the list is not written out


MANY = 25
NOT_ASKED = "it was not asked for"
NOT_READ = "none was read, as no control that the policy left on needs them"
# What a stack is named by.
_STATE = frozenset({DeclaredResource.kind()})
_TAGS = frozenset({TaggedResource.kind()})
_NAMES = frozenset({StackOutput.kind(), *_STATE, *_TAGS})


class Snapshot(msgspec.Struct, frozen=True, kw_only=True, dict=True, eq=False):
    """What was asked about a stack, what AWS answered, and what it did not.

    A control whose ``reads`` are declared may look at these and at its subject alone: all but ``gaps`` that asks or
    lists raises Undeclared for the rest. The stack's outputs, its state and its tags are kinds like any other, and so
    is a companion of the subject, such as the tags that a service lists on their own; a base class is its subclasses.

    ``resources`` are sorted by kind and id, so that one state of AWS gives one file. ``settling`` is None where the run
    was not to wait for anything. ``unread`` are the kinds of which nothing was asked, since the policy of the run had
    turned off every control that needs them.
    """

    format: Literal["stack-verify/snapshot/1"] = "stack-verify/snapshot/1"
    taken_at: datetime
    caller: Caller
    stack: Stack
    resources: tuple[AnyResource, ...]
    answers: tuple[Answer, ...]
    gaps: tuple[Gap, ...] = ()
    settling: Settling | None = None
    unread: tuple[str, ...] = ()

    @cached_property
    def _by_kind(self) -> dict[type[Resource], tuple[Resource, ...]]:
        kinds: dict[type[Resource], list[Resource]] = {}
        for resource in self.resources:
            kinds.setdefault(type(resource), []).append(resource)
        return {kind: tuple(resources) for kind, resources in kinds.items()}

    @cached_property
    def _by_identity(self) -> dict[tuple[str, str], Resource]:
        with unrecorded():
            return {(resource.kind(), resource.id): resource for resource in self.resources}

    @cached_property
    def _by_question(self) -> dict[Question, Answer]:
        return {answer.question: answer for answer in self.answers}

    @cached_property
    def _gap_by_question(self) -> dict[Question, Gap]:
        return {gap.question: gap for gap in self.gaps}

    @cached_property
    def _in_stack(self) -> frozenset[tuple[str, str]]:
        return frozenset(identity for answer in self.answers if answer.in_stack for identity in answer.ids)

    @cached_property
    def _references(self) -> frozenset[Question]:
        return self._referred_to_by(StackOutput, DeclaredResource, TaggedResource)

    @cached_property
    def _named(self) -> frozenset[tuple[str, str]]:
        return self._answering(self._references)

    @cached_property
    def _declared(self) -> frozenset[tuple[str, str]]:
        return self._answering(self._referred_to_by(DeclaredResource))

    @cached_property
    def _tagged(self) -> frozenset[tuple[str, str]]:
        return self._answering(self._referred_to_by(TaggedResource))

    @cached_property
    def _declared_about(self) -> dict[Question, tuple[DeclaredResource, ...]]:
        found: dict[Question, list[DeclaredResource]] = {}
        with unrecorded():
            for declared in self._of(DeclaredResource):
                if declared.about is not None:
                    found.setdefault(declared.about, []).append(declared)
        return {about: tuple(each) for about, each in found.items()}

    def _referred_to_by(self, *kinds: type[StackOutput | DeclaredResource | TaggedResource]) -> frozenset[Question]:
        with unrecorded():
            names = (name for kind in kinds for name in self._of(kind))
            return frozenset(name.reference for name in names if name.reference is not None)

    def _answering(self, questions: frozenset[Question]) -> frozenset[tuple[str, str]]:
        return frozenset(identity for answer in self.answers if answer.question in questions for identity in answer.ids)

    @cached_property
    def kinds_in_stack(self) -> frozenset[tuple[str, str]]:
        """The kinds of resources that belong to the stack, each with the region it was read in."""
        with unrecorded():
            found = (each for each in self.resources if (each.kind(), each.id) in self._in_stack)
            return frozenset((each.kind(), each.observed_by.region) for each in found)

    @cached_property
    def identifiers(self) -> frozenset[str]:
        """The ids and ARNs of all that belongs to the stack, and the last part of each: its name or number."""
        with unrecorded():
            found = [each for each in self.resources if (each.kind(), each.id) in self._in_stack]
            whole = {name for each in found for name in (each.id, each.arn) if name}
        # An account's own id would be the name of everything in it.
        return frozenset(whole | {re.split("[/:]", name)[-1] for name in whole if name.startswith("arn:")})

    @property
    def declared_about(self) -> dict[Question, tuple[DeclaredResource, ...]]:
        """What the state declares, by what it is about: the resource itself, or one that it is a companion of."""
        looking_at(_STATE)
        return self._declared_about

    def declares(self, resource: Resource) -> bool:
        """Whether the stack's state declares the resource."""
        looking_at(_STATE)
        return (resource.kind(), resource.id) in self._declared

    def tags(self, resource: Resource) -> bool:
        """Whether the resource was found by the stack's tags."""
        looking_at(_TAGS)
        return (resource.kind(), resource.id) in self._tagged

    def names(self, resource: Resource) -> bool:
        """Whether the stack itself names the resource, in its outputs, its state or by its tags.

        Raises:
            Unanswered: when it names one of this kind that AWS did not answer for, which may be this one.
        """
        looking_at(_NAMES)
        if (resource.kind(), resource.id) in self._named:
            return True
        for gap in self.gaps:
            if gap.question in self._references and gap.question.kind == resource.kind():
                reading_of(gap.question)
                raise Unanswered(f"{gap.question.kind} {gap.question.key} is not known: {gap.text()}")
        return False

    def of(self, kind: type[R]) -> tuple[R, ...]:
        """Every resource of ``kind`` (or of its subclasses) that was read, of the stack or around it, sorted by id.

        Raises:
            Unanswered: when such were not to be read, or what leads to such was not.
        """
        looking_at(kinds_of(kind))
        return self._of(kind)

    def _of(self, kind: type[R]) -> tuple[R, ...]:
        if unread := self.unread_of(kind):
            raise Unanswered(unread)
        kinds = (each for each in self._by_kind if issubclass(each, kind))
        return tuple(resource for each in kinds for resource in self._by_kind[each] if isinstance(resource, kind))

    def subjects(self, kind: type[R]) -> tuple[R, ...]:
        """The resources of ``kind`` (or of its subclasses) that belong to the stack, sorted by id.

        Raises:
            Unanswered: when such were not to be read, or what leads to such was not.
        """
        return tuple(resource for resource in self.of(kind) if (resource.kind(), resource.id) in self._in_stack)

    def resource(self, kind: str, name: str) -> Resource | None:
        """The resource with this kind and id; None where none was read."""
        looking_at((kind,))
        return self._by_identity.get((kind, name))

    def unread_of(self, kind: type[Resource]) -> str | None:
        """Why not all resources of ``kind`` are known; None where they, and all that leads to them, were to be read."""
        if not self.unread:
            return None
        kinds = kinds_of(kind)
        lacking = sorted((kinds | leading_to(kinds)).intersection(self.unread))
        return f"{', '.join(lacking)}: {NOT_READ}" if lacking else None

    def answer_to(self, question: Question) -> Answer | None:
        """What AWS answered to ``question``, as it was kept; None where it did not, or was not asked."""
        return self._by_question.get(question)

    def unknown(self, question: Question) -> str | None:
        """Why the answer to ``question`` is not known; None where it is."""
        looking_at((question.kind,))
        reading_of(question)
        if question in self._by_question:
            return None
        if question.kind in self.unread:
            return NOT_READ
        gap = self._gap_by_question.get(question)
        return gap.text() if gap else NOT_ASKED

    def find(self, question: Question) -> tuple[Resource, ...]:
        """What AWS answered to ``question``: no resource, one, or the whole list. The answer itself is evidence.

        Raises:
            Unanswered: when the question was never asked or AWS gave no usable answer.
        """
        reason = self.unknown(question)
        if reason is not None:
            raise Unanswered(f"{question.kind} {question.key} is not known: {reason}")
        answer = self._by_question[question]
        reading_of(answered(answer))
        return tuple(self._by_identity[identity] for identity in answer.ids)

    def require(self, kind: type[R], key: str) -> R:
        """The one resource of ``kind`` known by ``key``: its id, its ARN, or what another resource names it by.

        Raises:
            Unanswered: when it was not read, or AWS answered that there is none.
            KeptElsewhere: when another account keeps it.
        """
        found = self._find_here(kind, key)
        if len(found) != 1 or not isinstance(found[0], kind):
            raise Unanswered(f"AWS answers that there is no {kind.kind()} {key}")
        return found[0]

    def within(self, kind: type[R], key: str) -> tuple[R, ...]:
        """The complete list of resources of ``kind`` that belong to the parent known by ``key``, sorted by id.

        Raises:
            Unanswered: when the list was not read.
            KeptElsewhere: when another account keeps the parent, or shares it and is the only one to see the list.
        """
        if kind.only_owner_lists and isinstance(vpc := self._by_identity.get((VPC.kind(), key)), VPC):
            vpc.ask_owner_for(f"each {kind.kind()} in it")
        return tuple(resource for resource in self._find_here(kind, key) if isinstance(resource, kind))

    def elsewhere(self, question: Question) -> Elsewhere | None:
        """That the answer to ``question`` is kept by another account; None where it was answered here.

        Raises:
            Unanswered: when the question was never asked or AWS gave no usable answer.
        """
        return next((each for each in self.find(question) if isinstance(each, Elsewhere)), None)

    def _find_here(self, kind: type[R], key: str) -> tuple[Resource, ...]:
        found = self.find(kind.ask(key))
        for each in found:
            if isinstance(each, Elsewhere):
                raise KeptElsewhere(each.text(), each.account)
        return found

    def tags_of(self, resource: Tagged) -> dict[str, str]:
        """The resource's tags by key, wherever its service lists them.

        Raises:
            Unanswered: when they could not be read.
        """
        if resource.tags_listed_as is None:
            return resource.tags
        return self.require(resource.tags_listed_as, str(resource.arn)).tags


# Made at import, in one thread: msgspec builds what it knows of a struct at first use, and two threads that do so at
# the same time crash the interpreter (msgspec 0.22). Collectors decode in many threads.
_DECODER = msgspec.json.Decoder(Snapshot)


def answered(answer: Answer) -> Evidence:
    """The evidence that an answer gives, even an empty one. A long list is evidence by its length."""
    ids = [identity for _, identity in answer.ids]
    return Evidence(
        api=answer.call.api,
        request_id=answer.call.request_id,
        at=answer.call.at,
        field=f"{answer.question.kind} {answer.question.key}",
        value=ids if len(ids) <= MANY else f"{len(ids)} listed",
    )


def sorted_resources(resources: Iterable[Resource]) -> tuple[Resource, ...]:
    """The resources in the order that a snapshot keeps them."""
    with unrecorded():
        return tuple(sorted(resources, key=lambda resource: (resource.kind(), resource.id)))


def dump(snapshot: Snapshot) -> bytes:
    """The snapshot as indented JSON, always the same bytes for the same snapshot."""
    return msgspec.json.format(msgspec.json.encode(snapshot, order="deterministic"), indent=1) + b"\n"


def as_saved(snapshot: Snapshot) -> Snapshot:
    """The snapshot as it comes back from its file. What is judged is this, live too, so that both give one result."""
    return _DECODER.decode(dump(snapshot))


def load(path: Path) -> Snapshot:
    """The snapshot saved in ``path``.

    Raises:
        SnapshotError: when there is no such file, or it is not a snapshot of this format.
    """
    try:
        return _DECODER.decode(path.read_bytes())
    except OSError as error:
        raise SnapshotError(
            f"{path}: cannot be read ({error.strerror}). Name a snapshot.json of an earlier run."
        ) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise SnapshotError(f"{path}: not a snapshot of this version ({error}). Collect it again.") from error
