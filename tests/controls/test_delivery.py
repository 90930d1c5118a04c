"""Where logs go: a bucket of this account that takes them, one of a named account, or one of nobody knows whom."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.cloudtrail.trails import (
    cloudtrail_bucket_access_logs,
    cloudtrail_bucket_not_public,
    cloudtrail_cloudwatch,
    cloudtrail_delivery_healthy,
    cloudtrail_kms,
    cloudtrail_retention_six_years,
)
from stack_verify.controls.ec2.flow_logs import vpc_flow_log_destination_live
from stack_verify.controls.elbv2.access_logs import alb_access_logs
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.cloudtrail import Trail, TrailStatus
from stack_verify.resources.ec2 import FlowLog
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.s3 import Bucket, BucketEncryption, BucketPolicy
from support.hand_made import ACCOUNT, AT, FOREIGN, POLICY, REGION, answer, answered, arn, document, judged, of_answers

NAMED = {"accounts": {"log_archive": (FOREIGN,)}}
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
NLB = arn("elasticloadbalancing", "loadbalancer/net/web/1")
PUT = {"Effect": "Allow", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::logs/alb/AWSLogs/{ACCOUNT}/*"}
BY_SERVICE = {**PUT, "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}}
BY_ACCOUNT = {**PUT, "Principal": {"AWS": "arn:aws:iam::507241528517:root"}}
OF_ANOTHER_REGION = {**PUT, "Principal": {"AWS": "arn:aws:iam::127311923021:root"}}
TLS_ONLY = {
    "Effect": "Deny",
    "Principal": "*",
    "Action": "s3:*",
    "Resource": "*",
    "Condition": {"Bool": {"aws:SecureTransport": "false"}},
}
OF_THE_ORGANISATION = {
    **TLS_ONLY,
    "Condition": {
        "StringNotEqualsIfExists": {"aws:PrincipalOrgID": "o-1234567890"},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    },
}


def elsewhere(kind: type, key: str, account: str | None = None) -> tuple:
    found = answered(Elsewhere, KindAsked=kind.kind(), Key=key, Account=account, Said="403")
    return answer(key, found, kind=kind)


def own_bucket(*policy: dict[str, object], algorithm: str = "AES256") -> list[tuple]:
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    return [
        answer("logs", answered(Bucket, Name="logs", BucketArn="arn:aws:s3:::logs")),
        answer("logs", answered(BucketPolicy, Bucket="logs", Policy=document(*policy) if policy else None)),
        answer("logs", answered(BucketEncryption, Bucket="logs", Rules=[rule])),
    ]


def balancer(*bucket: tuple, kind: str = "application", name: str = BALANCER):
    found = answered(LoadBalancer, LoadBalancerArn=name, Type=kind, VpcId="vpc-1", AvailabilityZones=[])
    on = {"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs", "access_logs.s3.prefix": "alb"}
    attributes = answered(LoadBalancerAttributes, LoadBalancer=name, **on)
    return of_answers(answer(name, found), answer(name, attributes), *bucket)


@pytest.mark.parametrize(
    ("bucket", "status"),
    [
        (own_bucket(BY_SERVICE), Status.PASSED),
        (own_bucket(BY_ACCOUNT), Status.PASSED),
        (own_bucket(BY_SERVICE, TLS_ONLY, OF_THE_ORGANISATION), Status.PASSED),
        (own_bucket(BY_SERVICE, algorithm="aws:kms"), Status.FAILED),
        (own_bucket(BY_SERVICE, algorithm="aws:kms:dsse"), Status.FAILED),
        (own_bucket(), Status.FAILED),
        (own_bucket(TLS_ONLY), Status.FAILED),
        (own_bucket(OF_ANOTHER_REGION), Status.FAILED),
        (own_bucket({**BY_SERVICE, "Resource": "arn:aws:s3:::logs/other/*"}), Status.FAILED),
        (own_bucket(BY_SERVICE, {**TLS_ONLY, "Condition": {}}), Status.FAILED),
        (
            own_bucket({**BY_SERVICE, "Condition": {"StringEquals": {"aws:SourceOrgID": "o-1234567890"}}}),
            Status.ERROR,
        ),
    ],
)
def test_a_load_balancer_delivers_to_a_bucket_that_lets_it_and_is_encrypted_with_sse_s3(bucket, status):
    """T30: ALB delivers to SSE-S3 only, and the bucket's policy is part of delivery."""
    assert judged(alb_access_logs, balancer(*bucket)) == {BALANCER: status}


def test_a_network_load_balancer_delivers_as_log_delivery():
    by_delivery = {**PUT, "Principal": {"Service": "delivery.logs.amazonaws.com"}}
    for policy, status in ((by_delivery, Status.PASSED), (BY_SERVICE, Status.FAILED)):
        held = balancer(*own_bucket(policy), kind="network", name=NLB)
        assert judged(alb_access_logs, held) == {NLB: status}


@pytest.mark.parametrize(("thresholds", "status"), [(NAMED, Status.PASSED), ({}, Status.FAILED)])
def test_load_balancer_logs_go_to_the_log_archive_account_where_the_policy_names_it(thresholds, status):
    """T08: a bucket of a named account passes on what this side shows; one of an unnamed account is a failure."""
    held = balancer(elsewhere(Bucket, "logs"))
    assert judged(alb_access_logs, held, **thresholds) == {BALANCER: status}


def test_load_balancer_logs_to_a_bucket_that_is_not_there_fail_whoever_is_named():
    held = balancer(answer("logs", kind=Bucket))
    assert judged(alb_access_logs, held, **NAMED) == {BALANCER: Status.FAILED}


def flow_log(**fields: object) -> FlowLog:
    well = {"FlowLogStatus": "ACTIVE", "TrafficType": "ALL", "DeliverLogsStatus": "SUCCESS"}
    to = {"LogDestinationType": "s3", "LogDestination": "arn:aws:s3:::logs/flows"}
    return answered(FlowLog, FlowLogId="fl-1", ResourceId="vpc-1", **{**to, **well, **fields})


@pytest.mark.parametrize(
    ("status_of_aws", "thresholds", "status"),
    [
        ("SUCCESS", NAMED, Status.PASSED),
        ("FAILED", NAMED, Status.FAILED),
        ("SUCCESS", {}, Status.FAILED),
    ],
)
def test_flow_logs_go_to_the_log_archive_account_where_the_policy_names_it(status_of_aws, thresholds, status):
    """T08: DeliverLogsStatus is what this side shows of a delivery to another account."""
    held = of_answers(answer("fl-1", flow_log(DeliverLogsStatus=status_of_aws)), elsewhere(Bucket, "logs"))
    assert judged(vpc_flow_log_destination_live, held, **thresholds) == {"fl-1": status}


FLOWS = {**PUT, "Resource": "arn:aws:s3:::logs/flows/*", "Principal": {"Service": "delivery.logs.amazonaws.com"}}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ((FLOWS,), Status.PASSED),
        (({**FLOWS, "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}},), Status.PASSED),
        ((), Status.FAILED),
        ((BY_SERVICE,), Status.FAILED),
    ],
)
def test_a_flow_log_is_delivered_to_a_bucket_whose_policy_lets_it(policy, status):
    held = of_answers(answer("fl-1", flow_log()), *own_bucket(*policy))
    assert judged(vpc_flow_log_destination_live, held) == {"fl-1": status}


@pytest.mark.parametrize(
    ("owner", "thresholds", "status"),
    [(ACCOUNT, {}, Status.PASSED), (FOREIGN, NAMED, Status.PASSED), (FOREIGN, {}, Status.FAILED)],
)
def test_a_flow_log_goes_to_a_stream_of_this_account_or_of_a_named_one(owner, thresholds, status):
    stream = arn("firehose", "deliverystream/flows", account=owner)
    log = flow_log(LogDestinationType="kinesis-data-firehose", LogDestination=stream)
    assert judged(vpc_flow_log_destination_live, of_answers(answer("fl-1", log)), **thresholds) == {"fl-1": status}


TRAIL = f"arn:aws:cloudtrail:{REGION}:{FOREIGN}:trail/org"
GROUP = f"arn:aws:logs:{REGION}:{FOREIGN}:log-group:org"
FOREIGN_KEY = f"arn:aws:kms:{REGION}:{FOREIGN}:key/11111111-2222-3333-4444-555555555555"


def trail(*, organisation: bool = True, **status: object):
    found = answered(
        Trail,
        Name="org",
        TrailARN=TRAIL,
        S3BucketName="logs",
        KmsKeyId=FOREIGN_KEY,
        IsMultiRegionTrail=True,
        IsOrganizationTrail=organisation,
        CloudWatchLogsLogGroupArn=f"{GROUP}:*",
    )
    return of_answers(
        answer("org", found),
        answer(TRAIL, answered(TrailStatus, Trail=TRAIL, IsLogging=True, **status)),
        elsewhere(Bucket, "logs"),
        elsewhere(LogGroup, GROUP, FOREIGN),
        elsewhere(Key, FOREIGN_KEY, FOREIGN),
    )


@pytest.mark.parametrize(
    "control",
    [
        cloudtrail_cloudwatch,
        cloudtrail_bucket_not_public,
        cloudtrail_bucket_access_logs,
        cloudtrail_retention_six_years,
        cloudtrail_kms,
    ],
    ids=lambda each: each.id,
)
@pytest.mark.parametrize("accounts", [{}, NAMED["accounts"]], ids=["unnamed", "named"])
def test_what_another_account_keeps_of_an_organisation_trail_is_told_as_kept_there(control, accounts):
    """T07: never failed, never an error, and never "there is no such bucket"."""
    (finding,) = evaluate(trail(), [control], _with(accounts))
    assert finding.status is Status.NOT_APPLICABLE
    assert finding.elsewhere is not None
    assert "exist" not in finding.observed


def test_an_organisation_trail_whose_log_group_refuses_it_fails():
    held = trail(LatestCloudWatchLogsDeliveryError="Access denied")
    assert judged(cloudtrail_cloudwatch, held) == {"org": Status.FAILED}


def test_a_trail_of_the_accounts_own_does_not_write_to_a_log_group_of_an_account_that_is_not_named():
    assert judged(cloudtrail_cloudwatch, trail(organisation=False)) == {"org": Status.FAILED}


def _with(accounts):
    return structs.replace(POLICY, accounts=accounts)


OWN_TRAIL = arn("cloudtrail", "trail/own")
BY_CLOUDTRAIL = {"Service": "cloudtrail.amazonaws.com"}
ACL = {"Effect": "Allow", "Principal": BY_CLOUDTRAIL, "Action": "s3:GetBucketAcl", "Resource": "arn:aws:s3:::logs"}
FILES = {
    "Effect": "Allow",
    "Principal": BY_CLOUDTRAIL,
    "Action": "s3:PutObject",
    "Resource": f"arn:aws:s3:::logs/AWSLogs/{ACCOUNT}/*",
    "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": OWN_TRAIL}},
}
OF_ANOTHER_TRAIL = {**FILES, "Condition": {"StringEquals": {"aws:SourceArn": arn("cloudtrail", "trail/other")}}}


@pytest.mark.parametrize(
    ("policy", "status"),
    [
        ((ACL, FILES), Status.PASSED),
        ((ACL,), Status.FAILED),
        ((FILES,), Status.FAILED),
        ((ACL, OF_ANOTHER_TRAIL), Status.FAILED),
        ((), Status.FAILED),
    ],
)
def test_the_policy_of_a_trails_bucket_lets_it_deliver(policy, status):
    fields = {"Name": "own", "TrailARN": OWN_TRAIL, "S3BucketName": "logs", "IsMultiRegionTrail": True}
    delivered = answered(TrailStatus, Trail=OWN_TRAIL, IsLogging=True, LatestDeliveryTime=AT.isoformat())
    parts = (answer("own", answered(Trail, **fields)), answer(OWN_TRAIL, delivered), *own_bucket(*policy))
    assert judged(cloudtrail_delivery_healthy, of_answers(*parts)) == {"own": status}
