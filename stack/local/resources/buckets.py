"""S3 buckets and the companions that configure them."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list


def _bucket(declared: Declared, clients: Clients) -> Created:
    s3 = clients.client("s3")
    name = declared.take("bucket")
    tags = declared.tags
    declared.take("forceDestroy")
    place = {} if clients.region == "us-east-1" else {"CreateBucketConfiguration": {"LocationConstraint": clients.region}}
    call_with_rest(
        declared, clients, "s3", "create_bucket", {"objectLockEnabled": "ObjectLockEnabledForBucket"}, Bucket=name, **place
    )
    if tags:
        s3.put_bucket_tagging(Bucket=name, Tagging={"TagSet": tag_list(tags)})
    domain = f"{name}.s3.amazonaws.com"
    regional = f"{name}.s3.{clients.region}.amazonaws.com"
    return Created(
        name, {"arn": f"arn:aws:s3:::{name}", "bucketDomainName": domain, "bucketRegionalDomainName": regional}
    )


def _companion(operation: str, member: str, rename: Mapping[str, str] = {}) -> Creator:  # noqa: B006 - read only
    """A bucket's configuration: `operation` takes the bucket, and all else inside its `member`."""

    def create(declared: Declared, clients: Clients) -> Created:
        bucket = declared.take("bucket")
        nested = {rename.get(name, name): value for name, value in declared.take_rest().items()}
        flat = Declared(declared.type, declared.name, {member: nested})
        call_with_rest(flat, clients, "s3", operation, _NAMES, Bucket=bucket)
        return Created(bucket)

    return create


_NAMES: Final = {"kmsMasterKeyId": "KMSMasterKeyID", "sseAlgorithm": "SSEAlgorithm", "mfaDelete": "MFADelete"}


def _versioning(declared: Declared, clients: Clients) -> Created:
    bucket = declared.take("bucket")
    call_with_rest(declared, clients, "s3", "put_bucket_versioning", _NAMES, Bucket=bucket)
    return Created(bucket)


def _policy(declared: Declared, clients: Clients) -> Created:
    bucket = declared.inputs["bucket"]
    call_with_rest(declared, clients, "s3", "put_bucket_policy")
    return Created(bucket)


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketVersioning:BucketVersioning": _versioning,
    "aws:s3/bucketPolicy:BucketPolicy": _policy,
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _companion(
        "put_bucket_encryption", "ServerSideEncryptionConfiguration"
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _companion(
        "put_public_access_block", "PublicAccessBlockConfiguration"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _companion(
        "put_bucket_lifecycle_configuration", "LifecycleConfiguration", 
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _companion(
        "put_bucket_ownership_controls", "OwnershipControls", {"rule": "Rules"}
    ),
    "aws:s3/bucketLogging:BucketLogging": _companion("put_bucket_logging", "BucketLoggingStatus"),
}
