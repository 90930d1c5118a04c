"""A listener has a default certificate and any number for further host names; all of them are judged."""

from __future__ import annotations

import pytest
from stack_verify.controls.acm.certificates import acm_domain_covers_endpoint
from stack_verify.controls.elbv2.load_balancers import alb_acm_certificate
from stack_verify.core.control import Status
from stack_verify.resources.acm import Certificate
from stack_verify.resources.elbv2 import Listener, ListenerCertificates, LoadBalancer
from stack_verify.resources.route53 import HostedZones, HostRecords
from stack_verify.resources.stack import StackOutput
from support.hand_made import answered, arn, denied, judged, snapshot

LISTENER = arn("elasticloadbalancing", "listener/app/web/1/2")
DEFAULT, FURTHER = arn("acm", "certificate/default"), arn("acm", "certificate/further")
OF_IAM = arn("iam", "server-certificate/further", region="")


def listener(protocol: str = "HTTPS") -> Listener:
    return answered(
        Listener,
        ListenerArn=LISTENER,
        LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
        Port=443,
        Protocol=protocol,
        DefaultActions=[{"Type": "fixed-response"}],
    )


def presenting(*arns: str) -> ListenerCertificates:
    return answered(ListenerCertificates, Listener=LISTENER, Certificates=[{"CertificateArn": each} for each in arns])


@pytest.mark.parametrize(("protocol", "asked"), [("HTTPS", True), ("TLS", True), ("HTTP", False), ("GENEVE", False)])
def test_certificates_are_asked_for_where_there_are_some(protocol, asked):
    assert (ListenerCertificates.ask(LISTENER) in listener(protocol).refers_to()) == asked


def test_every_certificate_of_acm_is_read_and_judged():
    found = presenting(DEFAULT, FURTHER, OF_IAM).refers_to()
    assert list(found) == [Certificate.ask(DEFAULT), Certificate.ask(FURTHER)]


@pytest.mark.parametrize(
    ("further", "status"),
    [((), Status.PASSED), ((FURTHER,), Status.PASSED), ((OF_IAM,), Status.FAILED)],
    ids=["none", "ACM's", "IAM's"],
)
def test_a_listener_passes_when_all_its_certificates_are_acms(further, status):
    known = [answered(Certificate, CertificateArn=each) for each in (DEFAULT, FURTHER)]
    held = snapshot(listener(), presenting(DEFAULT, *further), *known)
    assert judged(alb_acm_certificate, held) == {LISTENER: status}


def test_certificates_that_could_not_be_read_are_no_pass():
    held = snapshot(listener(), gaps=(denied(ListenerCertificates, LISTENER),))
    assert judged(alb_acm_certificate, held) == {LISTENER: Status.ERROR}


@pytest.mark.parametrize(
    ("value", "spoken_of"),
    [
        ("https://www.example.com", True),
        ("https://web-1.sa-east-1.elb.amazonaws.com/health", True),
        ("https://sqs.sa-east-1.amazonaws.com/123456789012/jobs", False),
        ("http://www.example.com", False),
        ("www.example.com", False),
        ("https:///health", False),
        (None, False),
    ],
)
def test_an_output_that_is_the_https_address_of_the_stack_publishes_a_host_name(value, spoken_of):
    output = answered(StackOutput, Name="url", Value=value)
    assert bool(judged(acm_domain_covers_endpoint, snapshot(output)).get("url")) is spoken_of


@pytest.mark.parametrize(
    ("certificates", "status"),
    [
        ((DEFAULT,), Status.FAILED),
        ((DEFAULT, FURTHER), Status.PASSED),
        ((FURTHER, OF_IAM), Status.PASSED),
        ((DEFAULT, OF_IAM), Status.ERROR),
    ],
)
def test_one_certificate_is_for_the_published_host_name_and_one_that_is_not_acms_may_be(certificates, status):
    known = [
        answered(Certificate, CertificateArn=key, DomainName=name)
        for key, name in {DEFAULT: "old.example.com", FURTHER: "www.example.com"}.items()
    ]
    output = answered(StackOutput, Name="url", Value="https://www.example.com")
    nowhere = answered(HostedZones, Host="www.example.com", Zones=[])
    held = snapshot(output, presenting(*certificates), nowhere, *known)
    assert judged(acm_domain_covers_endpoint, held) == {"url": status}


def told(host: str, *leading: str, zone: bool = True) -> Status:
    """What is said of a published host beside a certificate for portal.clinic.example and a load balancer."""
    alias = [{"Name": f"{host}.", "Type": "A", "AliasTarget": {"DNSName": f"{name}."}} for name in leading]
    balancer = answered(
        LoadBalancer,
        LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
        Type="application",
        VpcId="vpc-1",
        AvailabilityZones=[],
        DNSName=OWN,
    )
    held = snapshot(
        answered(StackOutput, Name="url", Value=f"https://{host}/clinic/app"),
        answered(HostedZones, Host=host, Zones=["Z1"] if zone else []),
        answered(HostRecords, Key=f"Z1/{host}", RecordSets=alias),
        answered(Certificate, CertificateArn=DEFAULT, DomainName="portal.clinic.example"),
        presenting(DEFAULT),
        balancer,
    )
    return judged(acm_domain_covers_endpoint, held)["url"]


OWN, OTHER = (f"{each}-1.sa-east-1.elb.amazonaws.com" for each in ("web", "other"))


@pytest.mark.parametrize("host", ["github.com", "events.pagerduty.com", "api.vendor.example"])
def test_a_host_that_is_not_the_stacks_needs_no_certificate_of_its_load_balancer(host):
    """T35: outputs hold https URLs of others: a repository, a pager, a vendor."""
    assert told(host, zone=False) is Status.NOT_APPLICABLE


def test_another_application_in_a_zone_of_the_account_is_not_the_stacks():
    """T35's neighbour: the account's own wiki."""
    assert told("wiki.clinic.example", OTHER) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("host", "leading", "zone"),
    [
        ("www.clinic.example", (OWN,), True),
        ("www.other.example", (OWN,), True),
        ("www.clinic.example", (), True),
        ("www.clinic.example", (), False),
    ],
    ids=["it leads to the stack", "another domain that does", "it leads nowhere yet", "its DNS is elsewhere"],
)
def test_a_host_of_the_stack_needs_a_certificate(host, leading, zone):
    """T35's twin: the name is the stack's, and no certificate is for it."""
    assert told(host, *leading, zone=zone) is Status.FAILED
