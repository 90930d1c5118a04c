"""Probes: what a client met on the network, where the run was asked to look (``--probe``)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import timedelta
from ipaddress import ip_address, ip_network
from urllib.parse import urlsplit

from stack_verify.controls.probe.seen import NOT_PROBED, run_of, seen, tls_of, told, unseen
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.elbv2 import Listener, LoadBalancer
from stack_verify.resources.probe import DatabasePort, Endpoint, Hop, ProbeRun, Stop, Tls
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot

PERMANENT = (301, 308)
SERVER_ERROR = 500

_MAX_AGE = re.compile(r'\s*max-age\s*=\s*("?)(\d+)\1\s*', re.IGNORECASE | re.ASCII)


@control(
    "probe-https-endpoint",
    "The public name answers over TLS with a certificate that is trusted and its own",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Fix what was observed: DNS, security groups, targets, the listener's certificate, or a redirect.",
    rationale="Only a connection shows that the certificate and the chain that clients get are trusted.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def probe_https_endpoint(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    endpoint = seen(listener, "HTTPS", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    expected = (
        f"TLS {policy.min_tls_version} or newer, a trusted certificate for the name, and a status of "
        f"{', '.join(policy.accepted_http_statuses)} without leaving HTTPS"
    )
    amiss = [*_amiss_in_tls(endpoint.tls, policy), *_amiss_in_http(endpoint, policy)]
    if amiss:
        return failed(f"{told(endpoint)}: {'; '.join(amiss)}", expected=expected)
    spoken = tls_of(endpoint)
    for check, about in ((spoken.trust, "whether the certificate is trusted"), (spoken.name, "for whom it is")):
        if check.outcome != "holds":
            raise Unanswered(f"{told(endpoint)}: {about} could not be seen: {check.detail}")
    return passed(f"{told(endpoint)}: {endpoint.hops[-1].status} over TLS {spoken.version}, {spoken.cipher}")


@control(
    "probe-old-tls-refused",
    "Old versions of TLS are refused when they are offered",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Set ssl_policy of the listener to a policy of TLS 1.2 or newer.",
    rationale="TLS 1.0 and 1.1 are broken, and RFC 8996 and NIST SP 800-52 forbid them.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def probe_old_tls_refused(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    endpoint = seen(listener, "HTTPS", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    old = [offer for offer in tls_of(endpoint).offers if _number(offer.version) < _number(policy.min_tls_version)]
    observed = f"{told(endpoint)}: {'; '.join(f'TLS {each.version}: {each.outcome}, {each.detail}' for each in old)}"
    if any(offer.outcome == "accepted" for offer in old):
        return failed(observed, expected=f"every version below {policy.min_tls_version} is refused")
    if not old or any(offer.outcome == "unknown" for offer in old):
        raise Unanswered(observed)
    return passed(observed)


@control(
    "probe-certificate-not-expiring",
    "The certificate that clients are shown is valid, and stays so long enough to be renewed",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Give the listener the renewed certificate, or mend what keeps it from being renewed.",
    rationale="A certificate that expires trains users to click warnings away, or stops the service.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def probe_certificate_not_expiring(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    endpoint = seen(listener, "HTTPS", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    served = tls_of(endpoint).certificate
    if served is None:
        raise Unanswered(f"{told(endpoint)}: the certificate could not be read")
    left, least = served.not_after - snapshot.taken_at, timedelta(days=policy.min_certificate_days)
    observed = (
        f"{told(endpoint)}: for {', '.join(served.subject_alternative_names) or 'no name'}, issued by "
        f"{served.issuer}, from {served.not_before:%Y-%m-%d} to {served.not_after:%Y-%m-%d}, {left.days} days on"
    )
    holds = left >= least and served.not_before <= snapshot.taken_at
    return verdict(holds, observed, expected=f"valid, and for {least.days} days more")


@control(
    "dns-points-at-alb",
    "The public name leads to this load balancer",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)"),
    remediation="Make the name's record an alias of the load balancer.",
    rationale="A name that leads elsewhere sends patients, and what they type, to somebody else.",
    source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/routing-to-elb-load-balancer.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def dns_points_at_alb(listener: Listener, snapshot: Snapshot, _policy: Policy) -> Verdict:
    endpoint = seen(listener, "HTTPS", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    if endpoint.overridden:
        return not_applicable(f"{told(endpoint)}: where the name leads was said by --resolve, not by DNS")
    if not endpoint.balancer_addresses:
        raise Unanswered(f"{told(endpoint)}: DNS has no address for the load balancer's own name")
    name, own = ", ".join(endpoint.addresses), ", ".join(endpoint.balancer_addresses)
    # DNS answers with some of a large load balancer's addresses, not always the same.
    shared = set(endpoint.addresses) & set(endpoint.balancer_addresses)
    observed = f"{told(endpoint)}: the name leads to {name}, the load balancer's own to {own}"
    return verdict(bool(shared), observed, expected="an address of the load balancer")


@control(
    "probe-http-redirects",
    "Plain HTTP is answered with a redirect to HTTPS on the same host",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Make the HTTP listener's only action a redirect to the port of the HTTPS listener with HTTP_301.",
    rationale="A page that answers in clear text lets anyone on the path read what 164.312(e)(1) protects.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/elb-controls.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def probe_http_redirects(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_https:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    endpoint = seen(listener, "HTTP", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    beside = snapshot.within(Listener, listener.load_balancer_arn)
    ports = {other.port for other in beside if other.protocol == "HTTPS"}
    listed = sorted(str(port) for port in ports)
    expected = f"a permanent redirect to HTTPS on the same host, on port {', '.join(listed) or 'that listens'}"
    if endpoint.stopped is not None:
        return failed(f"{told(endpoint)}: {endpoint.stopped.detail}", expected=expected)
    first = endpoint.hops[0]
    return verdict(_to_https(first, ports), f"{told(endpoint)}: {_answer(first)}", expected=expected)


@control(
    "probe-security-headers",
    "Endpoints send HSTS, so that browsers use HTTPS only",
    severity=Severity.LOW,
    citations=hipaa("164.312(e)(2)(i)"),
    remediation="Send Strict-Transport-Security from the application, or set it in the listener's attributes.",
    rationale="Without HSTS a browser's first request can be taken over in clear text.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/header-modification.html",
    reads=(Endpoint, LoadBalancer, ProbeRun),
)
def probe_security_headers(listener: Listener, snapshot: Snapshot, policy: Policy) -> Verdict:
    endpoint = seen(listener, "HTTPS", snapshot)
    if isinstance(endpoint, Verdict):
        return endpoint
    if not endpoint.hops or endpoint.hops[0].status >= SERVER_ERROR:
        raise Unanswered(f"{told(endpoint)}: the application itself did not answer")
    sent = endpoint.strict_transport_security
    observed = f"{told(endpoint)}: Strict-Transport-Security is {sent or 'not sent'}"
    age = _max_age(sent)
    expected = f"max-age={policy.min_hsts_seconds} or more"
    return verdict(age is not None and age >= policy.min_hsts_seconds, observed, expected=expected)


@control(
    "probe-rds-not-reachable",
    "The database's port does not connect from outside",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Set publicly_accessible to false, and allow only the tasks' security group on the database's port.",
    rationale="A connection from outside proves what rules and routes only let expect.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DatabasePort, Endpoint, ProbeRun, RouteTable),
)
def probe_rds_not_reachable(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    run = run_of(snapshot)
    if run is None:
        return not_applicable(NOT_PROBED)
    port = snapshot.require(DatabasePort, db.db_instance_arn)
    observed = f"{port.host} port {port.port} at {', '.join(port.addresses) or 'no address'}"
    if inside := _inside(port, db, snapshot):
        return unseen(run, f"{observed}: {inside} is an address of the VPC, so this is no look from outside")
    if port.stopped is None:
        seen_from = ", ".join(port.seen_from)
        return failed(f"{observed}: connected from {seen_from} in {port.seconds} s", expected="no connection")
    observed = f"{observed}: {port.stopped.detail}"
    if port.overridden:
        return unseen(run, f"{observed}; --resolve led there, which need not be the database")
    return _unconnected(observed, port.stopped, run, snapshot)


def _amiss_in_tls(spoken: Tls | None, policy: Policy) -> Iterator[str]:
    if spoken is None:
        return
    if _number(spoken.version) < _number(policy.min_tls_version):
        yield f"nothing newer than TLS {spoken.version} came about"
    if spoken.trust.outcome == "fails":
        yield f"the certificate is not trusted: {spoken.trust.detail}"
    if spoken.name.outcome == "fails":
        yield f"the certificate is not for this name: {spoken.name.detail}"


def _amiss_in_http(endpoint: Endpoint, policy: Policy) -> Iterator[str]:
    if endpoint.stopped is not None:
        yield endpoint.stopped.detail
        return
    last = endpoint.hops[-1]
    if endpoint.endless:
        yield f"{len(endpoint.hops)} redirects lead in a circle or too far, the last to {last.location}"
    if last.location is not None and urlsplit(last.location).scheme != "https":
        yield f"it leads out of HTTPS, to {last.location}"
    if not _accepted(last.status, policy.accepted_http_statuses):
        yield f"its status is {last.status}"


def _accepted(status: int, ranges: Iterable[str]) -> bool:
    bounds = (each.partition("-") for each in ranges)
    return any(int(low) <= status <= int(high or low) for low, _, high in bounds)


def _number(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in version.split("."))


def _to_https(hop: Hop, ports: set[int | None]) -> bool:
    """Whether the answer leads to HTTPS on the same host for good. An address whose port is no number leads nowhere."""
    if hop.status not in PERMANENT:
        return False
    # Where there is no address, there is no scheme either.
    here, there = urlsplit(hop.url), urlsplit(hop.location)
    try:
        port = there.port or 443
    except ValueError:
        return False
    return there.scheme == "https" and there.hostname == here.hostname and port in ports


def _answer(hop: Hop) -> str:
    return f"{hop.status} to {hop.location}" if hop.location else f"{hop.status} and no redirect"


def _max_age(header: str | None) -> int | None:
    """The seconds that the header names (RFC 6797, 6.1); None where it names none, or more than one."""
    found = [int(match[2]) for part in (header or "").split(";") if (match := _MAX_AGE.fullmatch(part))]
    if len(found) != 1:
        return None
    (age,) = found
    return age


def _unconnected(observed: str, stop: Stop, run: ProbeRun, snapshot: Snapshot) -> Verdict:
    """What it means that no connection came about. Silence is what a machine without a network hears, too."""
    if stop.stage == "name":
        return unseen(run, observed)
    if stop.reason == "refused":
        return passed(observed)
    witness = next((each for each in snapshot.of(Endpoint) if _elsewhere(each.connected_to)), None)
    if witness is None:
        return unseen(run, f"{observed}; and nothing else of the stack was reached from here, so this tells nothing")
    return passed(f"{observed}; {witness.url} at {witness.connected_to} was reached from here")


def _inside(port: DatabasePort, db: DBInstance, snapshot: Snapshot) -> str | None:
    """The verifier's own address, where it is one of the VPC's: it stands inside, or in a network that looks the same.

    Raises:
        Unanswered: when the VPC's addresses are not known.
    """
    tables = snapshot.within(RouteTable, db.db_subnet_group.vpc_id)
    local = {route.destination for table in tables for route in table.routes if route.gateway_id == "local"}
    if not local:
        raise Unanswered(
            f"the addresses of {db.db_subnet_group.vpc_id} are not known: no route table has a local route"
        )
    networks = [ip_network(destination) for destination in local]
    seen_from = (address for address in port.seen_from if any(ip_address(address) in each for each in networks))
    return next(seen_from, None)


def _elsewhere(address: str | None) -> bool:
    return address is not None and not ip_address(address).is_loopback
