"""Fields of what records and tells: trails, log groups, alarms, topics, AWS Config."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stack_verify.drift.field import ACCOUNT, ALL, Compare, Table, Value, apart, every, field, own, set_of, types
from stack_verify.drift.normalize import given, log_group
from stack_verify.drift.tags import TAGS
from stack_verify.resources.cloudtrail import EventSelector, EventSelectors, TrailStatus
from stack_verify.resources.config import DeliveryChannel, RecorderStatus
from stack_verify.resources.logs import MetricFilter
from stack_verify.resources.sns import TopicSubscriptions


def _selectors(selectors: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_selector(each) for each in selectors))


def _selector(selector: Mapping[str, Any]) -> str:
    data = selector.get("dataResources") or ()
    resources = {f"{each['type']} {value}" for each in data for value in each["values"]}
    management = selector.get("includeManagementEvents", True)
    excluded = selector.get("excludeManagementEventSources") or ()
    return _told(selector.get("readWriteType", "All"), resources, excluded, management=management is not False)


def _live_selectors(selectors: tuple[EventSelector, ...]) -> Value:
    return set_of(*(_live_selector(each) for each in selectors))


def _live_selector(selector: EventSelector) -> str:
    resources = {f"{each.type} {value}" for each in selector.data_resources for value in each.values}
    excluded = selector.exclude_management_event_sources
    return _told(selector.read_write_type, resources, excluded, management=selector.include_management_events)


def _told(read_write: str, resources: set[str], excluded: Sequence[str], *, management: bool) -> str:
    events = f"but {', '.join(sorted(excluded))} with" if excluded else "with" if management else "without"
    return f"{read_write} {events} management events: {', '.join(sorted(resources)) or 'no data events'}"


def _filter(inputs: Mapping[str, Any]) -> Value:
    metric = inputs["metricTransformation"]
    return (f"{inputs['name']}: {inputs['pattern'].strip()} to {metric['namespace']} {metric['name']}",)


def _live_filter(found: MetricFilter) -> str:
    metrics = (f"{metric.metric_namespace} {metric.metric_name}" for metric in found.metric_transformations)
    return f"{found.filter_name}: {found.filter_pattern.strip()} to {', '.join(metrics)}"


def _days(value: object) -> Value:
    """A retention in days; the provider writes 0 for keeping everything."""
    return None if str(value) in ("0", "None") else str(value)


def _anybody(arns: tuple[str, ...]) -> Value:
    """Whether a topic has a subscription, confirmed or not; in place of the ARN of one that is gone is a word."""
    return "false" if set(arns) <= {"Deleted"} else "true"


TABLES = (
    Table(
        types("cloudtrail/trail:Trail"),
        (
            field("s3BucketName", "s3_bucket_name"),
            field("kmsKeyId", "kms_key_id"),
            field("isMultiRegionTrail", "is_multi_region_trail", "false"),
            field("enableLogFileValidation", "log_file_validation_enabled", "false"),
            field("enableLogging", apart(TrailStatus, "is_logging"), "true"),
            field("cloudWatchLogsGroupArn", "cloud_watch_logs_log_group_arn", None, spell=log_group),
            field("cloudWatchLogsRoleArn", "cloud_watch_logs_role_arn", None),
            field("eventSelectors", apart(EventSelectors, "event_selectors", _live_selectors), spell=_selectors),
            TAGS,
        ),
    ),
    Table(
        types("cloudwatch/logGroup:LogGroup"),
        (
            field("retentionInDays", "retention_in_days", None, spell=_days),
            field("kmsKeyId", "kms_key_id", None),
            TAGS,
        ),
    ),
    Table(
        types("cloudwatch/logMetricFilter:LogMetricFilter"),
        (field("metricFilters", every(_live_filter), spell=_filter, compare=Compare.AT_LEAST, of=ALL),),
        kind=MetricFilter,
        key="logGroupName",
    ),
    Table(
        types("cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/compositeAlarm:CompositeAlarm"),
        (
            field("actionsEnabled", "actions_enabled", "true"),
            field("alarmActions", "alarm_actions", ()),
            TAGS,
        ),
    ),
    Table(types("sns/topic:Topic"), (field("kmsMasterKeyId", "kms_master_key_id", None), TAGS)),
    # Neither who is told nor how: that may be somebody's address, which is not read.
    Table(
        types("sns/topicSubscription:TopicSubscription"),
        (field("topic", own("subscription_arns", _anybody), spell=given),),
        kind=TopicSubscriptions,
        key="topic",
    ),
    Table(
        types("cfg/recorder:Recorder"),
        (
            field("roleArn", "role_arn"),
            field("recordingGroup.allSupported", own("recording_group.all_supported")),
        ),
    ),
    Table(
        types("cfg/recorderStatus:RecorderStatus"),
        (field("isEnabled", "recording"),),
        kind=RecorderStatus,
        key="name",
    ),
    Table(
        types("cfg/deliveryChannel:DeliveryChannel"),
        (
            field("s3BucketName", "s3_bucket_name"),
            field("s3KmsKeyArn", "s3_kms_key_arn", None),
        ),
        kind=DeliveryChannel,
        key=ACCOUNT,
    ),
)
