"""Faults of buckets."""

import json
from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_AFRESH = (
    "s3-access-logging",
    "s3-acl-disabled",
    "s3-bucket-owner-and-region",
    "s3-customer-key",
    "s3-default-encryption",
    "s3-kms-encryption",
    "s3-lifecycle",
    "s3-tls-minimum-version",
    "s3-tls-only",
    "s3-version-lifecycle",
    "s3-versioning",
)
"""What a bucket made with no settings fails."""


def _encrypt(aws: Clients, outputs: Outputs, **default: str) -> None:
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    aws.client("s3").put_bucket_encryption(
        Bucket=outputs["dataBucketName"], ServerSideEncryptionConfiguration={"Rules": rules}
    )


def statements(aws: Clients, bucket: str) -> list[dict[str, Any]]:
    """The statements of a bucket's policy."""
    found: list[dict[str, Any]] = json.loads(aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    return found


def put(aws: Clients, bucket: str, policy_statements: list[dict[str, Any]]) -> None:
    """Gives a bucket a policy of these statements."""
    policy = {"Version": "2012-10-17", "Statement": policy_statements}
    aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))


def _open(aws: Clients, outputs: Outputs, action: str) -> None:
    """Adds to the policy of the data bucket that everybody may do `action` with its objects."""
    bucket = str(outputs["dataBucketName"])
    objects = f"{outputs['dataBucketArn']}/*"
    added = {"Sid": "Added", "Effect": "Allow", "Principal": "*", "Action": action, "Resource": objects}
    put(aws, bucket, [*statements(aws, bucket), added])


@fault(("s3-default-encryption", "accessLogBucketArn"))
def s3_default_encryption(aws: Clients, outputs: Outputs) -> None:
    """The bucket of access logs encrypts nothing by itself."""
    aws.client("s3").delete_bucket_encryption(Bucket=outputs["accessLogBucketName"])


@fault(("s3-kms-encryption", "dataBucketArn"), ("s3-customer-key", "dataBucketArn"))
def s3_kms_encryption(aws: Clients, outputs: Outputs) -> None:
    """The data bucket encrypts with S3's key instead of one of KMS."""
    _encrypt(aws, outputs, SSEAlgorithm="AES256")


@fault(("s3-customer-key", "dataBucketArn"))
def s3_customer_key(aws: Clients, outputs: Outputs) -> None:
    """The data bucket encrypts with AWS's own key in KMS instead of a customer-managed one."""
    _encrypt(aws, outputs, SSEAlgorithm="aws:kms")


_UNBLOCKED = (("s3-block-public-access", "dataBucketArn"), ("s3-account-block-public-access", "accountId"))
"""What fails where nothing blocks public access to the data bucket, at its own level or at the account's."""


def _unblock(aws: Clients, outputs: Outputs, bucket: str = "dataBucketName") -> None:
    """Takes the block of public access from a bucket and from the account, of which S3 applies the stricter."""
    aws.client("s3").delete_public_access_block(Bucket=outputs[bucket])
    aws.client("s3control").delete_public_access_block(AccountId=outputs["accountId"])


@fault(*_UNBLOCKED)
def s3_block_public_access(aws: Clients, outputs: Outputs) -> None:
    """The data bucket may be given a public policy."""
    block = {
        "BlockPublicAcls": True,
        "IgnorePublicAcls": True,
        "BlockPublicPolicy": False,
        "RestrictPublicBuckets": True,
    }
    aws.client("s3control").delete_public_access_block(AccountId=outputs["accountId"])
    aws.client("s3").put_public_access_block(Bucket=outputs["dataBucketName"], PublicAccessBlockConfiguration=block)


@fault(
    ("s3-block-public-access", "accessLogBucketArn"), ("s3-account-block-public-access", "accountId"), variant="removed"
)
def s3_block_public_access_removed(aws: Clients, outputs: Outputs) -> None:
    """Nothing blocks public access to the bucket of access logs."""
    _unblock(aws, outputs, "accessLogBucketName")


@fault(("s3-no-public-read", "dataBucketArn"), *_UNBLOCKED)
def s3_no_public_read(aws: Clients, outputs: Outputs) -> None:
    """Everybody may read the data, by the bucket's policy."""
    _unblock(aws, outputs)
    _open(aws, outputs, "s3:GetObject")


@fault(("s3-no-public-read", "dataBucketArn"), ("s3-acl-disabled", "dataBucketArn"), *_UNBLOCKED, variant="acl")
def s3_no_public_read_acl(aws: Clients, outputs: Outputs) -> None:
    """Everybody may list the data, by the bucket's access control list."""
    _unblock(aws, outputs)
    s3_acl_disabled.apply(aws, outputs)
    aws.client("s3").put_bucket_acl(Bucket=outputs["dataBucketName"], ACL="public-read")


@fault(("s3-no-public-write", "dataBucketArn"), *_UNBLOCKED)
def s3_no_public_write(aws: Clients, outputs: Outputs) -> None:
    """Everybody may write to the data bucket, by its policy."""
    _unblock(aws, outputs)
    _open(aws, outputs, "s3:PutObject")


@fault(("s3-acl-disabled", "dataBucketArn"))
def s3_acl_disabled(aws: Clients, outputs: Outputs) -> None:
    """Access control lists count again in the data bucket."""
    rules = {"Rules": [{"ObjectOwnership": "ObjectWriter"}]}
    aws.client("s3").put_bucket_ownership_controls(Bucket=outputs["dataBucketName"], OwnershipControls=rules)


@fault(("s3-tls-only", "dataBucketArn"), ("s3-tls-minimum-version", "dataBucketArn"))
def s3_tls_only(aws: Clients, outputs: Outputs) -> None:
    """The data bucket has no policy, and so takes requests without TLS."""
    aws.client("s3").delete_bucket_policy(Bucket=outputs["dataBucketName"])


@fault(
    ("s3-tls-only", "accessLogBucketArn"),
    ("s3-tls-minimum-version", "accessLogBucketArn"),
    variant="objects",
)
def s3_tls_only_objects(aws: Clients, outputs: Outputs) -> None:
    """The bucket of access logs refuses requests without TLS, but not for its objects."""
    bucket = str(outputs["accessLogBucketName"])
    found = statements(aws, bucket)
    for statement in found:
        if statement["Effect"] == "Deny":
            statement["Resource"] = outputs["accessLogBucketArn"]
    put(aws, bucket, found)


@fault(("s3-versioning", "dataBucketArn"))
def s3_versioning(aws: Clients, outputs: Outputs) -> None:
    """The data bucket keeps no more versions."""
    aws.client("s3").put_bucket_versioning(
        Bucket=outputs["dataBucketName"], VersioningConfiguration={"Status": "Suspended"}
    )


@fault(("s3-lifecycle", "dataBucketArn"), ("s3-version-lifecycle", "dataBucketArn"))
def s3_lifecycle(aws: Clients, outputs: Outputs) -> None:
    """The data bucket has no lifecycle."""
    aws.client("s3").delete_bucket_lifecycle(Bucket=outputs["dataBucketName"])


@fault(("s3-lifecycle", "accessLogBucketArn"), ("s3-version-lifecycle", "accessLogBucketArn"), variant="soon")
def s3_lifecycle_soon(aws: Clients, outputs: Outputs) -> None:
    """Access logs expire after a month."""
    rule = {"ID": "soon", "Status": "Enabled", "Filter": {"Prefix": ""}, "Expiration": {"Days": 30}}
    aws.client("s3").put_bucket_lifecycle_configuration(
        Bucket=outputs["accessLogBucketName"], LifecycleConfiguration={"Rules": [rule]}
    )


@fault(*((control, "dataBucketArn") for control in _AFRESH))
def s3_bucket_owner_and_region(aws: Clients, outputs: Outputs) -> None:
    """The data bucket was deleted, and one of its name was made in another region."""
    bucket, elsewhere = outputs["dataBucketName"], Clients("eu-west-1", aws.endpoint_url)
    aws.client("s3").delete_bucket(Bucket=bucket)
    elsewhere.client("s3").create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": elsewhere.region}
    )
