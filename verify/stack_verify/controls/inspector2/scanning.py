"""Amazon Inspector: scanning of images."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import Account
from stack_verify.resources.inspector2 import InspectorStatus
from stack_verify.snapshot import Snapshot


@control(
    "inspector-ecr",
    "Amazon Inspector rescans container images after the push",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="inspector-ecr-scan-enabled",
    security_hub="Inspector.2",
    remediation="Enable Amazon Inspector for ECR in the region.",
    rationale="New vulnerabilities become known after an image was pushed and scanned once.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/inspector-controls.html",
    reads=(InspectorStatus,),
)
def inspector_ecr(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    status = snapshot.require(InspectorStatus, account.account_id).resource_state.ecr.status
    return verdict(status == "ENABLED", f"status of ECR is {status}", expected="ENABLED")
