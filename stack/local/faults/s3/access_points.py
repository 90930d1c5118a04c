"""Faults of access points, on the stack that has one beside it."""

from stack.local.additions.functions import BLOCK, NAME, reading
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.s3.settings import put, statements

POINT = "lettersAccessPointArn"
OTHER_ACCOUNT = "arn:aws:iam::210987654321:root"


@fault(("s3-access-point-policy", POINT), stack="functions")
def s3_access_point_policy(aws: Clients, outputs: Outputs) -> None:
    """The bucket leaves access to its access points, and one of them lets another account read."""
    point, bucket = str(outputs[POINT]), str(outputs["dataBucketName"])
    account = point.split(":")[4]
    delegating = {
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": "s3:GetObject",
        "Resource": f"{outputs['dataBucketArn']}/*",
        "Condition": {"StringEquals": {"s3:DataAccessPointAccount": account}},
    }
    put(aws, bucket, [*statements(aws, bucket), delegating])
    aws.client("s3control").put_access_point_policy(AccountId=account, Name=NAME, Policy=reading(OTHER_ACCOUNT, point))


@fault(
    ("s3-access-point-public-access-block", POINT), ("s3-account-block-public-access", "accountId"), stack="functions"
)
def s3_access_point_public_access_block(aws: Clients, outputs: Outputs) -> None:
    """The access point was made again without a block of public access, and the account's is off."""
    s3, account = aws.client("s3control"), str(outputs["accountId"])
    s3.delete_public_access_block(AccountId=account)
    policy = s3.get_access_point_policy(AccountId=account, Name=NAME)["Policy"]
    s3.delete_access_point(AccountId=account, Name=NAME)
    opened = dict.fromkeys(BLOCK, False)
    bucket = str(outputs["dataBucketName"])
    s3.create_access_point(AccountId=account, Name=NAME, Bucket=bucket, PublicAccessBlockConfiguration=opened)
    s3.put_access_point_policy(AccountId=account, Name=NAME, Policy=policy)
