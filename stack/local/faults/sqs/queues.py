"""Faults of queues. The program has none: each fault adds one that carries the stack's tags, and so is of the stack."""

import json
from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_NAME: Final = "healthcare-work-prod"
_QUEUE: Final = f"arn:aws:sqs:sa-east-1:123456789012:{_NAME}"
# The queue is there now; before, the controls of queues had nothing to judge.
_THERE: Final = (
    *((control, name) for control in ("sqs-encrypted", "sqs-policy-not-public") for name in (_QUEUE, "")),
    *((control, _QUEUE) for control in ("env-suffix-in-names", "no-placeholder-values", "required-tags")),
)


def _add(aws: Clients, outputs: Outputs, **attributes: str) -> None:
    group = outputs["taskLogGroupArn"]
    tags = aws.client("logs").list_tags_for_resource(resourceArn=group)["tags"]
    aws.client("sqs").create_queue(QueueName=_NAME, tags={**tags, "Name": _NAME}, Attributes=attributes)


@fault(*_THERE)
def sqs_encrypted(aws: Clients, outputs: Outputs) -> None:
    """A queue of the stack is not encrypted."""
    _add(aws, outputs, SqsManagedSseEnabled="false")


@fault(*_THERE)
def sqs_policy_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody may receive what is in a queue of the stack."""
    everybody = {"Sid": "Open", "Effect": "Allow", "Principal": "*", "Action": "sqs:ReceiveMessage", "Resource": _QUEUE}
    document = json.dumps({"Version": "2012-10-17", "Statement": [everybody]})
    _add(aws, outputs, SqsManagedSseEnabled="true", Policy=document)
