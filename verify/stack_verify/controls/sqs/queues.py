"""Amazon SQS: encryption and access of queues."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import open_to_anyone, sids, statements
from stack_verify.resources.sqs import Queue
from stack_verify.snapshot import Snapshot

ON = "true"


@control(
    "sqs-encrypted",
    "Queues are encrypted at rest",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    security_hub="SQS.1",
    remediation="Set sqs_managed_sse_enabled on the queue, or kms_master_key_id.",
    rationale="Messages may hold protected health information for up to fourteen days.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/sqs-controls.html#sqs-1",
    reads=(),
)
def sqs_encrypted(queue: Queue, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if queue.kms_master_key_id:
        return passed(f"encrypted with the KMS key {queue.kms_master_key_id}")
    managed = queue.sqs_managed_sse_enabled
    return verdict(managed == ON, f"no KMS key; SqsManagedSseEnabled is {managed}", expected="SSE-SQS or SSE-KMS")


@control(
    "sqs-policy-not-public",
    "Queue policies do not allow access to everyone",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="sqs-queue-no-public-access",
    remediation="Name the principals in the queue's policy, or add a condition such as aws:SourceArn.",
    rationale="Whoever may receive from a queue reads what is in it, and whoever may send feeds what processes it.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/sqs-queue-no-public-access.html",
    reads=(),
)
def sqs_policy_not_public(queue: Queue, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not queue.policy:
        return passed("no queue policy: only IAM policies of the account give access")
    found = open_to_anyone(statements(queue.policy))
    return verdict(not found, f"statements open to everyone: {sids(found)}", expected="none")
