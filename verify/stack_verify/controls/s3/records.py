"""Amazon S3: who asked for what in a bucket is on record, and records stay as long as they must."""

from __future__ import annotations

from stack_verify.controls.s3.buckets import is_audit_bucket, is_log_bucket, policy_of
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, Statement, matches
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketLifecycle,
    BucketLogging,
    BucketObjectLock,
    BucketPolicy,
    BucketVersioning,
    LoggingEnabled,
)
from stack_verify.snapshot import Snapshot

# Whom S3 delivers its access logs as: by policy, and by ACL where those count (S3 user guide, "Enabling S3 server
# access logging").
LOGGING = "logging.s3.amazonaws.com"
LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery"


@control(
    "s3-access-logging",
    "Requests to buckets are logged in another bucket that takes the logs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="s3-bucket-logging-enabled",
    security_hub="S3.9",
    remediation="Give the bucket a BucketLogging to a log bucket whose policy lets logging.s3.amazonaws.com put.",
    rationale="Without a record it is unknown who read which object.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/ServerLogs.html",
    reads=(BucketAcl, BucketLogging, BucketPolicy, LoadBalancer, LoadBalancerAttributes),
)
def s3_access_logging(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if is_log_bucket(bucket, snapshot):
        return not_applicable("it takes access logs, and its own would never come to an end")
    expected = "another bucket of this account that takes the logs"
    logging = snapshot.require(BucketLogging, bucket.name).logging_enabled
    if logging is None:
        return failed("requests are not logged", expected=expected)
    found = snapshot.within(Bucket, logging.target_bucket)
    observed = f"TargetBucket is {as_aws(logging.target_bucket)}"
    if logging.target_bucket == bucket.name or not found:
        return failed(f"{observed}: the bucket itself, not there, or not this account's", expected=expected)
    (target,) = found
    taken = _takes(target, bucket, logging, snapshot)
    return verdict(taken, f"{observed}, which {'takes' if taken else 'refuses'} S3's deliveries", expected=expected)


@control(
    "s3-object-lock",
    "The audit trail cannot be deleted before its retention ends",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(c)(1)", "164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    config_rule="s3-bucket-default-lock-enabled",
    security_hub="S3.15",
    remediation="Give the bucket an object lock with a default retention of six years or more.",
    rationale="Whoever hides an intrusion deletes the trail of it.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lock.html",
    reads=(BucketObjectLock, BucketPolicy, Trail),
)
def s3_object_lock(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not is_audit_bucket(bucket, snapshot):
        return not_applicable("its policy lets no audit trail in")
    modes, least = policy.object_lock_modes, policy.min_audit_retention_days
    expected = f"a default retention of {least} days or more, {' or '.join(modes)}"
    rule = snapshot.require(BucketObjectLock, bucket.name).rule
    if rule is None or rule.default_retention is None:
        return failed("no default retention", expected=expected)
    retention = rule.default_retention
    holds = retention.mode in modes and retention.at_least_days >= least
    return verdict(holds, f"Mode is {retention.mode}, for {retention.at_least_days} days", expected=expected)


@control(
    "s3-lifecycle",
    "Buckets have a lifecycle, and keep access logs and audit trails long enough",
    severity=Severity.LOW,
    citations=hipaa("164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    config_rule="s3-lifecycle-policy-check",
    security_hub="S3.13",
    remediation="Give the bucket a lifecycle rule; let logs and trails expire no sooner than the policy says.",
    rationale="Records of six years are asked for, and what expires sooner is not there.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-lifecycle-mgmt.html",
    reads=(BucketLifecycle, BucketLogging, BucketPolicy, LoadBalancer, LoadBalancerAttributes, Trail),
)
def s3_lifecycle(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    found = [rule for rule in snapshot.require(BucketLifecycle, bucket.name).rules if rule.status == "Enabled"]
    if not found:
        return failed("no lifecycle rule is enabled", expected="a lifecycle rule")
    expirations = [rule.expiration for rule in found if rule.expiration]
    days = [each.days for each in expirations if each.days is not None]
    dates = [f"{each.date:%Y-%m-%d}" for each in expirations if each.date is not None]
    observed = f"rules {', '.join(rule.id for rule in found)}; objects expire after: {days or 'never'} (days)"
    observed += f"; all objects expire from {', '.join(dates)} on" if dates else ""
    least = _least_days(bucket, snapshot, policy)
    if not least:
        return passed(observed)
    # From its date on a rule expires whatever it finds, made however recently.
    kept = not dates and all(day >= least for day in days)
    return verdict(kept, observed, expected=f"no object expires within {least} days")


@control(
    "s3-version-lifecycle",
    "Versions that were replaced expire some day",
    severity=Severity.LOW,
    citations=hipaa("164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    config_rule="s3-version-lifecycle-policy-check",
    security_hub="S3.10",
    remediation="Give the bucket a lifecycle rule with a noncurrent_version_expiration.",
    rationale="Old versions of ePHI that are not needed can only be disclosed.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html",
    reads=(BucketLifecycle, BucketVersioning),
)
def s3_version_lifecycle(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if snapshot.require(BucketVersioning, bucket.name).status is None:
        return not_applicable("it never kept versions")
    rules = [rule for rule in snapshot.require(BucketLifecycle, bucket.name).rules if rule.status == "Enabled"]
    found = {rule.id: rule.noncurrent_version_expiration for rule in rules}
    told = [f"{name} after {each.noncurrent_days} days" for name, each in found.items() if each is not None]
    return verdict(bool(told), f"rules that expire versions: {', '.join(told) or 'none'}", expected="a rule")


def _least_days(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> int:
    """How long the bucket's objects must stay, by what they are."""
    if is_audit_bucket(bucket, snapshot):
        return policy.min_audit_retention_days
    return policy.min_log_retention_days if is_log_bucket(bucket, snapshot) else 0


def _takes(target: Bucket, source: Bucket, logging: LoggingEnabled, snapshot: Snapshot) -> bool:
    """Whether S3 may deliver the logs of ``source`` into ``target``."""
    objects = f"{target.bucket_arn}/{logging.target_prefix}*"
    if any(_lets_in(statement, objects, source) for statement in policy_of(target, snapshot)):
        return True
    grants = snapshot.require(BucketAcl, target.name).grants
    return any(grant.grantee.uri == LOG_DELIVERY and grant.permission in ("WRITE", "FULL_CONTROL") for grant in grants)


def _lets_in(statement: Statement, objects: str, source: Bucket) -> bool:
    meant = statement.effect == "Allow" and LOGGING in statement.services
    put = statement.speaks_of("s3:PutObject") and statement.covers_resource(objects)
    return meant and put and all(_met(line, source) for line in statement.conditions)


def _met(line: Condition, source: Bucket) -> bool:
    """Whether a delivery of the logs of ``source`` satisfies the condition; one that is not known here it does not."""
    if line.key == "aws:sourceaccount":
        return line.operator == "StringEquals" and source.observed_by.account in line.values
    if line.key == "aws:sourcearn" and line.operator in ("ArnLike", "ArnEquals", "StringLike"):
        return any(matches(value, source.bucket_arn) for value in line.values)
    return line.key == "aws:sourcearn" and line.operator == "StringEquals" and source.bucket_arn in line.values
