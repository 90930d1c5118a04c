"""Fields of Amazon CloudWatch Logs: log groups and metric filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import ALL, Compare, Table, Value, every, field, types
from stack_verify.drift.tags import TAGS
from stack_verify.resources.logs import MetricFilter


def _filter(inputs: Mapping[str, Any]) -> Value:
    metric = inputs["metricTransformation"]
    return (f"{inputs['name']}: {inputs['pattern'].strip()} to {metric['namespace']} {metric['name']}",)


def _live_filter(found: MetricFilter) -> str:
    metrics = (f"{metric.metric_namespace} {metric.metric_name}" for metric in found.metric_transformations)
    return f"{found.filter_name}: {found.filter_pattern.strip()} to {', '.join(metrics)}"


def _days(value: object) -> Value:
    """A retention in days; the provider writes 0 for keeping everything."""
    return None if str(value) in ("0", "None") else str(value)


TABLES = (
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
)
