"""Whose host a published address names: the stack's, or somebody else's such as a repository's or a vendor's."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.network.endpoints import every
from stack_verify.resources.acm import Certificate, of_acm
from stack_verify.resources.elbv2 import ListenerCertificates, LoadBalancer
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.snapshot import Snapshot


def certificates(snapshot: Snapshot) -> tuple[tuple[Certificate, ...], tuple[str, ...]]:
    """The certificates of the stack's listeners: those of ACM, and the ARNs of others.

    Raises:
        Unanswered: when one could not be read.
    """
    arns = sorted({arn for listed in every(ListenerCertificates, snapshot) for arn in listed.arns})
    of_others = tuple(arn for arn in arns if not of_acm(arn))
    return tuple(snapshot.require(Certificate, arn) for arn in arns if of_acm(arn)), of_others


def record_targets(host: str, zones: Iterable[str], snapshot: Snapshot) -> list[tuple[str, str]]:
    """Where the records of the host lead in these zones: the type and the target of each.

    Raises:
        Unanswered: when the records could not be read.
    """
    found = (each for zone in zones for each in snapshot.require(HostRecords, f"{zone}/{host}").record_sets)
    # The name of a load balancer with addresses of both versions of IP has a name of its own, with this prefix.
    return [(each.type, target.removeprefix("dualstack.")) for each in found for target in each.targets]


def foreign(host: str, names: Iterable[str], snapshot: Snapshot) -> str | None:
    """Why the host is not the stack's, which no certificate of its listeners covers; None where it may be.

    Takes the names of those certificates. A host is the stack's where its records lead to the stack's load balancer, or
    it has none yet; without a zone of the account, where a certificate is for a name of the same domain.

    Raises:
        Unanswered: when the zones or the records could not be read.
    """
    zones = snapshot.require(HostedZones, host).zones
    if zones:
        balancers = {balancer.dns_name.lower() for balancer in every(LoadBalancer, snapshot)}
        targets = {target for _, target in record_targets(host, zones, snapshot)}
        if not targets or targets & balancers:
            return None
        return f"its records lead elsewhere, to {', '.join(sorted(targets))}, and no listener's certificate is for it"
    domains = {name.removeprefix("*.").partition(".")[2] for name in names} | {
        name.removeprefix("*.") for name in names
    }
    if any("." in domain and (host == domain or host.endswith(f".{domain}")) for domain in domains):
        return None
    return "no public hosted zone of the account holds it, and no listener's certificate is for a name of its domain"
