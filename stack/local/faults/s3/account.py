"""Faults of the block of public access that is the account's own."""

from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ACCOUNT: Final = "accountId"


@fault(("s3-account-block-public-access", _ACCOUNT))
def s3_account_block_public_access(aws: Clients, outputs: Outputs) -> None:
    """The account lets its buckets be public."""
    aws.client("s3control").delete_public_access_block(AccountId=outputs[_ACCOUNT])


@fault(("s3-account-block-public-access", _ACCOUNT), variant="policies")
def s3_account_block_public_access_policies(aws: Clients, outputs: Outputs) -> None:
    """The account lets its buckets have public policies."""
    block = {"BlockPublicAcls": True, "IgnorePublicAcls": True, "BlockPublicPolicy": False}
    aws.client("s3control").put_public_access_block(
        AccountId=outputs[_ACCOUNT], PublicAccessBlockConfiguration={**block, "RestrictPublicBuckets": True}
    )
