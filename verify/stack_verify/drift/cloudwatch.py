"""Fields of Amazon CloudWatch: alarms."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, types
from stack_verify.drift.tags import TAGS

TABLES = (
    Table(
        types("cloudwatch/metricAlarm:MetricAlarm", "cloudwatch/compositeAlarm:CompositeAlarm"),
        (
            field("actionsEnabled", "actions_enabled", "true"),
            field("alarmActions", "alarm_actions", ()),
            TAGS,
        ),
    ),
)
