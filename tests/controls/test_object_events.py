"""Whether a trail records what happens to the objects of a bucket, and of which buckets that is not asked."""

from __future__ import annotations

import pytest
from stack_verify.controls.cloudtrail.trails import cloudtrail_s3_read_events, cloudtrail_s3_write_events
from stack_verify.core.control import Status
from stack_verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.elbv2 import LoadBalancerAttributes
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.s3 import Bucket, BucketLogging
from stack_verify.resources.safeguards import Trails, scope
from support.hand_made import ACCOUNT, FOREIGN, answer, answered, denied, of_answers, said_of

DATA = answer("data", answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data", BucketRegion="sa-east-1"))
EVERY = "arn:aws:s3"


def arn(name: str) -> str:
    return f"arn:aws:cloudtrail:sa-east-1:{ACCOUNT}:trail/{name}"


def trail(name: str, *, to: str = "trails", kind: str = "All", of: str = EVERY, logging: bool = True):
    """A trail that delivers to a bucket and records calls of one kind on objects below an ARN."""
    selector = {
        "ReadWriteType": kind,
        "IncludeManagementEvents": True,
        "DataResources": [{"Type": "AWS::S3::Object", "Values": [of]}],
    }
    key = arn(name)
    return (
        answer(key, answered(Trail, Name=name, TrailARN=key, S3BucketName=to)),
        answer(key, answered(TrailStatus, Trail=key, IsLogging=logging)),
        answer(key, answered(EventSelectors, Trail=key, EventSelectors=[selector])),
    )


def shadows(*arns: str):
    """The answer that the region has these trails, whoever made them."""
    listed = [{"Name": each.rpartition("/")[2], "TrailARN": each, "IsMultiRegionTrail": True} for each in arns]
    return answer(scope(ACCOUNT, "sa-east-1"), answered(Trails, Scope=scope(ACCOUNT, "sa-east-1"), Trails=listed))


def told(*answers, gaps=(), around=()) -> tuple[Status, Status]:
    """What is said of reads and of writes of objects in the bucket called data."""
    seen = of_answers(DATA, *answers, *([] if around is None else [shadows(*around)]), gaps=gaps)
    return tuple(said_of(each, seen, "data")[0] for each in (cloudtrail_s3_read_events, cloudtrail_s3_write_events))


@pytest.mark.parametrize(
    ("trails", "reads", "writes"),
    [
        (trail("a"), Status.PASSED, Status.PASSED),
        (trail("a", kind="ReadOnly"), Status.PASSED, Status.FAILED),
        ((*trail("a", kind="ReadOnly"), *trail("b", kind="WriteOnly")), Status.PASSED, Status.PASSED),
        ((*trail("a", of="arn:aws:s3:::other/"), *trail("b")), Status.PASSED, Status.PASSED),
        (trail("a", logging=False), Status.FAILED, Status.FAILED),
        (trail("a", of="arn:aws:s3:::other/"), Status.FAILED, Status.FAILED),
        ((), Status.FAILED, Status.FAILED),
    ],
)
def test_a_trail_that_is_logging_records_them(trails, reads, writes):
    assert told(*trails) == (reads, writes)


def test_a_trail_that_could_not_be_read_may_record_them():
    gaps = (denied(Trail, arn("b")),)
    assert told(gaps=gaps) == (Status.ERROR, Status.ERROR)
    assert told(*trail("a"), gaps=gaps) == (Status.PASSED, Status.PASSED)


OF_THE_ORGANISATION = f"arn:aws:cloudtrail:us-east-1:{FOREIGN}:trail/organisation"


def shadow(of: str, *, logging: bool = True):
    """What AWS answers here of the organisation's trail, which the stack does not name."""
    selector = {"ReadWriteType": "All", "IncludeManagementEvents": True}
    selector["DataResources"] = [{"Type": "AWS::S3::Object", "Values": [of]}]
    return (
        answer(OF_THE_ORGANISATION, answered(TrailStatus, Trail=OF_THE_ORGANISATION, IsLogging=logging)),
        answer(OF_THE_ORGANISATION, answered(EventSelectors, Trail=OF_THE_ORGANISATION, EventSelectors=[selector])),
    )


def test_the_organisations_trail_records_them_too():
    around = (OF_THE_ORGANISATION,)
    assert told(*shadow(EVERY), around=around) == (Status.PASSED, Status.PASSED)
    assert told(*shadow("arn:aws:s3:::other/"), around=around) == (Status.FAILED, Status.FAILED)
    assert told(*shadow(EVERY, logging=False), around=around) == (Status.FAILED, Status.FAILED)


def test_a_trail_that_another_account_keeps_is_verified_there():
    fields = {"KindAsked": TrailStatus.kind(), "Key": OF_THE_ORGANISATION, "Account": FOREIGN, "Said": "denied"}
    kept = answer(OF_THE_ORGANISATION, answered(Elsewhere, **fields), kind=TrailStatus)
    assert told(kept, around=(OF_THE_ORGANISATION,)) == (Status.NOT_APPLICABLE, Status.NOT_APPLICABLE)


def test_where_the_trails_of_the_region_were_not_read_nothing_fails():
    assert told(around=None) == (Status.ERROR, Status.ERROR)
    assert told(*trail("a"), around=None) == (Status.PASSED, Status.PASSED)


def test_a_bucket_whose_logging_could_not_be_read_may_log_into_it():
    assert told(gaps=(denied(BucketLogging, "other"),)) == (Status.ERROR, Status.ERROR)


def channel(name: str, bucket: str):
    fields = {"name": name, "s3BucketName": bucket}
    return answer(name, answered(DeliveryChannel, **fields))


def balancer(name: str, bucket: str, enabled: str = "true"):
    attributes = {"access_logs.s3.enabled": enabled, "access_logs.s3.bucket": bucket}
    return answer(name, answered(LoadBalancerAttributes, LoadBalancer=name, **attributes))


def logged(name: str, target: str | None):
    setting = {"LoggingEnabled": {"TargetBucket": target, "TargetPrefix": ""}} if target else {}
    return answer(name, answered(BucketLogging, Bucket=name, **setting))


@pytest.mark.parametrize(
    "delivering",
    [
        (*trail("a", logging=False), *trail("b", to="data", logging=False)),
        (channel("a", "other"), channel("b", "data")),
        (balancer("a", "other"), balancer("b", "data")),
        (logged("a", None), logged("b", "data"), logged("c", "other")),
    ],
    ids=["a trail", "AWS Config", "a load balancer", "S3"],
)
def test_a_bucket_that_a_service_delivers_its_logs_into_is_not_spoken_of(delivering):
    assert told(*delivering) == (Status.NOT_APPLICABLE, Status.NOT_APPLICABLE)


def test_a_load_balancer_that_delivers_nothing_leaves_it_a_bucket_of_data():
    assert told(balancer("a", "data", enabled="false")) == (Status.FAILED, Status.FAILED)
