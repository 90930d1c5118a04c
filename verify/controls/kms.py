"""AWS KMS: rotation and state of the keys."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from verify.policy import Policy
from verify.resources.kms import Key, KeyRotation
from verify.snapshot import Snapshot


@control(
    "kms-rotation",
    "Customer-managed keys rotate",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Set enable_key_rotation on the key.",
)
def kms_rotation(key: Key, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if key.key_manager != "CUSTOMER" or key.key_spec != "SYMMETRIC_DEFAULT" or key.origin != "AWS_KMS":
        return not_applicable("AWS rotates only symmetric customer-managed keys whose material it made")
    enabled = snapshot.require(KeyRotation, key.key_arn).key_rotation_enabled
    return verdict(enabled, f"KeyRotationEnabled is {enabled}", expected="true")
