"""Who can satisfy the conditions of a statement: accounts, organisations, networks, or whoever.

One function answers it for every policy language: ``constraints`` reads the condition block of a statement, and what a
denial of everybody else leaves. A condition that a stranger can satisfy constrains nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from stack_verify.principals.iam_policy import EQUAL, OF_ACCOUNTS, OF_ARNS, OF_ORGANISATIONS, Condition, is_small
from stack_verify.resources.arn import parse_arn

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
_ORGANISATION = re.compile("o-[a-z0-9]+")
_NETWORKS = frozenset({"aws:sourcevpc", "aws:sourcevpce"})
_NETWORK_ID = re.compile(r"vpce?-[0-9a-z]+")
# The keys that are about the resource or the account that a service acts for, and not about who calls.
OF_SOURCES = frozenset({"aws:sourceaccount", "aws:sourcearn", "aws:sourceorgid", "aws:sourceorgpaths"})
# What is in the encryption context of a service's request is the service's to say, and of any other is the caller's.
_CONTEXT = "kms:encryptioncontext:"
_ACCESS_POINTS = {"s3:dataaccesspointaccount": OF_ACCOUNTS, "s3:dataaccesspointarn": OF_ARNS}
# A negated operator denies whatever the positive one would not have let in.
_NEGATED = {
    "StringNotEquals": "StringEquals",
    "StringNotEqualsIgnoreCase": "StringEqualsIgnoreCase",
    "StringNotLike": "StringLike",
    "ArnNotEquals": "ArnEquals",
    "ArnNotLike": "ArnLike",
    "NotIpAddress": "IpAddress",
}


class Constraint(NamedTuple):
    """What one condition says of who may come: that it is of one of ``accounts`` or of one of ``organisations``.

    ``networks`` are VPCs, endpoints and ranges of addresses: who comes from there may be of any account. ``source``
    marks a condition on the resource that a service acts for. ``resources`` are ARNs without an account (buckets), and
    ``principals`` the ARNs that were named.
    """

    accounts: frozenset[str] = frozenset()
    organisations: frozenset[str] = frozenset()
    networks: frozenset[str] = frozenset()
    resources: frozenset[str] = frozenset()
    principals: frozenset[str] = frozenset()
    source: bool = False


def constraints(conditions: tuple[Condition, ...], *, of_service: bool) -> tuple[Constraint, ...]:
    """What the conditions of an Allow say of who may come; ``of_service`` where the caller is an AWS service."""
    present = {line.key for line in conditions if line.operator == "Null" and line.values == ("false",)}
    found = (_constraint(_demanding(line, present), of_service=of_service) for line in conditions)
    return tuple(each for each in found if each is not None)


def left_by_denial(conditions: tuple[Condition, ...], *, of_service: bool) -> tuple[Constraint, ...] | None:
    """What a Deny of everybody under ``conditions`` leaves: nothing (None), or what satisfies the constraints.

    A denial that cannot be proven to cover others leaves everything, an empty tuple.
    """
    lines = [line for line in conditions if not _always_met(line, of_service=of_service)]
    if not lines:
        return None
    if len(lines) > 1:
        return ()
    (line,) = lines
    operator = line.operator.removeprefix("ForAllValues:").removesuffix("IfExists")
    # Without the key, what is negated is satisfied; with IfExists too. A service's own calls have no caller's account.
    positive = _NEGATED.get(operator)
    if positive is None:
        return ()
    found = _constraint(line._replace(operator=positive), of_service=of_service)
    return () if found is None else (found,)


def _always_met(line: Condition, *, of_service: bool) -> bool:
    """Whether the requests in question satisfy the condition whoever makes them."""
    operator = line.operator.removesuffix("IfExists")
    if operator == "Bool" and line.key == "aws:principalisawsservice":
        return line.values == (("true",) if of_service else ("false",))
    return False


def _demanding(line: Condition, present: set[str]) -> Condition:
    """The condition without what a request without the key gets past, where another condition demands the key."""
    if line.key not in present:
        return line
    return line._replace(operator=line.operator.removeprefix("ForAllValues:").removesuffix("IfExists"))


def _constraint(line: Condition, *, of_service: bool) -> Constraint | None:
    if line.operator.removeprefix("ForAnyValue:") not in EQUAL or not line.values:
        return None
    source, family, values = line.key in OF_SOURCES, _family(line.key, of_service=of_service), frozenset(line.values)
    if family is OF_ARNS:
        return _of_arns(line.values, source=source or of_service)
    if family is OF_ACCOUNTS and all(map(_ACCOUNT.fullmatch, values)):
        return Constraint(values, source=source)
    if family is OF_ORGANISATIONS:
        named = frozenset(value.split("/")[0] for value in values)
        return Constraint(organisations=named, source=source) if all(map(_ORGANISATION.fullmatch, named)) else None
    network = line.key in _NETWORKS and all(map(_NETWORK_ID.fullmatch, values))
    address = line.key == "aws:sourceip" and all(map(is_small, values))
    return Constraint(networks=values) if network or address else None


def _family(key: str, *, of_service: bool) -> frozenset[str] | None:
    if key.startswith(_CONTEXT):
        return OF_ARNS if of_service else None
    families = (OF_ACCOUNTS, OF_ARNS, OF_ORGANISATIONS)
    return _ACCESS_POINTS.get(key, next((family for family in families if key in family), None))


def _of_arns(values: tuple[str, ...], *, source: bool) -> Constraint | None:
    accounts: set[str] = set()
    resources: set[str] = set()
    for value in values:
        owner = _owner(value)
        if owner is None:
            return None
        (accounts if _ACCOUNT.fullmatch(owner) else resources).add(owner)
    return Constraint(frozenset(accounts), resources=frozenset(resources), principals=frozenset(values), source=source)


def _owner(value: str) -> str | None:
    """The account in an ARN, or the whole ARN where its kind has none (a bucket's); None where it may be anybody's."""
    arn = parse_arn(value)
    if arn is None:
        return None
    owner = arn.account or re.split("[:/]", arn.resource)[0]
    if set(arn.partition + arn.service + owner) & set("*?$"):
        # arn:*:sts::123456789012:... is one account's all the same.
        return arn.account if _ACCOUNT.fullmatch(arn.account) else None
    return arn.account or f"arn:{arn.partition}:{arn.service}:::{owner}"


def accounts_of(found: tuple[Constraint, ...]) -> frozenset[str] | None:
    """The accounts that satisfy all constraints on accounts; None where there is none of these."""
    named = [each.accounts for each in found if each.accounts]
    return frozenset.intersection(*named) if named else None


def organisations_of(found: tuple[Constraint, ...]) -> frozenset[str] | None:
    """The organisations that satisfy all constraints on organisations; None where there is none of these."""
    named = [each.organisations for each in found if each.organisations]
    return frozenset.intersection(*named) if named else None


def networks_of(found: tuple[Constraint, ...]) -> Iterator[str]:
    """The networks that one must come from."""
    yield from sorted({network for each in found for network in each.networks})
