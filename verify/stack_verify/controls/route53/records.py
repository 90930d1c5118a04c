"""DNS: where the name that people use leads, by the records themselves. What resolvers make of them, probes see."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered
from stack_verify.network.endpoints import every
from stack_verify.network.hosts import certificates, record_targets
from stack_verify.policy import Policy
from stack_verify.resources.acm import Certificate
from stack_verify.resources.elbv2 import ListenerCertificates, LoadBalancer
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot


@control(
    "dns-record-leads-to-alb",
    "The records of the published name lead to the stack's load balancer and nowhere else",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)"),
    rationale="A name that leads elsewhere sends people's ePHI to whoever answers there.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
    remediation="Make the name's record in Route 53 an alias of the load balancer.",
    where=lambda output: bool(output.own_host),
    reads=(Certificate, HostRecords, HostedZones, ListenerCertificates, LoadBalancer),
)
def dns_record_leads_to_alb(output: StackOutput, snapshot: Snapshot, _policy: Policy) -> Verdict:
    host = output.own_host
    balancers = {balancer.dns_name.lower() for balancer in every(LoadBalancer, snapshot)}
    if not balancers:
        return not_applicable("the stack has no load balancer")
    zones = snapshot.require(HostedZones, host).zones
    if not zones:
        return not_applicable(f"no public hosted zone of the account holds {host}: its DNS is elsewhere")
    if len(zones) > 1:
        raise Unanswered(f"several zones hold {host}, and Route 53 does not tell which is in use: {', '.join(zones)}")
    (zone,) = zones
    targets = record_targets(host, zones, snapshot)
    told = ", ".join(f"{kind} {target}" for kind, target in targets) or "no record"
    if targets and not any(target in balancers for _, target in targets):
        known, of_others = certificates(snapshot)
        if known and not of_others and not any(certificate.covers(host) for certificate in known):
            return not_applicable(f"{host} is not a host of the stack: {told}, and no listener's certificate is for it")
    holds = bool(targets) and all(target in balancers for _, target in targets)
    return verdict(holds, f"{host} in {zone}: {told}", expected=f"an alias of {', '.join(sorted(balancers))}")
