"""Faults of the web ACL before a load balancer."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("alb-waf-attached", "albArn"))
def alb_waf_attached(aws: Clients, outputs: Outputs) -> None:
    """The web ACL stands before the load balancer no more."""
    aws.client("wafv2").disassociate_web_acl(ResourceArn=outputs["albArn"])
