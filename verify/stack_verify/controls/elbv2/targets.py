"""Targets: that the load balancer finds the tasks well, which proves the way to them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.network.endpoints import every, service_subnets
from stack_verify.network.production import registered
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import Listener, ListenerRule, TargetDescription, TargetGroup, TargetGroupHealth
from stack_verify.snapshot import Snapshot

# Targets on their way out are no longer a part of the service, and those on their way in not yet (Elastic Load
# Balancing user guide, "Target health status").
LEAVING = "draining"
UNDECIDED = ("initial", "unavailable")
ENCRYPTED = ("HTTPS", "TLS", "QUIC")
# Protocols of a Network Load Balancer that leave to clients and targets whether they encrypt.
IN_PACKETS = ("TCP", "UDP", "TCP_UDP", "TCP_QUIC")
IDLE = "a deployment moves requests between two target groups, and the other one gets them for"


@control(
    "alb-target-tls",
    "Load balancers encrypt requests to their targets",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(ii)"),
    config_rule="elbv2-targetgroup-protocol-encrypted",
    remediation="Create a target group with the protocol HTTPS (TLS for a Network Load Balancer), serve TLS in the "
    "container, and forward to it.",
    rationale="A load balancer that ends the client's TLS sends ePHI on in clear unless its target group encrypts.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/elbv2-targetgroup-protocol-encrypted.html",
    reads=(Listener,),
)
def alb_target_tls(target: TargetGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_tls_to_targets:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    if target.protocol is None:
        return not_applicable("its target is a Lambda function, which the load balancer calls through AWS's API")
    if target.target_type == "alb":
        return not_applicable("its target is an Application Load Balancer, whose listeners are judged themselves")
    if target.protocol == "GENEVE":
        return not_applicable("its targets are appliances, which packets pass as they are")
    if target.protocol in IN_PACKETS and _passes_through(target, snapshot):
        return not_applicable("connections pass through to it as clients encrypt them: alb-listener-tls judges them")
    return verdict(target.protocol in ENCRYPTED, f"Protocol is {target.protocol}", expected=" or ".join(ENCRYPTED))


@control(
    "target-health-healthy",
    "The load balancer finds all tasks healthy that the services want, in several zones",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="See why tasks stop or fail the health check: their log, its path and port, and their security group.",
    rationale="Too few healthy tasks, or tasks in one zone only, is an application that one failure takes away.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/target-group-health-checks.html",
    reads=(Listener, ListenerRule, Service, Subnet, TargetGroupHealth),
)
def target_health_healthy(target: TargetGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    services, idle = registered(target.target_group_arn, snapshot)
    if not services and idle:
        return not_applicable(f"{IDLE}: {', '.join(service.service_name for service in idle)}")
    if not services:
        return not_applicable("no ECS service of the stack registers targets in it")
    health = snapshot.require(TargetGroupHealth, target.target_group_arn).target_health_descriptions
    # A service that wants none serves nobody.
    wanted = max(1, sum(service.desired_count for service in services))
    staying = [each for each in health if each.target_health.state != LEAVING]
    ill = any(each.target_health.state not in ("healthy", *UNDECIDED) for each in staying)
    states = Counter(f"{each.target_health.state} {each.target_health.reason or ''}".strip() for each in health)
    observed = f"targets: {', '.join(f'{count} {state}' for state, count in sorted(states.items())) or 'none'}"
    expected = f"{wanted} healthy, and none that is not"
    if ill or len(staying) < wanted:
        return failed(observed, expected=expected)
    if any(each.target_health.state in UNDECIDED for each in staying):
        raise Unanswered(f"{observed}: not all health checks are through; run again in a minute")
    if not policy.require_multi_az:
        return passed(observed)
    return _spread([each.target for each in staying], services, snapshot, policy, observed)


def _passes_through(target: TargetGroup, snapshot: Snapshot) -> bool:
    """Whether none of the listeners that forward to the group ends the client's TLS."""
    to_it = [
        listener
        for listener in every(Listener, snapshot)
        if any(target.target_group_arn in action.target_groups for action in listener.default_actions)
    ]
    return bool(to_it) and not any(listener.encrypts for listener in to_it)


def _spread(
    well: Iterable[TargetDescription], services: Iterable[Service], snapshot: Snapshot, policy: Policy, observed: str
) -> Verdict:
    names = sorted({name for service in services for name in service_subnets(service)})
    subnets = [snapshot.require(Subnet, name) for name in names]
    zones = sorted({_zone(target, subnets) for target in well})
    observed = f"{observed}, in {', '.join(zones)}"
    if len(zones) < policy.min_availability_zones:
        return failed(observed, expected=f"healthy targets in {policy.min_availability_zones} zones")
    return passed(observed)


def _zone(target: TargetDescription, subnets: Iterable[Subnet]) -> str:
    """The target's zone, as AWS tells it or as the subnet that holds its address does.

    Raises:
        Unanswered: when neither does.
    """
    if target.availability_zone is not None:
        return target.availability_zone
    for subnet in subnets:
        if any(_holds(block, target.id) for block in subnet.blocks):
            return subnet.availability_zone
    raise Unanswered(f"the zone of the target {target.id} is not known: no subnet of its service holds it")


def _holds(block: str, address: str) -> bool:
    try:
        return ip_address(address) in ip_network(block)
    except ValueError:
        return False  # the id of an instance or of a function
