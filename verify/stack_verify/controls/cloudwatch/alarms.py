"""Amazon CloudWatch: alarms that somebody hears."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.cloudwatch import Alarm
from stack_verify.resources.sns import Topic, TopicSubscriptions
from stack_verify.snapshot import Snapshot


@control(
    "alarm-actions-configured",
    "Alarms do something when they are raised",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudwatch-alarm-action-check",
    security_hub="CloudWatch.15",
    remediation="Set alarm_actions on the alarm.",
)
def alarm_actions_configured(alarm: Alarm, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    actions = alarm.alarm_actions
    return verdict(bool(actions), f"AlarmActions: {', '.join(actions) or 'none'}", expected="an action")


@control(
    "alarm-actions-enabled",
    "The actions of alarms are on",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudwatch-alarm-action-enabled-check",
    security_hub="CloudWatch.17",
    remediation="Enable the actions of the alarm.",
)
def alarm_actions_enabled(alarm: Alarm, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(alarm.actions_enabled, f"ActionsEnabled is {alarm.actions_enabled}", expected="true")


@control(
    "alarm-target-deliverable",
    "Somebody hears what the topics of alarms are told",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    remediation="Subscribe somebody to the topic, and let them confirm the subscription.",
)
def alarm_target_deliverable(alarm: Alarm, snapshot: Snapshot, _policy: Policy) -> Verdict:
    topics = alarm.topics
    if not topics:
        return not_applicable("no action of the alarm is a topic")
    confirmed = {topic: _confirmed(topic, snapshot) for topic in topics}
    observed = "; ".join(
        f"{topic} {'is gone' if n is None else f'has {n} confirmed'}" for topic, n in confirmed.items()
    )
    return verdict(all(confirmed.values()), observed, expected="topics with a confirmed subscription")


def _confirmed(topic: str, snapshot: Snapshot) -> int | None:
    """How many subscriptions to the topic are confirmed; None where there is no such topic."""
    if not snapshot.within(Topic, topic):
        return None
    return len(snapshot.require(TopicSubscriptions, topic).confirmed)
