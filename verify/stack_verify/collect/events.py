"""Reads Amazon EventBridge: buses, their policies and the targets of their rules, and never an event."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.events import DEFAULT, EventBus, EventBusTags, Rule

GONE = ("ResourceNotFoundException",)
BUSES = "arn:{partition}:events:{region}:{account}:event-bus/*"


@collects(EventBus, "events:DescribeEventBus", on=(BUSES,))
def event_buses(reader: Reader, key: str) -> Iterator[EventBus]:
    """The bus with this name or ARN."""
    response = reader.call("events", "DescribeEventBus", Name=key, answers=GONE)
    if not response.absent:
        yield response.decode(EventBus, BusArn=response.body["Arn"])


@collects(Rule, "events:ListRules", "events:ListTargetsByRule")
def rules(reader: Reader, arn: str) -> Iterator[Rule]:
    """The rule with this ARN, or all of the bus with it, and their targets."""
    if ":event-bus/" in arn:
        bus, prefix = arn.partition(":event-bus/")[2], {}
    else:
        before, _, name = arn.partition(":rule/")[2].rpartition("/")
        bus, prefix = before or DEFAULT, {"NamePrefix": name}
    for page in reader.pages("events", "ListRules", EventBusName=bus, answers=GONE, **prefix):
        for item in page.items("Rules"):
            if not prefix or item["Arn"] == arn:
                yield page.decode(Rule, {**item, "Targets": _targets(reader, item["Name"], bus)})


@collects(EventBusTags, "events:ListTagsForResource", on=(BUSES,))
def tags(reader: Reader, arn: str) -> Iterator[EventBusTags]:
    """The bus's tags."""
    response = reader.call("events", "ListTagsForResource", ResourceARN=arn)
    yield response.decode(EventBusTags, {}, Resource=arn, Tags=tag_map(response.items("Tags")))


def _targets(reader: Reader, rule: str, bus: str) -> list[Body]:
    pages = reader.pages("events", "ListTargetsByRule", Rule=rule, EventBusName=bus)
    return [{"Arn": target["Arn"]} for page in pages for target in page.items("Targets")]
