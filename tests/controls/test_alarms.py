"""Who hears of an alarm, and when an alarm on the audit trail is one."""

from __future__ import annotations

import pytest
from stack_verify.controls.cloudwatch.alarms import alarm_target_deliverable
from stack_verify.controls.cloudwatch.trail_alarms import alarm_cmk_deletion
from stack_verify.core.control import Status
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.cloudwatch import Alarm, MetricAlarms
from stack_verify.resources.logs import MetricFilter
from stack_verify.resources.sns import Topic, TopicSubscriptions
from support.hand_made import answered, arn, judged, snapshot

TOPICS = HEARD, UNHEARD = arn("sns", "heard"), arn("sns", "unheard")
ALARM_ARN, METRIC = arn("cloudwatch", "alarm:keys"), "audit|keys"


def alarm(*actions: str, enabled: bool = True) -> Alarm:
    return answered(Alarm, AlarmName="keys", AlarmArn=ALARM_ARN, ActionsEnabled=enabled, AlarmActions=actions)


def topic(key: str, *subscriptions: str) -> tuple[Topic, TopicSubscriptions]:
    return answered(Topic, TopicArn=key), answered(TopicSubscriptions, Topic=key, SubscriptionArns=subscriptions)


@pytest.mark.parametrize(
    ("topics", "status"),
    [
        ((HEARD,), Status.PASSED),
        ((UNHEARD,), Status.FAILED),
        ((HEARD, UNHEARD), Status.FAILED),
        ((), Status.NOT_APPLICABLE),
    ],
)
def test_every_topic_of_an_alarm_has_somebody_who_hears_it(topics, status):
    held = snapshot(alarm(*topics), *topic(HEARD, f"{HEARD}:1"), *topic(UNHEARD, "PendingConfirmation"))
    assert judged(alarm_target_deliverable, held) == {"keys": status}


DISABLED, SCHEDULED = "{ $.eventName = DisableKey }", "{ $.eventName = ScheduleKeyDeletion }"
BOTH = "{ ($.eventName = DisableKey) || ($.eventName = ScheduleKeyDeletion) }"
NOT_KNOWN = "{ $.eventName = %.*Key.*% }"


@pytest.mark.parametrize(
    ("patterns", "status"),
    [
        ((BOTH,), Status.PASSED),
        ((DISABLED, SCHEDULED), Status.PASSED),
        ((DISABLED,), Status.FAILED),
        ((), Status.FAILED),
        ((NOT_KNOWN,), Status.ERROR),
        ((DISABLED, NOT_KNOWN), Status.ERROR),
        ((NOT_KNOWN, BOTH), Status.PASSED),
    ],
    ids=["one", "one each", "one of two", "none", "not known", "one and not known", "enough beside one not known"],
)
def test_each_event_needs_a_filter_that_matches_it_and_one_that_is_not_known_may_be_it(patterns, status):
    assert keys_watched(patterns, alarm(HEARD)) is status


@pytest.mark.parametrize("deaf", [alarm(), alarm(HEARD, enabled=False)], ids=["no action", "actions off"])
def test_an_alarm_that_does_nothing_is_none(deaf):
    assert keys_watched((BOTH,), deaf) is Status.FAILED


def keys_watched(patterns: tuple[str, ...], listening: Alarm) -> Status:
    """What is said of a trail whose log group has filters of these patterns, all counted in the alarm's metric."""
    group = arn("logs", "log-group:trail:*")
    trail = answered(
        Trail, Name="t", TrailARN=arn("cloudtrail", "trail/t"), S3BucketName="logs", CloudWatchLogsLogGroupArn=group
    )
    counted = [{"metricName": "keys", "metricNamespace": "audit"}]
    filters = [
        answered(MetricFilter, logGroupName="trail", filterName=each, filterPattern=each, metricTransformations=counted)
        for each in patterns
    ]
    alarms = answered(MetricAlarms, Metric=METRIC, AlarmArns=[ALARM_ARN])
    held = snapshot(trail, *filters, alarms, listening, lists=[(MetricFilter, "trail")])
    return judged(alarm_cmk_deletion, held)["t"]
