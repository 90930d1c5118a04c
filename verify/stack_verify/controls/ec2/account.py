"""Amazon EC2: what the account sets for every volume."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import (
    Account,
    EbsEncryptionByDefault,
)
from stack_verify.snapshot import Snapshot


@control(
    "ebs-default-encryption",
    "EBS encryption by default is enabled in the region",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="ec2-ebs-encryption-by-default",
    security_hub="EC2.7",
    remediation="Enable EBS encryption by default in the region.",
    rationale="A volume created by hand is encrypted only if the account's default says so.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html",
    reads=(EbsEncryptionByDefault,),
)
def ebs_default_encryption(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    found = snapshot.require(EbsEncryptionByDefault, account.account_id)
    enabled = found.ebs_encryption_by_default
    region = found.observed_by.region
    return verdict(enabled, f"EbsEncryptionByDefault is {as_aws(enabled)} in {region}", expected="true")
