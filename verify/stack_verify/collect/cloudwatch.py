"""Reads Amazon CloudWatch: alarms, and of all metrics' values only how many clients databases had."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.cloudwatch import Alarm, AlarmTags, DatabaseConnections, MetricAlarms, metric_key

# DescribeAlarms takes this many names (CloudWatch API reference).
MANY = 100
SECONDS_IN_HOUR = 3600
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
        arns = sorted(arn for metric, arn in watched if metric == key.rpartition(":metric/")[2])
        yield key, pages[-1].decode(MetricAlarms, {}, Metric=key, AlarmArns=arns)


# GetMetricData takes this many queries (CloudWatch API reference).
@collects_many(DatabaseConnections, "cloudwatch:GetMetricData", size=500)
def connections(reader: Reader, identifiers: Sequence[str]) -> Answers:
    """The most clients at once of each hour of the last day, for all databases in one call."""
    queries = [{"Id": f"m{at}", "MetricStat": _most_clients(each)} for at, each in enumerate(identifiers)]
    now = datetime.now(UTC)
    day_ago = now - timedelta(days=1)
    pages = list(reader.pages("cloudwatch", "GetMetricData", MetricDataQueries=queries, StartTime=day_ago, EndTime=now))
    values: dict[str, list[float]] = defaultdict(list)
    for page in pages:
        for result in page.items("MetricDataResults"):
            values[result["Id"]] += result["Values"]
    for at, each in enumerate(identifiers):
        yield each, pages[-1].decode(DatabaseConnections, {}, DBInstanceIdentifier=each, Maxima=values[f"m{at}"])


def _most_clients(identifier: str) -> Body:
    dimensions = [{"Name": "DBInstanceIdentifier", "Value": identifier}]
    metric = {"Namespace": "AWS/RDS", "MetricName": "DatabaseConnections", "Dimensions": dimensions}
    return {"Metric": metric, "Period": SECONDS_IN_HOUR, "Stat": "Maximum"}


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
