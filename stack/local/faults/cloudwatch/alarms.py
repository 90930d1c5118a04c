"""Faults of alarms and of the topic that they tell."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

# In the order of the outputs that hold their ARNs.
_TRAIL_ALARMS: Final = 14
_RESOURCE_ALARMS: Final = 5
_ALL: Final = (
    *(f"trailAlarmArns[{index}]" for index in range(_TRAIL_ALARMS)),
    *(f"resourceAlarmArns[{index}]" for index in range(_RESOURCE_ALARMS)),
)


def _name(outputs: Outputs, output: str, index: int) -> str:
    return str(outputs[output][index]).rpartition(":")[2]


def _change(aws: Clients, name: str, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Puts the alarm anew, with changes."""
    cloudwatch = aws.client("cloudwatch")
    (alarm,) = cloudwatch.describe_alarms(AlarmNames=[name])["MetricAlarms"]
    taken = cloudwatch.meta.service_model.operation_model("PutMetricAlarm").input_shape.members
    kept = {key: value for key, value in alarm.items() if key in taken and key != "Metrics"}
    tags = cloudwatch.list_tags_for_resource(ResourceARN=alarm["AlarmArn"])["Tags"]
    cloudwatch.put_metric_alarm(**{**kept, "Tags": tags, **changes})


@fault(("alarm-actions-configured", "resourceAlarmArns[0]"), ("alarm-target-deliverable", "resourceAlarmArns[0]"))
def alarm_actions_configured(aws: Clients, outputs: Outputs) -> None:
    """The alarm on the load balancer's errors does nothing."""
    _change(aws, _name(outputs, "resourceAlarmArns", 0), AlarmActions=[])


@fault(("alarm-actions-enabled", "resourceAlarmArns[3]"))
def alarm_actions_enabled(aws: Clients, outputs: Outputs) -> None:
    """The actions of the alarm on the database's storage are off."""
    aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[_name(outputs, "resourceAlarmArns", 3)])


@fault(("alarm-actions-enabled", "trailAlarmArns[0]"), ("alarm-unauthorized-api", "trailArn"), variant="of-trail")
def alarm_actions_enabled_of_trail(aws: Clients, outputs: Outputs) -> None:
    """The actions of an alarm on the trail are off."""
    aws.client("cloudwatch").disable_alarm_actions(AlarmNames=[_name(outputs, "trailAlarmArns", 0)])


@fault(*(("alarm-target-deliverable", alarm) for alarm in _ALL))
def alarm_target_deliverable(aws: Clients, outputs: Outputs) -> None:
    """Nobody is subscribed to the topic of the alarms any more."""
    sns = aws.client("sns")
    for each in sns.list_subscriptions_by_topic(TopicArn=outputs["alertTopicArn"])["Subscriptions"]:
        sns.unsubscribe(SubscriptionArn=each["SubscriptionArn"])


@fault(("alarm-target-deliverable", "resourceAlarmArns[4]"), variant="gone")
def alarm_target_deliverable_gone(aws: Clients, outputs: Outputs) -> None:
    """The alarm on the database's load tells a topic that is not there."""
    topic = f"{outputs['alertTopicArn']}-old"
    _change(aws, _name(outputs, "resourceAlarmArns", 4), AlarmActions=[topic])
