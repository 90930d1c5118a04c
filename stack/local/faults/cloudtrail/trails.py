"""Faults of the audit trail."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_OBJECT_EVENTS: Final = ("cloudtrail-s3-read-events", "cloudtrail-s3-write-events")
_STOPPED: Final = (
    ("cloudtrail-enabled", "trailArn"),
    ("cloudtrail-multi-region", "trailArn"),
    ("account-cloudtrail", "accountId"),
    *((control, "dataBucketArn") for control in _OBJECT_EVENTS),
)
_ALARMS: Final = (
    "alarm-auth-failures",
    "alarm-cloudtrail-change",
    "alarm-cmk-deletion",
    "alarm-config-change",
    "alarm-console-no-mfa",
    "alarm-gateway-change",
    "alarm-iam-policy-change",
    "alarm-nacl-change",
    "alarm-root-usage",
    "alarm-route-change",
    "alarm-s3-policy-change",
    "alarm-sg-change",
    "alarm-unauthorized-api",
    "alarm-vpc-change",
)
_KEPT: Final = (
    "Name",
    "S3BucketName",
    "IncludeGlobalServiceEvents",
    "IsMultiRegionTrail",
    "CloudWatchLogsLogGroupArn",
    "CloudWatchLogsRoleArn",
    "KmsKeyId",
)
_MANAGEMENT: Final = {"Field": "eventCategory", "Equals": ["Management"]}


_KEPT_TOO_SHORT: Final = tuple(
    (control, "trailBucketArn") for control in ("s3-lifecycle", "s3-object-lock", "s3-version-lifecycle")
)


def _name(outputs: Outputs) -> str:
    return str(outputs["trailArn"]).rpartition("/")[2]


def _replace(aws: Clients, outputs: Outputs, *without: str, log: bool = True) -> None:
    """Replaces the trail by one made by hand `without` some of its settings; it is logging if `log` says so."""
    cloudtrail, arn = aws.client("cloudtrail"), outputs["trailArn"]
    trail = cloudtrail.get_trail(Name=arn)["Trail"]
    selectors = cloudtrail.get_event_selectors(TrailName=arn)["EventSelectors"]
    (tags,) = cloudtrail.list_tags(ResourceIdList=[arn])["ResourceTagList"]
    kept = {key: trail[key] for key in _KEPT if key not in without}
    cloudtrail.delete_trail(Name=arn)
    cloudtrail.create_trail(**kept, EnableLogFileValidation=True, TagsList=tags["TagsList"])
    cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=selectors)
    if log:
        cloudtrail.start_logging(Name=arn)


def _select(aws: Clients, outputs: Outputs, **changes: Any) -> None:  # noqa: ANN401 - arguments of a boto3 call
    """Changes the trail's only event selector."""
    cloudtrail, arn = aws.client("cloudtrail"), outputs["trailArn"]
    (selector,) = cloudtrail.get_event_selectors(TrailName=arn)["EventSelectors"]
    cloudtrail.put_event_selectors(TrailName=arn, EventSelectors=[{**selector, **changes}])


def _keep(aws: Clients, outputs: Outputs, lock: dict[str, Any] | None, expiration: dict[str, Any]) -> None:
    """Gives the bucket of the trail another default retention and another expiration."""
    s3, bucket = aws.client("s3"), outputs["trailBucketName"]
    rule = {} if lock is None else {"Rule": {"DefaultRetention": lock}}
    s3.put_object_lock_configuration(Bucket=bucket, ObjectLockConfiguration={"ObjectLockEnabled": "Enabled", **rule})
    expire = {"ID": "expire", "Status": "Enabled", "Filter": {"Prefix": "AWSLogs/"}, "Expiration": expiration}
    s3.put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [expire]})


@fault(*_STOPPED)
def cloudtrail_enabled(aws: Clients, outputs: Outputs) -> None:
    """Somebody stopped the trail."""
    aws.client("cloudtrail").stop_logging(Name=outputs["trailArn"])


@fault(*_STOPPED)
def account_cloudtrail(aws: Clients, outputs: Outputs) -> None:
    """Nothing is recorded in the account: its only trail is stopped."""
    aws.client("cloudtrail").stop_logging(Name=outputs["trailArn"])


@fault(("cloudtrail-multi-region", "trailArn"), ("account-cloudtrail", "accountId"))
def cloudtrail_multi_region(aws: Clients, outputs: Outputs) -> None:
    """The trail logs its own region alone."""
    aws.client("cloudtrail").update_trail(Name=_name(outputs), IsMultiRegionTrail=False)


@fault(("cloudtrail-multi-region", "trailArn"), ("account-cloudtrail", "accountId"), variant="writes")
def cloudtrail_multi_region_writes(aws: Clients, outputs: Outputs) -> None:
    """Of management events the trail logs only writes, and of the data bucket's both."""
    (selector,) = aws.client("cloudtrail").get_event_selectors(TrailName=outputs["trailArn"])["EventSelectors"]
    selectors = [
        {"ReadWriteType": "WriteOnly", "IncludeManagementEvents": True},
        {**selector, "IncludeManagementEvents": False},
    ]
    aws.client("cloudtrail").put_event_selectors(TrailName=outputs["trailArn"], EventSelectors=selectors)


@fault(("cloudtrail-multi-region", "trailArn"), ("account-cloudtrail", "accountId"), variant="sources")
def cloudtrail_multi_region_sources(aws: Clients, outputs: Outputs) -> None:
    """The trail leaves out what is done with keys."""
    _select(aws, outputs, ExcludeManagementEventSources=["kms.amazonaws.com"])


@fault(
    ("cloudtrail-multi-region", "trailArn"),
    ("account-cloudtrail", "accountId"),
    *((control, "dataBucketArn") for control in _OBJECT_EVENTS),
    variant="advanced",
)
def cloudtrail_multi_region_advanced(aws: Clients, outputs: Outputs) -> None:
    """An advanced selector records the management events that change something, and nothing else."""
    writes = [_MANAGEMENT, {"Field": "readOnly", "Equals": ["false"]}]
    aws.client("cloudtrail").put_event_selectors(
        TrailName=outputs["trailArn"], AdvancedEventSelectors=[{"FieldSelectors": writes}]
    )


@fault(("cloudtrail-kms", "trailArn"))
def cloudtrail_kms(aws: Clients, outputs: Outputs) -> None:
    """The trail was made anew without a key."""
    _replace(aws, outputs, "KmsKeyId")


@fault(("cloudtrail-log-validation", "trailArn"))
def cloudtrail_log_validation(aws: Clients, outputs: Outputs) -> None:
    """The trail signs its log files no more."""
    aws.client("cloudtrail").update_trail(Name=_name(outputs), EnableLogFileValidation=False)


@fault(
    *((control, "trailArn") for control in ("cloudtrail-cloudwatch", *_ALARMS)),
)
def cloudtrail_cloudwatch(aws: Clients, outputs: Outputs) -> None:
    """The trail was made anew without a log group, where alarms would see its events."""
    _replace(aws, outputs, "CloudWatchLogsLogGroupArn", "CloudWatchLogsRoleArn")


@fault(("cloudtrail-delivery-healthy", "trailArn"), *_STOPPED)
def cloudtrail_delivery_healthy(aws: Clients, outputs: Outputs) -> None:
    """The trail was made anew and never started."""
    _replace(aws, outputs, log=False)


@fault(
    ("cloudtrail-bucket-not-public", "trailArn"),
    ("s3-no-public-read", "trailBucketArn"),
    ("s3-acl-disabled", "trailBucketArn"),
    ("s3-block-public-access", "trailBucketArn"),
    ("s3-account-block-public-access", "accountId"),
)
def cloudtrail_bucket_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody may list the log files, by the bucket's access control list."""
    s3, bucket = aws.client("s3"), outputs["trailBucketName"]
    s3.delete_public_access_block(Bucket=bucket)
    aws.client("s3control").delete_public_access_block(AccountId=outputs["accountId"])
    s3.put_bucket_ownership_controls(Bucket=bucket, OwnershipControls={"Rules": [{"ObjectOwnership": "ObjectWriter"}]})
    s3.put_bucket_acl(Bucket=bucket, ACL="public-read")


@fault(("cloudtrail-bucket-access-logs", "trailArn"), ("s3-access-logging", "trailBucketArn"))
def cloudtrail_bucket_access_logs(aws: Clients, outputs: Outputs) -> None:
    """Nobody notes who reads the log files."""
    aws.client("s3").put_bucket_logging(Bucket=outputs["trailBucketName"], BucketLoggingStatus={})


@fault(("cloudtrail-retention-six-years", "trailArn"), *_KEPT_TOO_SHORT)
def cloudtrail_retention_six_years(aws: Clients, outputs: Outputs) -> None:
    """The log files are locked for a year, and expire after one."""
    _keep(aws, outputs, {"Mode": "GOVERNANCE", "Days": 365}, {"Days": 365})


@fault(("cloudtrail-retention-six-years", "trailArn"), *_KEPT_TOO_SHORT, variant="date")
def cloudtrail_retention_six_years_date(aws: Clients, outputs: Outputs) -> None:
    """Nothing locks the log files, and they expire on a date."""
    _keep(aws, outputs, None, {"Date": "2031-01-01T00:00:00Z"})


@fault(
    ("cloudtrail-s3-write-events", "dataBucketArn"),
    ("cloudtrail-multi-region", "trailArn"),
    ("account-cloudtrail", "accountId"),
)
def cloudtrail_s3_write_events(aws: Clients, outputs: Outputs) -> None:
    """The trail records only reads."""
    _select(aws, outputs, ReadWriteType="ReadOnly")


@fault(*((control, "dataBucketArn") for control in _OBJECT_EVENTS))
def cloudtrail_s3_read_events(aws: Clients, outputs: Outputs) -> None:
    """The trail records what is done with the objects of one folder alone."""
    folder = f"{outputs['dataBucketArn']}/records/"
    _select(aws, outputs, DataResources=[{"Type": "AWS::S3::Object", "Values": [folder]}])
