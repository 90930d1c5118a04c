"""Who hears of an alarm, and when an alarm on the audit trail is one."""

from __future__ import annotations

import pytest
from stack_verify.controls.cloudwatch.alarms import alarm_target_deliverable
from stack_verify.controls.cloudwatch.trail_alarms import alarm_cmk_deletion
from stack_verify.core.control import Status
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.cloudwatch import Alarm, MetricAlarms
from stack_verify.resources.kms import Key, KeyPolicy
from stack_verify.resources.logs import MetricFilter
from stack_verify.resources.sns import Topic, TopicSubscriptions
from support.hand_made import ACCOUNT, answered, arn, document, judged, snapshot

TOPICS = HEARD, UNHEARD = arn("sns", "heard"), arn("sns", "unheard")
ALARM_ARN, METRIC = arn("cloudwatch", "alarm:keys"), "audit|keys"


ONE_EVENT = {
    "Statistic": "Sum",
    "ComparisonOperator": "GreaterThanOrEqualToThreshold",
    "Threshold": 1,
    "Period": 300,
    "EvaluationPeriods": 1,
    "TreatMissingData": "notBreaching",
}
CLOUDWATCH = {"Service": "cloudwatch.amazonaws.com"}
PUBLISH = {"Effect": "Allow", "Principal": CLOUDWATCH, "Action": "sns:Publish", "Resource": "*"}
# The policy that SNS gives a topic.
BY_DEFAULT = {
    "Effect": "Allow",
    "Principal": {"AWS": "*"},
    "Action": ["SNS:Publish", "SNS:Subscribe"],
    "Resource": "*",
    "Condition": {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
}


def alarm(*actions: str, enabled: bool = True, **set_up: object) -> Alarm:
    fields = {**ONE_EVENT, **set_up}
    return answered(Alarm, AlarmName="keys", AlarmArn=ALARM_ARN, ActionsEnabled=enabled, AlarmActions=actions, **fields)


def topic(key: str, *subscriptions: str, **fields: object) -> tuple[Topic, TopicSubscriptions]:
    found = answered(Topic, **{"TopicArn": key, "Policy": document(PUBLISH), **fields})
    return found, answered(TopicSubscriptions, Topic=key, SubscriptionArns=subscriptions)


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


@pytest.mark.parametrize(
    ("set_up", "status"),
    [
        ({}, Status.PASSED),
        ({"Statistic": "SampleCount"}, Status.PASSED),
        ({"Statistic": "Maximum"}, Status.PASSED),
        ({"Threshold": 0, "ComparisonOperator": "GreaterThanThreshold"}, Status.PASSED),
        ({"EvaluationPeriods": 3, "DatapointsToAlarm": 1}, Status.PASSED),
        ({"Threshold": 2_000_000_000}, Status.FAILED),
        ({"ComparisonOperator": "GreaterThanThreshold"}, Status.FAILED),
        ({"ComparisonOperator": "LessThanThreshold"}, Status.FAILED),
        ({"EvaluationPeriods": 24}, Status.FAILED),
        ({"EvaluationPeriods": 3, "DatapointsToAlarm": 3}, Status.FAILED),
        ({"TreatMissingData": "breaching"}, Status.FAILED),
        ({"Threshold": None}, Status.ERROR),
        ({"Statistic": None, "ExtendedStatistic": "p99"}, Status.ERROR),
    ],
)
def test_an_alarm_on_a_trails_metric_can_be_raised_by_one_event(set_up, status):
    """T28: an alarm whose threshold can never be reached, or whose periods make it blind, does not watch."""
    assert keys_watched((BOTH,), alarm(HEARD, **set_up)) is status


KEY = arn("kms", "key/11111111-2222-3333-4444-555555555555")
USE = {"Effect": "Allow", "Principal": CLOUDWATCH, "Action": ["kms:GenerateDataKey*", "kms:Decrypt"], "Resource": "*"}
DECRYPT = {**USE, "Action": "kms:Decrypt"}
ROOT = {
    "Effect": "Allow",
    "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"},
    "Action": "kms:*",
    "Resource": "*",
}
OF_OTHERS = {**USE, "Condition": {"StringEquals": {"aws:SourceAccount": "210987654321"}}}
OF_OURS = {**USE, "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}, "ArnLike": {"aws:SourceArn": "arn:*"}}}


@pytest.mark.parametrize(
    ("manager", "key_policy", "status"),
    [
        ("CUSTOMER", (ROOT, USE), Status.PASSED),
        ("CUSTOMER", (ROOT, OF_OURS), Status.PASSED),
        ("CUSTOMER", (ROOT,), Status.FAILED),
        ("CUSTOMER", (ROOT, DECRYPT), Status.FAILED),
        ("CUSTOMER", (ROOT, OF_OTHERS), Status.FAILED),
        ("CUSTOMER", (ROOT, USE, {**USE, "Effect": "Deny"}), Status.FAILED),
        ("AWS", (), Status.FAILED),
    ],
)
def test_the_key_of_an_encrypted_alarm_topic_lets_cloudwatch_use_it(manager, key_policy, status):
    """T17: a confirmed subscription is not delivery where the topic's key refuses CloudWatch."""
    fields = {"KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
    key = answered(Key, KeyId=KEY.rpartition("/")[2], Arn=KEY, KeyManager=manager, **fields)
    policy = answered(KeyPolicy, Key=KEY, Policy=document(*key_policy))
    held = snapshot(alarm(HEARD), *topic(HEARD, f"{HEARD}:1", KmsMasterKeyId=KEY), key, policy)
    assert judged(alarm_target_deliverable, held) == {"keys": status}


@pytest.mark.parametrize(
    ("topic_policy", "status"),
    [
        ((PUBLISH,), Status.PASSED),
        ((BY_DEFAULT,), Status.PASSED),
        ((), Status.FAILED),
        (({**PUBLISH, "Action": "sns:Subscribe"},), Status.FAILED),
        ((PUBLISH, {**PUBLISH, "Effect": "Deny", "Principal": "*"}), Status.FAILED),
        (
            (
                PUBLISH,
                {
                    **PUBLISH,
                    "Effect": "Deny",
                    "Principal": "*",
                    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
                },
            ),
            Status.PASSED,
        ),
    ],
)
def test_the_policy_of_an_alarm_topic_lets_cloudwatch_publish(topic_policy, status):
    """T17: the topic's own policy is a link too."""
    held = snapshot(alarm(HEARD), *topic(HEARD, f"{HEARD}:1", Policy=document(*topic_policy)))
    assert judged(alarm_target_deliverable, held) == {"keys": status}
