"""Amazon CloudWatch: alarms, which of them watch a metric, and how many clients databases had."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.identity import ArnForm, Identity
from stack_verify.resources.partitions import partition
from stack_verify.resources.resource import UNKNOWN, Known, Question, Resource
from stack_verify.resources.sns import Topic
from stack_verify.resources.tagging import Tagged, TagList


class AlarmTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudWatch::Alarm.Tags"):
    """``cloudwatch:ListTagsForResource`` of an alarm, by its ARN."""


class Alarm(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudWatch::Alarm"):
    """One alarm of ``cloudwatch:DescribeAlarms``, on a metric or composite, by its ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("cloudwatch", r"(alarm:.{1,255})", r"(alarm:.+)"),),
        pulumi=("cloudwatch/metricAlarm", "cloudwatch/compositeAlarm"),
        terraform=("aws_cloudwatch_metric_alarm", "aws_cloudwatch_composite_alarm"),
        asff="AwsCloudWatchAlarm",
    )
    id_field: ClassVar[str] = "alarm_name"
    arn_field: ClassVar[str | None] = "alarm_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = AlarmTags
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::CloudWatch::Alarm.Tags", "AWS::SNS::Topic")

    alarm_name: str
    alarm_arn: str
    # Of a composite alarm, and of one on several metrics, AWS leaves these out.
    namespace: str | None = None
    metric_name: str | None = None
    statistic: str | None = None
    extended_statistic: str | None = None
    comparison_operator: str | None = None
    threshold: float | None = None
    period: int | None = None
    evaluation_periods: int | None = None
    datapoints_to_alarm: int | None = None
    treat_missing_data: str | None = None
    actions_enabled: Known[bool] = UNKNOWN
    alarm_actions: Known[tuple[str, ...]] = UNKNOWN

    @property
    def topics(self) -> tuple[str, ...]:
        """The ARNs of the SNS topics that are told of an alarm."""
        return tuple(arn for arn in self.alarm_actions if (parsed := parse_arn(arn)) and parsed.service == "sns")

    def refers_to(self) -> Iterator[Question]:
        yield from (Topic.ask(arn) for arn in self.topics)
        yield from self.tags_question()


class MetricAlarms(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudWatch::Metric.Alarms"):
    """The alarms on a metric without dimensions, by ``metric_key``, out of ``cloudwatch:DescribeAlarms``."""

    id_field: ClassVar[str] = "metric"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::CloudWatch::Alarm",)

    metric: str
    alarm_arns: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (Alarm.ask(arn) for arn in self.alarm_arns)


class DatabaseConnections(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudWatch::Metric.DatabaseConnections"
):
    """RDS's metric DatabaseConnections out of ``cloudwatch:GetMetricData``, by DBInstanceIdentifier.

    ``maxima`` holds, of each of the last 24 hours that have datapoints, the most clients that were connected at once.
    """

    id_field: ClassVar[str] = "db_instance_identifier"

    db_instance_identifier: str = msgspec.field(name="DBInstanceIdentifier")
    maxima: tuple[float, ...]


def metric_key(namespace: str, name: str, place: tuple[str, str] | None = None) -> str:
    """What the alarms on a metric are asked by; no namespace holds the character between the two.

    ``place`` is the account and the region of a metric of another region than the stack's.
    """
    key = f"{namespace}|{name}"
    if place is None:
        return key
    account, region = place
    return f"arn:{partition(region)}:cloudwatch:{region}:{account}:metric/{key}"
