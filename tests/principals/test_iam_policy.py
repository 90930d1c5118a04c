"""What a policy document means: to whom it is open, what it speaks of, and when nothing may be concluded from it."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_verify.errors import Unanswered
from stack_verify.principals.iam_policy import Statement, matches, open_to_anyone, statements

ACCOUNT = "123456789012"
ROOT = f"arn:aws:iam::{ACCOUNT}:root"
OTHER = "arn:aws:iam::210987654321:role/partner"


def document(*parts: dict) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": list(parts)})


def allow(**parts) -> dict:
    return {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": "*", **parts}


def read(**parts) -> Statement:
    (statement,) = statements(document(allow(**parts)))
    return statement


def when(operator: str, key: str, *values: str) -> dict:
    return {"Principal": "*", "Condition": {operator: {key: list(values) if len(values) > 1 else values[0]}}}


OPEN = {
    "everybody": {"Principal": "*"},
    "every AWS principal": {"Principal": {"AWS": "*"}},
    "everybody among others": {"Principal": {"AWS": [ROOT, "*"]}},
    "all but one": {"NotPrincipal": {"AWS": ROOT}},
    "a condition that tells nothing of the caller": when("Bool", "aws:SecureTransport", "true"),
    "a service that anybody can use": when("StringEquals", "kms:ViaService", "rds.sa-east-1.amazonaws.com"),
    "any account": when("StringLike", "aws:SourceAccount", "*"),
    "an account or any": when("StringLike", "aws:SourceAccount", ACCOUNT, "*"),
    "an account if the key is there": when("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT),
    "an account if there are values": when("ForAllValues:StringEquals", "aws:PrincipalOrgPaths", "o-a1/r-1/"),
    "any account but one": when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT),
    "an ARN of any account": when("ArnLike", "aws:SourceArn", "arn:aws:logs:sa-east-1:*:log-group:*"),
    "any bucket": when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*"),
    "a variable": when("StringEquals", "aws:PrincipalAccount", "${aws:PrincipalAccount}"),
    "every address": when("IpAddress", "aws:SourceIp", "0.0.0.0/0"),
    "half of all addresses": when("IpAddress", "aws:SourceIp", "10.0.0.0/16", "128.0.0.0/1"),
    "every IPv6 address": when("IpAddress", "aws:SourceIp", "::/0"),
    "more addresses than any organisation has": when("IpAddress", "aws:SourceIp", "8.0.0.0/7"),
    "addresses that are none": when("StringLike", "aws:SourceIp", "*"),
    "objects of any bucket": when("ArnLike", "aws:SourceArn", "arn:aws:s3:::*/reports"),
}
CLOSED = {
    "an account": {"Principal": {"AWS": ROOT}},
    "a service": {"Principal": {"Service": "logs.sa-east-1.amazonaws.com"}},
    "a denial": {"Effect": "Deny", "Principal": "*"},
    "an identity's policy": {},
    "everybody of an account": when("StringEquals", "aws:SourceAccount", ACCOUNT),
    "a key spelled otherwise": when("StringEquals", "AWS:sourceaccount", ACCOUNT),
    "everybody of two accounts": when("StringEquals", "kms:CallerAccount", ACCOUNT, "210987654321"),
    "everybody of an organisation": when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"),
    "a path in it": when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/ou-*"),
    "an ARN of an account": when("ArnLike", "aws:SourceArn", f"arn:aws:logs:*:{ACCOUNT}:log-group:*"),
    "a bucket": when("ArnEquals", "aws:SourceArn", "arn:aws:s3:::images"),
    "sessions of a role": when("StringLike", "aws:userid", "AROAEXAMPLE:*"),
    "an office": when("IpAddress", "aws:SourceIp", "203.0.113.0/24"),
    "an office, by one of its addresses": when("IpAddress", "aws:SourceIp", "203.0.113.7/24"),
    "as many addresses as an organisation has": when("IpAddress", "aws:SourceIp", "3.0.0.0/8", "2001:db8::/32"),
    "objects of a bucket": when("ArnLike", "aws:SourceArn", "arn:aws:s3:::images/*"),
}


@pytest.mark.parametrize("parts", OPEN.values(), ids=OPEN)
def test_a_statement_is_open_to_anyone_without_a_condition_that_tells_who(parts):
    assert read(**parts).open_to_anyone


@pytest.mark.parametrize("parts", CLOSED.values(), ids=CLOSED)
def test_a_statement_for_somebody_in_particular_is_not_open_to_anyone(parts):
    assert not read(**parts).open_to_anyone


def test_open_statements_are_told_apart_from_the_others():
    policy = statements(document(allow(Sid="Ours", Principal={"AWS": ROOT}), allow(Sid="All", Principal="*")))
    assert [statement.name for statement in open_to_anyone(policy)] == ["All"]


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        (when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), True),
        (when("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5", "o-f6g7h8i9j0"), True),
        (when("StringLike", "aws:SourceOrgPaths", "o-a1b2c3d4e5/*"), True),
        (when("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/r-ab12/*"), True),
        (when("StringLike", "aws:PrincipalOrgID", "o-a1b2c3d4e5", "o-*"), False),
        (when("StringNotEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), False),
        (when("StringEqualsIfExists", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), False),
        (when("StringEquals", "aws:PrincipalTag/owner", "o-a1b2c3d4e5"), False),
    ],
)
def test_an_organisation_is_named_where_a_caller_of_another_cannot_meet_the_condition(condition, named):
    (line,) = read(**condition).conditions
    assert line.names_organisation() is named


@pytest.mark.parametrize(
    ("pattern", "action", "meant"),
    [
        ("*", "kms:Decrypt", True),
        ("kms:*", "KMS:decrypt", True),
        ("kms:De*", "kms:Decrypt", True),
        ("kms:Decryp?", "kms:Decrypt", True),
        ("kms:Decrypt", "kms:DecryptMore", False),
        ("kms.Decrypt", "kms:Decrypt", False),
        ("s3:*", "s3:*", True),
        ("s3:Get*", "s3:*", False),
        ("s3:?", "s3:*", False),
    ],
)
def test_actions_match_whole_names_of_any_case(pattern, action, meant):
    assert matches(pattern, action) is meant


@given(st.text("ab*?:", max_size=8))
def test_a_pattern_means_itself_unless_one_character_would_have_to_stand_for_many(pattern):
    assert matches(pattern, pattern.replace("?", "a"))


def test_a_statement_speaks_of_all_that_its_not_action_leaves():
    statement = read(Action=(), NotAction=["iam:*", "kms:Encrypt"])
    assert statement.speaks_of("kms:Decrypt")
    assert not statement.speaks_of("iam:PassRole")
    assert not statement.covers_action("kms:Decrypt")


def test_a_bucket_is_not_its_objects():
    statement = read(Resource="arn:aws:s3:::images/*")
    assert statement.covers_resource("arn:aws:s3:::images/*")
    assert not statement.covers_resource("arn:aws:s3:::images")
    assert not statement.covers_resource("arn:aws:s3:::IMAGES/*")


def test_conditions_are_lines_with_keys_in_lower_case_and_values_as_text():
    condition = {"Bool": {"aws:SecureTransport": False}, "NumericLessThan": {"s3:TlsVersion": [1.2, "1.1"]}}
    assert read(Condition=condition).conditions == (
        ("Bool", "aws:securetransport", ("false",)),
        ("NumericLessThan", "s3:tlsversion", ("1.2", "1.1")),
    )


def test_one_statement_needs_no_list_and_a_document_may_come_parsed():
    policy = {"Version": "2012-10-17", "Statement": allow(Sid="One")}
    assert statements(policy) == statements(json.dumps(policy)) == statements(document(allow(Sid="One")))


@pytest.mark.parametrize(
    "policy",
    [
        "not JSON",
        "{}",
        '{"Version": "2030-01-01", "Statement": []}',
        '{"Version": "2012-10-17", "Statement": [], "Statements": []}',
        document(allow(Effect="Perhaps")),
        document(allow(Principals="*")),
        document(allow(Principal="anybody")),
        document(allow(Principal={"Robot": "*"})),
        document(allow(Action=7)),
        document(allow(Condition={"Bool": "true"})),
    ],
)
def test_nothing_is_concluded_from_a_policy_that_is_not_understood(policy):
    with pytest.raises(Unanswered, match="not of the known grammar"):
        statements(policy)


@pytest.mark.parametrize(
    ("resource", "reaches"),
    [
        ("*", True),
        ("arn:aws:logs:*:*:*", True),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/app", True),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/app:*", True),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/app:log-stream:one", True),
        ("arn:aws:logs:*:*:log-group:/a*:log-stream:one", True),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/application", False),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/application:*", False),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/APP:*", False),
        ("arn:aws:logs:eu-west-1:123456789012:log-group:/b*", False),
    ],
)
def test_a_statement_reaches_a_resource_and_what_is_inside_it(resource, reaches):
    (statement,) = statements({"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": resource}})
    assert statement.reaches("arn:aws:logs:eu-west-1:123456789012:log-group:/app") is reaches


def test_a_statement_about_all_other_resources_reaches_what_it_does_not_name():
    app, other = (f"arn:aws:logs:eu-west-1:123456789012:log-group:{name}" for name in ("/app", "/other"))
    for named in (f"{app}:*", [f"{app}:*", "arn:aws:s3:::images"]):
        lines = {"Effect": "Allow", "Action": "logs:*", "NotResource": named}
        (statement,) = statements({"Statement": lines})
        assert (statement.reaches(app), statement.reaches(other)) == (False, True)


def test_one_resource_of_several_is_enough_to_reach():
    app, other = (f"arn:aws:logs:eu-west-1:123456789012:log-group:{name}" for name in ("/app", "/other"))
    (statement,) = statements({"Statement": {"Effect": "Allow", "Action": "logs:*", "Resource": [other, app]}})
    assert (statement.reaches(app), statement.reaches(f"{other}s")) == (True, False)
