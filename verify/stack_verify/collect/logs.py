"""Reads Amazon CloudWatch Logs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.resources.logs import LogGroup, LogGroupTags, MetricFilter, ResourcePolicies

# DescribeLogGroups takes this many identifiers (CloudWatch Logs API reference).
MANY = 50


@collects_many(LogGroup, "logs:DescribeLogGroups", size=MANY)
def log_groups(reader: Reader, names: Sequence[str]) -> Answers:
    """The groups of these names. One that is gone is left out."""
    for page in reader.pages("logs", "DescribeLogGroups", logGroupIdentifiers=list(names)):
        for item in page.items("logGroups"):
            group = page.decode(LogGroup, item)
            key = group.log_group_name if group.log_group_name in names else group.log_group_arn.removesuffix(":*")
            if key in names:
                yield key, group


@collects(LogGroupTags, "logs:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[LogGroupTags]:
    """The group's tags."""
    response = reader.call("logs", "ListTagsForResource", resourceArn=arn)
    yield response.decode(LogGroupTags, Resource=arn, Tags=response.item("tags"))


@collects(ResourcePolicies, "logs:DescribeResourcePolicies")
def resource_policies(reader: Reader, scope: str) -> Iterator[ResourcePolicies]:
    """The policies of all log groups of the account, given by its id, or of one alone, given by its ARN."""
    of_one: dict[str, Any] = {"policyScope": "RESOURCE", "resourceArn": scope} if scope.startswith("arn:") else {}
    pages = list(reader.pages("logs", "DescribeResourcePolicies", **of_one))
    policies = [policy for page in pages for policy in page.items("resourcePolicies")]
    yield pages[-1].decode(ResourcePolicies, {"scope": scope, "resourcePolicies": policies})


@collects(MetricFilter, "logs:DescribeMetricFilters")
def metric_filters(reader: Reader, group: str) -> Iterator[MetricFilter]:
    """The metric filters of a log group; none where the group is gone."""
    none = ("ResourceNotFoundException",)
    elsewhere = None if reader.region == reader.home else reader.region
    for page in reader.pages("logs", "DescribeMetricFilters", logGroupName=group, answers=none):
        for item in page.items("metricFilters"):
            yield page.decode(MetricFilter, item, logGroupName=group, elsewhere=elsewhere)
