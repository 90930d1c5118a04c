"""Reads Amazon SNS: topics and their subscriptions' ARNs, never the addresses behind them."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.sns import Topic, TopicSubscriptions, TopicTags


@collects(Topic, "sns:GetTopicAttributes")
def topics(reader: Reader, arn: str) -> Iterator[Topic]:
    """The topic with this ARN."""
    response = reader.call("sns", "GetTopicAttributes", TopicArn=arn, answers=("NotFound", "NotFoundException"))
    if not response.absent:
        yield response.decode(Topic, response.item("Attributes"))


@collects(TopicSubscriptions, "sns:ListSubscriptionsByTopic")
def subscriptions(reader: Reader, arn: str) -> Iterator[TopicSubscriptions]:
    """The topic's subscriptions."""
    pages = list(reader.pages("sns", "ListSubscriptionsByTopic", TopicArn=arn))
    found = sorted(str(item.get("SubscriptionArn")) for page in pages for item in page.items("Subscriptions"))
    yield pages[-1].decode(TopicSubscriptions, {}, Topic=arn, SubscriptionArns=found)


@collects(TopicTags, "sns:ListTagsForResource")
def tags(reader: Reader, arn: str) -> Iterator[TopicTags]:
    """The topic's tags."""
    response = reader.call("sns", "ListTagsForResource", ResourceArn=arn)
    yield response.decode(TopicTags, Resource=arn, Tags=tag_map(response.items("Tags")))
