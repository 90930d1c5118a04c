"""What is concluded of buckets, and what is not."""

from __future__ import annotations

import pytest
from handmade import answer, decoded, denied, judged, snapshot

from verify.control import Status
from verify.controls.s3 import s3_kms_encryption, s3_lifecycle
from verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from verify.resources.s3 import Bucket, BucketEncryption, BucketLifecycle

BUCKET = decoded(Bucket, Name="logs", BucketArn="arn:aws:s3:::logs", BucketRegion="sa-east-1")
BALANCER_ARN = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:loadbalancer/app/web/1"
BALANCER = decoded(LoadBalancer, LoadBalancerArn=BALANCER_ARN, Type="application", VpcId="vpc-1", AvailabilityZones=[])
ATTRIBUTES = decoded(
    LoadBalancerAttributes,
    LoadBalancer=BALANCER_ARN,
    **{"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs"},
)
DELIVERED = (answer(BALANCER_ARN, BALANCER), answer(BALANCER_ARN, ATTRIBUTES))


def expiring(days: int):
    rule = {"ID": "soon", "Status": "Enabled", "Expiration": {"Days": days}}
    return answer("logs", decoded(BucketLifecycle, Bucket="logs", Rules=[rule]))


def encrypted(algorithm: str):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    return answer("logs", decoded(BucketEncryption, Bucket="logs", Rules=[rule]))


SETTINGS = [(s3_lifecycle, expiring(30)), (s3_kms_encryption, encrypted("AES256"))]


@pytest.mark.parametrize(("control", "setting"), SETTINGS, ids=["lifecycle", "encryption"])
@pytest.mark.parametrize("unread", ["the balancer", "its attributes"])
def test_a_bucket_is_not_judged_while_it_is_unknown_whether_it_takes_access_logs(control, setting, unread):
    if unread == "the balancer":
        seen = snapshot(answer("logs", BUCKET), setting, gaps=(denied(LoadBalancer.ask(BALANCER_ARN)),))
    else:
        gaps = (denied(LoadBalancerAttributes.ask(BALANCER_ARN)),)
        seen = snapshot(answer("logs", BUCKET), setting, DELIVERED[0], gaps=gaps)
    assert judged(control, seen, "logs")[0] is Status.ERROR


def test_a_bucket_that_takes_access_logs_keeps_them_and_needs_no_key_in_kms():
    seen = snapshot(answer("logs", BUCKET), expiring(30), encrypted("AES256"), *DELIVERED)
    assert judged(s3_lifecycle, seen, "logs")[0] is Status.FAILED
    assert judged(s3_kms_encryption, seen, "logs")[0] is Status.NOT_APPLICABLE
