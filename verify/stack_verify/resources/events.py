"""Amazon EventBridge: event buses, whom their policies let in, and where rules send events; never an event."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[\w./-]{1,256}"
DEFAULT = "default"


class EventBusTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::Events::EventBus.Tags"):
    """``events:ListTagsForResource``, by the bus's ARN."""


class Target(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a rule sends events. What it sends is not kept."""

    arn: str


class Rule(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Events::Rule"):
    """A rule with its targets (``ListRules``, ``ListTargetsByRule``), by its ARN, or all of a bus, by the bus's."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("events", rf"(rule/{_NAME})", rf"(rule/{ANY_ID}(?:/{ANY_ID})*)"),),
        pulumi=("cloudwatch/eventRule",),
        terraform=("aws_cloudwatch_event_rule",),
    )
    id_field: ClassVar[str] = "rule_arn"
    arn_field: ClassVar[str | None] = "rule_arn"

    rule_arn: str = msgspec.field(name="Arn")
    name: str
    state: Known[str] = UNKNOWN
    targets: tuple[Target, ...]


class EventBus(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::Events::EventBus"):
    """``events:DescribeEventBus``, by the bus's name; one of another account or region by its ARN.

    AWS leaves out the policy of a bus that has none.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("events", rf"event-bus/({_NAME})", rf"event-bus/({ANY_ID})", by_name=True),),
        bare_names=(bare("event bus, event bus name, eventbridge bus, event bridge bus", _NAME),),
        pulumi=("cloudwatch/eventBus",),
        terraform=("aws_cloudwatch_event_bus",),
        asff="AwsEventsEventbus",
        by_tags=True,
    )
    id_field: ClassVar[str] = "name"
    arn_field: ClassVar[str | None] = "bus_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = EventBusTags
    leads_to: ClassVar[tuple[str, ...]] = (Rule.kind(), EventBusTags.kind())

    name: str
    # Of the collector.
    bus_arn: str
    policy: str | None = None

    def refers_to(self) -> Iterator[Question]:
        # Other stacks have their rules on the default bus, too.
        if self.name != DEFAULT:
            yield Rule.ask(self.bus_arn)
        yield from self.tags_question()
