"""Amazon S3: what the account blocks for every bucket."""

from __future__ import annotations

from stack_verify.controls.account.settings import NOT_ASKED
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.account import (
    Account,
    AccountPublicAccessBlock,
)
from stack_verify.snapshot import Snapshot


@control(
    "s3-account-block-public-access",
    "S3 Block Public Access is on for the account",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-account-level-public-access-blocks-periodic",
    security_hub="S3.1",
    remediation="Set all four settings of the account's public access block to true.",
    rationale="It also covers buckets that are created later.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/configuring-block-public-access-account.html",
    reads=(AccountPublicAccessBlock,),
)
def s3_account_block_public_access(account: Account, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_account_safeguards:
        return not_applicable(NOT_ASKED)
    block = snapshot.require(AccountPublicAccessBlock, account.account_id)
    settings = {
        "BlockPublicAcls": block.block_public_acls,
        "IgnorePublicAcls": block.ignore_public_acls,
        "BlockPublicPolicy": block.block_public_policy,
        "RestrictPublicBuckets": block.restrict_public_buckets,
    }
    off = [name for name, on in settings.items() if not on]
    return verdict(not off, f"not set: {', '.join(off) or 'none'}", expected=f"{', '.join(settings)} all true")
