"""What the policies of buckets refuse to everybody, and what they leave to other accounts."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.s3.policies import (
    s3_cross_account_acl,
    s3_cross_account_permission_changes,
    s3_cross_account_policy,
    s3_tls_minimum_version,
    s3_tls_only,
)
from stack_verify.core.control import Control, Status
from stack_verify.resources.s3 import Bucket, BucketAcl, BucketOwnershipControls, BucketPolicy
from support.hand_made import ACCOUNT, FOREIGN, POLICY, answer, answered, document, of_answers, said_of

BUCKET = answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data", BucketRegion="sa-east-1")
EVERYTHING = ["arn:aws:s3:::data", "arn:aws:s3:::data/*"]
IN_CLEAR = {"Bool": {"aws:SecureTransport": "false"}}
DENIAL = {"Effect": "Deny", "Principal": "*", "Action": "s3:*", "Resource": EVERYTHING, "Condition": IN_CLEAR}


def told(control: Control, *lines: dict[str, object]) -> Status:
    policy = answer("data", answered(BucketPolicy, Bucket="data", Policy=document(*lines)))
    return said_of(control, of_answers(answer("data", BUCKET), policy), "data")[0]


def older_than(version: object, operator: str = "NumericLessThan", key: str = "s3:TlsVersion") -> dict[str, object]:
    return {**DENIAL, "Condition": {operator: {key: version}}}


@pytest.mark.parametrize(
    "lines",
    [
        [DENIAL],
        [{**DENIAL, "Principal": {"AWS": "*"}}],
        [{**DENIAL, "Condition": {"BoolIfExists": {"aws:SecureTransport": "false"}}}],
        [{**DENIAL, "Resource": EVERYTHING[0]}, {**DENIAL, "Resource": EVERYTHING[1]}],
    ],
    ids=["everybody", "every principal", "or without the key", "the bucket and its objects apart"],
)
def test_requests_in_clear_are_refused_by_a_denial_of_everything_to_everybody(lines):
    assert told(s3_tls_only, *lines) is Status.PASSED


@pytest.mark.parametrize(
    "line",
    [
        {**DENIAL, "Effect": "Allow"},
        {**DENIAL, "Principal": {"AWS": FOREIGN}},
        {name: value for name, value in DENIAL.items() if name != "Principal"} | {"NotPrincipal": {"AWS": FOREIGN}},
        {**DENIAL, "Action": "s3:GetObject"},
        {**DENIAL, "Resource": EVERYTHING[0]},
        {**DENIAL, "Condition": {**IN_CLEAR, "StringEquals": {"aws:PrincipalAccount": FOREIGN}}},
        {**DENIAL, "Condition": {"StringEquals": {"aws:PrincipalAccount": FOREIGN}, **IN_CLEAR}},
        {**DENIAL, "Condition": {"Bool": {"aws:SecureTransport": "true"}}},
        {name: value for name, value in DENIAL.items() if name != "Condition"},
    ],
    ids=[
        *("allowed", "to one account", "but to one account", "reading alone", "not the objects"),
        *("where more is met", "where more is met first", "with TLS", "always"),
    ],
)
def test_requests_in_clear_are_not_refused_by_less(line):
    assert told(s3_tls_only, line) is Status.FAILED


@pytest.mark.parametrize("version", ["1.2", "1.3", 1.2, ["1.2"]])
def test_outdated_tls_is_refused_by_a_denial_below_the_least_version_or_a_later_one(version):
    assert told(s3_tls_minimum_version, older_than(version)) is Status.PASSED


@pytest.mark.parametrize(
    "line",
    [
        older_than("1.1"),
        older_than(["1.2", "1.1"]),
        older_than("1.2.3"),
        older_than("new"),
        older_than("1.2", operator="NumericGreaterThan"),
        older_than("1.2", key="s3:max-keys"),
        DENIAL,
    ],
    ids=["older", "either of two", "no number", "a word", "newer", "another key", "in clear"],
)
def test_outdated_tls_is_not_refused_by_another_condition(line):
    assert told(s3_tls_minimum_version, line) is Status.FAILED


def allowed(condition: dict[str, object] | None = None, action: str = "s3:PutBucketPolicy") -> dict[str, object]:
    line = {"Effect": "Allow", "Principal": {"AWS": FOREIGN}, "Action": action, "Resource": "*"}
    return {**line, "Condition": condition} if condition else line


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (allowed(), Status.FAILED),
        (allowed(action="s3:GetObject"), Status.PASSED),
        ({**allowed(), "Effect": "Deny"}, Status.PASSED),
        ({**allowed(), "Principal": {"AWS": ACCOUNT}}, Status.PASSED),
        ({**allowed({"StringEquals": {"aws:PrincipalAccount": ACCOUNT}}), "Principal": "*"}, Status.PASSED),
        (allowed({"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}), Status.FAILED),
        (allowed({"StringEquals": {"aws:PrincipalAccount": FOREIGN}}), Status.FAILED),
        (allowed({"StringEquals": {"aws:username": ACCOUNT}}), Status.FAILED),
    ],
)
def test_no_other_account_may_change_access(line, status):
    assert told(s3_cross_account_permission_changes, line) is status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (allowed(), Status.PASSED),
        ({**allowed(), "Principal": {"AWS": ["345678901234"]}}, Status.FAILED),
        ({**allowed({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.PASSED),
        ({**allowed({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, "3"]}}), "Principal": "*"}, Status.FAILED),
        ({**allowed({"StringLike": {"aws:PrincipalAccount": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.PASSED),
        ({**allowed({"StringLike": {"aws:PrincipalAccount": [ACCOUNT, "2*"]}}), "Principal": "*"}, Status.FAILED),
        ({**allowed({"StringEquals": {"aws:username": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.FAILED),
    ],
)
def test_accounts_that_the_policy_allows_may(line, status):
    policy = structs.replace(POLICY, allowed_accounts=(FOREIGN,))
    held = of_answers(answer("data", answered(BucketPolicy, Bucket="data", Policy=document(line))))
    assert s3_cross_account_permission_changes.check(BUCKET, held, policy).status is status


READING = allowed(action=["s3:GetObject", "s3:ListBucket"])
ORGANISATION = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (READING, Status.FAILED),
        ({**READING, "Principal": {"AWS": f"arn:aws:iam::{FOREIGN}:role/partner"}}, Status.FAILED),
        ({**READING, "Principal": {"AWS": ACCOUNT}}, Status.PASSED),
        ({**READING, "Principal": {"Service": "cloudfront.amazonaws.com"}}, Status.PASSED),
        (
            {**READING, "Principal": {"AWS": "arn:aws:iam::cloudfront:user/CloudFront Origin Access Identity E1"}},
            Status.PASSED,
        ),
        ({**READING, "Principal": {"CanonicalUser": "f" * 64}}, Status.FAILED),
        ({**READING, "Principal": "*", "Condition": ORGANISATION}, Status.FAILED),
        ({**READING, "Principal": "*", "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-0a1b"}}}, Status.PASSED),
        ({**READING, "Principal": "*", "Condition": {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}}}, Status.FAILED),
    ],
)
def test_another_account_that_reads_has_the_data(line, status):
    """T25"""
    line = {name: value for name, value in line.items() if value is not None}
    assert told(s3_cross_account_policy, line) is status


@pytest.mark.parametrize(
    "trusted",
    [
        {"accounts": {"analytics": (FOREIGN,)}},
        {"allowed_accounts": (FOREIGN,)},
        {"trusted_principals": (FOREIGN,)},
        {"trusted_principals": (f"arn:aws:iam::{FOREIGN}:root",)},
    ],
)
def test_an_account_that_the_policy_names_may_read(trusted):
    """T25"""
    held = of_answers(answer("data", answered(BucketPolicy, Bucket="data", Policy=document(READING))))
    verdict = s3_cross_account_policy.check(BUCKET, held, structs.replace(POLICY, **trusted))
    assert verdict.status is Status.PASSED
    assert f"account {FOREIGN} (" in verdict.observed


@pytest.mark.parametrize(
    ("denial", "status"),
    [
        ({"Principal": "*", "Action": "s3:*"}, Status.PASSED),
        ({"Principal": {"AWS": FOREIGN}, "Action": ["s3:Get*", "s3:List*"]}, Status.PASSED),
        ({"Principal": "*", "Action": "s3:GetObject"}, Status.FAILED),
        ({"Principal": "*", "Action": "s3:*", "Condition": {"Bool": {"aws:SecureTransport": "false"}}}, Status.FAILED),
        (
            {"Principal": "*", "Action": "s3:*", "Condition": {"StringNotEquals": {"aws:PrincipalAccount": ACCOUNT}}},
            Status.PASSED,
        ),
        (
            {
                "Principal": "*",
                "Action": "s3:*",
                "Condition": {
                    "StringNotEqualsIfExists": {"aws:PrincipalAccount": ACCOUNT},
                    "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
                },
            },
            Status.PASSED,
        ),
        ({"NotPrincipal": {"AWS": [ACCOUNT]}, "Action": "s3:*"}, Status.PASSED),
        ({"NotPrincipal": {"AWS": [ACCOUNT, FOREIGN]}, "Action": "s3:*"}, Status.FAILED),
    ],
)
def test_a_denial_that_covers_others_wins(denial, status):
    """T47: in every control that asks what a policy lets happen; a denial under another condition covers nobody."""
    assert told(s3_cross_account_policy, READING, {"Effect": "Deny", "Resource": "*", **denial}) is status


def test_an_access_control_list_shares_a_bucket_where_it_counts():
    """T25"""

    def said(grantee, ownership="ObjectWriter"):
        grants = [{"Grantee": {"ID": grantee}, "Permission": "READ"}]
        acl = answer("data", answered(BucketAcl, Bucket="data", Owner={"ID": "own"}, Grants=grants))
        owned = answer("data", answered(BucketOwnershipControls, Bucket="data", ObjectOwnership=ownership))
        return said_of(s3_cross_account_acl, of_answers(answer("data", BUCKET), acl, owned), "data")[0]

    assert said("own") is Status.PASSED
    assert said("other") is Status.FAILED
    assert said("other", "BucketOwnerEnforced") is Status.PASSED
