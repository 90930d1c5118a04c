"""Fields of AWS CloudTrail: trails and the events that they record."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from stack_verify.drift.field import Table, Value, apart, field, set_of, types
from stack_verify.drift.normalize import log_group
from stack_verify.drift.tags import TAGS
from stack_verify.resources.cloudtrail import EventSelector, EventSelectors, TrailStatus


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
)
