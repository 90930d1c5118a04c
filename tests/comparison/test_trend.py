"""The trend of a stack's audits: since when something is open, and how long it took to mend it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from stack_verify.comparison.changes import Row
from stack_verify.comparison.trend import RecordedAudit, trend
from stack_verify.core.control import Severity, Status
from stack_verify.core.finding import Subject

PASSED, FAILED, ERROR, WAIVED, NOTHING = (
    Status.PASSED,
    Status.FAILED,
    Status.ERROR,
    Status.WAIVED,
    Status.NOT_APPLICABLE,
)
FIRST = datetime(2026, 11, 1, 6, tzinfo=UTC)
DAY = 86_400.0


def row(status: Status, control: str = "s3-versioning", resource: str = "data", arn: str | None = None) -> Row:
    subject = Subject(type="AWS::S3::Bucket", id=resource, arn=arn, region="sa-east-1", account="123456789012")
    return Row(
        control=control, title="Versions", severity=Severity.HIGH, resource=subject, status=status, observed="seen"
    )


def audit(day: int, *rows: Row) -> RecordedAudit:
    return RecordedAudit(
        taken_at=FIRST + timedelta(days=day),
        account="123456789012",
        region="sa-east-1",
        stack=("healthcare", "prod", "synth1"),
        snapshot_sha256=f"{day:064}",
        policy_sha256="0" * 64,
        rows=rows,
    )


def days(*statuses: Status | None) -> list[RecordedAudit]:
    """An audit a day in which the one finding has this status, or is not there."""
    return [audit(day, *(() if status is None else (row(status),))) for day, status in enumerate(statuses)]


def test_a_failure_is_open_from_the_audit_that_saw_it_first():
    (control,) = trend(days(PASSED, FAILED, FAILED)).controls
    assert (control.open, control.open_since) == (1, FIRST + timedelta(days=1))
    assert (control.repairs.repaired, control.repairs.mean_seconds) == (0, None)
    assert control.worst == (PASSED, FAILED, FAILED)


def test_the_time_to_repair_goes_to_the_audit_that_saw_it_mended_first():
    (control,) = trend(days(FAILED, FAILED, PASSED, FAILED, PASSED)).controls
    assert (control.open, control.open_since) == (0, None)
    assert (control.repairs.repaired, control.repairs.mean_seconds, control.repairs.longest_seconds) == (
        2,
        1.5 * DAY,
        2 * DAY,
    )


@pytest.mark.parametrize(
    ("statuses", "ending", "repaired"),
    [
        ((FAILED, PASSED), "passed", 1),
        ((FAILED, ERROR, PASSED), "passed", 1),
        ((ERROR, FAILED, PASSED), "passed", 1),
        ((ERROR, PASSED), "passed", 0),
        ((FAILED, WAIVED), "waived", 0),
        ((FAILED, NOTHING), "not applicable", 0),
        ((FAILED, None), "not judged", 0),
        ((FAILED, ERROR), None, 0),
    ],
)
def test_only_a_failure_that_passes_is_repaired(statuses, ending, repaired):
    found = trend(days(*statuses))
    (episode,) = found.episodes
    assert (episode.ending, found.repairs.repaired) == (ending, repaired)


def test_a_resource_that_is_gone_while_its_control_judges_others_is_repaired():
    other = row(PASSED, resource="logs")
    found = trend([audit(0, row(FAILED), other), audit(1, other)])
    assert ([episode.ending for episode in found.episodes], found.repairs.repaired) == (["gone"], 1)


def test_a_resource_that_is_gone_while_its_control_could_not_be_verified_is_still_open():
    """What AWS did not list may be there."""
    found = trend([audit(0, row(FAILED)), audit(1, row(ERROR, resource="s3:ListBuckets"))])
    assert {(each.resource.id, each.closed) for each in found.episodes} == {("data", None), ("s3:ListBuckets", None)}


def test_a_resource_that_is_missing_where_not_all_was_answered_is_still_open():
    unread = row(ERROR, control="evidence-complete", resource="key")
    found = trend([audit(0, row(FAILED), row(PASSED, resource="logs")), audit(1, row(PASSED, resource="logs"), unread)])
    (open_one,) = (episode for episode in found.episodes if episode.control == "s3-versioning")
    assert (open_one.ending, found.repairs.repaired) == (None, 0)


def test_a_control_that_speaks_of_nothing_any_more_repaired_nothing():
    """The policy may have turned it off."""
    found = trend([audit(0, row(FAILED)), audit(1, row(NOTHING, resource=""))])
    assert ([episode.ending for episode in found.episodes], found.repairs.repaired) == (["not applicable"], 0)


def test_an_error_that_knows_no_arn_goes_on_where_the_failure_had_one():
    found = trend([audit(0, row(FAILED, arn="arn:aws:s3:::data")), audit(1, row(ERROR)), audit(2, row(PASSED))])
    (episode,) = found.episodes
    assert episode.repair == timedelta(days=2)


def test_of_two_findings_on_one_id_the_worst_counts():
    found = trend([audit(0, row(FAILED, arn="one"), row(PASSED, arn="two"))])
    assert [episode.closed for episode in found.episodes] == [None]


def test_audits_are_told_in_the_order_of_their_times_with_their_counts():
    found = trend(reversed([*days(PASSED, FAILED), audit(2, row(PASSED), row(WAIVED, "rds-multi-az", "db"))]))
    assert [{status.value: count for status, count in each.by_status.items() if count} for each in found.audits] == [
        {"passed": 1},
        {"failed": 1},
        {"passed": 1, "waived": 1},
    ]


def test_what_is_open_comes_first_and_the_oldest_before_the_younger():
    mended, old, young = (row(FAILED, control) for control in ("a-mended", "z-old", "b-young"))
    found = trend([audit(0, mended, old), audit(1, row(PASSED, "a-mended"), old, young)])
    assert [each.control for each in found.controls] == ["z-old", "b-young", "a-mended"]


def test_no_audits_have_no_trend():
    with pytest.raises(ValueError, match="no audits"):
        trend([])
