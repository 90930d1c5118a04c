"""Faults of the web application firewall."""

from collections.abc import Callable
from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.absence import gone
from stack.local.faults.fault import Outputs, fault


def _change(aws: Clients, outputs: Outputs, change: Callable[[dict[str, Any]], None]) -> None:
    """Changes the web ACL as `change` changes what AWS answers of it."""
    waf = aws.client("wafv2")
    answer = waf.get_web_acl(ARN=outputs["webAclArn"])
    acl = answer["WebACL"]
    change(acl)
    waf.update_web_acl(
        Name=acl["Name"],
        Scope="REGIONAL",
        Id=acl["Id"],
        Description=acl["Description"],
        DefaultAction=acl["DefaultAction"],
        Rules=acl["Rules"],
        VisibilityConfig=acl["VisibilityConfig"],
        LockToken=answer["LockToken"],
    )


def _log(aws: Clients, outputs: Outputs, *redacted: str, **more: Any) -> None:  # noqa: ANN401 - as boto3's own
    aws.client("wafv2").put_logging_configuration(
        LoggingConfiguration={
            "ResourceArn": outputs["webAclArn"],
            "LogDestinationConfigs": [outputs["wafLogGroupArn"]],
            "RedactedFields": [{"SingleHeader": {"Name": name}} for name in redacted],
            **more,
        }
    )


@fault(("waf-required-managed-rules", "webAclArn"))
def waf_required_managed_rules(aws: Clients, outputs: Outputs) -> None:
    """AWS's common rules only count what they would block."""
    _change(aws, outputs, lambda acl: acl["Rules"][2].update(OverrideAction={"Count": {}}))


@fault(("waf-required-managed-rules", "webAclArn"), variant="rate")
def waf_required_managed_rules_rate(aws: Clients, outputs: Outputs) -> None:
    """The rate rule only counts the requests that are too many."""
    _change(aws, outputs, lambda acl: acl["Rules"][0].update(Action={"Count": {}}))


@fault(("waf-required-managed-rules", "webAclArn"), variant="scoped-down")
def waf_required_managed_rules_scoped_down(aws: Clients, outputs: Outputs) -> None:
    """AWS's rules against SQL injection judge requests from one country alone."""
    country = {"GeoMatchStatement": {"CountryCodes": ["BR"]}}
    _change(
        aws,
        outputs,
        lambda acl: acl["Rules"][4]["Statement"]["ManagedRuleGroupStatement"].update(ScopeDownStatement=country),
    )


@fault(("waf-logging", "webAclArn"))
def waf_logging(aws: Clients, outputs: Outputs) -> None:
    """The web ACL logs nothing."""
    aws.client("wafv2").delete_logging_configuration(ResourceArn=outputs["webAclArn"])


@fault(("waf-logging", "webAclArn"), variant="redacted")
def waf_logging_redacted(aws: Clients, outputs: Outputs) -> None:
    """The web ACL logs the cookies of users."""
    _log(aws, outputs, "authorization")


@fault(("waf-logging", "webAclArn"), variant="filtered")
def waf_logging_filtered(aws: Clients, outputs: Outputs) -> None:
    """The web ACL logs no request that it lets pass."""
    passing = [{"ActionCondition": {"Action": "ALLOW"}}]
    left_out = {"Behavior": "DROP", "Requirement": "MEETS_ANY", "Conditions": passing}
    _log(aws, outputs, "authorization", "cookie", LoggingFilter={"DefaultBehavior": "KEEP", "Filters": [left_out]})


@fault(
    ("waf-logging", "webAclArn"),
    ("log-group-deletion-protected", "wafLogGroupName"),
    ("log-group-encrypted", "wafLogGroupName"),
    ("log-group-not-public", "wafLogGroupName"),
    ("log-group-retention", "wafLogGroupName"),
    *gone(
        "wafLogGroupName",
        "healthcare:ingress:Firewall$aws:cloudwatch/logGroup:LogGroup::healthcare-waf-prod",
        also=("wafLogGroupArn",),
    ),
    variant="destination",
)
def waf_logging_destination(aws: Clients, outputs: Outputs) -> None:
    """The log group that the web ACL logs to is deleted."""
    aws.client("logs").delete_log_group(logGroupName=outputs["wafLogGroupName"])


@fault(("waf-rule-metrics", "webAclArn"))
def waf_rule_metrics(aws: Clients, outputs: Outputs) -> None:
    """CloudWatch no longer counts what the rate rule stops."""
    _change(aws, outputs, lambda acl: acl["Rules"][0]["VisibilityConfig"].update(CloudWatchMetricsEnabled=False))


@fault(("waf-scope-and-default-action", "webAclArn"))
def waf_scope_and_default_action(aws: Clients, outputs: Outputs) -> None:
    """The web ACL blocks what no rule allows, which is every request."""
    _change(aws, outputs, lambda acl: acl.update(DefaultAction={"Block": {}}))
