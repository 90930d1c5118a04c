"""Amazon S3 access points: further doors to a bucket, each with a policy and a block of public access of its own."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.identity import ANY_ID, ArnForm, BareName, Identity, as_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource

_NAME = r"[a-z0-9][a-z0-9-]{1,48}[a-z0-9]"


class AccessPointPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::AccessPoint.Policy"):
    """``s3control:GetAccessPointPolicy``, by ARN. ``policy`` is None where AWS says that there is none."""

    id_field: ClassVar[str] = "access_point_arn"

    access_point_arn: str
    policy: str | None


class PublicAccessBlock(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What an access point blocks, which is set when it is made and stays."""

    block_public_acls: Known[bool] = UNKNOWN
    ignore_public_acls: Known[bool] = UNKNOWN
    block_public_policy: Known[bool] = UNKNOWN
    restrict_public_buckets: Known[bool] = UNKNOWN


class AccessPoint(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::AccessPoint"):
    """``s3control:GetAccessPoint``, by ARN."""

    # Pulumi and Terraform know it by its account and name, CloudFormation by its name.
    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("s3", rf"accesspoint/({_NAME})(?:/.*)?", rf"accesspoint/({ANY_ID})(?:/.*)?"),),
        bare_names=(BareName((), _NAME, as_arn("s3", "accesspoint/{}")),),
        pulumi=("s3/accessPoint",),
        terraform=("aws_s3_access_point",),
        asff="AwsS3AccessPoint",
    )
    id_field: ClassVar[str] = "access_point_arn"
    arn_field: ClassVar[str | None] = "access_point_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::S3::AccessPoint.Policy",
        "AWS::S3::Bucket",
        AccountPublicAccessBlock.kind(),
    )

    access_point_arn: str
    name: str
    bucket: str
    # ``Internet`` or ``VPC``.
    network_origin: Known[str] = UNKNOWN
    public_access_block_configuration: Known[PublicAccessBlock] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield AccessPointPolicy.ask(self.access_point_arn)
        yield Question("AWS::S3::Bucket", self.bucket)

    def surroundings(self) -> Iterator[Question]:
        yield AccountPublicAccessBlock.ask(self.observed_by.account)


class BucketAccessPoints(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.AccessPoints"):
    """``s3control:ListAccessPoints`` of a bucket, by account, region and bucket: they are where the bucket is."""

    id_field: ClassVar[str] = "scope"
    leads_to: ClassVar[tuple[str, ...]] = (AccessPoint.kind(),)

    scope: str
    arns: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (AccessPoint.ask(arn) for arn in self.arns)
