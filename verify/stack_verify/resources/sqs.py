"""Amazon SQS: queues, how they are encrypted and whom their policies let in; never a message."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Known, Question
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[\w-]{1,80}(?:\.fifo)?"


class QueueTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::SQS::Queue.Tags"):
    """``sqs:ListQueueTags``, by the queue's ARN."""


class DeadLetters(msgspec.Struct, frozen=True, kw_only=True, rename="camel"):
    """Where a queue sends what nobody could process."""

    dead_letter_target_arn: str


class Queue(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::SQS::Queue"):
    """``sqs:GetQueueAttributes``, by the queue's name; one of another account or region by its ARN.

    AWS leaves out the key of a queue that is not encrypted with KMS, and the policy of one that has none.
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("sqs", rf"({_NAME})", rf"({ANY_ID})", by_name=True),),
        texts=(rf"https?://sqs\.{IN_REGION}{IN_DOMAIN}/(?P<account>\d{{12}})/(?P<name>{_NAME})",),
        bare_names=(bare("sqs queue, sqs queue name, queue name, dead letter queue, dead letter queue name", _NAME),),
        pulumi=("sqs/queue",),
        terraform=("aws_sqs_queue",),
        asff="AwsSqsQueue",
        by_tags=True,
    )
    id_field: ClassVar[str] = "queue_arn"
    arn_field: ClassVar[str | None] = "queue_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = QueueTags
    leads_to: ClassVar[tuple[str, ...]] = (Key.kind(), "AWS::SQS::Queue", QueueTags.kind())

    queue_arn: str
    kms_master_key_id: str | None = None
    # SQS answers in texts.
    sqs_managed_sse_enabled: Known[str] = UNKNOWN
    policy: str | None = None
    redrive_policy: str | None = None

    @property
    def dead_letter_queue(self) -> str | None:
        """The ARN of the queue that gets what could not be processed; None where there is none."""
        if self.redrive_policy is None:
            return None
        return msgspec.json.decode(self.redrive_policy, type=DeadLetters).dead_letter_target_arn

    def refers_to(self) -> Iterator[Question]:
        if self.kms_master_key_id is not None:
            yield Key.ask(key_arn(self.kms_master_key_id, self.observed_by))
        other = parse_arn(self.dead_letter_queue)
        if other is not None:
            # A queue's dead-letter queue is of the same account and region (SQS developer guide).
            yield self.ask(other.resource)
        yield from self.tags_question()
