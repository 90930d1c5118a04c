"""What every observed AWS resource has in common: strict fields, provenance, and the questions it leads to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar

import msgspec

from stack_verify.errors import Unanswered
from stack_verify.resources.identity import Identity

T = TypeVar("T")

# A field of type Known[X] may be missing from AWS's answer; reading it then raises Unanswered, so that no control can
# take silence for False. A field whose absence AWS documents as "none" is declared X | None = None instead.
if TYPE_CHECKING:
    Known: TypeAlias = T
else:
    Known = T | msgspec.UnsetType

UNKNOWN: Any = msgspec.UNSET


class ApiCall(msgspec.Struct, frozen=True, kw_only=True):
    """The AWS API response an observation came from: the evidence behind a verdict.

    ``api`` is ``service:Operation`` (or ``file:NAME`` for what was read from a file), ``at`` the answer's UTC time.
    """

    api: str
    account: str
    region: str
    request_id: str | None
    at: datetime


class Question(msgspec.Struct, frozen=True, order=True):
    """Something to be asked of AWS: a kind of resource, and the id, name or ARN (its own or its parent's) to ask by."""

    kind: str
    key: str


class Evidence(msgspec.Struct, frozen=True, kw_only=True):
    """One field a control looked at, with the API response it came from."""

    api: str
    request_id: str | None
    at: datetime
    field: str
    value: Any  # whatever JSON the field holds


Seen: TypeAlias = "list[Evidence | Question | tuple[Resource, str]]"

# In place of the names of the fields that lag: all of them, and that there is such a resource at all.
EVERYTHING = frozenset({"*"})

_reading: ContextVar[Seen | None] = ContextVar("_reading", default=None)


@contextmanager
def reading() -> Iterator[Seen]:
    """Records every question, answer and field inside the block: evidence is what was looked at and nothing else."""
    seen: Seen = []
    token = _reading.set(seen)
    try:
        yield seen
    finally:
        _reading.reset(token)


@contextmanager
def unrecorded() -> Iterator[None]:
    """Reads inside the block are searches, not judgements, and are no evidence."""
    token = _reading.set(None)
    try:
        yield
    finally:
        _reading.reset(token)


def reading_of(*items: Evidence | Question) -> None:
    """Records ``items`` where a judgement is being made."""
    seen = _reading.get()
    if seen is not None:
        seen += items


class Fields(msgspec.Struct, frozen=True, kw_only=True, rename="pascal"):
    """A part of an AWS answer, decoded strictly, with AWS's own field names.

    Raises:
        Unanswered: when a ``Known`` field is read that AWS's answer did not hold.
    """

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - the attribute's own type holds
        value = super().__getattribute__(name)
        if value is msgspec.UNSET:
            raise Unanswered(f"AWS's answer holds no {aws_name(type(self), name)} for this {type(self).__name__}")
        return value


class Resource(Fields, frozen=True, kw_only=True, rename="pascal", tag_field="ResourceType", tag="Resource"):
    """One AWS noun as one API operation answered it. Subclasses declare the fields that controls read."""

    # The field people know the resource by, and the field that holds its ARN where it has one.
    id_field: ClassVar[str]
    arn_field: ClassVar[str | None] = None
    # By what values it is named, and what others call it; None for a part of another's answers.
    identity: ClassVar[Identity | None] = None
    # What is said where a stack has none, if that says more than that it has none.
    where_none: ClassVar[str | None] = None
    # Kinds that are reached through this one: a gap here may hide resources there.
    leads_to: ClassVar[tuple[str, ...]] = ()
    # Whether AWS lists those of a VPC to the account that owns it, and to none that it is shared with.
    only_owner_lists: ClassVar[bool] = False
    # The fields that AWS may answer otherwise a little later, when something has just been deployed; or EVERYTHING.
    lags: ClassVar[frozenset[str]] = frozenset()

    observed_by: ApiCall

    def __getattribute__(self, name: str) -> Any:  # noqa: ANN401 - the attribute's own type holds
        seen = _reading.get()
        if seen is not None and name in type(self).__struct_fields__ and name != "observed_by":
            seen.append((self, name))
        return super().__getattribute__(name)

    @property
    def id(self) -> str:
        """The name people know the resource by. Asking for it is no evidence."""
        # Past our own __getattribute__, which records: this is asked for so often that a context manager is felt.
        return str(Fields.__getattribute__(self, type(self).id_field))

    @property
    def arn(self) -> str | None:
        """The resource's ARN, or None where AWS gives it none. Asking for it is no evidence."""
        field = type(self).arn_field
        return None if field is None else str(Fields.__getattribute__(self, field))

    def refers_to(self) -> Iterator[Question]:
        """The questions whose answers are part of the stack because this resource uses or owns them."""
        return iter(())

    def surroundings(self) -> Iterator[Question]:
        """The questions whose answers matter to a judgement without being part of the stack."""
        return iter(())

    @classmethod
    def kind(cls) -> str:
        """The resource type in CloudFormation's notation, such as ``AWS::RDS::DBInstance``."""
        return str(cls.__struct_config__.tag)

    @classmethod
    def ask(cls, key: str) -> Question:
        """The question for the resource (or the list of resources) of this kind known by ``key``."""
        return Question(cls.kind(), key)


@cache
def aws_name(kind: type[msgspec.Struct], field: str) -> str:
    """AWS's spelling of a field, such as ``KmsKeyId`` for ``kms_key_id``."""
    names = dict(zip(kind.__struct_fields__, kind.__struct_encode_fields__, strict=True))
    return names.get(field, field)


def evidence_of(seen: Seen) -> tuple[Evidence, ...]:
    """What was read, each thing once, in the order it was first read."""
    with unrecorded():
        told = (item for item in seen if not isinstance(item, Question))
        items = [item if isinstance(item, Evidence) else _field_evidence(*item) for item in told]
    return tuple({(item.field, item.api, item.request_id): item for item in items}.values())


def _field_evidence(resource: Resource, field: str) -> Evidence:
    try:
        value = msgspec.to_builtins(getattr(resource, field))
    except Unanswered:
        value = None
    call = resource.observed_by
    name = f"{resource.id} {aws_name(type(resource), field)}"
    return Evidence(api=call.api, request_id=call.request_id, at=call.at, field=name, value=value)
