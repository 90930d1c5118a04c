"""What controls of buckets have in common: what a bucket is for, and what its policy says."""

from __future__ import annotations

from stack_verify.network.endpoints import every
from stack_verify.principals.iam_policy import Statement, statements
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.s3 import Bucket, BucketLogging, BucketPolicy
from stack_verify.snapshot import Snapshot

TRAILS = "cloudtrail.amazonaws.com"


def policy_of(bucket: Bucket, snapshot: Snapshot) -> tuple[Statement, ...]:
    """The statements of the bucket's policy; none where it has no policy.

    Raises:
        Unanswered: when the policy could not be read, or is not of the known grammar.
    """
    document = snapshot.require(BucketPolicy, bucket.name).policy
    return () if document is None else statements(document)


def is_log_bucket(bucket: Bucket, snapshot: Snapshot) -> bool:
    """Whether a load balancer or another bucket of the stack delivers its access logs into the bucket.

    Raises:
        Unanswered: when it is not known where one of them delivers.
    """
    arns = [balancer.load_balancer_arn for balancer in every(LoadBalancer, snapshot) if not balancer.is_gateway]
    attributes = [snapshot.require(LoadBalancerAttributes, arn) for arn in arns]
    if any(each.access_logs_enabled == "true" and each.access_logs_bucket == bucket.name for each in attributes):
        return True
    targets = (each.logging_enabled for each in every(BucketLogging, snapshot) if each.bucket != bucket.name)
    return any(target is not None and target.target_bucket == bucket.name for target in targets)


def is_audit_bucket(bucket: Bucket, snapshot: Snapshot) -> bool:
    """Whether a trail of the stack delivers into the bucket, or its policy lets CloudTrail: a broken policy counts.

    Raises:
        Unanswered: as ``policy_of``, and when it is not known where a trail delivers.
    """
    if any(trail.s3_bucket_name == bucket.name for trail in snapshot.of(Trail)):
        return True
    allowing = (statement for statement in policy_of(bucket, snapshot) if statement.effect == "Allow")
    return any(TRAILS in statement.services and statement.speaks_of("s3:PutObject") for statement in allowing)
