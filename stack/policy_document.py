"""IAM policy documents: identity policies, trust policies and the policies of keys, buckets and endpoints."""

from collections.abc import Mapping, Sequence
from typing import TypeAlias

import pulumi

Strings: TypeAlias = pulumi.Input[str] | Sequence[pulumi.Input[str]]
Principal: TypeAlias = str | Mapping[str, str]
Condition: TypeAlias = Mapping[str, Mapping[str, Strings]]
Statement: TypeAlias = Mapping[str, str | Strings | Principal | Condition]


def allow(
    sid: str,
    actions: Sequence[str],
    resources: Strings,
    *,
    principal: Principal | None = None,
    condition: Condition | None = None,
) -> Statement:
    """Return a statement that allows `actions`; identity policies have no principal."""
    statement: dict[str, str | Strings | Principal | Condition] = {"Sid": sid, "Effect": "Allow"}
    if principal is not None:
        statement["Principal"] = principal
    statement |= {"Action": actions, "Resource": resources}
    if condition is not None:
        statement["Condition"] = condition
    return statement


def deny(sid: str, actions: Sequence[str], resources: Strings, *, condition: Condition) -> Statement:
    """Return a statement of a resource policy that denies `actions` to everybody under `condition`."""
    return {**allow(sid, actions, resources, principal="*", condition=condition), "Effect": "Deny"}


def trust(service: str, condition: Condition | None = None) -> pulumi.Output[str]:
    """Return the trust policy that lets `service` assume a role under `condition`."""
    statement: Statement = {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}
    return document(statement if condition is None else {**statement, "Condition": condition})


def document(*statements: Statement) -> pulumi.Output[str]:
    """Return the JSON of a policy of these statements."""
    return pulumi.Output.json_dumps({"Version": "2012-10-17", "Statement": statements})
