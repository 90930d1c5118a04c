"""A listener has a default certificate and any number for further host names; all of them are judged."""

from __future__ import annotations

import pytest
from hand_made import answered, arn, denied, judged, snapshot

from verify.control import Status
from verify.controls.elb import alb_acm_certificate
from verify.resources.acm import Certificate
from verify.resources.elbv2 import Listener, ListenerCertificates

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
