"""IAM policy documents, read strictly: what a statement speaks of, and to whom.

The grammar and the meaning of its parts are those of the IAM user guide, "IAM JSON policy elements reference".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache
from ipaddress import ip_network
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from stack_verify.errors import Unanswered
from stack_verify.resources.arn import parse_arn
from stack_verify.util.prefixes import WIDEST_PREFIX

Texts: TypeAlias = str | tuple[str, ...]
Value: TypeAlias = str | bool | int | float

# Condition keys that tell who or which network a request comes from, and that no stranger can choose.
IDENTIFYING = frozenset(
    {
        "aws:principalaccount",
        "aws:principalarn",
        "aws:principalorgid",
        "aws:principalorgpaths",
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:sourceip",
        "aws:sourceorgid",
        "aws:sourceorgpaths",
        "aws:sourceowner",
        "aws:sourcevpc",
        "aws:sourcevpce",
        "aws:userid",
        "kms:calleraccount",
        "s3:dataaccesspointaccount",
        "s3:dataaccesspointarn",
    }
)
# Of these, the keys whose values are accounts, ARNs and organisations.
OF_ACCOUNTS = frozenset({"aws:principalaccount", "aws:sourceaccount", "aws:sourceowner", "kms:calleraccount"})
OF_ARNS = frozenset({"aws:principalarn", "aws:sourcearn"})
OF_ORGANISATIONS = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:sourceorgid", "aws:sourceorgpaths"})
_ORGANISATION = re.compile("o-[a-z0-9]+")
# Operators that a request without the key does not satisfy; neither IfExists nor ForAllValues is one.
EQUAL = frozenset({"StringEquals", "StringEqualsIgnoreCase", "StringLike", "ArnEquals", "ArnLike", "IpAddress"})


class Principals(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """The principals of a statement by their type."""

    aws: Texts = msgspec.field(name="AWS", default=())
    service: Texts = ()
    federated: Texts = ()
    canonical_user: Texts = ()

    @property
    def all(self) -> tuple[str, ...]:
        """Every principal, whatever its type."""
        kinds = (self.aws, self.service, self.federated, self.canonical_user)
        return tuple(principal for kind in kinds for principal in _many(kind))


class Condition(NamedTuple):
    """One line of a condition block: the request's ``key`` (in lower case) must relate to one of ``values``."""

    operator: str
    key: str
    values: tuple[str, ...]

    def names_account(self, account: str) -> bool:
        """Whether it holds only for callers of ``account``, or for what a service does for its resources."""
        if self.operator not in EQUAL:
            return False
        if self.key in OF_ACCOUNTS:
            return set(self.values) == {account}
        return self.key in OF_ARNS and all(account_of(value) == account for value in self.values)

    def names_organisation(self) -> bool:
        """Whether it holds only for callers or resources of organisations that it names."""
        operator = self.operator.removeprefix("ForAnyValue:")
        if operator not in EQUAL or self.key not in OF_ORGANISATIONS:
            return False
        return all(_ORGANISATION.fullmatch(value.split("/")[0]) for value in self.values)


class Statement(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    """One statement of a policy. A policy of an identity has no principal."""

    sid: str | None = None
    effect: Literal["Allow", "Deny"]
    principal: Literal["*"] | Principals | None = None
    not_principal: Literal["*"] | Principals | None = None
    action: Texts = ()
    not_action: Texts = ()
    resource: Texts = ()
    not_resource: Texts = ()
    condition: dict[str, dict[str, Value | tuple[Value, ...]]] = {}

    @property
    def name(self) -> str:
        """The Sid, or what stands for it in a sentence."""
        return self.sid or "(no Sid)"

    @property
    def principals(self) -> tuple[str, ...]:
        """Whom it names: account ids, ARNs, services, ``*`` for everybody. A NotPrincipal means all the others: ``*``.

        Empty for a policy of an identity.
        """
        if self.not_principal is not None or self.principal == "*":
            return ("*",)
        return () if self.principal is None else self.principal.all

    @property
    def services(self) -> tuple[str, ...]:
        """The AWS services among the principals."""
        return tuple(_many(self.principal.service)) if isinstance(self.principal, Principals) else ()

    @property
    def conditions(self) -> tuple[Condition, ...]:
        """All that a request must satisfy at once."""
        return tuple(
            Condition(operator, key.lower(), tuple(_text(value) for value in _many(values)))
            for operator, keys in self.condition.items()
            for key, values in keys.items()
        )

    @property
    def names_anyone(self) -> bool:
        """Whether every principal is meant, in this account and outside."""
        return any("*" in principal for principal in self.principals)

    @property
    def open_to_anyone(self) -> bool:
        """Whether it allows something to every principal, with no condition that tells who they are."""
        return self.effect == "Allow" and self.names_anyone and not any(_narrows(line) for line in self.conditions)

    def speaks_of(self, action: str) -> bool:
        """Whether one ``action``, such as ``kms:Decrypt``, is meant, whatever the resource."""
        if self.not_action:
            return not self.leaves_out(action)
        return self.covers_action(action)

    @property
    def actions(self) -> tuple[str, ...]:
        """The lines of Action."""
        return tuple(_many(self.action))

    @property
    def resources(self) -> tuple[str, ...]:
        """The lines of Resource."""
        return tuple(_many(self.resource))

    def leaves_out(self, action: str) -> bool:
        """Whether one line of NotAction means all of ``action``, which may have wildcards itself."""
        return any(matches(pattern, action) for pattern in _many(self.not_action))

    def covers_action(self, action: str) -> bool:
        """Whether one line of Action means all of ``action``, which may have wildcards itself, such as ``s3:*``."""
        return any(matches(pattern, action) for pattern in _many(self.action))

    def covers_resource(self, resource: str) -> bool:
        """Whether one line of Resource means all of ``resource``, which may have wildcards itself."""
        return any(matches_exactly(pattern, resource) for pattern in _many(self.resource))

    def reaches(self, arn: str) -> bool:
        """Whether it speaks of the resource with this ARN or of anything inside it, named by a longer ARN."""
        if self.not_resource:
            return not any(_pattern(text, re.NOFLAG).fullmatch(f"{arn}:*") for text in _many(self.not_resource))
        # A policy that is attached to a resource may name none, and is about that one.
        return not self.resource or any(_reaches(text, arn) for text in _many(self.resource))


class _Document(msgspec.Struct, frozen=True, kw_only=True, rename="pascal", forbid_unknown_fields=True):
    version: Literal["2012-10-17", "2008-10-17"] = "2008-10-17"
    id: str | None = None
    statement: Statement | tuple[Statement, ...]


def statements(document: str | Mapping[str, object]) -> tuple[Statement, ...]:
    """The statements of a policy document, given as JSON or as the objects it stands for.

    Raises:
        Unanswered: when it is not of the known grammar: nothing is concluded from a policy that is not understood.
    """
    try:
        if isinstance(document, str):
            policy = msgspec.json.decode(document, type=_Document)
        else:
            policy = msgspec.convert(document, _Document)
    except msgspec.DecodeError as error:
        raise Unanswered(f"the policy is not of the known grammar: {error}") from error
    return (policy.statement,) if isinstance(policy.statement, Statement) else policy.statement


def open_to_anyone(policy: tuple[Statement, ...]) -> tuple[Statement, ...]:
    """The statements that allow something to every principal, with no condition that tells who they are."""
    return tuple(statement for statement in policy if statement.open_to_anyone)


def sids(found: tuple[Statement, ...]) -> str:
    """The statements, for a sentence."""
    return ", ".join(statement.name for statement in found) or "none"


def matches(pattern: str, action: str) -> bool:
    """Whether an action's name, of any case, is one that ``pattern`` with its ``*`` and ``?`` means."""
    return _pattern(pattern, re.IGNORECASE).fullmatch(action) is not None


def matches_exactly(pattern: str, text: str) -> bool:
    """Whether ``text``, whose case counts as that of ARNs does, is one that ``pattern`` means."""
    return _pattern(pattern, re.NOFLAG).fullmatch(text) is not None


def account_of(principal: str) -> str:
    """The account of a principal that is named by its ARN, or by the account's id."""
    arn = parse_arn(principal)
    return principal if arn is None else arn.account


@cache
def _pattern(text: str, flags: re.RegexFlag) -> re.Pattern[str]:
    # Beside a * a ? only asks that there be something. Alone it never stands for a wildcard of what is matched: that
    # means more than one character.
    wild = {"*": ".*", "?": "[^*]"}
    plain = re.sub(r"[*?]*\*[*?]*", "*", text)
    return re.compile("".join(wild.get(character, re.escape(character)) for character in plain), flags | re.DOTALL)


def _reaches(text: str, arn: str) -> bool:
    # Where a beginning of the pattern means all of "<arn>:", its rest means something inside.
    beginnings = (text[:end] for end in range(len(text)))
    whole = _pattern(text, re.NOFLAG).fullmatch(arn)
    return whole is not None or any(_pattern(each, re.NOFLAG).fullmatch(f"{arn}:") for each in beginnings)


def _narrows(line: Condition) -> bool:
    operator = line.operator.removeprefix("ForAnyValue:")
    if operator not in EQUAL or line.key not in IDENTIFYING:
        return False
    return all(_identifies(line.key, value) for value in line.values)


def _identifies(key: str, value: str) -> bool:
    """Whether a value tells an account, organisation or network apart: its wildcards, if any, come after that."""
    if key == "aws:sourceip":
        return is_small(value)
    arn = parse_arn(value)
    if arn is not None:
        owner = arn.account or re.split("[:/]", arn.resource)[0]
        return not _is_open(arn.partition + arn.service + owner)
    return not _is_open(re.split("[:/]", value)[0])


def _is_open(text: str) -> bool:
    return any(character in text for character in "*?$")


def is_small(cidr: str) -> bool:
    """Whether a range of addresses is not wider than what one organisation has."""
    try:
        network = ip_network(cidr, strict=False)
    except ValueError:
        return False
    return network.prefixlen >= WIDEST_PREFIX[network.version]


def _many(value: Value | tuple[Value, ...] | Texts) -> Iterator[str]:
    yield from (_text(item) for item in value) if isinstance(value, tuple) else (_text(value),)


def _text(value: Value) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)
