"""Amazon SNS: encryption and access of topics."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.sns import Topic
from stack_verify.snapshot import Snapshot


@control(
    "sns-encrypted",
    "SNS topics are encrypted with a KMS key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="sns-encrypted-kms",
    security_hub="SNS.1",
    remediation="Set kms_master_key_id on the topic; the key's policy must let CloudWatch use it.",
    rationale="Messages about ePHI rest in the topic until they are delivered.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/sns-controls.html",
    reads=(),
)
def sns_encrypted(topic: Topic, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    key = topic.kms_master_key_id
    return verdict(bool(key), f"KmsMasterKeyId is {key or 'not set'}", expected="a KMS key, AWS's own or another")


@control(
    "sns-policy-restricted",
    "Only named principals publish to topics and subscribe to them",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove public principals and other accounts from the topic's policy, or name them in the policy file.",
    rationale="Whoever subscribes to a topic reads every message.",
    source="https://docs.aws.amazon.com/sns/latest/dg/sns-security-best-practices.html",
    reads=(),
)
def sns_policy_restricted(topic: Topic, _snapshot: Snapshot, policy: Policy) -> Verdict:
    found = untrusted(outsiders(topic.policy, account=topic.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in found) or "none"
    return verdict(not found, f"others have access: {told}", expected="none that the policy does not name")
