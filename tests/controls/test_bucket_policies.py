"""What the policies of buckets refuse to everybody, and what they leave to other accounts."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.s3.policies import s3_cross_account_policy, s3_tls_minimum_version, s3_tls_only
from stack_verify.core.control import Control, Status
from stack_verify.resources.s3 import Bucket, BucketPolicy
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
    assert told(s3_cross_account_policy, line) is status


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (allowed(), Status.PASSED),
        ({**allowed(), "Principal": {"AWS": ["345678901234"]}}, Status.FAILED),
        ({**allowed({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.PASSED),
        ({**allowed({"StringEquals": {"aws:PrincipalAccount": [ACCOUNT, "3"]}}), "Principal": "*"}, Status.FAILED),
        ({**allowed({"StringLike": {"aws:PrincipalAccount": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.FAILED),
        ({**allowed({"StringEquals": {"aws:username": [ACCOUNT, FOREIGN]}}), "Principal": "*"}, Status.FAILED),
    ],
)
def test_accounts_that_the_policy_allows_may(line, status):
    policy = structs.replace(POLICY, allowed_accounts=(FOREIGN,))
    held = of_answers(answer("data", answered(BucketPolicy, Bucket="data", Policy=document(line))))
    assert s3_cross_account_policy.check(BUCKET, held, policy).status is status
