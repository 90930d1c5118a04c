"""Reads Amazon S3: whether a bucket is there and ours, and each of its settings; never what is in it."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader, Response
from stack_verify.collect.tags import tag_map
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.partitions import partition
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLifecycle,
    BucketLogging,
    BucketNotification,
    BucketObjectLock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
    BucketReplication,
    BucketTags,
    BucketVersioning,
)
from stack_verify.resources.s3_access_points import AccessPoint, AccessPointPolicy, BucketAccessPoints

ACCESS_POINTS = "arn:{partition}:s3:{region}:{account}:accesspoint/*"
# What "nothing is configured" means, by the S3 user guide.
NO_RULES: Body = {"Rules": []}
NO_BLOCK: Body = {
    "BlockPublicAcls": False,
    "IgnorePublicAcls": False,
    "BlockPublicPolicy": False,
    "RestrictPublicBuckets": False,
}


@collects(Bucket, "s3:HeadBucket", "s3:ListBuckets")
def buckets(reader: Reader, name: str) -> Iterator[Bucket | Elsewhere]:
    """The bucket of this name, if this account owns it; that it is another's, if that is what S3 says."""
    owner = reader.account
    response = reader.call("s3", "HeadBucket", Bucket=name, ExpectedBucketOwner=owner, answers=("404", "403"))
    # S3 answers 403 for a bucket of another's, and for one of ours that the caller may not read: then it stays one.
    if response.absent and _status(response) != HTTPStatus.NOT_FOUND:
        if name not in _owned(reader):
            said = "s3:HeadBucket answered 403, and s3:ListBuckets does not list it"
            yield response.decode(Elsewhere, {}, KindAsked=Bucket.kind(), Key=name, Account=None, Said=said)
            return
        response = reader.call("s3", "HeadBucket", Bucket=name, ExpectedBucketOwner=owner)
    if not response.absent:
        yield response.decode(Bucket, Name=name, BucketArn=f"{_arn_prefix(reader)}{name}")


def _status(response: Response) -> int | None:
    status: int | None = response.body["ResponseMetadata"].get("HTTPStatusCode")
    return status


def _owned(reader: Reader) -> set[str]:
    return {bucket["Name"] for page in reader.pages("s3", "ListBuckets") for bucket in page.items("Buckets")}


@collects(BucketEncryption, "s3:GetBucketEncryption")
def encryption(reader: Reader, name: str) -> Iterator[BucketEncryption]:
    """The default encryption."""
    none = ("ServerSideEncryptionConfigurationNotFoundError",)
    response = reader.call("s3", "GetBucketEncryption", Bucket=name, answers=none)
    found = NO_RULES if response.absent else response.item("ServerSideEncryptionConfiguration")
    yield response.decode(BucketEncryption, found, Bucket=name)


@collects(BucketPublicAccessBlock, "s3:GetPublicAccessBlock")
def public_access_block(reader: Reader, name: str) -> Iterator[BucketPublicAccessBlock]:
    """The bucket's own block of public access, whatever the account's is."""
    none = ("NoSuchPublicAccessBlockConfiguration",)
    response = reader.call("s3", "GetPublicAccessBlock", Bucket=name, answers=none)
    found = NO_BLOCK if response.absent else response.item("PublicAccessBlockConfiguration")
    yield response.decode(BucketPublicAccessBlock, found, Bucket=name)


@collects(BucketVersioning, "s3:GetBucketVersioning")
def versioning(reader: Reader, name: str) -> Iterator[BucketVersioning]:
    """Whether versions of objects are kept."""
    yield reader.call("s3", "GetBucketVersioning", Bucket=name).decode(BucketVersioning, Bucket=name)


@collects(BucketPolicy, "s3:GetBucketPolicy")
def policies(reader: Reader, name: str) -> Iterator[BucketPolicy]:
    """The bucket policy."""
    response = reader.call("s3", "GetBucketPolicy", Bucket=name, answers=("NoSuchBucketPolicy",))
    found = {"Policy": None} if response.absent else response.body
    yield response.decode(BucketPolicy, found, Bucket=name)


@collects(BucketPolicyStatus, "s3:GetBucketPolicyStatus")
def policy_status(reader: Reader, name: str) -> Iterator[BucketPolicyStatus]:
    """Whether S3 calls the bucket policy public."""
    response = reader.call("s3", "GetBucketPolicyStatus", Bucket=name, answers=("NoSuchBucketPolicy",))
    found = {"IsPublic": False} if response.absent else response.item("PolicyStatus")
    yield response.decode(BucketPolicyStatus, found, Bucket=name)


@collects(BucketOwnershipControls, "s3:GetBucketOwnershipControls")
def ownership(reader: Reader, name: str) -> Iterator[BucketOwnershipControls]:
    """Who owns objects, and so whether ACLs count; S3 takes one rule at most."""
    none = ("OwnershipControlsNotFoundError",)
    response = reader.call("s3", "GetBucketOwnershipControls", Bucket=name, answers=none)
    rules = () if response.absent else response.item("OwnershipControls").get("Rules")
    for rule in rules or ({"ObjectOwnership": None},):
        yield response.decode(BucketOwnershipControls, rule, Bucket=name)


@collects(BucketAcl, "s3:GetBucketAcl")
def acls(reader: Reader, name: str) -> Iterator[BucketAcl]:
    """The bucket's access control list."""
    yield reader.call("s3", "GetBucketAcl", Bucket=name).decode(BucketAcl, Bucket=name)


@collects(BucketLifecycle, "s3:GetBucketLifecycleConfiguration")
def lifecycle(reader: Reader, name: str) -> Iterator[BucketLifecycle]:
    """The lifecycle rules."""
    none = ("NoSuchLifecycleConfiguration",)
    response = reader.call("s3", "GetBucketLifecycleConfiguration", Bucket=name, answers=none)
    yield response.decode(BucketLifecycle, NO_RULES if response.absent else response.body, Bucket=name)


@collects(BucketLogging, "s3:GetBucketLogging")
def logging(reader: Reader, name: str) -> Iterator[BucketLogging]:
    """Where the requests to the bucket are logged."""
    yield reader.call("s3", "GetBucketLogging", Bucket=name).decode(BucketLogging, Bucket=name)


@collects(BucketObjectLock, "s3:GetObjectLockConfiguration")
def object_lock(reader: Reader, name: str) -> Iterator[BucketObjectLock]:
    """How long nobody deletes what is put into the bucket."""
    none = ("ObjectLockConfigurationNotFoundError",)
    response = reader.call("s3", "GetObjectLockConfiguration", Bucket=name, answers=none)
    found: Body = {"ObjectLockEnabled": None} if response.absent else response.item("ObjectLockConfiguration")
    yield response.decode(BucketObjectLock, found, Bucket=name)


@collects(BucketReplication, "s3:GetBucketReplication")
def replication(reader: Reader, name: str) -> Iterator[BucketReplication]:
    """Where objects are copied to."""
    none = ("ReplicationConfigurationNotFoundError",)
    response = reader.call("s3", "GetBucketReplication", Bucket=name, answers=none)
    found = NO_RULES if response.absent else response.item("ReplicationConfiguration")
    yield response.decode(BucketReplication, found, Bucket=name)


@collects(BucketNotification, "s3:GetBucketNotificationConfiguration")
def notification(reader: Reader, name: str) -> Iterator[BucketNotification]:
    """Who hears of what is done with objects."""
    response = reader.call("s3", "GetBucketNotificationConfiguration", Bucket=name)
    yield response.decode(BucketNotification, Bucket=name)


@collects(BucketTags, "s3:GetBucketTagging")
def tags(reader: Reader, arn: str) -> Iterator[BucketTags]:
    """The bucket's tags."""
    name = arn.removeprefix(_arn_prefix(reader))
    response = reader.call("s3", "GetBucketTagging", Bucket=name, answers=("NoSuchTagSet",))
    found = () if response.absent else response.items("TagSet")
    yield response.decode(BucketTags, Resource=arn, Tags=tag_map(found))


def _arn_prefix(reader: Reader) -> str:
    return f"arn:{partition(reader.region)}:s3:::"


@collects(BucketAccessPoints, "s3control:ListAccessPoints")
def access_points_of_buckets(reader: Reader, scope: str) -> Iterator[BucketAccessPoints]:
    """The access points that this account has made of a bucket; another account's are seen by its policy only."""
    account, _, bucket = scope.split("/", 2)
    prefix = f"arn:{partition(reader.region)}:s3:{reader.region}:{account}:accesspoint/"
    found: list[str] = []
    more: Body = {}
    while True:
        page = reader.call("s3control", "ListAccessPoints", AccountId=account, Bucket=bucket, **more)
        # XML that was cut is none that can be read, so that a list which is not there is empty.
        found += [f"{prefix}{each['Name']}" for each in page.body.get("AccessPointList", ())]
        # botocore knows no pages of this operation.
        if not page.body.get("NextToken"):
            break
        more = {"NextToken": page.body["NextToken"]}
    yield page.decode(BucketAccessPoints, {}, Scope=scope, Arns=found)


@collects(AccessPoint, "s3control:GetAccessPoint")
def access_points(reader: Reader, arn: str) -> Iterator[AccessPoint]:
    """The access point of this ARN."""
    response = reader.call("s3control", "GetAccessPoint", **_named_access_point(arn), answers=("NoSuchAccessPoint",))
    if not response.absent:
        yield response.decode(AccessPoint, AccessPointArn=arn)


@collects(AccessPointPolicy, "s3control:GetAccessPointPolicy", on=(ACCESS_POINTS,))
def access_point_policies(reader: Reader, arn: str) -> Iterator[AccessPointPolicy]:
    """The policy of an access point."""
    none = ("NoSuchAccessPointPolicy",)
    response = reader.call("s3control", "GetAccessPointPolicy", **_named_access_point(arn), answers=none)
    found = {"Policy": None} if response.absent else response.body
    yield response.decode(AccessPointPolicy, found, AccessPointArn=arn)


def _named_access_point(arn: str) -> Body:
    """How AWS is asked for an access point: by its account and its name."""
    account, resource = arn.split(":")[4:]
    return {"AccountId": account, "Name": resource.partition("/")[2]}
