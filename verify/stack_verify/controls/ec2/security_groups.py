"""Security groups: what is open to the world, counted exactly, and where."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.network.endpoints import every
from stack_verify.network.exposure import Exposure, exposures
from stack_verify.network.ports import ICMP, ICMPV6, TCP
from stack_verify.network.rules import egress, ingress, told
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.resources.elbv2 import Listener, LoadBalancer
from stack_verify.snapshot import Snapshot

SSH = 22
RDP = 3389


@control(
    "sg-no-open-ssh",
    "SSH is not open to the world",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="restricted-ssh",
    security_hub="EC2.13",
    remediation="Remove the rules that let the world in on port 22; use Session Manager or ECS Exec.",
    rationale="SSH that is open to the world is probed within minutes.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-13",
    reads=(PrefixList,),
)
def sg_no_open_ssh(group: SecurityGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _closed(group, snapshot, (SSH,))


@control(
    "sg-no-open-rdp",
    "RDP is not open to the world",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="restricted-common-ports",
    security_hub="EC2.14",
    remediation="Remove the rules that let the world in on port 3389; use Session Manager.",
    rationale="RDP that is open to the world is probed within minutes.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-14",
    reads=(PrefixList,),
)
def sg_no_open_rdp(group: SecurityGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return _closed(group, snapshot, (RDP,))


@control(
    "sg-no-open-high-risk-ports",
    "No port of a database, of administration or of a legacy protocol is open to the world",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    security_hub="EC2.19",
    remediation="Remove the rules that let the world in on these ports; let in the groups that need them.",
    rationale="Databases and administration that are open to the world need one weak password to be lost.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-19",
    reads=(PrefixList,),
)
def sg_no_open_high_risk_ports(group: SecurityGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    return _closed(group, snapshot, policy.high_risk_ports)


@control(
    "sg-only-authorized-open-ports",
    "Only authorised ports are open to the world",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="vpc-sg-open-only-to-authorized-ports",
    security_hub="EC2.18",
    remediation="Remove the rules that let the world in on other ports than the policy's public ones.",
    rationale="Every port that is open to the world must be meant to be.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-18",
    reads=(PrefixList,),
)
def sg_only_authorized_open_ports(group: SecurityGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    opened = exposures(ingress([group], snapshot))
    stray = [each for each in opened if not _authorized(each, policy.public_ports)]
    expected = f"tcp {_ports(policy.public_ports)} at most"
    return verdict(not stray, _observed(stray or opened), expected=expected)


@control(
    "sg-open-only-on-alb",
    "Only internet-facing load balancers are open to the world, and only where they listen",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Remove the rules that let the world in, or give the load balancer a listener on the port.",
    rationale="Whatever else is open bypasses the load balancer.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    reads=(Listener, LoadBalancer, PrefixList),
)
def sg_open_only_on_alb(group: SecurityGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    opened = exposures(ingress([group], snapshot))
    users = [balancer for balancer in every(LoadBalancer, snapshot) if group.group_id in balancer.security_groups]
    facing = [balancer for balancer in users if balancer.scheme == "internet-facing"]
    listening = {
        listener.port
        for balancer in facing
        for listener in snapshot.within(Listener, balancer.load_balancer_arn)
        if listener.port is not None
    }
    stray = [each for each in opened if not _authorized(each, listening)]
    expected = f"tcp {_ports(listening)} at most, where its load balancers listen" if listening else "nothing"
    return verdict(not stray, _observed(stray or opened), expected=expected)


@control(
    "sg-egress-restricted",
    "Security groups do not let all traffic out to the world",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Replace the rules that let everything out by rules for the groups, endpoints and ports needed.",
    rationale="Open egress lets an intruder carry ePHI anywhere.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/security-group-rules.html",
    hardening=True,
    reads=(PrefixList,),
)
def sg_egress_restricted(group: SecurityGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    rules = egress([group], snapshot)
    stray = [each for each in exposures(rules) if not _authorized(each, policy.public_egress_ports)]
    observed = _observed(stray) if stray else f"egress: {told(rules)}"
    return verdict(not stray, observed, expected=f"to the world tcp {_ports(policy.public_egress_ports)} at most")


def _closed(group: SecurityGroup, snapshot: Snapshot, ports: Iterable[int]) -> Verdict:
    """Whether none of the TCP ``ports`` is open to the world."""
    opened = exposures(ingress([group], snapshot))
    risky = set(ports)
    stray = [each for each in opened if each.protocol == TCP and any(port in each.ports for port in risky)]
    return verdict(not stray, _observed(stray or opened), expected=f"tcp {_ports(risky)} closed to the world")


def _authorized(exposure: Exposure, ports: Iterable[int]) -> bool:
    # ICMP has no ports that could be authorised; path MTU discovery needs it.
    if exposure.protocol in (ICMP, ICMPV6):
        return True
    return exposure.protocol == TCP and exposure.ports.within(ports)


def _observed(opened: Iterable[Exposure]) -> str:
    return "; ".join(str(each) for each in opened) or "nothing is open to the world"


def _ports(ports: Iterable[int]) -> str:
    return ", ".join(str(port) for port in sorted(ports)) or "nothing"
