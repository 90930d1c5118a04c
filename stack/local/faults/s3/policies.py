"""Faults of buckets' policies."""

from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault
from stack.local.faults.s3.settings import put, statements

_OTHER_ACCOUNT = "arn:aws:iam::210987654321:root"
_CHANGED = (("s3-cross-account-permission-changes", "dataBucketArn"), ("s3-cross-account-policy", "dataBucketArn"))


def _without(aws: Clients, bucket: str, sid: str) -> list[dict[str, Any]]:
    return [statement for statement in statements(aws, bucket) if statement.get("Sid") != sid]


@fault(("s3-tls-minimum-version", "dataBucketArn"))
def s3_tls_minimum_version(aws: Clients, outputs: Outputs) -> None:
    """The data bucket takes requests over outdated TLS."""
    bucket = str(outputs["dataBucketName"])
    put(aws, bucket, _without(aws, bucket, "CurrentTlsOnly"))


@fault(("s3-tls-minimum-version", "trailBucketArn"), variant="low")
def s3_tls_minimum_version_low(aws: Clients, outputs: Outputs) -> None:
    """The bucket of the trail takes requests over TLS 1.1."""
    bucket = str(outputs["trailBucketName"])
    found = statements(aws, bucket)
    for statement in found:
        if statement["Sid"] == "CurrentTlsOnly":
            statement["Condition"] = {"NumericLessThan": {"s3:TlsVersion": "1.1"}}
    put(aws, bucket, found)


@fault(("s3-cross-account-policy", "dataBucketArn"))
def s3_cross_account_policy(aws: Clients, outputs: Outputs) -> None:
    """Another account may read the data."""
    objects = f"{outputs['dataBucketArn']}/*"
    _give(aws, outputs, {"Principal": {"AWS": _OTHER_ACCOUNT}, "Action": "s3:GetObject", "Resource": objects})


@fault(*_CHANGED)
def s3_cross_account_permission_changes(aws: Clients, outputs: Outputs) -> None:
    """Another account may change the policy of the data bucket."""
    _give(aws, outputs, {"Principal": {"AWS": _OTHER_ACCOUNT}, "Action": "s3:Put*"})


@fault(*_CHANGED, variant="organization")
def s3_cross_account_permission_changes_organization(aws: Clients, outputs: Outputs) -> None:
    """Whoever is of an organization, in other accounts too, may change the policy of the data bucket."""
    members = {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}}
    _give(aws, outputs, {"Principal": "*", "Action": "s3:PutBucketPolicy", "Condition": members})


@fault(("s3-cross-account-acl", "dataBucketArn"), ("s3-acl-disabled", "dataBucketArn"))
def s3_cross_account_acl(aws: Clients, outputs: Outputs) -> None:
    """Another account may list the data, by the bucket's access control list."""
    s3, bucket = aws.client("s3"), outputs["dataBucketName"]
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    owner = s3.get_bucket_acl(Bucket=bucket)["Owner"]
    grant = {"Grantee": {"Type": "CanonicalUser", "ID": "0" * 64}, "Permission": "READ"}
    s3.put_bucket_acl(Bucket=bucket, AccessControlPolicy={"Owner": owner, "Grants": [grant]})


def _give(aws: Clients, outputs: Outputs, what: dict[str, Any]) -> None:
    bucket = str(outputs["dataBucketName"])
    added = {"Sid": "Added", "Effect": "Allow", "Resource": outputs["dataBucketArn"], **what}
    put(aws, bucket, [*statements(aws, bucket), added])
