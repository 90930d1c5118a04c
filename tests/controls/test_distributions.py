"""What CloudFront distributions accept of viewers, log, and fetch from."""

from __future__ import annotations

import pytest
from botocore.awsrequest import AWSResponse
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.collect.reader import Malformed
from stack_verify.controls.cloudfront.distributions import (
    cloudfront_default_root_object,
    cloudfront_https_only,
    cloudfront_logging,
    cloudfront_origin_access_control,
    cloudfront_origin_tls,
    cloudfront_tls_policy,
    cloudfront_waf,
)
from stack_verify.controls.wafv2.web_acls import waf_scope_and_default_action
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.cloudfront import Distribution, LogDeliveries
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.wafv2 import LoggingConfiguration, WebACL
from support.hand_made import ACCOUNT, REGION, OneClient, answered, denied, judged, read, snapshot

ID = "E1A2B3C4D5E6F7"
ARN = f"arn:aws:cloudfront::{ACCOUNT}:distribution/{ID}"
ACL = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/web/5cada5c0-3c8e-4e01-8796-36014f087cde"
BUCKET = {"Id": "b", "DomainName": "b.s3.amazonaws.com", "S3OriginConfig": {"OriginAccessIdentity": ""}}
SIGNED = {**BUCKET, "OriginAccessControlId": "E2"}
WITH_IDENTITY = {**BUCKET, "S3OriginConfig": {"OriginAccessIdentity": "origin-access-identity/cloudfront/E3"}}
IN_VPC = {"Id": "v", "DomainName": "internal.example.org"}


def server(policy: str, *protocols: str) -> dict[str, object]:
    custom = {"OriginProtocolPolicy": policy, "OriginSslProtocols": {"Items": protocols or ["TLSv1.2"]}}
    return {"Id": "s", "DomainName": "origin.example.org", "CustomOriginConfig": custom}


def behavior(policy: str) -> dict[str, str]:
    return {"TargetOriginId": "b", "ViewerProtocolPolicy": policy}


def distribution(*origins: dict[str, object], viewers: str = "https-only", **config: object) -> Distribution:
    told = {"Origins": {"Items": origins or [SIGNED]}, "DefaultCacheBehavior": behavior(viewers), **config}
    return answered(Distribution, Id=ID, ARN=ARN, DomainName="d1.cloudfront.net", DistributionConfig=told)


@pytest.mark.parametrize("told", [{"Quantity": 2, "Items": [SIGNED]}, {"Quantity": 1}])
def test_a_list_that_is_shorter_than_it_says_is_no_answer(told):
    session = OneClient("cloudfront")
    answer = {"Distribution": {"Id": ID, "ARN": ARN, "DistributionConfig": {"Origins": told}}}
    session.only.meta.events.register("before-call", lambda **_: (AWSResponse("", 200, {}, None), answer))
    with pytest.raises(Malformed, match="not as long as it says"):
        read(COLLECTORS[Distribution.kind()], session, ID)


def said(control, *held, **more) -> Status:
    (status,) = judged(control, snapshot(*held, **more)).values()
    return status


def test_viewers_have_to_use_https():
    assert said(cloudfront_https_only, distribution()) is Status.PASSED
    assert said(cloudfront_https_only, distribution(viewers="redirect-to-https")) is Status.PASSED
    assert said(cloudfront_https_only, distribution(viewers="allow-all")) is Status.FAILED
    one_path = {"Items": [{**behavior("allow-all"), "PathPattern": "/api/*"}]}
    assert said(cloudfront_https_only, distribution(CacheBehaviors=one_path)) is Status.FAILED


@pytest.mark.parametrize(
    ("certificate", "status"),
    [
        ({"MinimumProtocolVersion": "TLSv1.2_2021"}, Status.PASSED),
        ({"MinimumProtocolVersion": "TLSv1.2_2018"}, Status.PASSED),
        ({"MinimumProtocolVersion": "TLSv1.3_2025"}, Status.PASSED),
        ({"MinimumProtocolVersion": "TLSv1.1_2016"}, Status.FAILED),
        ({"MinimumProtocolVersion": "TLSv1"}, Status.FAILED),
        ({"MinimumProtocolVersion": "TLSv1.2_2021", "CloudFrontDefaultCertificate": True}, Status.FAILED),
        ({"MinimumProtocolVersion": "TLSv9"}, Status.ERROR),
        ({}, Status.ERROR),
    ],
)
def test_viewers_have_to_use_tls_1_2(certificate, status):
    assert said(cloudfront_tls_policy, distribution(ViewerCertificate=certificate)) is status


@pytest.mark.parametrize(
    ("origin", "viewers", "status"),
    [
        (server("https-only"), "allow-all", Status.PASSED),
        (server("http-only"), "https-only", Status.FAILED),
        (server("match-viewer"), "https-only", Status.PASSED),
        (server("match-viewer"), "allow-all", Status.FAILED),
        (server("https-only", "SSLv3", "TLSv1.2"), "https-only", Status.FAILED),
        (SIGNED, "allow-all", Status.PASSED),
        (IN_VPC, "https-only", Status.ERROR),
    ],
)
def test_origins_are_reached_over_tls(origin, viewers, status):
    assert said(cloudfront_origin_tls, distribution(origin, viewers=viewers)) is status


def deliveries(*destinations: str) -> LogDeliveries:
    return answered(LogDeliveries, Distribution=ARN, Destinations=destinations)


def test_requests_are_logged_by_either_kind_of_standard_logging():
    to_bucket = distribution(Logging={"Bucket": "logs.s3.amazonaws.com"})
    off = distribution(Logging={"Bucket": ""})
    assert said(cloudfront_logging, to_bucket) is Status.PASSED
    assert said(cloudfront_logging, off, deliveries()) is Status.FAILED
    assert said(cloudfront_logging, off, deliveries("arn:aws:logs:us-east-1:1:delivery-destination:x")) is Status.PASSED
    assert said(cloudfront_logging, off, gaps=(denied(LogDeliveries, ARN),)) is Status.ERROR


def acl() -> WebACL:
    counted = {"CloudWatchMetricsEnabled": True}
    return answered(WebACL, ARN=ACL, Name="web", DefaultAction={"Allow": {}}, VisibilityConfig=counted)


def test_a_web_acl_protects_a_distribution():
    assert said(cloudfront_waf, distribution(WebACLId=ACL), acl()) is Status.PASSED
    assert said(cloudfront_waf, distribution()) is Status.FAILED
    assert said(cloudfront_waf, distribution(WebACLId=ACL), lists=((WebACL, ACL),)) is Status.FAILED


def test_a_web_acl_of_cloudfront_s_scope_fits_a_distribution_only():
    held = snapshot(distribution(WebACLId=ACL), acl())
    assert judged(waf_scope_and_default_action, held) == {ACL: Status.PASSED}
    assert judged(waf_scope_and_default_action, snapshot(distribution(), acl())) == {ACL: Status.FAILED}


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (SIGNED, Status.PASSED),
        (BUCKET, Status.FAILED),
        (WITH_IDENTITY, Status.FAILED),
        (server("https-only"), Status.NOT_APPLICABLE),
    ],
)
def test_buckets_are_fetched_from_with_origin_access_control(origin, status):
    assert said(cloudfront_origin_access_control, distribution(origin)) is status


def test_a_bucket_is_not_listed_at_the_root():
    assert said(cloudfront_default_root_object, distribution(DefaultRootObject="index.html")) is Status.PASSED
    assert said(cloudfront_default_root_object, distribution(DefaultRootObject="")) is Status.FAILED
    assert said(cloudfront_default_root_object, distribution(server("https-only"))) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("name", "value", "key"),
    [
        ("cdnUrl", "https://d111111abcdef8.cloudfront.net/index.html", "d111111abcdef8"),
        ("arn", ARN, ID),
        ("distributionId", ID, ID),
        ("aws:cloudfront/distribution:Distribution", ID, ID),
    ],
)
def test_what_names_a_distribution(name, value, key):
    found = recognise(name, value, account=ACCOUNT, region=REGION)
    assert found == Distribution.ask(key)


def test_the_log_group_of_a_web_acl_of_cloudfront_s_is_asked_for_where_it_is():
    group = f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:aws-waf-logs-web"
    logging = answered(LoggingConfiguration, ResourceArn=ACL, LogDestinationConfigs=[group])
    assert logging.destinations == {group: LogGroup.ask(group)}


def test_deliveries_of_access_logs_are_found_by_their_source():
    session = OneClient("logs")
    source = {"name": "cdn", "resourceArns": [ARN], "logType": "ACCESS_LOGS"}
    other = {"name": "other", "resourceArns": [f"{ARN}X"], "logType": "ACCESS_LOGS"}
    found = [{"deliverySourceName": name, "deliveryDestinationArn": f"arn:{name}"} for name in ("cdn", "other")]
    with Stubber(session.only) as stubber:
        stubber.add_response("describe_delivery_sources", {"deliverySources": [source, other]})
        stubber.add_response("describe_deliveries", {"deliveries": found})
        (logs,) = read(COLLECTORS[LogDeliveries.kind()], session, ARN)
    assert logs.destinations == ("arn:cdn",)
