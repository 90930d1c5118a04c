"""Reads Amazon CloudWatch: alarms, never a metric's values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verify.collect.collector import Answers, collects, collects_many
from verify.collect.reader import Reader
from verify.collect.tags import tag_map
from verify.resources.cloudwatch import Alarm, AlarmTags, MetricAlarms

# DescribeAlarms takes this many names (CloudWatch API reference).
MANY = 100
# Without being asked for, composite alarms are left out.
TYPES = ["MetricAlarm", "CompositeAlarm"]


@collects_many(Alarm, "cloudwatch:DescribeAlarms", size=MANY)
def alarms(reader: Reader, arns: Sequence[str]) -> Answers:
    """The alarms with these ARNs. AWS leaves out one that is gone."""
    names = [arn.split(":", 6)[-1] for arn in arns]
    for page in reader.pages("cloudwatch", "DescribeAlarms", AlarmNames=names, AlarmTypes=TYPES):
        for item in (*page.items("MetricAlarms"), *page.items("CompositeAlarms")):
            alarm = page.decode(Alarm, item)
            if alarm.alarm_arn in arns:
                yield alarm.alarm_arn, alarm


@collects(MetricAlarms, "cloudwatch:DescribeAlarmsForMetric")
def alarms_on_metric(reader: Reader, key: str) -> Iterator[MetricAlarms]:
    """Which alarms watch a metric."""
    namespace, _, name = key.partition("|")
    response = reader.call("cloudwatch", "DescribeAlarmsForMetric", Namespace=namespace, MetricName=name)
    arns = sorted(str(item.get("AlarmArn")) for item in response.items("MetricAlarms"))
    yield response.decode(MetricAlarms, {}, Metric=key, AlarmArns=arns)


@collects(AlarmTags, "cloudwatch:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[AlarmTags]:
    """The alarm's tags."""
    response = reader.call("cloudwatch", "ListTagsForResource", ResourceARN=arn)
    yield response.decode(AlarmTags, Resource=arn, Tags=tag_map(response.items("Tags")))
