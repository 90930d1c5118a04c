"""Reads AWS CloudTrail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verify.collect.collector import Answers, collects, collects_many
from verify.collect.reader import Reader
from verify.collect.tags import tag_map
from verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus, TrailTags

# ListTags takes this many resources (CloudTrail API reference).
MANY = 20


@collects_many(Trail, "cloudtrail:DescribeTrails", size=MANY)
def trails(reader: Reader, arns: Sequence[str]) -> Answers:
    """The trails with these ARNs. AWS leaves out one that is gone."""
    response = reader.call("cloudtrail", "DescribeTrails", trailNameList=list(arns))
    for item in response.items("trailList"):
        trail = response.decode(Trail, item)
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
