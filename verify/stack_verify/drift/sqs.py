"""Fields of Amazon SQS: encryption and policies of queues."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, own, types
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.sqs import Queue

TABLES = (
    Table(
        types("sqs/queue:Queue"),
        (
            field("kmsMasterKeyId", "kms_master_key_id", None),
            field("sqsManagedSseEnabled", "sqs_managed_sse_enabled"),
            field("policy", "policy", spell=policy),
            TAGS,
        ),
    ),
    Table(
        types("sqs/queuePolicy:QueuePolicy"),
        (field("policy", own("policy", policy), spell=policy),),
        kind=Queue,
        key="queueUrl",
    ),
)
