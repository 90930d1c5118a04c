"""AWS CloudTrail: whether everything is recorded, delivered, and kept where nobody can change it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from stack_verify.controls.cloudtrail.events import BOTH, management, objects
from stack_verify.controls.delivery import into_bucket, with_key
from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.s3.public import openings
from stack_verify.core.control import (
    Severity,
    Verdict,
    as_aws,
    control,
    failed,
    hipaa,
    not_applicable,
    passed,
    verdict,
    verified_elsewhere,
)
from stack_verify.errors import KeptElsewhere
from stack_verify.network.endpoints import every
from stack_verify.ownership.keepers import is_named, keeper
from stack_verify.policy import Policy
from stack_verify.principals.services import Call
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.elbv2 import LoadBalancerAttributes
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.kms import Key, KeyPolicy, key_arn
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
)
from stack_verify.resources.safeguards import Trails, scope
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

CLOUDTRAIL = "cloudtrail.amazonaws.com"


@control(
    "cloudtrail-enabled",
    "The trail is logging",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-enabled",
    security_hub="CloudTrail.3",
    remediation="Start logging on the trail, and find out who stopped it.",
    rationale="A stopped trail records nothing, and an intruder stops it first.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(TrailStatus,),
)
def cloudtrail_enabled(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
    return verdict(logging, f"IsLogging is {as_aws(logging)}", expected="true")


@control(
    "cloudtrail-multi-region",
    "The trail logs all management events of all regions",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="multi-region-cloudtrail-enabled",
    security_hub="CloudTrail.1",
    remediation="Set is_multi_region_trail, and an event selector for all management events that excludes no source.",
    rationale="Only a multi-Region trail records what is done in an unused region.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(EventSelectors, TrailStatus),
)
def cloudtrail_multi_region(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
    calls = management(snapshot.require(EventSelectors, trail.trail_arn))
    everywhere = trail.is_multi_region_trail
    observed = (
        f"IsMultiRegionTrail is {as_aws(everywhere)}, IsLogging is {as_aws(logging)}, "
        f"management events of {_named(calls)} calls"
    )
    return verdict(everywhere and logging and calls == BOTH, observed, expected="both true, read and write calls")


@control(
    "cloudtrail-kms",
    "The trail's log files are encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="cloud-trail-encryption-enabled",
    security_hub="CloudTrail.2",
    remediation="Set kms_key_id on the trail; the key's policy must let CloudTrail use it.",
    rationale="The policy of a customer-managed key decides who can read the audit trail.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def cloudtrail_kms(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(trail.kms_key_id, trail, snapshot)


@control(
    "cloudtrail-log-validation",
    "The trail's log files are signed",
    severity=Severity.LOW,
    citations=hipaa("164.312(c)(1)", "164.312(c)(2)"),
    config_rule="cloud-trail-log-file-validation-enabled",
    security_hub="CloudTrail.4",
    remediation="Set enable_log_file_validation on the trail.",
    rationale="Signed digests show whether a log file was changed or deleted.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(),
)
def cloudtrail_log_validation(trail: Trail, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    signed = trail.log_file_validation_enabled
    return verdict(signed, f"LogFileValidationEnabled is {as_aws(signed)}", expected="true")


@control(
    "cloudtrail-cloudwatch",
    "The trail writes to a log group, where alarms can see its events",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloud-trail-cloud-watch-logs-enabled",
    security_hub="CloudTrail.5",
    remediation="Set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn on the trail.",
    rationale="Alarms see the events of a trail only in a log group.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(LogGroup, TrailStatus),
)
def cloudtrail_cloudwatch(trail: Trail, snapshot: Snapshot, policy: Policy) -> Verdict:
    if trail.log_group is None:
        return failed("CloudWatchLogsLogGroupArn is not set", expected="a log group")
    observed = f"CloudWatchLogsLogGroupArn names {trail.cloud_watch_logs_log_group_arn}"
    kept = snapshot.elsewhere(LogGroup.ask(trail.log_group))
    if kept is not None:
        return _log_group_elsewhere(trail, kept, observed, snapshot, policy)
    found = snapshot.within(LogGroup, trail.log_group)
    where = (
        f" in {found[0].observed_by.region}" if found and found[0].observed_by.region != snapshot.caller.region else ""
    )
    standing = f"exists{where}" if found else "does not exist"
    return verdict(bool(found), f"{observed}, which {standing}", expected="a log group that exists")


@control(
    "cloudtrail-delivery-healthy",
    "The trail delivers its log files, and without errors",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Fix what the error says: the policy of the bucket, of the key or of the log group's role.",
    rationale="A bucket or a key that refuses the trail leaves the record with holes.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(Bucket, BucketPolicy, Key, KeyPolicy, TrailStatus),
)
def cloudtrail_delivery_healthy(trail: Trail, snapshot: Snapshot, policy: Policy) -> Verdict:
    status, hours = snapshot.require(TrailStatus, trail.trail_arn), policy.max_trail_delivery_hours
    expected = f"no delivery error, and a delivery within {hours} hours"
    if errors := [*_delivery_errors(status), *_refusals(trail, snapshot)]:
        return failed("; ".join(errors), expected=expected)
    delivered, started = status.latest_delivery_time, status.start_logging_time
    if delivered is None and started is not None and _hours(started, snapshot) <= hours:
        return not_applicable(f"logging started at {started:%Y-%m-%d %H:%M}, and no delivery is due yet")
    if delivered is None:
        return failed("nothing was ever delivered", expected=expected)
    return verdict(_hours(delivered, snapshot) <= hours, f"LatestDeliveryTime is {delivered}", expected=expected)


@control(
    "cloudtrail-bucket-not-public",
    "The bucket of the trail is not public",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="cloudtrail-s3-bucket-public-access-prohibited",
    security_hub="CloudTrail.6",
    remediation="Remove public grants from the bucket policy and ACL, and block public access to the bucket.",
    rationale="The audit trail shows how the account is built and who works in it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(
        AccountPublicAccessBlock,
        Bucket,
        BucketAcl,
        BucketOwnershipControls,
        BucketPolicy,
        BucketPolicyStatus,
        BucketPublicAccessBlock,
    ),
)
def cloudtrail_bucket_not_public(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    bucket = snapshot.require(Bucket, trail.s3_bucket_name)
    found = openings(bucket, snapshot)
    live = [str(each) for each in found if each.blocked_by is None]
    void = [str(each) for each in found if each.blocked_by is not None]
    left = f"; left over: {', '.join(void)}" if void else ""
    return verdict(not live, f"{bucket.name} public by: {', '.join(live) or 'nothing'}{left}", expected="nothing")


@control(
    "cloudtrail-bucket-access-logs",
    "Access to the bucket of the trail is logged",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-s3-bucket-access-logging",
    security_hub="CloudTrail.7",
    remediation="Give the bucket of the trail a BucketLogging.",
    rationale="Who read or deleted the audit trail shows in the access logs only.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(Bucket, BucketLogging),
)
def cloudtrail_bucket_access_logs(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(BucketLogging, _bucket_of(trail, snapshot)).logging_enabled
    target = logging.target_bucket if logging else "nowhere"
    return verdict(logging is not None, f"access to {trail.s3_bucket_name} is logged to {target}", expected="a bucket")


@control(
    "cloudtrail-retention-six-years",
    "The bucket of the trail keeps its log files for six years",
    severity=Severity.HIGH,
    citations=hipaa("164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    remediation="Let the log files expire later, or lock them for as long in the bucket's object lock.",
    rationale="45 CFR 164.316(b)(2)(i) requires documentation to be kept for six years.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(Bucket, BucketLifecycle, BucketObjectLock),
)
def cloudtrail_retention_six_years(trail: Trail, snapshot: Snapshot, policy: Policy) -> Verdict:
    bucket, least = _bucket_of(trail, snapshot), policy.min_audit_retention_days
    rule = snapshot.require(BucketObjectLock, bucket).rule
    retention = rule.default_retention if rule else None
    locked = retention.at_least_days if retention else 0
    expiring = list(_expiring(trail, snapshot))
    early = [when for days, when in expiring if days is None or days < least]
    observed = f"{bucket} locks objects for {locked} days; they expire: {'; '.join(w for _, w in expiring) or 'never'}"
    return verdict(locked >= least or not early, observed, expected=f"kept for {least} days")


@control(
    "cloudtrail-s3-write-events",
    "A trail records every write of an object",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-all-write-s3-data-event-check",
    security_hub="S3.22",
    remediation="Give the trail an event selector for all objects of the bucket.",
    rationale="Without data events nothing shows who changed a record.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(BucketLogging, DeliveryChannel, EventSelectors, LoadBalancerAttributes, Trail, TrailStatus, Trails),
)
def cloudtrail_s3_write_events(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _recorded("write", bucket, snapshot)


@control(
    "cloudtrail-s3-read-events",
    "A trail records every read of an object",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-all-read-s3-data-event-check",
    security_hub="S3.23",
    remediation="Give the trail an event selector for all objects of the bucket.",
    rationale="Without data events nothing shows who read a record.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/cloudtrail-controls.html",
    reads=(BucketLogging, DeliveryChannel, EventSelectors, LoadBalancerAttributes, Trail, TrailStatus, Trails),
)
def cloudtrail_s3_read_events(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _recorded("read", bucket, snapshot)


def _refusals(trail: Trail, snapshot: Snapshot) -> Iterator[str]:
    """Which links of this account refuse the trail: its bucket's policy, or its key's.

    What hangs on a condition that is not known here is told by the deliveries themselves. The paths of an
    organisation's trail hold the organisation's id, which AWS does not tell here.
    """
    context = {"aws:sourcearn": trail.trail_arn, "aws:sourceaccount": trail.observed_by.account}
    bucket = snapshot.find(Bucket.ask(trail.s3_bucket_name))
    if bucket and isinstance(bucket[0], Bucket) and not trail.is_organization_trail:
        arn, account = bucket[0].bucket_arn, trail.observed_by.account
        path = f"{trail.s3_key_prefix or ''}/AWSLogs/{account}/CloudTrail/x/x.json.gz".lstrip("/")
        put = {**context, "s3:x-amz-acl": "bucket-owner-full-control"}
        calls = (
            Call((CLOUDTRAIL,), "s3:GetBucketAcl", arn, context),
            Call((CLOUDTRAIL,), "s3:PutObject", f"{arn}/{path}", put),
        )
        yield from into_bucket(bucket[0], calls, snapshot).links
    if trail.kms_key_id is not None:
        encryption = {**context, "kms:encryptioncontext:aws:cloudtrail:arn": trail.trail_arn}
        use = Call((CLOUDTRAIL,), "kms:GenerateDataKey", "*", encryption)
        yield from with_key(key_arn(trail.kms_key_id, trail.observed_by), (use,), None, snapshot).links


def _log_group_elsewhere(trail: Trail, kept: Elsewhere, observed: str, snapshot: Snapshot, policy: Policy) -> Verdict:
    """A log group of another account: of the organisation's trail as its owner keeps it, else of one that is named."""
    who = keeper(kept.account, policy)
    if error := snapshot.require(TrailStatus, trail.trail_arn).latest_cloud_watch_logs_delivery_error:
        return failed(f"{observed}: LatestCloudWatchLogsDeliveryError is {error}", expected="no delivery error")
    if trail.is_organization_trail or is_named(kept.account, policy):
        return verified_elsewhere(f"{observed}, without a delivery error", keeper=who)
    return failed(f"{observed}, which belongs to {who}", expected="a log group of this account or of a named one")


def _bucket_of(trail: Trail, snapshot: Snapshot) -> str:
    """The name of the trail's bucket.

    Raises:
        Unanswered: when it does not exist or could not be read.
        KeptElsewhere: when it belongs to another account, whose settings cannot be read from here.
    """
    return snapshot.require(Bucket, trail.s3_bucket_name).name


def _named(calls: frozenset[str]) -> str:
    return " and ".join(sorted(calls)) or "no"


def _hours(since: datetime, snapshot: Snapshot) -> float:
    return (snapshot.taken_at - since).total_seconds() / 3600


def _delivery_errors(status: TrailStatus) -> Iterator[str]:
    errors = {
        "LatestDeliveryError": status.latest_delivery_error,
        "LatestDigestDeliveryError": status.latest_digest_delivery_error,
        "LatestCloudWatchLogsDeliveryError": status.latest_cloud_watch_logs_delivery_error,
    }
    yield from (f"{name} is {error}" for name, error in errors.items() if error)


def _expiring(trail: Trail, snapshot: Snapshot) -> Iterator[tuple[int | None, str]]:
    """After how many days each lifecycle rule lets log files of the trail expire, None at once, and how to say so."""
    keys = f"{trail.s3_key_prefix or ''}/AWSLogs/".lstrip("/")
    for rule in snapshot.require(BucketLifecycle, trail.s3_bucket_name).rules:
        apart = not (keys.startswith(rule.key_prefix) or rule.key_prefix.startswith(keys))
        if rule.status != "Enabled" or rule.expiration is None or apart:
            continue
        if rule.expiration.date is not None:
            # On that date all that is there expires, and from then on each object at once.
            yield None, f"on {rule.expiration.date:%Y-%m-%d} by rule {rule.id}"
        elif rule.expiration.days is not None:
            yield rule.expiration.days, f"after {rule.expiration.days} days by rule {rule.id}"


def _recorded(calls: str, bucket: Bucket, snapshot: Snapshot) -> Verdict:
    """Whether a trail that is logging records these calls on every object of the bucket: the stack's or another.

    A trail that the account or its organisation has for all stacks records them as well as one of the stack's own.
    """
    service = _delivering(bucket, snapshot)
    if service is not None:
        return not_applicable(f"{service} delivers into it")
    for trail in snapshot.subjects(Trail):
        logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
        if logging and calls in objects(snapshot.require(EventSelectors, trail.trail_arn), bucket.bucket_arn):
            return passed(f"the trail {trail.name} records every {calls}")
    kept: list[KeptElsewhere] = []
    for arn in _trails_of_region(bucket, snapshot):
        try:
            logging = snapshot.require(TrailStatus, arn).is_logging
            recorded = objects(snapshot.require(EventSelectors, arn), bucket.bucket_arn)
        except KeptElsewhere as reason:
            kept.append(reason)
            continue
        if logging and calls in recorded:
            return passed(f"the trail {arn}, which the stack does not name, records every {calls}")
    if kept:
        raise kept[0]
    # A trail that could not be read may record them, and the bucket may be for logs of what could not be read.
    for kind in (Trail, DeliveryChannel, LoadBalancerAttributes, BucketLogging):
        every(kind, snapshot)
    return failed(f"no trail of the region records every {calls}", expected="a trail that is logging")


def _trails_of_region(bucket: Bucket, snapshot: Snapshot) -> Iterator[str]:
    """The ARNs of the trails that record the bucket's region, shadows of others' among them, which the stack lacks."""
    key = scope(bucket.observed_by.account, bucket.observed_by.region)
    own = {trail.trail_arn for trail in snapshot.subjects(Trail)}
    yield from (each.trail_arn for each in snapshot.require(Trails, key).trails if each.trail_arn not in own)


def _delivering(bucket: Bucket, snapshot: Snapshot) -> str | None:
    """The service whose logs the bucket is for; None for a bucket of the stack's own data."""
    if any(trail.s3_bucket_name == bucket.name for trail in snapshot.of(Trail)):
        return "CloudTrail"
    if any(channel.s3_bucket_name == bucket.name for channel in snapshot.of(DeliveryChannel)):
        return "AWS Config"
    balancers = snapshot.of(LoadBalancerAttributes)
    if any(each.access_logs_enabled == "true" and each.access_logs_bucket == bucket.name for each in balancers):
        return "Elastic Load Balancing"
    logged = (each.logging_enabled for each in snapshot.of(BucketLogging))
    return "S3" if any(each and each.target_bucket == bucket.name for each in logged) else None
