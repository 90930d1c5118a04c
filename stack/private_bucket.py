"""S3 buckets that nobody reaches but those whom their policy or role names, and only over TLS."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack.bucket_policy import Delivery, bucket_policy
from stack.location import Location
from stack.naming import PREFIX, Naming

NONCURRENT_VERSION_DAYS = 90
ABANDONED_UPLOAD_DAYS = 7


@dataclass(frozen=True)
class ObjectLock:
    """How long nobody deletes an object: in COMPLIANCE mode nobody at all, in GOVERNANCE whoever may bypass it."""

    mode: str
    days: int


@dataclass(frozen=True)
class PrivateBucketArgs:
    """What the bucket is for.

    Without a key it is encrypted by S3's own, without expiry its objects stay, without `server_logs` nobody
    notes who reads it.
    """

    naming: Naming
    location: Location
    part: str
    name_output: str
    arn_output: str
    allow_destroy: bool
    kms_key_arn: pulumi.Input[str] | None = None
    expire_days: int | None = None
    object_lock: ObjectLock | None = None
    deliveries: Sequence[Delivery] = ()
    server_logs: "PrivateBucket | None" = None


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
        self._lock(versioning)
        self._expire(versioning)
        self.policy = self._policy()
        self._note_requests()
        self.outputs = {args.name_output: self.bucket.bucket, args.arn_output: self.bucket.arn}
        self.register_outputs(self.outputs)

    def _bucket(self) -> aws.s3.Bucket:
        # The names of buckets are shared by all accounts and regions of the world.
        args = self._args
        globally = f"{PREFIX}-{args.part}-{args.location.account_id}-{args.location.region}-{args.naming.suffix}"
        return aws.s3.Bucket(
            self._name,
            bucket=globally,
            force_destroy=args.allow_destroy,
            object_lock_enabled=args.object_lock is not None,
            tags=args.naming.tags(self._name),
            opts=self._child,
        )

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

    def _lock(self, versioning: aws.s3.BucketVersioning) -> None:
        lock = self._args.object_lock
        if lock is None:
            return
        retention = aws.s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(mode=lock.mode, days=lock.days)
        aws.s3.BucketObjectLockConfiguration(
            self._name,
            bucket=self.bucket.id,
            rule=aws.s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[versioning]),
        )

    def _expire(self, versioning: aws.s3.BucketVersioning) -> None:
        days, lock = self._args.expire_days, self._args.object_lock
        # What was overwritten or deleted in a locked bucket is evidence like the rest.
        noncurrent_days = NONCURRENT_VERSION_DAYS if lock is None else lock.days
        rule = aws.s3.BucketLifecycleConfigurationRuleArgs(
            id="expire",
            status="Enabled",
            filter=aws.s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
            expiration=aws.s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days) if days else None,
            noncurrent_version_expiration=aws.s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
                noncurrent_days=noncurrent_days
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
            policy=bucket_policy(self.bucket.arn, self._args.deliveries),
            # S3 refuses two changes of one bucket's access at the same time.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[self._access_block]),
        )

    def _note_requests(self) -> None:
        logs = self._args.server_logs
        if logs is None:
            return
        aws.s3.BucketLogging(
            self._name,
            bucket=self.bucket.id,
            target_bucket=logs.bucket.bucket,
            target_prefix=f"{self._args.part}/",
            opts=pulumi.ResourceOptions(parent=self, depends_on=[logs.policy]),
        )
