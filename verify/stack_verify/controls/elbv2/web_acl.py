"""Elastic Load Balancing: the web ACL of a load balancer."""

from __future__ import annotations

from stack_verify.controls.naming import unnamed
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed
from stack_verify.policy import Policy
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.resources.wafv2 import WebACL
from stack_verify.snapshot import Snapshot


@control(
    "alb-waf-attached",
    "A WAF web ACL is associated with the load balancer",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="alb-waf-enabled",
    security_hub="ELB.16",
    remediation="Associate a WAFv2 web ACL with the load balancer.",
    rationale="Without the firewall, common attacks reach the application.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html#elb-16",
    reads=(DeclaredResource, StackOutput, TaggedResource, WebACL),
)
def alb_waf_attached(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.is_application:
        return not_applicable("AWS WAF protects Application Load Balancers only")
    found = snapshot.within(WebACL, balancer.load_balancer_arn)
    if not found:
        return failed("no web ACL is associated", expected="a web ACL")
    (acl,) = found
    return passed(f"associated: {acl.web_acl_arn}{unnamed(acl, snapshot)}")
