"""Reads Amazon CloudWatch: alarms, never a metric's values."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from verify.collect.collector import Answers, collects, collects_many
from verify.collect.reader import Body, Reader
from verify.collect.tags import tag_map
from verify.resources.cloudwatch import Alarm, AlarmTags, MetricAlarms, metric_key

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


# All metrics at once: DescribeAlarmsForMetric would cost a call each, and AWS allows nine of them a second.
@collects_many(MetricAlarms, "cloudwatch:DescribeAlarms", size=10_000)
def alarms_on_metrics(reader: Reader, keys: Sequence[str]) -> Answers:
    """Which alarms watch each metric, from the list of all metric alarms."""
    pages = list(reader.pages("cloudwatch", "DescribeAlarms", AlarmTypes=TYPES[:1], MaxRecords=MANY))
    watched = [(_watched(item), item["AlarmArn"]) for page in pages for item in page.items("MetricAlarms")]
    for key in keys:
        arns = sorted(arn for metric, arn in watched if metric == key)
        yield key, pages[-1].decode(MetricAlarms, {}, Metric=key, AlarmArns=arns)


def _watched(alarm: Body) -> str | None:
    """The metric without dimensions that an alarm watches; None where it watches another, or several."""
    if alarm.get("Metrics") or alarm.get("Dimensions"):
        return None
    return metric_key(alarm["Namespace"], alarm["MetricName"])


@collects(AlarmTags, "cloudwatch:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[AlarmTags]:
    """The alarm's tags."""
    response = reader.call("cloudwatch", "ListTagsForResource", ResourceARN=arn)
    yield response.decode(AlarmTags, Resource=arn, Tags=tag_map(response.items("Tags")))
