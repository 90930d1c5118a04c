"""A control: one question about one kind of resource, with everything known about it in one place."""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any, TypeAlias, get_type_hints

import msgspec

from stack_verify.core.citations import Citation, hipaa, nist_by_security_hub
from stack_verify.policy import STRICT, Policy
from stack_verify.resources import kinds_of
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot
from stack_verify.vocabulary import Severity, Status

__all__ = [
    "Check",
    "Citation",
    "Control",
    "Severity",
    "Status",
    "Verdict",
    "Where",
    "as_aws",
    "catalogue",
    "control",
    "failed",
    "hipaa",
    "not_applicable",
    "passed",
    "verdict",
    "verified_elsewhere",
]

_CATALOGUE = "stack_verify.controls."
# An id is a word of pytest's -k and a part of its node ids.
_ID = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


class Verdict(msgspec.Struct, frozen=True):
    """What a control says of one resource: what was observed, also on a pass, and what was expected.

    ``path`` holds the steps from end to end where a network path was judged. ``elsewhere`` says who keeps what cannot
    be read from this account, and where to verify it; None where the resource was judged here.
    """

    status: Status
    observed: str
    expected: str | None = None
    path: tuple[str, ...] = ()
    elsewhere: str | None = None


Check: TypeAlias = Callable[[Any, Snapshot, Policy], Verdict]  # the first is the control's own kind of resource


Where: TypeAlias = Callable[[Any], bool]


@dataclass(frozen=True)
class Control:
    """A control as the catalogue lists it. ``id`` is permanent; ``subject`` is the kind of resource it judges.

    ``where`` tells which resources of that kind the control speaks of. ``config_rule`` (AWS Config) and
    ``security_hub`` (AWS Security Hub) name AWS's own check of the same thing, where it has one.

    ``rationale`` says in a sentence why it matters; ``source`` is the address of the page of AWS or HHS that says so.
    ``hardening`` marks what goes beyond the Security Rule and AWS's own check: the profile ``hipaa-strict`` judges it.
    ``reads`` are the kinds of resources that the control looks at beside its subject; None is every kind.
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
    config_rule: str | None = None
    security_hub: str | None = None
    rationale: str = ""
    source: str = ""
    hardening: bool = False
    reads: tuple[type[Resource], ...] | None = None

    @property
    def profile(self) -> str:
        """The built-in profile that judges it, and all that extend this one."""
        return STRICT if self.hardening else "hipaa"

    @property
    def looks_at(self) -> frozenset[str] | None:
        """The kinds of resources that it judges and reads, those of subclasses among them; None is every kind."""
        return None if self.reads is None else _kinds_of_all(self.subject, *self.reads)

    @property
    def nist(self) -> tuple[str, ...]:
        """The controls of NIST SP 800-53r5, such as ``SC-8(1)``, that AWS relates its check of the same thing to."""
        return nist_by_security_hub().get(self.security_hub or "", ())


def passed(observed: str) -> Verdict:
    """The live state was read and satisfies the control."""
    return Verdict(Status.PASSED, observed)


def failed(observed: str, *, expected: str) -> Verdict:
    """The live state was read and does not satisfy the control."""
    return Verdict(Status.FAILED, observed, expected)


def as_aws(value: object) -> str:
    """A value as AWS's JSON spells it: ``true``, ``false``, ``null``; texts and numbers as they are."""
    return json.dumps(value) if value is None or isinstance(value, bool) else str(value)


def verdict(holds: bool, observed: str, *, expected: str, path: tuple[str, ...] = ()) -> Verdict:
    """Passed where ``holds``, else failed."""
    return Verdict(Status.PASSED, observed, path=path) if holds else Verdict(Status.FAILED, observed, expected, path)


def not_applicable(reason: str) -> Verdict:
    """The control does not speak of this resource, and why."""
    return Verdict(Status.NOT_APPLICABLE, reason)


def verified_elsewhere(observed: str, *, keeper: str) -> Verdict:
    """What cannot be read from this account: what was seen of it from here, who keeps it and where to verify it.

    It is neither a pass nor a failure: the reports list it as verified elsewhere.
    """
    return Verdict(Status.NOT_APPLICABLE, observed, elsewhere=keeper)


def control(
    id: str,  # noqa: A002 - the catalogue's word
    title: str,
    *,
    severity: Severity,
    citations: tuple[Citation, ...],
    remediation: str,
    where: Where = lambda _: True,
    config_rule: str | None = None,
    security_hub: str | None = None,
    rationale: str = "",
    source: str = "",
    hardening: bool = False,
    reads: tuple[type[Resource], ...] | None = None,
) -> Callable[[Check], Control]:
    """Makes a control of a function ``(resource, snapshot, policy) -> Verdict``.

    The annotation of the function's first parameter says which kind of resource it judges; each resource of that kind
    in the stack gives one finding, but for those that ``where`` leaves out because the control has nothing to say of
    them (outputs that name no resource, say).

    Raises:
        TypeError: when the first parameter is not annotated with a kind of resource, nothing is cited, or the id is
            not of small letters and digits with hyphens between.
    """

    def make(check: Check) -> Control:
        first = next(iter(inspect.signature(check).parameters))
        subject = get_type_hints(check).get(first)
        if not (isinstance(subject, type) and issubclass(subject, Resource)):
            raise TypeError(f"control {id}: annotate the first parameter with the kind of resource it judges")
        if not citations:
            raise TypeError(f"control {id}: cite at least one specification")
        if not _ID.fullmatch(id):
            raise TypeError(f"control {id}: write its id in small letters and digits with hyphens between")
        concern = _concern(check.__module__)
        return Control(
            id=id,
            title=title,
            severity=severity,
            citations=citations,
            remediation=remediation,
            concern=concern,
            subject=subject,
            where=where,
            check=check,
            config_rule=config_rule,
            security_hub=security_hub,
            rationale=rationale,
            source=source,
            hardening=hardening,
            reads=reads,
        )

    return make


@cache
def _kinds_of_all(*resources: type[Resource]) -> frozenset[str]:
    return frozenset().union(*map(kinds_of, resources))


def _concern(module: str) -> str:
    """The service in whose folder of the catalogue a module lies; the module's own name elsewhere."""
    folder, _, own = module.rpartition(".")
    return folder.removeprefix(_CATALOGUE) if folder.startswith(_CATALOGUE) else own


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
