"""CloudTrail, metric filters, alarms, and the topics they publish to."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import Row, call_with_rest, tag_list

_TRANSFORMATION: Final = {"name": "metricName", "namespace": "metricNamespace", "value": "metricValue"}


def _trail(declared: Declared, clients: Clients) -> Created:
    cloudtrail, name = clients.client("cloudtrail"), declared.inputs["name"]
    selectors, logging = declared.take("eventSelectors", []), declared.take("enableLogging", True)
    arn = call_with_rest(
        declared,
        clients,
        "cloudtrail",
        "create_trail",
        {"cloudWatchLogsGroupArn": "CloudWatchLogsLogGroupArn", "tags": "TagsList"},
    )["TrailARN"]
    flat = Declared(declared.type, declared.name, {"eventSelectors": selectors})
    call_with_rest(flat, clients, "cloudtrail", "put_event_selectors", TrailName=name)
    if logging:
        cloudtrail.start_logging(Name=name)
    return Created(arn, {"arn": arn, "homeRegion": clients.region})


def _topic(declared: Declared, clients: Clients) -> Created:
    name, tags = declared.take("name"), tag_list(declared.take_tags())
    attributes = {key[0].upper() + key[1:]: value for key, value in declared.take_rest().items()}
    arn = clients.client("sns").create_topic(Name=name, Attributes=attributes, Tags=tags)["TopicArn"]
    return Created(arn, {"arn": arn, "owner": clients.account})


def _metric_filter(declared: Declared, clients: Clients) -> Created:
    transformation = {_TRANSFORMATION[key]: value for key, value in declared.take("metricTransformation").items()}
    renames = {"name": "filterName", "pattern": "filterPattern"}
    call_with_rest(declared, clients, "logs", "put_metric_filter", renames, metricTransformations=[transformation])
    return Created(declared.inputs["name"])


def _alarm(declared: Declared, clients: Clients) -> Created:
    name = declared.inputs["name"]
    dimensions = [{"Name": key, "Value": value} for key, value in sorted(declared.take("dimensions", {}).items())]
    call_with_rest(declared, clients, "cloudwatch", "put_metric_alarm", {"name": "AlarmName"}, Dimensions=dimensions)
    return Created(name, {"arn": clients.arn("cloudwatch", f"alarm:{name}")})


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:cloudtrail/trail:Trail": _trail,
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": _metric_filter,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:sns/topic:Topic": _topic,
    "aws:sns/topicSubscription:TopicSubscription": Row(
        "sns",
        "subscribe",
        id="SubscriptionArn",
        outputs={"arn": "SubscriptionArn"},
        renames={"topic": "TopicArn"},
    ),
}
