"""Amazon SNS: topics and whether anybody hears what is published; never who, and never a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.identity import ANY_ID, ArnForm, Identity
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList


class TopicTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::SNS::Topic.Tags"):
    """``sns:ListTagsForResource`` of a topic, by its ARN."""


class TopicSubscriptions(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::SNS::Topic.Subscriptions"):
    """``sns:ListSubscriptionsByTopic``, by topic ARN.

    In place of its ARN AWS gives a word for a subscription that is not confirmed or is deleted.
    """

    id_field: ClassVar[str] = "topic"

    topic: str
    subscription_arns: tuple[str, ...]

    @property
    def confirmed(self) -> tuple[str, ...]:
        """The subscriptions that messages are delivered to."""
        return tuple(arn for arn in self.subscription_arns if arn.startswith("arn:"))


class Topic(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::SNS::Topic"):
    """``sns:GetTopicAttributes``, by topic ARN. AWS leaves out the key of a topic that is not encrypted."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("sns", r"([\w-]{1,256}(?:\.fifo)?)", rf"({ANY_ID})"),),
        pulumi=("sns/topic",),
        terraform=("aws_sns_topic",),
        asff="AwsSnsTopic",
    )
    id_field: ClassVar[str] = "topic_arn"
    arn_field: ClassVar[str | None] = "topic_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = TopicTags
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key", "AWS::SNS::Topic.Subscriptions", "AWS::SNS::Topic.Tags")

    topic_arn: str
    kms_master_key_id: str | None = None
    # A JSON document; AWS gives every topic one.
    policy: Known[str] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        if self.kms_master_key_id is not None:
            yield Key.ask(key_arn(self.kms_master_key_id, self.observed_by))
        yield TopicSubscriptions.ask(self.topic_arn)
        yield from self.tags_question()
