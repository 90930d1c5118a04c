"""Fields of Amazon SNS: topics and whether they have subscriptions."""

from __future__ import annotations

from stack_verify.drift.field import Table, Value, field, own, types
from stack_verify.drift.normalize import given
from stack_verify.drift.tags import TAGS
from stack_verify.resources.sns import TopicSubscriptions


def _anybody(arns: tuple[str, ...]) -> Value:
    """Whether a topic has a subscription, confirmed or not; in place of the ARN of one that is gone is a word."""
    return "false" if set(arns) <= {"Deleted"} else "true"


TABLES = (
    Table(types("sns/topic:Topic"), (field("kmsMasterKeyId", "kms_master_key_id", None), TAGS)),
    # Neither who is told nor how: that may be somebody's address, which is not read.
    Table(
        types("sns/topicSubscription:TopicSubscription"),
        (field("topic", own("subscription_arns", _anybody), spell=given),),
        kind=TopicSubscriptions,
        key="topic",
    ),
)
