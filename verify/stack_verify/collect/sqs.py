"""Reads Amazon SQS: what queues are, and never a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader, Response
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.sqs import Queue, QueueTags

GONE = ("AWS.SimpleQueueService.NonExistentQueue", "QueueDoesNotExist")
QUEUES = "arn:{partition}:sqs:{region}:{account}:*"


@collects(Queue, "sqs:GetQueueUrl", "sqs:GetQueueAttributes", on=(QUEUES,))
def queues(reader: Reader, key: str) -> Iterator[Queue]:
    """The queue with this name, URL or ARN."""
    found = _url(reader, key)
    if not found.absent:
        url = str(found.body.get("QueueUrl"))
        response = reader.call("sqs", "GetQueueAttributes", QueueUrl=url, AttributeNames=["All"], answers=GONE)
        if not response.absent:
            yield response.decode(Queue, response.item("Attributes"))


@collects(QueueTags, "sqs:GetQueueUrl", "sqs:ListQueueTags", on=(QUEUES,))
def tags(reader: Reader, arn: str) -> Iterator[QueueTags]:
    """The queue's tags; AWS leaves them out where there are none."""
    url = str(_url(reader, arn).body.get("QueueUrl"))
    response = reader.call("sqs", "ListQueueTags", QueueUrl=url)
    held = response.body.get("Tags", {})
    yield response.decode(QueueTags, {}, Resource=arn, Tags=held if isinstance(held, Mapping) else {})


def _url(reader: Reader, key: str) -> Response:
    arn = parse_arn(key)
    *before, name = (arn.resource if arn else key).split("/")
    # A URL ends in the account and the name.
    owner = arn.account if arn else before[-1] if before else ""
    whose = {"QueueOwnerAWSAccountId": owner} if owner not in ("", reader.account) else {}
    return reader.call("sqs", "GetQueueUrl", QueueName=name, answers=GONE, **whose)
