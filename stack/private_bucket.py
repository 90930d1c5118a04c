"""S3 buckets that nobody reaches but those whom their policy or role names, and only over TLS."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack.location import Location
from stack.naming import PREFIX, Naming
from stack.policy_document import Statement, allow, deny, document

NONCURRENT_VERSION_DAYS = 90
ABANDONED_UPLOAD_DAYS = 7


@dataclass(frozen=True)
class PrivateBucketArgs:
    """What the bucket is for; without a key it is encrypted by S3's own, without expiry its objects stay."""

    naming: Naming
    location: Location
    part: str
    name_output: str
    arn_output: str
    kms_key_arn: pulumi.Input[str] | None = None
    expire_days: int | None = None
    writer: "LogDelivery | None" = None


@dataclass(frozen=True)
class LogDelivery:
    """A service that delivers logs into the bucket, below AWSLogs and the account's id."""

    service: str


class PrivateBucket(pulumi.ComponentResource):
    """An encrypted, versioned bucket without ACLs or public access."""

    def __init__(self, name: str, args: PrivateBucketArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:storage:PrivateBucket", name, None, opts)
        self._args = args
        self._name = args.naming.name(args.part)
        self._child = pulumi.ResourceOptions(parent=self)
        self.bucket = self._bucket()
        self._encrypt()
        self._close()
        versioning = self._keep_versions()
        self._expire(versioning)
        self.policy = self._policy()
        self.outputs = {args.name_output: self.bucket.bucket, args.arn_output: self.bucket.arn}
        self.register_outputs(self.outputs)

    def _bucket(self) -> aws.s3.Bucket:
        # The names of buckets are shared by all accounts and regions of the world.
        args = self._args
        globally = f"{PREFIX}-{args.part}-{args.location.account_id}-{args.location.region}-{args.naming.suffix}"
        return aws.s3.Bucket(self._name, bucket=globally, tags=args.naming.tags(self._name), opts=self._child)

    def _encrypt(self) -> None:
        key = self._args.kms_key_arn
        default = aws.s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="AES256" if key is None else "aws:kms", kms_master_key_id=key
        )
        rule = aws.s3.BucketServerSideEncryptionConfigurationRuleArgs(
            apply_server_side_encryption_by_default=default, bucket_key_enabled=key is not None
        )
        aws.s3.BucketServerSideEncryptionConfiguration(
            self._name, bucket=self.bucket.id, rules=[rule], opts=self._child
        )

    def _close(self) -> None:
        self._access_block = aws.s3.BucketPublicAccessBlock(
            self._name,
            bucket=self.bucket.id,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child,
        )
        aws.s3.BucketOwnershipControls(
            self._name,
            bucket=self.bucket.id,
            rule=aws.s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._child,
        )

    def _keep_versions(self) -> aws.s3.BucketVersioning:
        return aws.s3.BucketVersioning(
            self._name,
            bucket=self.bucket.id,
            versioning_configuration=aws.s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._child,
        )

    def _expire(self, versioning: aws.s3.BucketVersioning) -> None:
        days = self._args.expire_days
        rule = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="expire",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days) if days else None,
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=NONCURRENT_VERSION_DAYS
            ),
            abort_incomplete_multipart_upload=aws.s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
                days_after_initiation=ABANDONED_UPLOAD_DAYS
            ),
        )
        aws.s3.BucketLifecycleConfiguration(
            self._name,
            bucket=self.bucket.id,
            rules=[rule],
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )

    def _policy(self) -> aws.s3.BucketPolicy:
        return aws.s3.BucketPolicy(
            self._name,
            bucket=self.bucket.id,
            policy=document(self._tls_only(), *self._delivery()),
            # S3 refuses two changes of one bucket's access at the same time.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._access_block]),
        )

    def _tls_only(self) -> Statement:
        everything = [self.bucket.arn, pulumi.Output.concat(self.bucket.arn, "/*")]
        return deny("TlsOnly", ["s3:*"], everything, condition={"Bool": {"aws:SecureTransport": "false"}})

    def _delivery(self) -> Sequence[Statement]:
        writer = self._args.writer
        if writer is None:
            return ()
        below = pulumi.Output.concat(self.bucket.arn, f"/AWSLogs/{self._args.location.account_id}/*")
        return (allow("DeliverLogs", ["s3:PutObject"], below, principal={"Service": writer.service}),)
