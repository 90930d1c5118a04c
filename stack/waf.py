"""The web application firewall before the load balancer."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.log_group import LogSettings, log_group
from stack.naming import PREFIX, Naming

# AWS's own rule groups, in the order in which they judge a request.
MANAGED_RULE_GROUPS = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesCommonRuleSet",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesSQLiRuleSet",
)
WINDOW_SECONDS = 300
# What identifies a user is not for the log.
REDACTED_HEADERS = ("authorization", "cookie")


@dataclass(frozen=True)
class FirewallArgs:
    """The load balancer to stand before, and how many requests one address may make in five minutes."""

    naming: Naming
    logs: LogSettings
    load_balancer_arn: pulumi.Input[str]
    requests_per_five_minutes: int


class Firewall(pulumi.ComponentResource):
    """A web ACL that blocks known attacks and floods, and logs every request it judges."""

    def __init__(self, name: str, args: FirewallArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:ingress:Firewall", name, None, opts)
        self._args = args
        self._name = args.naming.name("waf")
        self._child = pulumi.ResourceOptions(parent=self)
        # WAF delivers only to log groups whose name begins so.
        group_name = f"aws-waf-logs-{PREFIX}-{args.naming.suffix}"
        self.log_group = log_group("waf", group_name, args.logs, self)
        self.web_acl = self._web_acl()
        self._log()
        aws.wafv2.WebAclAssociation(
            self._name, resource_arn=args.load_balancer_arn, web_acl_arn=self.web_acl.arn, opts=self._child
        )
        self.outputs = {
            exports.WEB_ACL_ARN: self.web_acl.arn,
            exports.WAF_LOG_GROUP_NAME: self.log_group.name,
            exports.WAF_LOG_GROUP_ARN: self.log_group.arn,
        }
        self.register_outputs(self.outputs)

    def _web_acl(self) -> aws.wafv2.WebAcl:
        groups = [self._managed(priority, name) for priority, name in enumerate(MANAGED_RULE_GROUPS, start=1)]
        return aws.wafv2.WebAcl(
            self._name,
            name=self._name,
            description="Blocks known attacks and floods",
            scope="REGIONAL",
            default_action=aws.wafv2.WebAclDefaultActionArgs(allow=aws.wafv2.WebAclDefaultActionAllowArgs()),
            rules=[self._rate(), *groups],
            visibility_config=aws.wafv2.WebAclVisibilityConfigArgs(
                cloudwatch_metrics_enabled=True, metric_name=self._name, sampled_requests_enabled=True
            ),
            tags=self._args.naming.tags(self._name),
            opts=self._child,
        )

    def _rate(self) -> aws.wafv2.WebAclRuleArgs:
        rate = aws.wafv2.WebAclRuleStatementRateBasedStatementArgs(
            limit=self._args.requests_per_five_minutes, aggregate_key_type="IP", evaluation_window_sec=WINDOW_SECONDS
        )
        return aws.wafv2.WebAclRuleArgs(
            name="RequestRate",
            priority=0,
            action=aws.wafv2.WebAclRuleActionArgs(block=aws.wafv2.WebAclRuleActionBlockArgs()),
            statement=aws.wafv2.WebAclRuleStatementArgs(rate_based_statement=rate),
            visibility_config=_visible("RequestRate"),
        )

    def _managed(self, priority: int, name: str) -> aws.wafv2.WebAclRuleArgs:
        # The rules of the group block as AWS wrote them.
        nothing = aws.wafv2.WebAclRuleOverrideActionNoneArgs()  # type: ignore[no-untyped-call]  # the SDK's
        group = aws.wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(vendor_name="AWS", name=name)
        return aws.wafv2.WebAclRuleArgs(
            name=name,
            priority=priority,
            override_action=aws.wafv2.WebAclRuleOverrideActionArgs(none=nothing),
            statement=aws.wafv2.WebAclRuleStatementArgs(managed_rule_group_statement=group),
            visibility_config=_visible(name),
        )

    def _log(self) -> None:
        redacted = [
            aws.wafv2.WebAclLoggingConfigurationRedactedFieldArgs(
                single_header=aws.wafv2.WebAclLoggingConfigurationRedactedFieldSingleHeaderArgs(name=header)
            )
            for header in REDACTED_HEADERS
        ]
        aws.wafv2.WebAclLoggingConfiguration(
            self._name,
            resource_arn=self.web_acl.arn,
            log_destination_configs=[self.log_group.arn],
            redacted_fields=redacted,
            opts=self._child,
        )


def _visible(metric_name: str) -> aws.wafv2.WebAclRuleVisibilityConfigArgs:
    return aws.wafv2.WebAclRuleVisibilityConfigArgs(
        cloudwatch_metrics_enabled=True, metric_name=metric_name, sampled_requests_enabled=True
    )
