"""AWS CloudTrail: whether everything is recorded, delivered, and kept where nobody can change it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from stack_verify.controls.cloudtrail.events import BOTH, management, objects
from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.s3.public import openings
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.resources.cloudtrail import EventSelectors, Trail, TrailStatus
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.elbv2 import LoadBalancerAttributes
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.s3 import (
    Bucket,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
)
from stack_verify.snapshot import Snapshot


@control(
    "cloudtrail-enabled",
    "The trail is logging",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-enabled",
    security_hub="CloudTrail.3",
    remediation="Start logging on the trail, and find out who stopped it.",
)
def cloudtrail_enabled(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
    return verdict(logging, f"IsLogging is {logging}", expected="true")


@control(
    "cloudtrail-multi-region",
    "The trail logs all management events of all regions",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="multi-region-cloudtrail-enabled",
    security_hub="CloudTrail.1",
    remediation="Set is_multi_region_trail, and an event selector for all management events that excludes no source.",
)
def cloudtrail_multi_region(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
    calls = management(snapshot.require(EventSelectors, trail.trail_arn))
    everywhere = trail.is_multi_region_trail
    observed = f"IsMultiRegionTrail is {everywhere}, IsLogging is {logging}, management events of {_named(calls)} calls"
    return verdict(everywhere and logging and calls == BOTH, observed, expected="both true, read and write calls")


@control(
    "cloudtrail-kms",
    "The trail's log files are encrypted with the stack's own key",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="cloud-trail-encryption-enabled",
    security_hub="CloudTrail.2",
    remediation="Set kms_key_id on the trail; the key's policy must let CloudTrail use it.",
)
def cloudtrail_kms(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(trail.kms_key_id, trail, snapshot)


@control(
    "cloudtrail-log-validation",
    "The trail's log files are signed",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(c)(1)", "164.312(c)(2)"),
    config_rule="cloud-trail-log-file-validation-enabled",
    security_hub="CloudTrail.4",
    remediation="Set enable_log_file_validation on the trail.",
)
def cloudtrail_log_validation(trail: Trail, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    signed = trail.log_file_validation_enabled
    return verdict(signed, f"LogFileValidationEnabled is {signed}", expected="true")


@control(
    "cloudtrail-cloudwatch",
    "The trail writes to a log group, where alarms can see its events",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloud-trail-cloud-watch-logs-enabled",
    security_hub="CloudTrail.5",
    remediation="Set cloud_watch_logs_group_arn and cloud_watch_logs_role_arn on the trail.",
)
def cloudtrail_cloudwatch(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if trail.log_group is None:
        return failed("CloudWatchLogsLogGroupArn is not set", expected="a log group")
    found = snapshot.within(LogGroup, trail.log_group)
    observed = f"CloudWatchLogsLogGroupArn names {trail.log_group}, which {'exists' if found else 'does not exist'}"
    return verdict(bool(found), observed, expected="a log group that exists")


@control(
    "cloudtrail-delivery-healthy",
    "The trail delivers its log files, and without errors",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Mend what the error says: the policy of the bucket, of the key or of the log group's role.",
)
def cloudtrail_delivery_healthy(trail: Trail, snapshot: Snapshot, policy: Policy) -> Verdict:
    status, hours = snapshot.require(TrailStatus, trail.trail_arn), policy.max_trail_delivery_hours
    expected = f"no delivery error, and a delivery within {hours} hours"
    if errors := list(_delivery_errors(status)):
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
    remediation="Take everybody out of the bucket's policy and ACL, and block public access to it.",
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
)
def cloudtrail_bucket_access_logs(trail: Trail, snapshot: Snapshot, _policy: Policy) -> Verdict:
    logging = snapshot.require(BucketLogging, trail.s3_bucket_name).logging_enabled
    target = logging.target_bucket if logging else "nowhere"
    return verdict(logging is not None, f"access to {trail.s3_bucket_name} is logged to {target}", expected="a bucket")


@control(
    "cloudtrail-retention-six-years",
    "The bucket of the trail keeps its log files for six years",
    severity=Severity.HIGH,
    citations=hipaa("164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    remediation="Let the log files expire later, or lock them for as long in the bucket's object lock.",
)
def cloudtrail_retention_six_years(trail: Trail, snapshot: Snapshot, policy: Policy) -> Verdict:
    bucket, least = trail.s3_bucket_name, policy.min_audit_retention_days
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
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-all-write-s3-data-event-check",
    security_hub="S3.22",
    remediation="Give the trail an event selector for all objects of the bucket.",
)
def cloudtrail_s3_write_events(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _recorded("write", bucket, snapshot)


@control(
    "cloudtrail-s3-read-events",
    "A trail records every read of an object",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="cloudtrail-all-read-s3-data-event-check",
    security_hub="S3.23",
    remediation="Give the trail an event selector for all objects of the bucket.",
)
def cloudtrail_s3_read_events(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _recorded("read", bucket, snapshot)


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
    """Whether a trail of the stack that is logging records these calls on every object of the bucket."""
    service = _delivering(bucket, snapshot)
    if service is not None:
        return not_applicable(f"{service} delivers into it")
    for trail in snapshot.subjects(Trail):
        logging = snapshot.require(TrailStatus, trail.trail_arn).is_logging
        if logging and calls in objects(snapshot.require(EventSelectors, trail.trail_arn), bucket.bucket_arn):
            return passed(f"the trail {trail.name} records every {calls}")
    # A trail that could not be read may record them, and the bucket may be for logs of what could not be read.
    for kind in (Trail, DeliveryChannel, LoadBalancerAttributes, BucketLogging):
        every(kind, snapshot)
    return failed(f"no trail that the stack names records every {calls}", expected="a trail that is logging")


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
