"""Faults of what is on record about buckets, and of how long records stay."""

import json
from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.s3.settings import put, statements


def _lock(aws: Clients, outputs: Outputs, **retention: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    aws.client("s3").put_object_lock_configuration(
        Bucket=outputs["trailBucketName"],
        ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", "Rule": {"DefaultRetention": retention}},
    )


@fault(("s3-access-logging", "dataBucketArn"))
def s3_access_logging(aws: Clients, outputs: Outputs) -> None:
    """Nobody notes who reads the data."""
    aws.client("s3").put_bucket_logging(Bucket=outputs["dataBucketName"], BucketLoggingStatus={})


@fault(
    ("s3-access-logging", "configBucketArn"),
    ("s3-access-logging", "dataBucketArn"),
    ("s3-access-logging", "trailBucketArn"),
    variant="refused",
)
def s3_access_logging_refused(aws: Clients, outputs: Outputs) -> None:
    """The bucket of access logs takes those of the load balancer alone."""
    bucket = str(outputs["accessLogBucketName"])
    kept = [each for each in statements(aws, bucket) if "logging.s3.amazonaws.com" not in json.dumps(each)]
    put(aws, bucket, kept)


@fault(
    ("s3-access-logging", "configBucketArn"),
    ("s3-access-logging", "dataBucketArn"),
    ("s3-access-logging", "trailBucketArn"),
    ("s3-cross-account-policy", "accessLogBucketArn"),
    variant="other-account",
)
def s3_access_logging_other_account(aws: Clients, outputs: Outputs) -> None:
    """The bucket of access logs takes S3's logs from another account's buckets alone."""
    bucket = str(outputs["accessLogBucketName"])
    changed = json.dumps(statements(aws, bucket)).replace(
        f'"aws:SourceAccount": "{outputs["accountId"]}"', '"aws:SourceAccount": "210987654321"'
    )
    put(aws, bucket, json.loads(changed))


@fault(("s3-object-lock", "trailBucketArn"))
def s3_object_lock(aws: Clients, outputs: Outputs) -> None:
    """The audit trail may be deleted by whoever is allowed to bypass its lock."""
    _lock(aws, outputs, Mode="GOVERNANCE", Days=2192)


@fault(("s3-object-lock", "trailBucketArn"), variant="soon")
def s3_object_lock_soon(aws: Clients, outputs: Outputs) -> None:
    """The audit trail may be deleted after five years."""
    _lock(aws, outputs, Mode="COMPLIANCE", Years=5)


@fault(("s3-version-lifecycle", "dataBucketArn"))
def s3_version_lifecycle(aws: Clients, outputs: Outputs) -> None:
    """Versions of the data that were replaced stay for ever."""
    rule = {
        "ID": "uploads",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "AbortIncompleteMultipartUpload": {"DaysAfterInitiation": 7},
    }
    aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket=outputs["dataBucketName"], LifecycleConfiguration={"Rules": [rule]}
    )


@fault(("s3-lifecycle", "trailBucketArn"), variant="trail")
def s3_lifecycle_trail(aws: Clients, outputs: Outputs) -> None:
    """The audit trail expires after five years."""
    rule = {
        "ID": "five-years",
        "Status": "Enabled",
        "Filter": {"Prefix": ""},
        "Expiration": {"Days": 1825},
        "NoncurrentVersionExpiration": {"NoncurrentDays": 2192},
    }
    aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket=outputs["trailBucketName"], LifecycleConfiguration={"Rules": [rule]}
    )
