"""Whether a resource's policy lets an AWS service do something, under the conditions that the service calls it with.

See the IAM user guide, "Policy evaluation logic" and "IAM JSON policy elements: Condition operators".
A condition on what is not known here leaves the answer open: ``None``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from operator import ge, gt, le, lt
from typing import NamedTuple

from stack_verify.principals.iam_policy import Condition, Principals, Statement, matches_exactly

# Of what every call of an AWS service is, whatever the service.
_OF_EVERY_SERVICE = {
    "aws:securetransport": "true",
    "aws:principalisawsservice": "true",
    "aws:viaawsservice": "false",
    # The lowest that AWS's endpoints accept (AWS Security Blog, "TLS 1.2 to become the minimum TLS protocol level").
    "s3:tlsversion": "1.2",
}
# Keys that a service's call has no value for: the service is of no account, organisation or network.
_NONE = frozenset({"aws:principalorgid", "aws:principalorgpaths", "aws:principalaccount", "aws:sourcevpc"})
_NONE_EITHER = frozenset({"aws:sourcevpce", "aws:userid", "aws:username", "aws:multifactorauthpresent"})


class Call(NamedTuple):
    """What a service does: as one of ``principals``, ``action`` on ``resource``, with these values of condition keys.

    ``context`` holds the keys in small letters; a value may be a pattern's example, as an ARN that stands for others.
    """

    principals: tuple[str, ...]
    action: str
    resource: str
    context: Mapping[str, str]


def lets(policy: Iterable[Statement], call: Call) -> bool | None:
    """Whether the policy lets the call through: an explicit deny wins, and nothing is allowed that is not said.

    None where that hangs on a condition whose value is not known here.
    """
    denied, allowed = False, False
    unsure = {"Allow": False, "Deny": False}
    for statement in policy:
        holds = _applies(statement, call)
        if holds is None:
            unsure[statement.effect] = True
        elif holds and statement.effect == "Deny":
            denied = True
        elif holds:
            allowed = True
    if denied or not (allowed or unsure["Allow"]):
        return False
    return None if unsure["Deny"] or not allowed else True


def _applies(statement: Statement, call: Call) -> bool | None:
    if not (_names(statement, call) and statement.speaks_of(call.action) and _covers(statement, call.resource)):
        return False
    met = [_met(line, call) for line in statement.conditions]
    if False in met:
        return False
    return None if None in met else True


def _names(statement: Statement, call: Call) -> bool:
    if statement.not_principal is not None:
        left_out = statement.not_principal.all if isinstance(statement.not_principal, Principals) else ("*",)
        return not set(call.principals).intersection(left_out) and "*" not in left_out
    return any(each == "*" or each in call.principals for each in statement.principals)


def _covers(statement: Statement, resource: str) -> bool:
    if statement.not_resource:
        lines = statement.not_resource
        left_out = (lines,) if isinstance(lines, str) else lines
        return not any(matches_exactly(each, resource) for each in left_out)
    return not statement.resources or statement.covers_resource(resource)


def _met(line: Condition, call: Call) -> bool | None:
    operator = line.operator.removeprefix("ForAnyValue:").removeprefix("ForAllValues:")
    if_exists = operator.endswith("IfExists")
    operator = operator.removesuffix("IfExists")
    known = {**_OF_EVERY_SERVICE, "aws:principalservicename": call.principals[0], **call.context}
    lacking = line.key in _NONE | _NONE_EITHER
    if line.key not in known and not lacking:
        return None
    value = known.get(line.key)
    if operator == "Null":
        return (value is None) == (line.values == ("true",))
    if value is not None and (ordered := _ORDERS.get(operator)) is not None:
        return _is_ordered(value, line.values, ordered)
    compare = _OPERATORS.get(operator)
    if compare is None:
        return None
    wanted, exact = compare
    if value is None:
        # A key that the call lacks: a condition of equality is not met, one of inequality is.
        return if_exists or not wanted or line.operator.startswith("ForAllValues:")
    return any(_same(each, value, exact=exact) for each in line.values) is wanted


def _is_ordered(value: str, limits: tuple[str, ...], ordered: Callable[[float, float], bool]) -> bool | None:
    """Whether the value stands so to one of the limits; None where one of them is not a number."""
    try:
        return any(ordered(float(value), float(limit)) for limit in limits)
    except ValueError:
        return None


def _same(pattern: str, value: str, *, exact: str) -> bool:
    if exact == "case":
        return pattern.lower() == value.lower()
    return pattern == value if exact == "exact" else matches_exactly(pattern, value)


_ORDERS: dict[str, Callable[[float, float], bool]] = {
    "NumericGreaterThan": gt,
    "NumericGreaterThanEquals": ge,
    "NumericLessThan": lt,
    "NumericLessThanEquals": le,
}
# Whether a value must be among the given ones or must not, and how the two are compared.
_OPERATORS: dict[str, tuple[bool, str]] = {
    "ArnEquals": (True, "like"),
    "ArnLike": (True, "like"),
    "ArnNotEquals": (False, "like"),
    "ArnNotLike": (False, "like"),
    "Bool": (True, "case"),
    "StringEquals": (True, "exact"),
    "StringEqualsIgnoreCase": (True, "case"),
    "StringLike": (True, "like"),
    "StringNotEquals": (False, "exact"),
    "StringNotEqualsIgnoreCase": (False, "case"),
    "StringNotLike": (False, "like"),
}
