"""S3 buckets and the companions that configure them."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import call_with_rest, tag_list


def _bucket(declared: Declared, clients: Clients) -> Created:
    declared.take("forceDestroy")  # a word for deletion
    tags = {"TagSet": tag_list(declared.take_tags())}
    name, here = declared.take("bucket"), {"LocationConstraint": clients.region}
    locked = declared.take("objectLockEnabled", False)
    clients.client("s3").create_bucket(Bucket=name, CreateBucketConfiguration=here, ObjectLockEnabledForBucket=locked)
    clients.client("s3").put_bucket_tagging(Bucket=name, Tagging=tags)
    return Created(
        name,
        {
            "arn": f"arn:aws:s3:::{name}",
            "bucketDomainName": f"{name}.s3.amazonaws.com",
            "bucketRegionalDomainName": f"{name}.s3.{clients.region}.amazonaws.com",
            "region": clients.region,
        },
    )


def _companion(operation: str, member: str = "", **renames: str) -> Creator:
    """A bucket's configuration: `operation` takes the bucket, and the rest inside `member` unless that is empty."""

    def create(declared: Declared, clients: Clients) -> Created:
        bucket, rest = declared.take("bucket"), declared.take_rest()
        flat = Declared(declared.type, declared.name, {member: rest} if member else rest)
        call_with_rest(flat, clients, "s3", operation, renames, Bucket=bucket)
        return Created(bucket)

    return create


def _object_lock(declared: Declared, clients: Clients) -> Created:
    bucket, rest = declared.take("bucket"), {"objectLockEnabled": "Enabled", **declared.take_rest()}
    flat = Declared(declared.type, declared.name, {"ObjectLockConfiguration": rest})
    call_with_rest(flat, clients, "s3", "put_object_lock_configuration", Bucket=bucket)
    return Created(bucket)


def _logging(declared: Declared, clients: Clients) -> Created:
    bucket, rest = declared.take("bucket"), declared.take_rest()
    flat = Declared(declared.type, declared.name, {"BucketLoggingStatus": {"LoggingEnabled": rest}})
    call_with_rest(flat, clients, "s3", "put_bucket_logging", Bucket=bucket)
    return Created(bucket)


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:s3/bucket:Bucket": _bucket,
    "aws:s3/bucketLogging:BucketLogging": _logging,
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": _object_lock,
    "aws:s3/bucketVersioning:BucketVersioning": _companion("put_bucket_versioning"),
    "aws:s3/bucketPolicy:BucketPolicy": _companion("put_bucket_policy"),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": _companion(
        "put_bucket_encryption", "ServerSideEncryptionConfiguration"
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": _companion(
        "put_public_access_block", "PublicAccessBlockConfiguration"
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": _companion(
        "put_bucket_lifecycle_configuration", "LifecycleConfiguration"
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": _companion(
        "put_bucket_ownership_controls", "OwnershipControls"
    ),
}
