"""Who outside this account or organisation gets at a resource, by the policy attached to it.

Any resource policy will do: of a bucket, key, secret, topic, queue, repository, function, log destination, vault or
role. Denials that provably cover others are taken away from what is allowed; anything else that denies is not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from enum import StrEnum
from typing import NamedTuple, Protocol

from stack_verify.principals.conditions import (
    Constraint,
    accounts_of,
    constraints,
    left_by_denial,
    networks_of,
    organisations_of,
)
from stack_verify.principals.iam_policy import Principals, Statement, Texts, account_of, matches, statements
from stack_verify.resources.arn import parse_arn

_ACCOUNT = re.compile(r"\d{12}", re.ASCII)
# What AWS shows in place of a principal that was deleted: nobody any more.
_UNIQUE_ID = re.compile(r"A(?:IDA|ROA|GPA|IPA|NPA|NVA)[A-Z0-9]{12,}")
_IDENTITIES_OF_CLOUDFRONT = "cloudfront"


class Trusting(Protocol):
    """What the policy of a run says of others. The policy itself is one."""

    @property
    def organization_id(self) -> str:
        """The organisation whose members are trusted; empty where there is none."""

    @property
    def trusted_principals(self) -> tuple[str, ...]:
        """The principals of other accounts that are trusted."""

    def role_of_account(self, account: str) -> str | None:
        """The role that the policy names an account under; None where it names it nowhere."""


class Kind(StrEnum):
    """What sort of outsider it is."""

    EVERYONE = "everyone"
    NETWORK = "everyone on a network"
    ORGANISATION = "organization"
    ACCOUNT = "account"
    SERVICE = "AWS service"
    FEDERATED = "identity provider"
    CANONICAL_USER = "canonical user"


class Access(NamedTuple):
    """That ``who`` of outside is allowed ``actions`` by the statement ``sid``.

    ``account`` is the account, where it is known; ``trusted`` is how the policy of the run names it, None where it
    does not. ``denied`` are the lines of Action that denials take away again.
    """

    kind: Kind
    who: str
    account: str | None
    statement: Statement
    denied: tuple[str, ...] = ()
    trusted: str | None = None

    @property
    def sid(self) -> str:
        """The statement's Sid, or what stands for it in a sentence."""
        return self.statement.name

    @property
    def public(self) -> bool:
        """Whether whoever likes is meant."""
        return self.kind is Kind.EVERYONE

    def allows(self, action: str) -> bool:
        """Whether one ``action``, such as ``s3:GetObject``, is allowed and not denied again."""
        return self.statement.speaks_of(action) and not any(matches(each, action) for each in self.denied)

    @property
    def actions(self) -> str:
        """What is allowed, for a sentence."""
        if self.statement.not_action:
            left_out = self.statement.not_action
            return f"everything but {left_out if isinstance(left_out, str) else ', '.join(left_out)}"
        lines = self.statement.actions
        return ", ".join(line for line in lines if not any(matches(each, line) for each in self.denied))

    def __str__(self) -> str:
        """The access in a sentence."""
        return f"{self.who} may {self.actions} (statement {self.sid})"


def outsiders(document: str | None, *, account: str, trusts: Trusting | None = None) -> tuple[Access, ...]:
    """All whom a resource policy lets in from outside ``account``, named in the policy of the run or not.

    Takes the JSON document, or None where the resource has none. AWS services are among them only where nothing ties
    them to this account (kind SERVICE), or where they act for another account.

    Raises:
        Unanswered: when the document is not of the known grammar.
    """
    return () if document is None else outside(statements(document), account=account, trusts=trusts)


def untrusted(found: Iterable[Access]) -> tuple[Access, ...]:
    """Those whom the policy of the run does not name, AWS services apart: they act for others, and hold no data."""
    return tuple(each for each in found if each.trusted is None and each.kind is not Kind.SERVICE)


def public(found: Iterable[Access]) -> tuple[Access, ...]:
    """Those that are whoever likes."""
    return tuple(each for each in found if each.public)


def unnamed_accounts(accounts: Iterable[str], *, account: str, trusts: Trusting) -> frozenset[str]:
    """Of the accounts (or ``all``) that a snapshot or an image is shared with, those the policy does not name."""
    others = frozenset(accounts) - {account}
    return frozenset(other for other in others if trust_in(other, other, trusts) is None)


def unnamed_organizations(arns: Iterable[str], *, trusts: Trusting) -> frozenset[str]:
    """Of the ARNs of organisations and of their units, those that are not of the organisation the policy names."""
    known = trusts.trusted_principals
    return frozenset(arn for arn in arns if arn not in known and trusts.organization_id not in arn.split("/"))


def is_outsider(principal: str, *, account: str, trusts: Trusting) -> bool:
    """Whether one principal, an ARN or an account's id, is of another account that the policy does not name.

    AWS services and the like, which are named by neither, are not.
    """
    owner = account_of(principal)
    return bool(_ACCOUNT.fullmatch(owner)) and owner != account and trust_in(principal, owner, trusts) is None


def trust_in(name: str, account: str | None, trusts: Trusting | None) -> str | None:
    """How the policy of the run names a principal of another account: by its ARN or its account's role."""
    if trusts is None:
        return None
    if name in trusts.trusted_principals:
        return "trusted_principals"
    if account is None or not _ACCOUNT.fullmatch(account):
        return None
    named = {each for each in trusts.trusted_principals if each == account or _root(each) == account}
    role = trusts.role_of_account(account)
    return role or ("trusted_principals" if named else None)


def outside(policy: tuple[Statement, ...], *, account: str, trusts: Trusting | None = None) -> tuple[Access, ...]:
    """As ``outsiders``, of statements that were read already."""
    denials = [line for line in policy if line.effect == "Deny"]
    allows = (line for line in policy if line.effect == "Allow")
    found = (access for line in allows for access in _let_in(line, denials, account, trusts))
    return tuple({(each.kind, each.who, id(each.statement)): each for each in found}.values())


def grantees(policy: tuple[Statement, ...]) -> tuple[Access, ...]:
    """All whom a policy lets in, of this account too; everybody of certain accounts are these accounts' roots."""
    denials = [line for line in policy if line.effect == "Deny"]
    allows = (line for line in policy if line.effect == "Allow")
    return tuple(access for line in allows for access in _granted(line, denials))


def _granted(line: Statement, denials: list[Statement]) -> Iterator[Access]:
    for kind, name in _principals(line):
        limits, denied = _after_denials(line, denials, name, of_service=kind is Kind.SERVICE)
        accounts = accounts_of(limits)
        if denied is None:
            continue
        if kind is Kind.EVERYONE and accounts is not None:
            yield from (Access(Kind.ACCOUNT, each, each, line, denied) for each in sorted(accounts))
        elif kind is not Kind.ACCOUNT or accounts is None or account_of(name) in accounts:
            yield Access(kind, name, account_of(name), line, denied)


def _let_in(line: Statement, denials: list[Statement], account: str, trusts: Trusting | None) -> Iterator[Access]:
    for kind, name in _principals(line):
        of_service = kind is Kind.SERVICE
        limits, denied = _after_denials(line, denials, name, of_service=of_service)
        if denied is None:
            continue
        for found, who, owner in _meant(kind, name, limits, account):
            access = Access(found, who, owner, line, denied)
            named = name if found is kind else who
            yield access._replace(trusted=None if trusts is None else _trust(access, named, limits, trusts))


def _principals(line: Statement) -> Iterator[tuple[Kind, str]]:
    if line.not_principal is not None or line.principal == "*":
        yield Kind.EVERYONE, "*"
        return
    named = line.principal if isinstance(line.principal, Principals) else Principals()
    for name in _each(named.aws):
        if not _UNIQUE_ID.fullmatch(name):
            yield (Kind.EVERYONE if "*" in name else Kind.ACCOUNT), name
    yield from ((Kind.SERVICE, name) for name in _each(named.service))
    yield from ((Kind.FEDERATED, name) for name in _each(named.federated))
    yield from ((Kind.CANONICAL_USER, name) for name in _each(named.canonical_user))


def _after_denials(
    line: Statement, denials: list[Statement], name: str, *, of_service: bool
) -> tuple[tuple[Constraint, ...], tuple[str, ...] | None]:
    """What constrains who may come, and the actions that are denied again: None where all of them are."""
    limits = constraints(line.conditions, of_service=of_service)
    denied: list[str] = []
    for denial in denials:
        if not _covers_resources(denial, line):
            continue
        if denial.not_principal is not None:
            limits += _left_by_not_principal(denial, line, of_service=of_service)
            continue
        if not _covers_principal(denial, name):
            continue
        left = left_by_denial(denial.conditions, of_service=of_service)
        if left is None:
            if _covers_actions(denial, line):
                return limits, None
            denied += denial.actions
        elif _covers_actions(denial, line):
            limits += left
    return limits, tuple(denied)


def _left_by_not_principal(denial: Statement, line: Statement, *, of_service: bool) -> tuple[Constraint, ...]:
    """The accounts of those whom a Deny with NotPrincipal leaves out: it denies all others."""
    left = denial.not_principal.all if isinstance(denial.not_principal, Principals) else ()
    accounts = frozenset(account_of(each) for each in left)
    if (
        of_service
        or denial.condition
        or not _covers_actions(denial, line)
        or not all(map(_ACCOUNT.fullmatch, accounts))
    ):
        return ()
    return (Constraint(accounts),) if accounts else ()


def _covers_principal(denial: Statement, name: str) -> bool:
    named = denial.principals
    return "*" in named or name in named or (_is_account(name) and account_of(name) in map(_root_account, named))


def _is_account(name: str) -> bool:
    return _root_account(name) is not None


def _root_account(name: str) -> str | None:
    """The account that a principal stands for as a whole; None where it is one principal of an account."""
    return name if _ACCOUNT.fullmatch(name) else _root(name)


def _root(name: str) -> str | None:
    arn = parse_arn(name)
    return arn.account if arn is not None and (arn.service, arn.resource) == ("iam", "root") else None


def _covers_resources(denial: Statement, line: Statement) -> bool:
    if denial.not_resource:
        return False
    if not denial.resource:
        return True
    return not line.not_resource and all(denial.covers_resource(each) for each in line.resources or ("*",))


def _covers_actions(denial: Statement, line: Statement) -> bool:
    if denial.not_action:
        return False
    if line.not_action:
        return denial.covers_action("*") or denial.covers_action("*:*")
    return all(denial.covers_action(action) for action in line.actions)


def _meant(
    kind: Kind, name: str, limits: tuple[Constraint, ...], account: str
) -> Iterator[tuple[Kind, str, str | None]]:
    """Who of outside a principal is under the limits: nobody, itself, or the accounts that these leave."""
    accounts = accounts_of(limits)
    match kind:
        case Kind.ACCOUNT:
            owner = account_of(name)
            # An identity of CloudFront's reads for a distribution; whose it is cannot be told from here.
            if owner in (account, _IDENTITIES_OF_CLOUDFRONT) or (accounts is not None and owner not in accounts):
                return
            yield kind, name if owner != name else f"account {name}", owner
        case Kind.EVERYONE | Kind.FEDERATED | Kind.CANONICAL_USER if accounts is not None:
            yield from ((Kind.ACCOUNT, f"account {each}", each) for each in sorted(accounts - {account}))
        case Kind.SERVICE if accounts is not None:
            for each in sorted(accounts - {account}):
                yield Kind.ACCOUNT, f"account {each} through {name}", each
        case Kind.SERVICE if any(each.resources for each in limits):
            return  # it acts for one bucket, whose name no other account can take
        case Kind.FEDERATED if account_of(name) == account:
            return
        case _:
            yield from _unlimited(kind, name, limits)


def _unlimited(kind: Kind, name: str, limits: tuple[Constraint, ...]) -> Iterator[tuple[Kind, str, str | None]]:
    through = f" through {name}" if kind is Kind.SERVICE else ""
    if (organisations := organisations_of(limits)) is not None:
        yield from ((Kind.ORGANISATION, f"organization {each}{through}", None) for each in sorted(organisations))
    elif networks := list(networks_of(limits)):
        yield Kind.NETWORK, f"everyone who comes from {', '.join(networks)}", None
    elif kind is Kind.EVERYONE and any(each.resources for each in limits):
        return
    elif kind is Kind.EVERYONE:
        yield kind, "everyone", None
    else:
        yield kind, f"{name} for any account" if kind is Kind.SERVICE else name, None


def _trust(access: Access, named: str, limits: tuple[Constraint, ...], trusts: Trusting) -> str | None:
    if access.kind is Kind.NETWORK and all(each.startswith("vpc") for each in networks_of(limits)):
        return "a VPC"
    if trusts.organization_id and organisations_of(limits) == frozenset({trusts.organization_id}):
        return "organization_id"
    principals = [each.principals for each in limits if each.principals and not each.source]
    if any(each <= set(trusts.trusted_principals) for each in principals):
        return "trusted_principals"
    return trust_in(named, access.account, trusts)


def _each(element: Texts) -> tuple[str, ...]:
    return (element,) if isinstance(element, str) else element
