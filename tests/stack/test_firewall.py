"""The web application firewall: known attacks and floods stop before the load balancer, and every request is logged."""

from support.stack_deployment import DEV, Deployment, deploy

VISIBLE = {"cloudwatchMetricsEnabled": True, "sampledRequestsEnabled": True}
GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)


def test_what_no_rule_blocks_is_let_through_and_counted(any_stack: Deployment):
    acl = any_stack.one("WebAcl").inputs
    assert (acl["scope"], acl["defaultAction"]) == ("REGIONAL", {"allow": {}})
    assert acl["visibilityConfig"] == {**VISIBLE, "metricName": "healthcare-waf-blue7"}


def test_floods_and_what_awss_own_rules_know_are_blocked(any_stack: Deployment):
    rate = {"limit": 2000, "aggregateKeyType": "IP", "evaluationWindowSec": 300}
    flood = {
        "name": "RequestRate",
        "priority": 0,
        "action": {"block": {}},
        "statement": {"rateBasedStatement": rate},
        "visibilityConfig": {**VISIBLE, "metricName": "RequestRate"},
    }
    managed = [
        {
            "name": name,
            "priority": priority,
            "overrideAction": {"none": {}},
            "statement": {"managedRuleGroupStatement": {"vendorName": "AWS", "name": name}},
            "visibilityConfig": {**VISIBLE, "metricName": name},
        }
        for priority, name in enumerate(GROUPS, start=1)
    ]
    assert any_stack.one("WebAcl").inputs["rules"] == [flood, *managed]


def test_how_many_requests_are_a_flood_is_a_setting():
    rule = deploy({**DEV, "requestsPerFiveMinutes": "500"}).one("WebAcl").inputs["rules"][0]
    assert rule["statement"]["rateBasedStatement"]["limit"] == 500


def test_it_stands_before_the_load_balancer(any_stack: Deployment):
    assert any_stack.one("WebAclAssociation").inputs == {
        "resourceArn": "arn:aws:LoadBalancer/healthcare-alb-blue7",
        "webAclArn": "arn:aws:WebAcl/healthcare-waf-blue7",
    }


def test_it_logs_each_request_but_who_made_it(any_stack: Deployment):
    assert any_stack.one("WebAclLoggingConfiguration").inputs == {
        "resourceArn": "arn:aws:WebAcl/healthcare-waf-blue7",
        "logDestinationConfigs": ["arn:aws:LogGroup/healthcare-waf-blue7"],
        "redactedFields": [{"singleHeader": {"name": "authorization"}}, {"singleHeader": {"name": "cookie"}}],
    }
