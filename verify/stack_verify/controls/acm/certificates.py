"""AWS Certificate Manager: the certificates that listeners present."""

from __future__ import annotations

from datetime import timedelta

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered
from stack_verify.network.hosts import certificates, foreign
from stack_verify.policy import Policy
from stack_verify.resources.acm import Certificate
from stack_verify.resources.elbv2 import ListenerCertificates, LoadBalancer
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

# AWS writes RSA_2048 in its reference and RSA-2048 in its answers.
STRONG_KEYS = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_PRIME256V1", "EC_SECP384R1", "EC_SECP521R1")


@control(
    "acm-certificate-issued",
    "Certificates are issued",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Complete the certificate's validation by DNS, or request a new one.",
    rationale="A listener whose certificate was never issued serves no TLS.",
    source="https://docs.aws.amazon.com/acm/latest/userguide/gs-acm-request-public.html",
    reads=(),
)
def acm_certificate_issued(certificate: Certificate, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(certificate.status == "ISSUED", f"Status is {certificate.status}", expected="ISSUED")


@control(
    "acm-certificate-not-expiring",
    "Certificates are renewed before they expire",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="acm-certificate-expiration-check",
    security_hub="ACM.1",
    remediation="Fix what prevents ACM from renewing the certificate, or import a new one in its place.",
    rationale="Clients refuse a listener whose certificate has expired, or learn to ignore the warning.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/acm-controls.html",
    reads=(),
)
def acm_certificate_not_expiring(certificate: Certificate, snapshot: Snapshot, policy: Policy) -> Verdict:
    left, least = certificate.not_after - snapshot.taken_at, timedelta(days=policy.min_certificate_days)
    observed = f"NotAfter is {certificate.not_after:%Y-%m-%d}, {left.days} days on"
    return verdict(left >= least, observed, expected=f"{least.days} days or more")


@control(
    "acm-key-strength",
    "Certificates have a strong key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="acm-certificate-rsa-check",
    security_hub="ACM.2",
    remediation="Replace the certificate by one with an RSA key of 2048 bits or more, or an elliptic-curve key.",
    rationale="A key that can be computed lets others pose as the endpoint.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/acm-controls.html",
    reads=(),
)
def acm_key_strength(certificate: Certificate, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    algorithm = certificate.key_algorithm
    strong = algorithm.upper().replace("-", "_") in STRONG_KEYS
    return verdict(strong, f"KeyAlgorithm is {algorithm}", expected=f"one of {', '.join(STRONG_KEYS)}")


@control(
    "acm-domain-covers-endpoint",
    "The load balancer has a certificate for the host name that the outputs publish",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)", "164.312(d)"),
    remediation="Request a certificate for the host name, and give it to the listener.",
    where=lambda output: bool(_host(output)),
    rationale="A client that gets a certificate of another name cannot tell who answers.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/https-listener-certificates.html",
    reads=(Certificate, HostRecords, HostedZones, ListenerCertificates, LoadBalancer),
)
def acm_domain_covers_endpoint(output: StackOutput, snapshot: Snapshot, _policy: Policy) -> Verdict:
    host = _host(output)
    known, of_others = certificates(snapshot)
    covered = any(certificate.covers(host) for certificate in known)
    names = [name for certificate in known for name in certificate.names]
    if not covered and output.own_host and (why := foreign(host, names, snapshot)):
        return not_applicable(f"{host} is not a host of the stack: {why}")
    if of_others and not covered:
        raise Unanswered(f"{', '.join(of_others)} is no certificate of ACM's, which alone tells what names it is for")
    observed = f"published is {host}; the listeners' certificates are for {', '.join(names) or 'nothing'}"
    return verdict(covered, observed, expected=f"one for {host}")


def _host(output: StackOutput) -> str:
    """The host name of an output that is the HTTPS address of a load balancer or of a domain; else empty."""
    # AWS's own addresses have AWS's own certificates; but a load balancer's have not.
    return output.host if ".elb." in output.host else output.own_host
