"""What takes the access logs of buckets, and how long records stay."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stack_verify.controls.cloudtrail.trails import cloudtrail_retention_six_years
from stack_verify.controls.s3.records import s3_access_logging, s3_lifecycle, s3_object_lock, s3_version_lifecycle
from stack_verify.core.control import Status
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketPolicy,
    BucketVersioning,
)
from support.hand_made import ACCOUNT, FOREIGN, POLICY, answer, answered, document, of_answers, said_of

S3, TRAILS = {"Service": "logging.s3.amazonaws.com"}, {"Service": "cloudtrail.amazonaws.com"}
DELIVERY = {"Effect": "Allow", "Principal": S3, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::logs/data/*"}
TRAIL_DELIVERY = {**DELIVERY, "Principal": TRAILS}
SIX_YEARS = POLICY.min_audit_retention_days
GROUPS = "http://acs.amazonaws.com/groups/"


def bucket(name: str) -> Bucket:
    return answered(Bucket, Name=name, BucketArn=f"arn:aws:s3:::{name}", BucketRegion="sa-east-1")


DATA, LOGS = bucket("data"), bucket("logs")


def logged_to(name: str, *, of: str = "data"):
    return answer(
        of, answered(BucketLogging, Bucket=of, LoggingEnabled={"TargetBucket": name, "TargetPrefix": "data/"})
    )


def policy(*lines: dict[str, object], of: str = "logs"):
    return answer(of, answered(BucketPolicy, Bucket=of, Policy=document(*lines) if lines else None))


def acl(*grants: tuple[str, str], of: str = "logs"):
    lines = [{"Grantee": {"URI": GROUPS + group}, "Permission": permission} for group, permission in grants]
    return answer(of, answered(BucketAcl, Bucket=of, Grants=lines))


def taken(line: dict[str, object] | None = None, *grants: tuple[str, str]) -> Status:
    """What is said of a bucket whose logs go to one with this statement in its policy and these grants in its ACL."""
    lines = [] if line is None else [line]
    seen = of_answers(answer("data", DATA), answer("logs", LOGS), logged_to("logs"), policy(*lines), acl(*grants))
    return said_of(s3_access_logging, seen, "data")[0]


@pytest.mark.parametrize(
    "line",
    [
        DELIVERY,
        {**DELIVERY, "Action": "s3:*", "Resource": "*"},
        {**DELIVERY, "Condition": {"StringEquals": {"aws:SourceAccount": [FOREIGN, ACCOUNT]}}},
        {**DELIVERY, "Condition": {"ArnLike": {"aws:SourceArn": ["arn:aws:s3:::other", "arn:aws:s3:::da*"]}}},
        {**DELIVERY, "Condition": {"ArnEquals": {"aws:SourceArn": "arn:aws:s3:::data"}}},
        {**DELIVERY, "Condition": {"StringLike": {"aws:SourceArn": "arn:aws:s3:::d?ta"}}},
        {**DELIVERY, "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:s3:::data"}}},
    ],
)
def test_access_logs_are_taken_where_the_policy_lets_s3_put_those_of_the_bucket(line):
    assert taken(line) is Status.PASSED


@pytest.mark.parametrize(
    "line",
    [
        {**DELIVERY, "Effect": "Deny"},
        {**DELIVERY, "Principal": TRAILS},
        {**DELIVERY, "Action": "s3:GetObject"},
        {**DELIVERY, "Resource": "arn:aws:s3:::logs/other/*"},
        {**DELIVERY, "Condition": {"StringEquals": {"aws:SourceAccount": FOREIGN}}},
        {**DELIVERY, "Condition": {"StringNotEquals": {"aws:SourceAccount": ACCOUNT}}},
        {**DELIVERY, "Condition": {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::other"}}},
        {**DELIVERY, "Condition": {"ArnNotLike": {"aws:SourceArn": "arn:aws:s3:::data"}}},
        {**DELIVERY, "Condition": {"StringEquals": {"aws:SourceArn": "arn:aws:s3:::da*"}}},
        {**DELIVERY, "Condition": {"StringNotEquals": {"aws:SourceArn": "arn:aws:s3:::data"}}},
        {**DELIVERY, "Condition": {"StringEquals": {"aws:PrincipalArn": "arn:aws:s3:::data"}}},
        {**DELIVERY, "Condition": {"ArnLike": {"aws:PrincipalArn": "arn:aws:s3:::data"}}},
    ],
)
def test_access_logs_are_refused_by_a_policy_that_does_not(line):
    assert taken(line) is Status.FAILED


@pytest.mark.parametrize(
    ("grants", "status"),
    [
        ([("s3/LogDelivery", "WRITE")], Status.PASSED),
        ([("s3/LogDelivery", "FULL_CONTROL"), ("global/AllUsers", "READ")], Status.PASSED),
        ([("s3/LogDelivery", "READ")], Status.FAILED),
        ([("global/AllUsers", "WRITE")], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_access_logs_are_taken_where_the_acl_lets_s3_write(grants, status):
    assert taken(None, *grants) is status


def test_a_bucket_does_not_log_into_itself_nor_into_one_that_is_not_there():
    allowed = policy({**DELIVERY, "Resource": "*"}, of="data"), acl(of="data")
    itself = of_answers(answer("data", DATA), logged_to("data"), *allowed)
    assert said_of(s3_access_logging, itself, "data")[0] is Status.FAILED
    nowhere = of_answers(answer("data", DATA), logged_to("logs"), answer("logs", kind=Bucket))
    assert said_of(s3_access_logging, nowhere, "data") == (
        Status.FAILED,
        "TargetBucket is logs: the bucket itself, not there, or not this account's",
    )


def balancer(type_: str, **attributes: str):
    arn = f"arn:aws:elasticloadbalancing:sa-east-1:{ACCOUNT}:loadbalancer/app/web/1"
    found = answered(LoadBalancer, LoadBalancerArn=arn, Type=type_, VpcId="vpc-1", AvailabilityZones=[])
    named = {f"access_logs.s3.{name}": value for name, value in attributes.items()}
    return answer(arn, found), answer(arn, answered(LoadBalancerAttributes, LoadBalancer=arn, **named))


@pytest.mark.parametrize(
    ("delivering", "status"),
    [
        (balancer("application", enabled="true", bucket="logs"), Status.NOT_APPLICABLE),
        (balancer("application", enabled="false", bucket="logs"), Status.FAILED),
        (balancer("application", enabled="true", bucket="data"), Status.FAILED),
        (balancer("gateway")[:1], Status.FAILED),
        ([logged_to("logs")], Status.NOT_APPLICABLE),
        ([logged_to("data")], Status.FAILED),
        ([answer("data", answered(BucketLogging, Bucket="data"))], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_access_logs_of_access_logs_are_not_asked_for(delivering, status):
    unlogged = answer("logs", answered(BucketLogging, Bucket="logs"))
    seen = of_answers(answer("logs", LOGS), unlogged, *delivering)
    assert said_of(s3_access_logging, seen, "logs")[0] is status


def locked(mode: str = "COMPLIANCE", **period: int):
    rule = {"DefaultRetention": {"Mode": mode, **period}} if period else {}
    return answer("logs", answered(BucketObjectLock, Bucket="logs", ObjectLockEnabled="Enabled", Rule=rule))


UNLOCKED = answer("logs", answered(BucketObjectLock, Bucket="logs", ObjectLockEnabled=None))


@pytest.mark.parametrize(
    ("lock", "status"),
    [
        (locked(Days=SIX_YEARS), Status.PASSED),
        (locked(Days=SIX_YEARS - 1), Status.FAILED),
        (locked(Years=7), Status.PASSED),
        (locked(Years=6), Status.FAILED),
        (locked("GOVERNANCE", Days=SIX_YEARS), Status.FAILED),
        (locked(), Status.FAILED),
        (UNLOCKED, Status.FAILED),
    ],
    ids=["six years", "a day less", "seven years of 365 days", "six of them", "liftable", "by object", "none"],
)
def test_an_audit_trail_is_locked_for_six_years(lock, status):
    seen = of_answers(answer("logs", LOGS), policy(TRAIL_DELIVERY), lock)
    assert said_of(s3_object_lock, seen, "logs")[0] is status


@pytest.mark.parametrize(
    "lines",
    [
        [],
        [DELIVERY],
        [{**TRAIL_DELIVERY, "Effect": "Deny"}],
        [{**TRAIL_DELIVERY, "Action": "s3:GetBucketAcl"}],
    ],
    ids=["no policy", "access logs", "a denial", "looking alone"],
)
def test_a_bucket_that_no_trail_is_let_into_needs_no_lock(lines):
    seen = of_answers(answer("logs", LOGS), policy(*lines), UNLOCKED)
    assert said_of(s3_object_lock, seen, "logs")[0] is Status.NOT_APPLICABLE


def rules(*found: dict[str, object]):
    lines = [{"ID": f"rule {number}", "Status": "Enabled", **rule} for number, rule in enumerate(found)]
    return answer("logs", answered(BucketLifecycle, Bucket="logs", Rules=lines))


def after(days: int, **more: object) -> dict[str, object]:
    return {"Expiration": {"Days": days}, **more}


DISABLED = {"Status": "Disabled"}
ON_A_DATE = {"Expiration": {"Date": datetime(2096, 1, 1, tzinfo=UTC)}}
MARKERS = {"Expiration": {"ExpiredObjectDeleteMarker": True}}
UPLOADS = {"AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7}}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ([after(SIX_YEARS)], Status.PASSED),
        ([after(SIX_YEARS - 1)], Status.FAILED),
        ([after(SIX_YEARS), after(1)], Status.FAILED),
        ([after(SIX_YEARS), after(1, **DISABLED)], Status.PASSED),
        ([after(SIX_YEARS), ON_A_DATE], Status.FAILED),
        ([MARKERS], Status.PASSED),
        ([UPLOADS], Status.PASSED),
        ([after(SIX_YEARS, **DISABLED)], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_no_rule_lets_an_audit_trail_expire_within_six_years(found, status):
    seen = of_answers(answer("logs", LOGS), policy(TRAIL_DELIVERY), rules(*found))
    assert said_of(s3_lifecycle, seen, "logs")[0] is status


def test_data_may_expire_whenever_it_does():
    seen = of_answers(answer("logs", LOGS), policy(), rules(after(1)))
    assert said_of(s3_lifecycle, seen, "logs")[0] is Status.PASSED


REPLACED = {"NoncurrentVersionExpiration": {"NoncurrentDays": 90}}


@pytest.mark.parametrize(
    ("versions", "found", "status"),
    [
        ("Enabled", [REPLACED], Status.PASSED),
        ("Suspended", [after(9), REPLACED], Status.PASSED),
        ("Enabled", [{**REPLACED, **DISABLED}], Status.FAILED),
        ("Suspended", [after(9)], Status.FAILED),
        (None, [after(9)], Status.NOT_APPLICABLE),
    ],
)
def test_versions_that_were_replaced_expire(versions, found, status):
    kept = answer("logs", answered(BucketVersioning, Bucket="logs", **({"Status": versions} if versions else {})))
    seen = of_answers(answer("logs", LOGS), kept, rules(*found))
    assert said_of(s3_version_lifecycle, seen, "logs")[0] is status


def retained(lock, *found: dict[str, object], prefix: str | None = None) -> Status:
    arn = f"arn:aws:cloudtrail:sa-east-1:{ACCOUNT}:trail/audit"
    trail = answered(Trail, Name="audit", TrailARN=arn, S3BucketName="logs", S3KeyPrefix=prefix)
    bucket = answer("logs", answered(Bucket, Name="logs", BucketArn="arn:aws:s3:::logs"))
    return said_of(
        cloudtrail_retention_six_years, of_answers(answer(arn, trail), bucket, lock, rules(*found)), "audit"
    )[0]


@pytest.mark.parametrize(
    ("lock", "found", "status"),
    [
        (UNLOCKED, [], Status.PASSED),
        (UNLOCKED, [after(SIX_YEARS)], Status.PASSED),
        (UNLOCKED, [after(SIX_YEARS - 1)], Status.FAILED),
        (UNLOCKED, [after(1, **DISABLED), after(SIX_YEARS - 1)], Status.FAILED),
        (UNLOCKED, [after(SIX_YEARS), after(1)], Status.FAILED),
        (UNLOCKED, [after(1, **DISABLED)], Status.PASSED),
        (UNLOCKED, [MARKERS, UPLOADS], Status.PASSED),
        (UNLOCKED, [ON_A_DATE], Status.FAILED),
        (locked(), [after(1)], Status.FAILED),
        (locked(Days=SIX_YEARS), [after(1)], Status.PASSED),
        (locked(Days=SIX_YEARS - 1), [after(1)], Status.FAILED),
        (locked(Years=7), [ON_A_DATE], Status.PASSED),
        (locked(Years=6), [ON_A_DATE], Status.FAILED),
    ],
)
def test_log_files_are_locked_for_six_years_or_do_not_expire_within_them(lock, found, status):
    assert retained(lock, *found) is status


@pytest.mark.parametrize(
    ("about", "status"),
    [
        ("", Status.FAILED),
        ("audit/", Status.FAILED),
        ("audit/AWSLogs/123456789012/", Status.FAILED),
        ("access/", Status.PASSED),
        ("AWSLogs/", Status.PASSED),
    ],
)
def test_a_rule_lets_log_files_expire_where_it_is_about_any_of_their_keys(about, status):
    assert retained(UNLOCKED, after(1, Filter={"Prefix": about}), prefix="audit") is status


def test_log_files_of_a_trail_without_a_prefix_are_below_awslogs():
    assert retained(UNLOCKED, after(1, Filter={"Prefix": "AWSLogs/"})) is Status.FAILED
    assert retained(UNLOCKED, after(1, Filter={"Prefix": "audit/"})) is Status.PASSED
