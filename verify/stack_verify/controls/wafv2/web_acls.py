"""AWS WAF: whether the load balancer has a web application firewall before it, what that stops and what it logs."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.controls.wafv2.evaluation import groups_in_force, rates_in_force
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.cloudfront import Distribution
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.wafv2 import IPSet, LoggingConfiguration, WebACL
from stack_verify.snapshot import Snapshot


@control(
    "waf-not-empty",
    "The web ACL has rules",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="wafv2-webacl-not-empty",
    security_hub="WAF.10",
    remediation="Give the web ACL a rule or a rule group: without one it lets everything pass.",
    rationale="A web ACL without rules lets everything pass.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html",
    reads=(),
)
def waf_not_empty(acl: WebACL, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    added = (*acl.pre_process_firewall_manager_rule_groups, *acl.post_process_firewall_manager_rule_groups)
    names = [each.name for each in (*acl.rules, *added)]
    return verdict(bool(names), f"rules: {', '.join(names) or 'none'}", expected="one or more")


@control(
    "waf-required-managed-rules",
    "The web ACL blocks known attacks and floods",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(B)", "164.308(a)(1)(ii)(B)"),
    remediation="Add AWS's managed rule groups and a rate rule that blocks, for all requests. Let no rule only count.",
    rationale="AWS's groups stop the attacks that every public endpoint sees.",
    source="https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html",
    reads=(IPSet,),
)
def waf_required_managed_rules(acl: WebACL, snapshot: Snapshot, policy: Policy) -> Verdict:
    groups, rates = set(groups_in_force(acl, snapshot, policy)), list(rates_in_force(acl, snapshot, policy))
    missing = [name for name in policy.required_managed_rule_groups if name not in groups]
    observed = (
        f"in force for all requests: AWS's rule groups {', '.join(sorted(groups)) or 'none'}; "
        f"rate rules that block {', '.join(rates) or 'none'}"
    )
    expected = (
        f"{', '.join(policy.required_managed_rule_groups)}, and a rate rule that blocks a client after at most "
        f"{policy.max_waf_rate_limit} requests in five minutes"
    )
    return verdict(not missing and bool(rates), observed, expected=expected)


@control(
    "waf-logging",
    "AWS WAF logs requests and redacts what identifies users",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="wafv2-logging-enabled",
    security_hub="WAF.11",
    remediation="Let the web ACL log all requests to a log group or bucket that exists; redact the headers.",
    rationale="Without the log it is unknown what was tried and what got through.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html",
    reads=(Bucket, LogGroup, LoggingConfiguration),
)
def waf_logging(acl: WebACL, snapshot: Snapshot, policy: Policy) -> Verdict:
    expected = (
        f"a live destination, no request left out, and {', '.join(policy.redacted_headers) or 'no header'} redacted"
    )
    found = snapshot.within(LoggingConfiguration, acl.web_acl_arn)
    if not found:
        return failed("no logging configuration", expected=expected)
    (logging,) = found
    gone = list(_gone(logging, snapshot))
    clear = [header for header in policy.redacted_headers if header.lower() not in logging.redacted_headers]
    observed = (
        f"logs to {', '.join(logging.log_destination_configs)}; not there: {', '.join(gone) or 'none'}; "
        f"not redacted: {', '.join(clear) or 'none'}; {'some' if logging.drops else 'no'} requests are left out"
    )
    return verdict(not gone and not clear and not logging.drops, observed, expected=expected)


@control(
    "waf-rule-metrics",
    "CloudWatch counts the requests that the web ACL blocks",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Set cloudwatch_metrics_enabled in the visibility_config of the web ACL and of each rule.",
    rationale="Attacks that are not counted are not noticed.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/waf-controls.html",
    reads=(),
)
def waf_rule_metrics(acl: WebACL, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    counted = {acl.name: acl.visibility_config, **{rule.name: rule.visibility_config for rule in acl.rules}}
    silent = [name for name, config in counted.items() if not config.cloud_watch_metrics_enabled]
    observed = f"{len(acl.rules)} rules; without metrics: {', '.join(silent) or 'none'}"
    return verdict(not silent, observed, expected="metrics of the web ACL and of each rule")


@control(
    "waf-scope-and-default-action",
    "The web ACL has the scope and default action that the policy names",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Give the web ACL the scope of what it protects, and the default action that the policy names.",
    hardening=True,
    rationale="The default action decides on each request that no rule knows.",
    source="https://docs.aws.amazon.com/waf/latest/developerguide/web-acl-default-action.html",
    reads=(Distribution,),
)
def waf_scope_and_default_action(acl: WebACL, snapshot: Snapshot, policy: Policy) -> Verdict:
    action = acl.default_action.name
    fits = acl.scope == "REGIONAL" or any(
        each.distribution_config.web_acl_id == acl.web_acl_arn for each in snapshot.of(Distribution)
    )
    holds = fits and action == policy.web_acl_default_action
    observed = f"Scope is {acl.scope}, DefaultAction is {action}"
    return verdict(
        holds, observed, expected=f"REGIONAL, or CLOUDFRONT for a distribution; {policy.web_acl_default_action}"
    )


def _gone(logging: LoggingConfiguration, snapshot: Snapshot) -> Iterator[str]:
    """The destinations that are not there."""
    for arn, question in logging.destinations.items():
        if question is None:
            raise Unanswered(f"{arn} is no log group and no bucket, and nothing is known of it")
        if not snapshot.find(question):
            yield arn
