"""Reads Amazon CloudFront: how distributions are set up, and never what they serve."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Malformed, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.cloudfront import Distribution, DistributionTags, LogDeliveries
from stack_verify.resources.partitions import PARTITIONS, partition

GONE = ("NoSuchDistribution",)
DISTRIBUTIONS = "arn:{partition}:cloudfront::{account}:distribution/*"


@collects(Distribution, "cloudfront:GetDistribution", "cloudfront:ListDistributions")
def distributions(reader: Reader, key: str) -> Iterator[Distribution]:
    """The distribution with this id, or with this first part of its host name, which is in small letters."""
    name = _with_host(reader, key) if key.islower() else key
    if name is None:
        return
    response = reader.call("cloudfront", "GetDistribution", Id=name, answers=GONE)
    if not response.absent:
        yield response.decode(Distribution, _whole(response.item("Distribution")))


@collects(LogDeliveries, "logs:DescribeDeliverySources", "logs:DescribeDeliveries")
def log_deliveries(reader: Reader, arn: str) -> Iterator[LogDeliveries]:
    """Where the access logs of the distribution with this ARN are delivered to."""
    reader.go_to(PARTITIONS[partition(reader.region)].global_region)
    sources = {
        source["name"]
        for page in reader.pages("logs", "DescribeDeliverySources")
        for source in page.items("deliverySources")
        if arn in source["resourceArns"] and source["logType"] == "ACCESS_LOGS"
    }
    pages = list(reader.pages("logs", "DescribeDeliveries"))
    found = [each for page in pages for each in page.items("deliveries") if each["deliverySourceName"] in sources]
    destinations = sorted(each["deliveryDestinationArn"] for each in found)
    yield pages[-1].decode(LogDeliveries, {}, Distribution=arn, Destinations=destinations)


@collects(DistributionTags, "cloudfront:ListTagsForResource", on=(DISTRIBUTIONS,))
def tags(reader: Reader, arn: str) -> Iterator[DistributionTags]:
    """The distribution's tags."""
    response = reader.call("cloudfront", "ListTagsForResource", Resource=arn)
    yield response.decode(DistributionTags, {}, Resource=arn, Tags=tag_map(response.item("Tags").get("Items", ())))


def _whole(answer: Body) -> Body:
    """The answer, all of it: each list of CloudFront's says its Quantity, and is left out where that is 0.

    Raises:
        Malformed: when a list is shorter than it says.
    """
    parts: list[Any] = [answer]
    while parts:
        part = parts.pop()
        if isinstance(part, dict):
            if part.get("Quantity", 0) != len(part.get("Items") or ()) and "Quantity" in part:
                raise Malformed("cloudfront answered with a list that is not as long as it says")
            parts += part.values()
        elif isinstance(part, list):
            parts += part
    return answer


def _with_host(reader: Reader, label: str) -> str | None:
    """The id of the distribution whose host name begins with ``label``; None where the account has none."""
    for page in reader.pages("cloudfront", "ListDistributions"):
        for each in _whole(page.item("DistributionList")).get("Items", ()):
            if each["DomainName"].partition(".")[0] == label:
                return str(each["Id"])
    return None
