"""Reads AWS CloudTrail."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader, Response
from stack_verify.collect.tags import tag_map
from stack_verify.resources.arn import parse_arn, region_of_events
from stack_verify.resources.cloudtrail import EventSelectors, LastChange, Trail, TrailStatus, TrailTags

# ListTags takes this many resources (CloudTrail API reference).
MANY = 20
# Lookups are limited to two a second for an account and region, other tools' among them (LookupEvents).
PAUSE = 0.5  # seconds
# Pages of 50 events that are looked through: most of a resource's events are reads, an audit's own among them.
PAGES = 4
_KEPT = ("EventId", "EventName", "EventTime", "Username")


@collects_many(Trail, "cloudtrail:DescribeTrails", size=MANY)
def trails(reader: Reader, arns: Sequence[str]) -> Answers:
    """The trails with these ARNs. AWS leaves out one that is gone."""
    response = reader.call("cloudtrail", "DescribeTrails", trailNameList=list(arns))
    elsewhere = None if reader.region == reader.home else reader.region
    for item in response.items("trailList"):
        trail = response.decode(Trail, item, Elsewhere=elsewhere)
        if trail.trail_arn in arns:
            yield trail.trail_arn, trail


@collects(TrailStatus, "cloudtrail:GetTrailStatus")
def status(reader: Reader, arn: str) -> Iterator[TrailStatus]:
    """Whether the trail logs, and how its deliveries went."""
    yield reader.call("cloudtrail", "GetTrailStatus", Name=arn).decode(TrailStatus, Trail=arn)


@collects(EventSelectors, "cloudtrail:GetEventSelectors")
def event_selectors(reader: Reader, arn: str) -> Iterator[EventSelectors]:
    """Which events the trail records."""
    yield reader.call("cloudtrail", "GetEventSelectors", TrailName=arn).decode(EventSelectors, Trail=arn)


@collects_many(TrailTags, "cloudtrail:ListTags", size=MANY)
def tags(reader: Reader, arns: Sequence[str]) -> Answers:
    """The trails' tags."""
    for page in reader.pages("cloudtrail", "ListTags", ResourceIdList=list(arns)):
        for item in page.items("ResourceTagList"):
            found = page.decode(TrailTags, Resource=item.get("ResourceId"), Tags=tag_map(item.get("TagsList", ())))
            yield found.resource, found


@collects(LastChange, "cloudtrail:LookupEvents")
def last_change(reader: Reader, subject: str) -> Iterator[LastChange]:
    """The latest event on a resource, given as its kind and name, that was no read."""
    kind, _, name = subject.partition(" ")
    reader.go_to(region_of_events(kind, reader.region))
    looked_at = 0
    for page in (page for known_as in _names(name) for page in _events(reader, known_as)):
        for event in page.items("Events"):
            looked_at += 1
            if event.get("ReadOnly") != "true":
                kept = {field: event[field] for field in _KEPT if field in event}
                yield page.decode(LastChange, kept, Subject=subject, LookedAt=looked_at)
                return
    yield page.decode(LastChange, {}, Subject=subject, LookedAt=looked_at)


def _names(name: str) -> tuple[str, ...]:
    """What CloudTrail may know a resource by: services write its ARN or its name."""
    arn = parse_arn(name)
    return (name,) if arn is None else (name, arn.resource.rpartition("/" if "/" in arn.resource else ":")[2])


def _events(reader: Reader, name: str) -> Iterator[Response]:
    """The events that name a resource, the latest first, as far as they are looked through."""
    attributes = [{"AttributeKey": "ResourceName", "AttributeValue": name}]
    pages = reader.pages("cloudtrail", "LookupEvents", LookupAttributes=attributes)
    for _ in range(PAGES):
        time.sleep(PAUSE)
        page = next(pages)
        yield page
        if not page.body.get("NextToken"):
            return
