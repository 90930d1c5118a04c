"""Amazon CloudWatch Logs: log groups, never what is logged."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.cloudwatch import MetricAlarms, metric_key
from stack_verify.resources.identity import ArnForm, Identity, bare
from stack_verify.resources.kms import Key
from stack_verify.resources.resource import Fields, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[\w./#-]{1,512}"


class ResourcePolicy(Fields, frozen=True, kw_only=True, rename="camel"):
    """A policy that lets others at log groups, a JSON document. One of a single group may have no name."""

    policy_name: str = "(no name)"
    policy_document: str


class ResourcePolicies(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::Logs::ResourcePolicies"):
    """The complete list of ``logs:DescribeResourcePolicies``, of the account by its id or of a log group by its ARN."""

    id_field: ClassVar[str] = "scope"

    scope: str
    resource_policies: tuple[ResourcePolicy, ...]


class LogGroupTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::Logs::LogGroup.Tags"):
    """``logs:ListTagsForResource`` of a log group, by its ARN."""


class LogGroup(Tagged, frozen=True, kw_only=True, rename="camel", tag="AWS::Logs::LogGroup"):
    """One group of ``logs:DescribeLogGroups``, by name.

    AWS leaves out the key of a group that none is set for, and the retention (in days) of one that keeps everything.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("logs", rf"log-group:({_NAME})(?::\*)?", r"log-group:([^:*?\s${}]+)(?::\*)?", by_name=True),),
        bare_names=(bare("log group, log group name", _NAME),),
        pulumi=("cloudwatch/logGroup",),
        terraform=("aws_cloudwatch_log_group",),
        by_tags=True,
    )
    id_field: ClassVar[str] = "log_group_name"
    arn_field: ClassVar[str | None] = "log_group_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = LogGroupTags
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key", "AWS::Logs::LogGroup.Tags", ResourcePolicies.kind())

    log_group_name: str
    log_group_arn: str
    retention_in_days: int | None = None
    kms_key_id: str | None = None
    # None where it was never set.
    deletion_protection_enabled: bool | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(self.kms_key_id)
        yield from self.tags_question()

    def surroundings(self) -> Iterator[Question]:
        yield ResourcePolicies.ask(self.observed_by.account)
        yield ResourcePolicies.ask(self.log_group_arn)


class MetricTransformation(Fields, frozen=True, kw_only=True, rename="camel"):
    """The metric that a metric filter counts in."""

    metric_name: str
    metric_namespace: str
    # What is counted for an event that matches; a number, or the name of a field of the event.
    metric_value: str = "1"
    default_value: float | None = None


class MetricFilter(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::Logs::MetricFilter"):
    """One filter of ``logs:DescribeMetricFilters``; listed by log group name, or by ARN where it is elsewhere.

    ``elsewhere`` is the region of a log group that is not in the stack's.
    """

    id_field: ClassVar[str] = "path"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::CloudWatch::Metric.Alarms",)

    log_group_name: str
    filter_name: str
    filter_pattern: str
    metric_transformations: tuple[MetricTransformation, ...]
    elsewhere: str | None = None

    def metric_key(self, metric: MetricTransformation) -> str:
        """What the alarms on a metric that the filter counts in are asked by."""
        place = None if self.elsewhere is None else (self.observed_by.account, self.elsewhere)
        return metric_key(metric.metric_namespace, metric.metric_name, place)

    @property
    def path(self) -> str:
        """Filters have their names within their log group."""
        return f"{self.log_group_name}/{self.filter_name}"

    def refers_to(self) -> Iterator[Question]:
        for metric in self.metric_transformations:
            yield MetricAlarms.ask(self.metric_key(metric))
