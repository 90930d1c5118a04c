"""Who of outside is meant by a resource policy, whatever the resource."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.principals.sharing import Kind, outsiders, unnamed_accounts, untrusted
from support.hand_made import ACCOUNT, FOREIGN, POLICY, document


def line(principal, **more):
    return {"Effect": "Allow", "Principal": principal, "Action": "sqs:*", "Resource": "*", **more}


def when(operator, key, *values):
    return {"Condition": {operator: {key: list(values)}}}


def kinds(*lines, policy=POLICY):
    return [each.kind for each in untrusted(outsiders(document(*lines), account=ACCOUNT, trusts=policy))]


EVERYONE, OTHER = {"AWS": "*"}, {"AWS": FOREIGN}
SERVICE = {"Service": "s3.amazonaws.com"}


@pytest.mark.parametrize(
    ("statement", "found"),
    [
        (line("*"), [Kind.EVERYONE]),
        (line(EVERYONE, **when("StringEquals", "aws:SourceOwner", ACCOUNT)), []),
        (line(EVERYONE, **when("ArnLike", "aws:SourceArn", "arn:aws:s3:::own")), []),
        (line(EVERYONE, **when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*")), [Kind.EVERYONE]),
        (line(EVERYONE, **when("StringLike", "aws:PrincipalAccount", "1*")), [Kind.EVERYONE]),
        (line(EVERYONE, **when("StringEquals", "aws:PrincipalAccount", FOREIGN)), [Kind.ACCOUNT]),
        (line(EVERYONE, **when("StringEqualsIfExists", "aws:PrincipalAccount", ACCOUNT)), [Kind.EVERYONE]),
        (line(EVERYONE, **when("ForAnyValue:StringEquals", "aws:PrincipalOrgPaths", "o-a1/r-1/")), [Kind.ORGANISATION]),
        (line(EVERYONE, **when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT)), [Kind.EVERYONE]),
        (line(OTHER), [Kind.ACCOUNT]),
        (line({"AWS": [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/app"]}), []),
        (line({"AWS": "AROAIDPPEZS35WEXAMPLE"}), []),
        (line(OTHER, **when("StringEquals", "aws:PrincipalAccount", ACCOUNT)), []),
        (line(SERVICE), []),
        (line(SERVICE, **when("StringEquals", "aws:SourceAccount", FOREIGN)), [Kind.ACCOUNT]),
        (line(OTHER, Effect="Deny"), []),
    ],
)
def test_who_outside_is_meant(statement, found):
    assert kinds(statement) == found


def test_a_key_that_must_be_there_narrows_with_if_exists():
    condition = {"StringEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT}, "Null": {"aws:PrincipalAccount": "false"}}
    assert kinds(line("*", Condition=condition)) == []


def test_the_organisation_that_the_policy_names_is_trusted():
    of_members = line("*", **when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"))
    assert kinds(of_members) == [Kind.ORGANISATION]
    assert kinds(of_members, policy=structs.replace(POLICY, organization_id="o-a1b2c3d4e5")) == []
    assert kinds(of_members, policy=structs.replace(POLICY, organization_id="o-zzzzzzzzzz")) == [Kind.ORGANISATION]


def test_a_principal_that_the_policy_names_is_trusted_and_its_account_is_not():
    partner, policy = f"arn:aws:iam::{FOREIGN}:role/partner", POLICY
    policy = structs.replace(policy, trusted_principals=(partner,))
    assert kinds(line({"AWS": partner}), policy=policy) == []
    assert kinds(line({"AWS": f"{partner}-other"}), policy=policy) == [Kind.ACCOUNT]
    assert kinds(line("*", **when("ArnEquals", "aws:PrincipalArn", partner)), policy=policy) == []


def test_a_denial_takes_some_actions_away():
    denied = {**line("*", Effect="Deny"), "Action": "sqs:Receive*"}
    (access,) = outsiders(document(line(OTHER), denied), account=ACCOUNT)
    assert access.allows("sqs:SendMessage")
    assert not access.allows("sqs:ReceiveMessage")


def test_accounts_that_a_snapshot_is_shared_with_are_named_or_not():
    policy = structs.replace(POLICY, accounts={"backup": ("345678901234",)})
    shared = ["all", ACCOUNT, FOREIGN, "345678901234"]
    assert unnamed_accounts(shared, account=ACCOUNT, trusts=policy) == {"all", FOREIGN}
