"""When a web application firewall stands before a load balancer, what it stops, and where it logs."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.web_acl import alb_waf_attached
from stack_verify.controls.wafv2.web_acls import waf_logging, waf_required_managed_rules, waf_scope_and_default_action
from stack_verify.core.control import Status
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.wafv2 import LoggingConfiguration, WebACL
from support.hand_made import ACCOUNT, answered, arn, judged, observed, snapshot

BALANCER_ARN = arn("elasticloadbalancing", "loadbalancer/app/web/1")
ACL_ARN = arn("wafv2", "regional/webacl/web/1")
OF_CLOUDFRONT = f"arn:aws:wafv2:us-east-1:{ACCOUNT}:global/webacl/web/1"
COUNTED = {"CloudWatchMetricsEnabled": True}
GROUPS = (
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
    "AWSManagedRulesAmazonIpReputationList",
)


def balancer(kind: str) -> LoadBalancer:
    return answered(LoadBalancer, LoadBalancerArn=BALANCER_ARN, Type=kind, VpcId="vpc-1", AvailabilityZones=[])


def rule(name: str, statement: dict[str, object], **action: object) -> dict[str, object]:
    return {"Name": name, "Statement": statement, "VisibilityConfig": COUNTED, **action}


def managed(name: str, **more: object) -> dict[str, object]:
    group = {"VendorName": "AWS", "Name": name, **more}
    return rule(name, {"ManagedRuleGroupStatement": group}, OverrideAction={"None": {}})


def overriding(action: str) -> dict[str, object]:
    return managed(GROUPS[0], RuleActionOverrides=[{"Name": "NoUserAgent_HEADER", "ActionToUse": {action: {}}}])


def blocking(name: str, **statement: object) -> dict[str, object]:
    return rule(name, statement, Action={"Block": {}})


FLOODS = blocking("floods", RateBasedStatement={"Limit": 2000})
COUNTRY = {"GeoMatchStatement": {"CountryCodes": ["AQ"]}}
OF_A_COUNTRY = blocking("floods", RateBasedStatement={"Limit": 2000, "ScopeDownStatement": COUNTRY})
FIRST, OTHERS = managed(GROUPS[0]), [managed(name) for name in GROUPS[1:]]


def acl(*rules: dict[str, object], acl_arn: str = ACL_ARN, default: str = "Allow") -> WebACL:
    fields = {"ARN": acl_arn, "Name": "web", "VisibilityConfig": COUNTED, "DefaultAction": {default: {}}}
    return answered(WebACL, Rules=list(rules), **fields)


@pytest.mark.parametrize("kind", ["network", "gateway"])
def test_no_web_acl_is_asked_for_before_a_load_balancer_that_can_have_none(kind):
    assert judged(alb_waf_attached, snapshot(balancer(kind))) == {BALANCER_ARN: Status.NOT_APPLICABLE}


def test_an_application_load_balancer_without_a_web_acl_fails():
    held = snapshot(balancer("application"), lists=[(WebACL, BALANCER_ARN)])
    assert judged(alb_waf_attached, held) == {BALANCER_ARN: Status.FAILED}


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([FIRST, FLOODS], Status.PASSED),
        ([overriding("Challenge"), FLOODS], Status.PASSED),
        ([overriding("Count"), FLOODS], Status.FAILED),
        ([overriding("Allow"), FLOODS], Status.FAILED),
        ([managed(GROUPS[0], ExcludedRules=[{"Name": "NoUserAgent_HEADER"}]), FLOODS], Status.FAILED),
        ([managed(GROUPS[0], ScopeDownStatement=COUNTRY), FLOODS], Status.FAILED),
        ([managed(GROUPS[0], VendorName="AnotherVendor"), FLOODS], Status.FAILED),
        ([FLOODS], Status.FAILED),
        ([FIRST], Status.FAILED),
        ([FIRST, OF_A_COUNTRY], Status.FAILED),
        ([FIRST, blocking("a country", **COUNTRY)], Status.FAILED),
    ],
    ids=[
        "all",
        "a rule challenges",
        "a rule only counts",
        "a rule allows",
        "a rule is excluded",
        "a group judges some requests",
        "a group of another vendor",
        "a group is missing",
        "no rate rule",
        "a rate of some requests",
        "another rule that blocks",
    ],
)
def test_a_firewall_has_every_group_of_aws_that_the_policy_names_and_a_rate_rule(rules, status):
    assert judged(waf_required_managed_rules, snapshot(acl(*rules, *OTHERS))) == {ACL_ARN: status}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.PASSED),
        ({"default": "Block"}, Status.FAILED),
        ({"acl_arn": OF_CLOUDFRONT}, Status.FAILED),
    ],
)
def test_a_firewall_is_regional_and_does_by_default_what_the_policy_says(told, status):
    assert list(judged(waf_scope_and_default_action, snapshot(acl(**told))).values()) == [status]


def logging_to(destination: str, **more: object) -> LoggingConfiguration:
    headers = [{"SingleHeader": {"Name": name}} for name in ("authorization", "cookie")]
    told = {"ResourceArn": ACL_ARN, "LogDestinationConfigs": [destination], "RedactedFields": headers}
    return answered(LoggingConfiguration, **told, **more)


def test_a_log_that_goes_to_a_stream_is_no_answer():
    stream = arn("firehose", "deliverystream/aws-waf-logs-web")
    held = snapshot(acl(), logging_to(stream))
    assert judged(waf_logging, held) == {ACL_ARN: Status.ERROR}
    assert observed(waf_logging, held) == f"{stream} is no log group and no bucket, and nothing is known of it"


@pytest.mark.parametrize(
    ("default", "filters", "status"),
    [
        ("KEEP", ["KEEP"], Status.PASSED),
        ("KEEP", ["KEEP", "DROP"], Status.FAILED),
        ("DROP", ["KEEP"], Status.FAILED),
    ],
)
def test_a_firewall_leaves_no_request_out_of_its_log(default, filters, status):
    bucket = answered(Bucket, Name="aws-waf-logs-web", BucketArn="arn:aws:s3:::aws-waf-logs-web")
    dropping = {"DefaultBehavior": default, "Filters": [{"Behavior": behavior} for behavior in filters]}
    held = snapshot(acl(), bucket, logging_to(bucket.bucket_arn, LoggingFilter=dropping))
    assert judged(waf_logging, held) == {ACL_ARN: status}
