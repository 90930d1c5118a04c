"""Amazon S3 buckets and what is set on them, each setting by its own API operation and by bucket name."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Host, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.s3_access_points import BucketAccessPoints
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"


class BucketTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Tags"):
    """``s3:GetBucketTagging``, by bucket ARN."""


class ServerSideEncryptionByDefault(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How objects are encrypted. Without a key AWS's own is used."""

    sse_algorithm: str = msgspec.field(name="SSEAlgorithm")
    kms_master_key_id: str | None = msgspec.field(name="KMSMasterKeyID", default=None)


class ServerSideEncryptionRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A rule of a bucket's default encryption; it may be about bucket keys alone."""

    apply_server_side_encryption_by_default: ServerSideEncryptionByDefault | None = None


class BucketEncryption(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Encryption"):
    """``s3:GetBucketEncryption``. No rules where AWS says that no encryption is configured."""

    id_field: ClassVar[str] = "bucket"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key",)

    bucket: str
    rules: tuple[ServerSideEncryptionRule, ...]

    @property
    def defaults(self) -> tuple[ServerSideEncryptionByDefault, ...]:
        """The encryptions that the rules apply."""
        found = (rule.apply_server_side_encryption_by_default for rule in self.rules)
        return tuple(default for default in found if default is not None)

    def refers_to(self) -> Iterator[Question]:
        for default in self.defaults:
            if default.kms_master_key_id is not None:
                yield Key.ask(key_arn(default.kms_master_key_id, self.observed_by))


class BucketPublicAccessBlock(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.PublicAccessBlock"
):
    """``s3:GetPublicAccessBlock``. All four are false where AWS says that nothing is configured."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    block_public_acls: Known[bool] = UNKNOWN
    ignore_public_acls: Known[bool] = UNKNOWN
    block_public_policy: Known[bool] = UNKNOWN
    restrict_public_buckets: Known[bool] = UNKNOWN


class BucketVersioning(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Versioning"):
    """``s3:GetBucketVersioning``. AWS leaves Status out of a bucket that never had versions."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    status: str | None = None


class BucketPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Policy"):
    """``s3:GetBucketPolicy``. ``policy`` is the JSON document, None where AWS says that there is none."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    policy: str | None


class BucketPolicyStatus(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.PolicyStatus"):
    """``s3:GetBucketPolicyStatus``: whether S3 calls the policy public. It does not where there is no policy."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    is_public: Known[bool] = UNKNOWN


class BucketOwnershipControls(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.OwnershipControls"
):
    """``s3:GetBucketOwnershipControls``. None where AWS says that nothing is configured, which leaves ACLs on."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    object_ownership: str | None


class Owner(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Whose a bucket is."""

    id: str = msgspec.field(name="ID")


class Grantee(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Whom an ACL names: a group of the world by its URI, or an account."""

    uri: str | None = msgspec.field(name="URI", default=None)
    id: str | None = msgspec.field(name="ID", default=None)


class Grant(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One line of an ACL."""

    grantee: Grantee
    permission: str


class BucketAcl(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Acl"):
    """``s3:GetBucketAcl``. ``owner`` is this account, by its canonical id."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    owner: Known[Owner] = UNKNOWN
    grants: tuple[Grant, ...]


class Expiration(Fields, frozen=True, kw_only=True, rename="pascal"):
    """When objects expire: in days after they were made, or all of them from a date on; neither for delete markers."""

    days: int | None = None
    date: datetime | None = None


class NoncurrentVersionExpiration(Fields, frozen=True, kw_only=True, rename="pascal"):
    """When versions expire, in days after a newer one took their place."""

    noncurrent_days: int | None = None


class LifecycleFilterAnd(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Several conditions of a lifecycle rule's filter together."""

    prefix: str | None = None


class LifecycleFilter(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Which objects a lifecycle rule is about; those of certain tags and sizes are taken for all."""

    prefix: str | None = None
    and_: LifecycleFilterAnd | None = msgspec.field(name="And", default=None)


class LifecycleRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One rule of a bucket's lifecycle."""

    id: str = msgspec.field(name="ID", default="")
    status: str
    expiration: Expiration | None = None
    noncurrent_version_expiration: NoncurrentVersionExpiration | None = None
    # Which objects it is about, by the beginning of their keys; the first is the older way to say so.
    prefix: str | None = None
    filter: LifecycleFilter | None = None

    @property
    def key_prefix(self) -> str:
        """What the keys of its objects begin with; empty for all keys."""
        if self.filter is None:
            return self.prefix or ""
        both = self.filter.and_
        return self.filter.prefix or (both.prefix if both else None) or ""


class BucketLifecycle(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Lifecycle"):
    """``s3:GetBucketLifecycleConfiguration``. No rules where AWS says that nothing is configured."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    rules: tuple[LifecycleRule, ...]


class LoggingEnabled(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the requests to a bucket are logged."""

    target_bucket: str
    target_prefix: str = ""


class BucketLogging(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Logging"):
    """``s3:GetBucketLogging``. AWS leaves LoggingEnabled out where requests are not logged."""

    id_field: ClassVar[str] = "bucket"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::S3::Bucket",)

    bucket: str
    logging_enabled: LoggingEnabled | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.logging_enabled is not None:
            yield Bucket.ask(self.logging_enabled.target_bucket)


class DefaultRetention(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How long a new object cannot be deleted, in days or in years, and whether anybody may lift that."""

    mode: str
    days: int | None = None
    years: int | None = None

    @property
    def at_least_days(self) -> int:
        """The days it lasts; a year is counted without its leap day."""
        return (self.days or 0) + 365 * (self.years or 0)


class ObjectLockRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """What the lock is for objects that bring none of their own."""

    default_retention: DefaultRetention | None = None


class BucketObjectLock(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.ObjectLock"):
    """``s3:GetObjectLockConfiguration``. ObjectLockEnabled is None where AWS says that nothing is configured."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    object_lock_enabled: str | None
    rule: ObjectLockRule | None = None


class ReplicationDestination(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where a rule copies objects to: the ARN of a bucket, and its account where the rule says it."""

    bucket: str
    account: str | None = None

    @property
    def bucket_name(self) -> str:
        """The name of the bucket, which is unique over all accounts."""
        return self.bucket.rpartition(":")[2]


class ReplicationRule(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One rule of a bucket's replication."""

    id: str = msgspec.field(name="ID", default="(no id)")
    status: str
    destination: ReplicationDestination

    @property
    def is_enabled(self) -> bool:
        """Whether objects are copied by it."""
        return self.status == "Enabled"


class BucketReplication(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Replication"):
    """``s3:GetBucketReplication``. No rules where AWS says that nothing is configured.

    Where a copy goes is asked too, unless the rule says that the bucket is another account's.
    """

    id_field: ClassVar[str] = "bucket"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::S3::Bucket",)

    bucket: str
    rules: tuple[ReplicationRule, ...]

    def surroundings(self) -> Iterator[Question]:
        own = (None, self.observed_by.account)
        asked = (rule.destination.bucket_name for rule in self.rules if rule.destination.account in own)
        yield from (Bucket.ask(name) for name in dict.fromkeys(asked))


class QueueNotification(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A queue that hears of events."""

    queue_arn: str


class TopicNotification(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A topic that hears of events."""

    topic_arn: str


class FunctionNotification(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A function that is called at events."""

    lambda_function_arn: str


class EventBridgeNotification(Fields, frozen=True, kw_only=True, rename="pascal"):
    """That all events go to the account's own default event bus; it has no settings."""


class BucketNotification(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket.Notification"):
    """``s3:GetBucketNotificationConfiguration``. AWS leaves out what is not configured."""

    id_field: ClassVar[str] = "bucket"

    bucket: str
    queue_configurations: tuple[QueueNotification, ...] = ()
    topic_configurations: tuple[TopicNotification, ...] = ()
    lambda_function_configurations: tuple[FunctionNotification, ...] = ()
    event_bridge_configuration: EventBridgeNotification | None = None

    @property
    def destinations(self) -> tuple[str, ...]:
        """The ARNs of all that hear of events, the event bus apart."""
        return (
            *(each.queue_arn for each in self.queue_configurations),
            *(each.topic_arn for each in self.topic_configurations),
            *(each.lambda_function_arn for each in self.lambda_function_configurations),
        )


SETTINGS = (
    BucketEncryption,
    BucketPublicAccessBlock,
    BucketVersioning,
    BucketPolicy,
    BucketPolicyStatus,
    BucketOwnershipControls,
    BucketAcl,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketReplication,
    BucketNotification,
)


class Bucket(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::S3::Bucket"):
    """``s3:HeadBucket`` with this account as the ExpectedBucketOwner, by bucket name."""

    # An object's ARN, or the one for all of a bucket's objects, names the bucket too; an access point's names a region.
    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("s3", rf"({_NAME})(?:/.*)?", rf"({ANY_ID})(?:/.*)?", by_name=True, regional=False),),
        hosts=(
            Host(
                rf"(?P<name>{_NAME})\.s3(?:-fips)?(?:\.dualstack)?(?:[.-](?:website[.-])?{IN_REGION})?{IN_DOMAIN}",
                everywhere=True,
            ),
        ),
        texts=(rf"s3://(?P<name>{_NAME})(?:/.*)?",),
        bare_names=(bare("bucket, bucket name, bucket id", rf"(?!\d+\.\d+\.\d+\.\d+\Z){_NAME}"),),
        pulumi=("s3/bucket", "s3/bucketV2"),
        terraform=("aws_s3_bucket",),
        asff="AwsS3Bucket",
        by_tags=True,
    )
    id_field: ClassVar[str] = "name"
    arn_field: ClassVar[str | None] = "bucket_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = BucketTags
    leads_to: ClassVar[tuple[str, ...]] = (
        *(setting.kind() for setting in SETTINGS),
        BucketTags.kind(),
        BucketAccessPoints.kind(),
        AccountPublicAccessBlock.kind(),
    )

    name: str
    bucket_arn: str
    bucket_region: Known[str] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        for setting in SETTINGS:
            yield setting.ask(self.name)
        yield BucketAccessPoints.ask(f"{self.observed_by.account}/{self.bucket_region}/{self.name}")
        yield from self.tags_question()

    def surroundings(self) -> Iterator[Question]:
        yield AccountPublicAccessBlock.ask(self.observed_by.account)
