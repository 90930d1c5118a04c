"""Fields of Amazon EventBridge: policies of buses."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, own, types
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.events import EventBus

TABLES = (
    Table(types("cloudwatch/eventBus:EventBus"), (field("name", "name"), TAGS)),
    Table(
        types("cloudwatch/eventBusPolicy:EventBusPolicy"),
        (field("policy", own("policy", policy), spell=policy),),
        kind=EventBus,
        key="eventBusName",
    ),
)
