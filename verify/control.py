"""A control: one question about one kind of resource, with everything known about it in one place."""

from __future__ import annotations

import csv
import inspect
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import ModuleType
from typing import Any, TypeAlias, get_type_hints

import msgspec

from verify.policy import Policy
from verify.resources.resource import Resource
from verify.snapshot import Snapshot


class Severity(StrEnum):
    """How much a failure matters, the worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Status(StrEnum):
    """The five outcomes of a control on a resource."""

    PASSED = "passed"
    FAILED = "failed"
    ERROR = "error"
    WAIVED = "waived"
    NOT_APPLICABLE = "not applicable"


class Verdict(msgspec.Struct, frozen=True):
    """What a control says of one resource: what was observed, also on a pass, and what was expected."""

    status: Status
    observed: str
    expected: str | None = None


class Citation(msgspec.Struct, frozen=True, order=True):
    """A standard or implementation specification of the HIPAA Security Rule, 45 CFR 164.

    ``obligation`` is ``R`` (required), ``A`` (addressable), or ``standard``.
    """

    id: str
    title: str
    obligation: str


Check: TypeAlias = Callable[[Any, Snapshot, Policy], Verdict]  # the first is the control's own kind of resource


Where: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True)
class Control:
    """A control as the catalogue lists it. ``id`` is permanent; ``subject`` is the kind of resource it judges.

    ``where`` tells which resources of that kind the control speaks of.
    """

    id: str
    title: str
    severity: Severity
    citations: tuple[Citation, ...]
    remediation: str
    concern: str
    subject: type[Resource]
    where: Where
    check: Check


def passed(observed: str) -> Verdict:
    """The live state was read and satisfies the control."""
    return Verdict(Status.PASSED, observed)


def failed(observed: str, *, expected: str) -> Verdict:
    """The live state was read and does not satisfy the control."""
    return Verdict(Status.FAILED, observed, expected)


def verdict(holds: bool, observed: str, *, expected: str) -> Verdict:
    """Passed where ``holds``, else failed."""
    return passed(observed) if holds else failed(observed, expected=expected)


def not_applicable(reason: str) -> Verdict:
    """The control does not speak of this resource, and why."""
    return Verdict(Status.NOT_APPLICABLE, reason)


@cache
def security_rule() -> dict[str, Citation]:
    """The standards and implementation specifications of 45 CFR 164.306 to 164.316, by citation."""
    text = files("verify").joinpath("hipaa_security_rule.tsv").read_text(encoding="utf-8")
    rows = csv.reader(text.splitlines()[1:], delimiter="\t", quoting=csv.QUOTE_NONE)
    return {citation: Citation(citation, title, obligation) for citation, title, obligation in rows}


def hipaa(*citations: str) -> tuple[Citation, ...]:
    """The specifications named, such as ``164.312(a)(2)(iv)``.

    Raises:
        KeyError: when the Security Rule has no such specification.
    """
    return tuple(security_rule()[citation] for citation in citations)


def control(
    id: str,  # noqa: A002 - the catalogue's word
    title: str,
    *,
    severity: Severity,
    citations: tuple[Citation, ...],
    remediation: str,
    where: Where = lambda _: True,
) -> Callable[[Check], Control]:
    """Makes a control of a function ``(resource, snapshot, policy) -> Verdict``.

    The annotation of the function's first parameter says which kind of resource it judges; each resource of that kind
    in the stack gives one finding, but for those that ``where`` leaves out because the control has nothing to say of
    them (outputs that name no resource, say).

    Raises:
        TypeError: when the first parameter is not annotated with a kind of resource, or nothing is cited.
    """

    def make(check: Check) -> Control:
        first = next(iter(inspect.signature(check).parameters))
        subject = get_type_hints(check).get(first)
        if not (isinstance(subject, type) and issubclass(subject, Resource)):
            raise TypeError(f"control {id}: annotate the first parameter with the kind of resource it judges")
        if not citations:
            raise TypeError(f"control {id}: cite at least one specification")
        concern = check.__module__.rpartition(".")[2]
        return Control(id, title, severity, citations, remediation, concern, subject, where, check)

    return make


def catalogue(modules: Iterable[ModuleType]) -> tuple[Control, ...]:
    """The controls defined in ``modules``, sorted by id.

    Raises:
        ValueError: when two controls have the same id.
    """
    found = [item for module in modules for item in vars(module).values() if isinstance(item, Control)]
    by_id = {item.id: item for item in found}
    if len(by_id) != len(found):
        twice = sorted({item.id for item in found if by_id[item.id] is not item})
        raise ValueError(f"two controls have the same id: {', '.join(twice)}")
    return tuple(by_id[id] for id in sorted(by_id))  # noqa: A001 - the catalogue's word
