"""The buckets of the platform."""

from dataclasses import dataclass

from stack import exports
from stack.bucket_policy import Delivery
from stack.encryption import Encryption
from stack.location import Location
from stack.naming import PREFIX, Naming
from stack.private_bucket import ObjectLock, PrivateBucket, PrivateBucketArgs
from stack.settings import StackSettings


@dataclass(frozen=True)
class Buckets:
    """Data, who asked for it (access logs), and what happened to the account (trail and configuration)."""

    access_logs: PrivateBucket
    data: PrivateBucket
    trail: PrivateBucket
    configuration: PrivateBucket | None

    @property
    def all(self) -> tuple[PrivateBucket, ...]:
        """Every bucket there is."""
        optional = () if self.configuration is None else (self.configuration,)
        return (self.access_logs, self.data, self.trail, *optional)


@dataclass(frozen=True)
class BucketsArgs:
    """What the buckets need to know; only the trail called `trail_arn` delivers to the trail's."""

    naming: Naming
    location: Location
    settings: StackSettings
    encryption: Encryption
    trail_arn: str


def make_buckets(args: BucketsArgs) -> Buckets:
    """Return the buckets of the stack, newly declared; configuration history has one if the stack records it."""
    access_logs = _access_logs(args)
    return Buckets(
        access_logs=access_logs,
        data=_data(args, access_logs),
        trail=_trail(args, access_logs),
        configuration=_configuration(args, access_logs) if args.settings.account.config_recorder else None,
    )


def _access_logs(args: BucketsArgs) -> PrivateBucket:
    """The logs of the load balancer, and S3's of the other buckets.

    No key of ours and no object lock: both deliver only to buckets that S3 encrypts with its own key (SSE-S3), and S3
    only to those without object lock.
    """
    return PrivateBucket(
        "access-logs",
        PrivateBucketArgs(
            naming=args.naming,
            location=args.location,
            part="logs",
            name_output=exports.ACCESS_LOG_BUCKET_NAME,
            arn_output=exports.ACCESS_LOG_BUCKET_ARN,
            allow_destroy=args.settings.allow_destroy,
            expire_days=args.settings.log_retention_days,
            deliveries=[_from_load_balancing(args.location), _from_buckets(args)],
        ),
    )


def _from_load_balancing(location: Location) -> Delivery:
    """The service principal works in every region; the accounts by region that AWS once published do not.

    The path below the account's id is the guard: a load balancer's logs go to its own account's path alone.
    """
    path = f"AWSLogs/{location.account_id}/"
    return Delivery("AccessLogs", "logdelivery.elasticloadbalancing.amazonaws.com", path)


def _from_buckets(args: BucketsArgs) -> Delivery:
    own_buckets = f"arn:{args.location.partition}:s3:::{PREFIX}-*-{args.naming.suffix}"
    from_own_buckets = {
        "StringEquals": {"aws:SourceAccount": args.location.account_id},
        "ArnLike": {"aws:SourceArn": own_buckets},
    }
    return Delivery("ServerLogs", "logging.s3.amazonaws.com", condition=from_own_buckets)


def _data(args: BucketsArgs, access_logs: PrivateBucket) -> PrivateBucket:
    return _storage(args, access_logs, "data", "data", (exports.DATA_BUCKET_NAME, exports.DATA_BUCKET_ARN))


def _trail(args: BucketsArgs, access_logs: PrivateBucket) -> PrivateBucket:
    audit = args.settings.audit
    from_the_trail = {"StringEquals": {"aws:SourceArn": args.trail_arn}}
    deliverer = Delivery(
        "Trail",
        "cloudtrail.amazonaws.com",
        path=f"AWSLogs/{args.location.account_id}/",
        condition=from_the_trail,
        reads_acl=True,
    )
    return PrivateBucket(
        "trail",
        PrivateBucketArgs(
            naming=args.naming,
            location=args.location,
            part="trail",
            name_output=exports.TRAIL_BUCKET_NAME,
            arn_output=exports.TRAIL_BUCKET_ARN,
            allow_destroy=args.settings.allow_destroy,
            kms_key_arn=args.encryption.trail.arn,
            expire_days=audit.retention_days,
            object_lock=ObjectLock(audit.lock_mode, audit.retention_days),
            deliveries=[deliverer],
            server_logs=access_logs,
        ),
    )


def _configuration(args: BucketsArgs, access_logs: PrivateBucket) -> PrivateBucket:
    """A bucket of its own: AWS Config does not deliver to one whose object lock has a default retention."""
    outputs = (exports.CONFIG_BUCKET_NAME, exports.CONFIG_BUCKET_ARN)
    return _storage(args, access_logs, "configuration", "config", outputs)


def _storage(
    args: BucketsArgs, access_logs: PrivateBucket, name: str, part: str, outputs: tuple[str, str]
) -> PrivateBucket:
    """A bucket encrypted with the storage key; `outputs` call its name and its ARN."""
    name_output, arn_output = outputs
    return PrivateBucket(
        name,
        PrivateBucketArgs(
            naming=args.naming,
            location=args.location,
            part=part,
            name_output=name_output,
            arn_output=arn_output,
            allow_destroy=args.settings.allow_destroy,
            kms_key_arn=args.encryption.storage.arn,
            server_logs=access_logs,
        ),
    )
