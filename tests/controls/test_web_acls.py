"""When a web application firewall stands before a load balancer, what it stops, and where it logs."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.web_acl import alb_waf_attached
from stack_verify.controls.wafv2.web_acls import (
    waf_logging,
    waf_not_empty,
    waf_required_managed_rules,
    waf_scope_and_default_action,
)
from stack_verify.core.control import Status
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.wafv2 import IPSet, LoggingConfiguration, WebACL
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


def acl(*rules: dict[str, object], acl_arn: str = ACL_ARN, default: str = "Allow", **more: object) -> WebACL:
    fields = {"ARN": acl_arn, "Name": "web", "VisibilityConfig": COUNTED, "DefaultAction": {default: {}}}
    ordered = [{"Priority": number, **each} for number, each in enumerate(rules)]
    return answered(WebACL, Rules=ordered, **fields, **more)


@pytest.mark.parametrize("kind", ["network", "gateway"])
def test_no_web_acl_is_asked_for_before_a_load_balancer_that_can_have_none(kind):
    assert judged(alb_waf_attached, snapshot(balancer(kind))) == {BALANCER_ARN: Status.NOT_APPLICABLE}


def test_an_application_load_balancer_without_a_web_acl_fails():
    held = snapshot(balancer("application"), lists=[(WebACL, BALANCER_ARN)])
    assert judged(alb_waf_attached, held) == {BALANCER_ARN: Status.FAILED}


def test_a_web_acl_that_firewall_manager_associates_passes_though_the_stack_does_not_name_it():
    held = snapshot(balancer("application"), acl(), lists=[(WebACL, BALANCER_ARN)])
    assert judged(alb_waf_attached, held) == {BALANCER_ARN: Status.PASSED}


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


LISTED = arn("wafv2", "regional/ipset/office/1")
FROM_THE_LIST = {"IPSetReferenceStatement": {"ARN": LISTED}}
EVERY_PATH = {"ByteMatchStatement": {"SearchString": "/", "PositionalConstraint": "STARTS_WITH"}}
EVERYTHING_COUNTED = {**FIRST, "OverrideAction": {"Count": {}}}
LABELLED = {"LabelMatchStatement": {"Scope": "NAMESPACE", "Key": "awswaf:managed:aws:core-rule-set:"}}


def allowing(**statement: object) -> dict[str, object]:
    return rule("first", statement, Action={"Allow": {}})


def addresses(*ranges: str) -> IPSet:
    return answered(IPSet, ARN=LISTED, Addresses=list(ranges))


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([allowing(**EVERY_PATH), FIRST, *OTHERS, FLOODS], Status.FAILED),
        ([FIRST, *OTHERS, FLOODS, allowing(**EVERY_PATH)], Status.PASSED),
        ([{**allowing(**EVERY_PATH), "Priority": 99}, FIRST, *OTHERS, FLOODS], Status.PASSED),
        ([allowing(**FROM_THE_LIST), FIRST, *OTHERS, FLOODS], Status.PASSED),
        ([blocking("floods", RateBasedStatement={"Limit": 2_000_000_000}), FIRST, *OTHERS], Status.FAILED),
        (
            [blocking("floods", RateBasedStatement={"Limit": 9000, "EvaluationWindowSec": 60}), *OTHERS, FIRST],
            Status.FAILED,
        ),
        (
            [blocking("floods", RateBasedStatement={"Limit": 4000, "EvaluationWindowSec": 60}), *OTHERS, FIRST],
            Status.PASSED,
        ),
        ([EVERYTHING_COUNTED, *OTHERS, FLOODS], Status.FAILED),
        ([EVERYTHING_COUNTED, *OTHERS, FLOODS, blocking("labelled", **LABELLED)], Status.PASSED),
        ([blocking("labelled", **LABELLED), EVERYTHING_COUNTED, *OTHERS, FLOODS], Status.FAILED),
    ],
    ids=[
        "allows all before",
        "allows all behind",
        "a late priority counts, not the place in the list",
        "allows a list of addresses before",
        "a limit that no client reaches",
        "a limit too high for its short window",
        "a high limit in a short window",
        "a group that only counts",
        "a group that counts, and a later rule that blocks by its labels",
        "a rule that blocks by labels that are not there yet",
    ],
)
def test_rules_are_in_force_as_far_as_waf_comes_to_them(rules, status):
    """T27: WAF evaluates by priority, and what allows ends the evaluation."""
    assert judged(waf_required_managed_rules, snapshot(acl(*rules), addresses("203.0.113.0/24")))[ACL_ARN] is status


def test_a_list_that_holds_the_internet_is_not_an_exception():
    rules = [allowing(**FROM_THE_LIST), FIRST, *OTHERS, FLOODS]
    whole = snapshot(acl(*rules), addresses("0.0.0.0/1", "128.0.0.0/1"))
    assert judged(waf_required_managed_rules, whole)[ACL_ARN] is Status.FAILED
    assert judged(waf_required_managed_rules, snapshot(acl(*rules)))[ACL_ARN] is Status.ERROR


def test_a_group_of_firewall_manager_is_in_force():
    group = FIRST["Statement"]
    added = {"Name": "org", "Priority": 0, "FirewallManagerStatement": group, "OverrideAction": {"None": {}}}
    held = snapshot(acl(*OTHERS, FLOODS, PreProcessFirewallManagerRuleGroups=[added]))
    assert judged(waf_required_managed_rules, held) == {ACL_ARN: Status.PASSED}
    assert judged(waf_not_empty, snapshot(acl(PostProcessFirewallManagerRuleGroups=[added]))) == {
        ACL_ARN: Status.PASSED
    }
    assert judged(waf_not_empty, snapshot(acl())) == {ACL_ARN: Status.FAILED}


def test_a_rule_that_the_policy_names_may_only_count():
    counted = {"Name": "SizeRestrictions_BODY", "ActionToUse": {"Count": {}}}
    held = snapshot(acl(managed(GROUPS[0], RuleActionOverrides=[counted]), *OTHERS, FLOODS))
    assert judged(waf_required_managed_rules, held) == {ACL_ARN: Status.PASSED}
    assert judged(waf_required_managed_rules, held, waf_rules_that_may_count=()) == {ACL_ARN: Status.FAILED}


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
