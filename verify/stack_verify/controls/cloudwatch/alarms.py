"""Amazon CloudWatch: alarms that act, and whose messages arrive."""

from __future__ import annotations

from stack_verify.controls.delivery import Broken, together, with_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import statements
from stack_verify.principals.services import Call, lets
from stack_verify.resources.cloudwatch import Alarm
from stack_verify.resources.kms import Key, KeyPolicy, key_arn
from stack_verify.resources.sns import Topic, TopicSubscriptions
from stack_verify.snapshot import Snapshot

CLOUDWATCH = "cloudwatch.amazonaws.com"


@control(
    "alarm-actions-configured",
    "Alarms have actions",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudwatch-alarm-action-check",
    security_hub="CloudWatch.15",
    remediation="Set alarm_actions on the alarm.",
    rationale="An alarm without an action changes its colour in a console and notifies no one.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    reads=(),
)
def alarm_actions_configured(alarm: Alarm, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    actions = alarm.alarm_actions
    return verdict(bool(actions), f"AlarmActions: {', '.join(actions) or 'none'}", expected="an action")


@control(
    "alarm-actions-enabled",
    "Alarm actions are enabled",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudwatch-alarm-action-enabled-check",
    security_hub="CloudWatch.17",
    remediation="Enable the actions of the alarm.",
    rationale="Actions that were disabled for maintenance and not enabled again silence the alarm.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html",
    reads=(),
)
def alarm_actions_enabled(alarm: Alarm, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(alarm.actions_enabled, f"ActionsEnabled is {as_aws(alarm.actions_enabled)}", expected="true")


@control(
    "alarm-target-deliverable",
    "Alarm topics accept CloudWatch's messages and have a confirmed subscriber",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(6)(ii)", "164.308(a)(1)(ii)(D)"),
    remediation="Let cloudwatch.amazonaws.com publish to the topic and use its key (kms:GenerateDataKey*, "
    "kms:Decrypt), and confirm a subscription.",
    rationale="A topic or a key that refuses CloudWatch swallows the alarm, though a subscription is confirmed.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-key-management.html",
    reads=(Key, KeyPolicy, Topic, TopicSubscriptions),
)
def alarm_target_deliverable(alarm: Alarm, snapshot: Snapshot, _policy: Policy) -> Verdict:
    topics = alarm.topics
    if not topics:
        return not_applicable("no action of the alarm is a topic")
    expected = "topics that take CloudWatch's messages and have a confirmed subscription"
    chains = {topic: _chain(alarm, topic, snapshot) for topic in topics}
    broken = [link for chain in chains.values() for link in chain.links]
    if broken:
        return failed("; ".join(broken), expected=expected)
    for chain in chains.values():
        chain.require_known()
    counts = (f"{topic} has {_confirmed(topic, snapshot)} confirmed" for topic in topics)
    return passed("; ".join(counts))


def _chain(alarm: Alarm, arn: str, snapshot: Snapshot) -> Broken:
    """From the alarm to a subscriber: the topic, its policy, its key and the key's policy, the subscription."""
    found = snapshot.within(Topic, arn)
    if not found:
        return Broken((f"{arn} does not exist",))
    (topic,) = found
    context = {
        "aws:sourceaccount": topic.observed_by.account,
        "aws:sourceowner": topic.observed_by.account,
        "aws:sourcearn": alarm.alarm_arn,
        "aws:resourceaccount": topic.observed_by.account,
    }
    publish = Call((CLOUDWATCH,), "sns:Publish", arn, context)
    allowed = None if topic.policy is None else lets(statements(topic.policy), publish)
    policy = Broken((f"the policy of {arn} does not let {CLOUDWATCH} publish",)) if allowed is False else Broken(())
    if allowed is None:
        policy = Broken((), (f"whether the policy of {arn} lets {CLOUDWATCH} publish is not known",))
    heard = () if _confirmed(arn, snapshot) else (f"{arn} has no confirmed subscription",)
    return together(policy, _key(topic, context, snapshot), Broken(heard))


def _key(topic: Topic, context: dict[str, str], snapshot: Snapshot) -> Broken:
    if topic.kms_master_key_id is None:
        return Broken(())
    key = {**context, "kms:viaservice": f"sns.{topic.observed_by.region}.amazonaws.com"}
    key |= {"kms:encryptioncontext:aws:sns:topicarn": topic.topic_arn, "kms:calleraccount": topic.observed_by.account}
    use = tuple(Call((CLOUDWATCH,), action, "*", key) for action in ("kms:GenerateDataKey", "kms:Decrypt"))
    return with_key(key_arn(topic.kms_master_key_id, topic.observed_by), use, None, snapshot)


def _confirmed(topic: str, snapshot: Snapshot) -> int:
    """How many subscriptions to the topic are confirmed."""
    return len(snapshot.require(TopicSubscriptions, topic).confirmed)
