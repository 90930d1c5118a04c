"""CloudWatch alarms, all of them told to the same topic."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from stack.naming import Naming

PERIOD_SECONDS = 300
AT_LEAST = "GreaterThanOrEqualToThreshold"
LESS_THAN = "LessThanThreshold"


@dataclass(frozen=True)
class Metric:
    """A metric of CloudWatch, and how its values of one period become one."""

    namespace: str
    name: str
    statistic: str
    dimensions: Mapping[str, pulumi.Input[str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Threshold:
    """From which value on the alarm is raised, and for how many periods in a row."""

    value: float
    comparison: str = AT_LEAST
    periods: int = 1


@dataclass(frozen=True)
class AlarmSettings:
    """What every alarm of the stack has in common."""

    naming: Naming
    topic_arn: pulumi.Input[str]


def alarm(
    part: str,
    description: str,
    metric: Metric,
    threshold: Threshold,
    *,
    settings: AlarmSettings,
    parent: pulumi.Resource,
) -> aws.cloudwatch.MetricAlarm:
    """Return a new alarm for `part` of the platform; where nothing is measured, nothing is wrong."""
    name = settings.naming.name(part)
    return aws.cloudwatch.MetricAlarm(
        name,
        name=name,
        alarm_description=description,
        namespace=metric.namespace,
        metric_name=metric.name,
        dimensions=metric.dimensions or None,
        statistic=metric.statistic,
        period=PERIOD_SECONDS,
        evaluation_periods=threshold.periods,
        threshold=threshold.value,
        comparison_operator=threshold.comparison,
        treat_missing_data="notBreaching",
        actions_enabled=True,
        alarm_actions=[settings.topic_arn],
        insufficient_data_actions=[settings.topic_arn],
        tags=settings.naming.tags(name),
        opts=pulumi.ResourceOptions(parent=parent),
    )
