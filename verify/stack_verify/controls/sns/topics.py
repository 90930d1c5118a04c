"""Amazon SNS: encryption of topics."""

from __future__ import annotations

from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, control, hipaa
from stack_verify.policy import Policy
from stack_verify.resources.sns import Topic
from stack_verify.snapshot import Snapshot


@control(
    "sns-encrypted",
    "Topics are encrypted with the stack's own key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="sns-encrypted-kms",
    security_hub="SNS.1",
    remediation="Set kms_master_key_id on the topic; the key's policy must let CloudWatch use it.",
    rationale="Messages about ePHI rest in the topic until they are delivered.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
)
def sns_encrypted(topic: Topic, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(topic.kms_master_key_id, topic, snapshot)
