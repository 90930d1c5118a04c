"""What a trail records and delivers, where the live state of the emulator cannot show it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from stack_verify.controls.cloudtrail.events import management, objects
from stack_verify.controls.cloudtrail.trails import cloudtrail_delivery_healthy
from stack_verify.core.control import Status
from stack_verify.inquiry import Answer, Caller, Stack
from stack_verify.policy import load_policy
from stack_verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus
from stack_verify.resources.resource import ApiCall
from stack_verify.resources.s3 import Bucket
from stack_verify.snapshot import Snapshot

NOW = datetime(2026, 1, 31, 12, tzinfo=UTC)
CALL = ApiCall(api="cloudtrail:GetTrail", account="123456789012", region="sa-east-1", request_id=None, at=NOW)
ARN = "arn:aws:cloudtrail:sa-east-1:123456789012:trail/t"
TRAIL = Trail(observed_by=CALL, name="t", trail_arn=ARN, s3_bucket_name="logs")
BUCKET = "arn:aws:s3:::data"
POLICY = load_policy("hipaa", "prod")


def recorded(**selectors: object) -> EventSelectors:
    return msgspec.convert({**selectors, "Trail": ARN, "ObservedBy": msgspec.to_builtins(CALL)}, EventSelectors)


def basic(
    kind: str = "All",
    *,
    management: bool = False,
    without: tuple[str, ...] = (),
    of: str | list[str] = "",
    kinds: str = "AWS::S3::Object",
) -> EventSelectors:
    selector = {
        "ReadWriteType": kind,
        "IncludeManagementEvents": management,
        "ExcludeManagementEventSources": without,
        "DataResources": [{"Type": kinds, "Values": [of] if isinstance(of, str) else of}] if of else [],
    }
    return recorded(EventSelectors=[selector])


def advanced(*lines: dict[str, object]) -> EventSelectors:
    return recorded(AdvancedEventSelectors=[{"FieldSelectors": lines}])


def field(name: str, **operators: list[str]) -> dict[str, object]:
    return {"Field": name, **operators}


MANAGEMENT = field("eventCategory", Equals=["Management"])
DATA = (field("eventCategory", Equals=["Data"]), field("resources.type", Equals=["AWS::S3::Object"]))


@pytest.mark.parametrize(
    ("selectors", "calls"),
    [
        (basic(management=True), {"read", "write"}),
        (basic("WriteOnly", management=True), {"write"}),
        (basic(management=True, without=("kms.amazonaws.com",)), set()),
        (basic(), set()),
        (advanced(MANAGEMENT), {"read", "write"}),
        (advanced(MANAGEMENT, field("readOnly", Equals=["true"])), {"read"}),
        (advanced(MANAGEMENT, field("readOnly", Equals=["false"])), {"write"}),
        (advanced(MANAGEMENT, field("eventSource", NotEquals=["kms.amazonaws.com"])), set()),
        (advanced(MANAGEMENT, field("eventName", Equals=["CreateTrail"])), set()),
        (advanced(field("eventCategory", Equals=["Management"], NotEquals=["Data"])), set()),
        (advanced(field("eventCategory", Equals=["Management"], EndsWith=["t"])), set()),
        (advanced(field("eventCategory", Equals=["Management"], StartsWith=["M"])), set()),
        (advanced(*DATA), set()),
        (recorded(), set()),
    ],
)
def test_management_events_are_recorded_of_these_calls(selectors, calls):
    assert management(selectors) == calls


@pytest.mark.parametrize(
    ("selectors", "calls"),
    [
        (basic(of="arn:aws:s3:::data/"), {"read", "write"}),
        (basic(of="arn:aws:s3"), {"read", "write"}),
        (basic("ReadOnly", of="arn:aws:s3:::"), {"read"}),
        (basic(of="arn:aws:s3:::data/records/"), set()),
        (basic(of="arn:aws:s3:::database/"), set()),
        (basic(of="arn:aws:s3", kinds="AWS::Lambda::Function"), set()),
        (basic(of=["arn:aws:s3:::other/", "arn:aws:s3:::data/"]), {"read", "write"}),
        (basic(management=True), set()),
        (advanced(*DATA), {"read", "write"}),
        (advanced(*DATA, field("readOnly", Equals=["false"])), {"write"}),
        (
            advanced(*DATA, field("resources.ARN", StartsWith=["arn:aws:s3:::other/", "arn:aws:s3:::data/"])),
            {"read", "write"},
        ),
        (advanced(*DATA, field("resources.ARN", StartsWith=["arn:aws:s3:::data/records/"])), set()),
        (advanced(*DATA, field("resources.ARN", Equals=["arn:aws:s3:::data/"])), set()),
        (advanced(*DATA, field("resources.ARN", EndsWith=["/"])), set()),
        (advanced(*DATA, field("resources.ARN", StartsWith=["arn:aws:s3:::data/"], EndsWith=["/"])), set()),
        (
            advanced(*DATA, field("resources.ARN", StartsWith=["arn:aws:s3:::data/"], Equals=["arn:aws:s3:::data/"])),
            set(),
        ),
        (advanced(*DATA, field("eventName", Equals=["GetObject"])), set()),
        (advanced(DATA[0], field("resources.type", Equals=["AWS::Lambda::Function"])), set()),
        (advanced(MANAGEMENT), set()),
    ],
)
def test_events_of_a_buckets_objects_are_recorded_of_these_calls(selectors, calls):
    assert objects(selectors, BUCKET) == calls


def delivery(**status: object) -> Status:
    found = TrailStatus(observed_by=CALL, trail=ARN, is_logging=True, **status)
    caller = Caller(account=CALL.account, arn="arn:aws:iam::123456789012:user/audit", region=CALL.region)
    answer = Answer(question=TrailStatus.ask(ARN), call=CALL, ids=((TrailStatus.kind(), ARN),), in_stack=True)
    elsewhere = Answer(question=Bucket.ask("logs"), call=CALL, ids=(), in_stack=True)
    snapshot = Snapshot(
        taken_at=NOW, caller=caller, stack=Stack(source="outputs.json"), resources=(found,), answers=(answer, elsewhere)
    )
    return cloudtrail_delivery_healthy.check(TRAIL, snapshot, POLICY).status


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ({"latest_delivery_time": NOW - timedelta(hours=2)}, Status.PASSED),
        ({"latest_delivery_time": NOW - timedelta(hours=2, seconds=1)}, Status.FAILED),
        ({"latest_delivery_time": NOW, "latest_delivery_error": "AccessDenied"}, Status.FAILED),
        ({"latest_delivery_time": NOW, "latest_digest_delivery_error": "NoSuchBucket"}, Status.FAILED),
        ({"latest_delivery_time": NOW, "latest_cloud_watch_logs_delivery_error": "Access denied"}, Status.FAILED),
        ({"start_logging_time": NOW - timedelta(hours=2)}, Status.NOT_APPLICABLE),
        ({"start_logging_time": NOW - timedelta(hours=3)}, Status.FAILED),
        ({}, Status.FAILED),
    ],
)
def test_a_trail_that_delivers_late_or_with_errors_fails(status, expected):
    assert delivery(**status) is expected
