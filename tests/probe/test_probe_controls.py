"""What is concluded of a probe, by what it saw; how it sees is told by test_probes.py."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stack_verify.controls.probe.endpoints import (
    dns_points_at_alb,
    probe_certificate_not_expiring,
    probe_http_redirects,
    probe_https_endpoint,
    probe_old_tls_refused,
    probe_rds_not_reachable,
    probe_security_headers,
)
from stack_verify.core.control import Control, Status
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.elbv2 import Listener, LoadBalancer
from stack_verify.resources.probe import DatabasePort, Endpoint, ProbeRun
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot
from support.hand_made import ACCOUNT, AT, answered, arn, judged, observed, snapshot

BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
HTTPS, ODD, HTTP = (arn("elasticloadbalancing", f"listener/app/web/1/{port}") for port in (443, 8443, 80))
DATABASE = arn("rds", "db:records")
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE
HOLDS = {"Outcome": "holds", "Detail": "it does"}
FAILS = {"Outcome": "fails", "Detail": "it does not"}
UNSEEN = {"Outcome": "unknown", "Detail": "not asked"}
CERTIFICATE = {
    "SubjectAlternativeNames": ["app.example.com"],
    "Issuer": "CN=Example",
    "NotBefore": AT - timedelta(days=30),
    "NotAfter": AT + timedelta(days=60),
    "Sha256": "0a",
}
OFFERS = {"1.0": "refused", "1.1": "refused", "1.2": "accepted", "1.3": "accepted"}
OK = {"Url": "https://app.example.com/", "Status": 200, "Location": None}


def run(mode: str = "require") -> ProbeRun:
    return answered(ProbeRun, Mode=mode, Deadline=10.0, Resolved=[], Authorities=None)


def listener(listener_arn: str, protocol: str, port: int) -> Listener:
    fields = {"ListenerArn": listener_arn, "LoadBalancerArn": BALANCER, "Protocol": protocol, "Port": port}
    return answered(Listener, **fields, DefaultActions=[{"Type": "forward"}])


def stack(*seen, scheme: str = "internet-facing", kind: str = "application") -> Snapshot:
    fields = {"LoadBalancerArn": BALANCER, "Type": kind, "VpcId": "vpc-1", "AvailabilityZones": []}
    balancer = answered(LoadBalancer, **fields, Scheme=scheme)
    return snapshot(
        balancer,
        listener(HTTPS, "HTTPS", 443),
        listener(ODD, "TCP", 8443),
        listener(HTTP, "HTTP", 80),
        *seen,
        lists=[(Listener, BALANCER)],
    )


def tls(offers: dict[str, str] = OFFERS, **changed: object) -> dict[str, object]:
    tried = [{"Version": version, "Outcome": each, "Detail": "so"} for version, each in offers.items()]
    seen = {"Version": "1.3", "Cipher": "AES", "Certificate": CERTIFICATE, "Trust": HOLDS, "Name": HOLDS}
    return {**seen, "Offers": tried, **changed}


def met(at: str = HTTPS, **changed: object) -> Endpoint:
    seen = {
        "Url": "https://app.example.com/",
        "Overridden": False,
        "Addresses": ["192.0.2.1"],
        "BalancerAddresses": ["192.0.2.1"],
        "ConnectedTo": "192.0.2.1",
        "Tls": tls(),
        "Hops": [OK],
        "StrictTransportSecurity": "max-age=31536000",
        "Attempts": 1,
        "Seconds": 0.2,
    }
    return answered(Endpoint, ListenerArn=at, **{**seen, **changed})


def of_https(control: Control, *seen, **stacked: str) -> Status:
    return judged(control, stack(*seen, **stacked))[HTTPS]


def stop(stage: str, reason: str) -> dict[str, str]:
    return {"Stage": stage, "Reason": reason, "Detail": "nobody answered"}


@pytest.mark.parametrize(
    ("stopped", "scheme", "auto", "require"),
    [
        (stop("connection", "refused"), "internet-facing", FAILED, FAILED),
        (stop("connection", "closed"), "internet-facing", FAILED, FAILED),
        (stop("TLS", "timed out"), "internet-facing", FAILED, FAILED),
        (stop("HTTP", "timed out"), "internal", FAILED, FAILED),
        (stop("connection", "timed out"), "internet-facing", ERROR, ERROR),
        (stop("connection", "timed out"), "internal", NOT_APPLICABLE, ERROR),
        (stop("connection", "no route"), "internet-facing", NOT_APPLICABLE, ERROR),
        (stop("name", "unresolved"), "internet-facing", NOT_APPLICABLE, ERROR),
        (stop("name", "timed out"), "internet-facing", ERROR, ERROR),
    ],
)
def test_what_was_not_met_is_judged_where_a_client_elsewhere_would_not_meet_it_either(stopped, scheme, auto, require):
    seen = met(Stopped=stopped, Tls=None, Hops=[])
    assert of_https(probe_https_endpoint, run("auto"), seen, scheme=scheme) is auto
    assert of_https(probe_https_endpoint, run("require"), seen, scheme=scheme) is require


@pytest.mark.parametrize("kind", ["network", "gateway"])
def test_only_an_application_load_balancer_speaks_http(kind):
    assert of_https(probe_https_endpoint, run(), met(), kind=kind) is NOT_APPLICABLE


def test_a_listener_is_probed_by_its_own_protocol():
    found = judged(probe_https_endpoint, stack(run(), met()))
    assert found == {HTTPS: PASSED, ODD: NOT_APPLICABLE, HTTP: NOT_APPLICABLE}


def test_without_a_run_nothing_was_probed():
    assert of_https(probe_https_endpoint) is NOT_APPLICABLE


def sentence(control: Control, endpoint: Endpoint) -> str:
    """What the control observed of the listener for HTTPS."""
    held = stack(run(), endpoint)
    return observed(control, snapshot(*(each for each in held.resources if each.id not in (ODD, HTTP))))


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({}, "https://app.example.com/ at 192.0.2.1, 1 try, 0.2 s"),
        ({"Attempts": 2}, "https://app.example.com/ at 192.0.2.1, 2 tries, 0.2 s"),
        ({"Overridden": True}, "https://app.example.com/ at 192.0.2.1 by --resolve, 1 try, 0.2 s"),
        ({"ConnectedTo": None}, "https://app.example.com/, 1 try, 0.2 s"),
    ],
)
def test_a_verdict_tells_where_the_endpoint_was_met(changed, told):
    assert sentence(probe_https_endpoint, met(**changed)) == f"{told}: 200 over TLS 1.3, AES"


@pytest.mark.parametrize(
    ("changed", "status", "told"),
    [
        ({"Tls": tls(Version="1.2")}, PASSED, "200 over TLS 1.2, AES"),
        ({"Tls": tls(Version="1.1")}, FAILED, "nothing newer than TLS 1.1 came about"),
        ({"Tls": tls(Trust=FAILS)}, FAILED, "the certificate is not trusted: it does not"),
        ({"Tls": tls(Name=FAILS)}, FAILED, "the certificate is not for this name: it does not"),
        ({"Tls": tls(Trust=UNSEEN)}, ERROR, "whether the certificate is trusted could not be seen: not asked"),
        ({"Tls": tls(Name=UNSEEN)}, ERROR, "for whom it is could not be seen: not asked"),
        ({"Tls": None}, ERROR, "no handshake was made"),
        ({"Hops": [OK | {"Status": 199}]}, FAILED, "its status is 199"),
        ({"Hops": [OK | {"Status": 399}]}, PASSED, "399 over TLS 1.3, AES"),
        ({"Hops": [OK | {"Status": 400}]}, FAILED, "its status is 400"),
        ({"Hops": [OK | {"Status": 500}, OK]}, PASSED, "200 over TLS 1.3, AES"),
        (
            {"Hops": [OK | {"Status": 302, "Location": "http://app.example.com/"}]},
            FAILED,
            "it leads out of HTTPS, to http://app.example.com/",
        ),
        ({"Hops": [OK | {"Status": 302, "Location": "https://other/"}]}, PASSED, "302 over TLS 1.3, AES"),
        (
            {"Hops": [OK, OK | {"Location": "https://app.example.com/"}], "Endless": True},
            FAILED,
            "2 redirects lead in a circle or too far, the last to https://app.example.com/",
        ),
        ({"Stopped": stop("HTTP", "timed out"), "Hops": []}, FAILED, "nobody answered"),
    ],
)
def test_an_endpoint_is_judged_by_its_handshake_and_its_last_answer(changed, status, told):
    assert of_https(probe_https_endpoint, run(), met(**changed)) is status
    assert sentence(probe_https_endpoint, met(**changed)).endswith(f" s: {told}")


@pytest.mark.parametrize(
    ("status", "holds"), [(199, FAILED), (200, PASSED), (201, FAILED), (302, PASSED), (303, FAILED)]
)
def test_the_policy_says_which_answers_are_accepted_one_by_one_or_by_ranges(status, holds):
    held = stack(run(), met(Hops=[OK | {"Status": status}]))
    assert judged(probe_https_endpoint, held, accepted_http_statuses=("200", "301-302"))[HTTPS] is holds


@pytest.mark.parametrize("control", [probe_old_tls_refused, probe_certificate_not_expiring])
def test_without_a_handshake_it_is_told_why_there_was_none(control):
    stopped = met(Tls=None, Stopped=stop("TLS", "closed"))
    assert of_https(control, run(), stopped) is ERROR
    assert sentence(control, stopped).endswith(": nobody answered")


@pytest.mark.parametrize(
    ("offers", "least", "status"),
    [
        (OFFERS, "1.2", PASSED),
        (OFFERS, "1.3", FAILED),
        (OFFERS, "1.0", ERROR),
        ({**OFFERS, "1.1": "accepted"}, "1.2", FAILED),
        ({**OFFERS, "1.0": "accepted", "1.1": "unknown"}, "1.2", FAILED),
        ({**OFFERS, "1.1": "unknown"}, "1.2", ERROR),
        ({**OFFERS, "1.3": "unknown"}, "1.2", PASSED),
        ({}, "1.2", ERROR),
    ],
)
def test_every_version_below_the_least_is_refused(offers, least, status):
    held = stack(run(), met(Tls=tls(offers)))
    assert judged(probe_old_tls_refused, held, min_tls_version=least)[HTTPS] is status


@pytest.mark.parametrize(
    ("begins", "ends", "status"),
    [
        (timedelta(), timedelta(days=30), PASSED),
        (timedelta(), timedelta(days=30, seconds=-1), FAILED),
        (timedelta(seconds=1), timedelta(days=60), FAILED),
    ],
)
def test_a_certificate_is_valid_and_stays_so_for_a_month(begins, ends, status):
    certificate = {**CERTIFICATE, "NotBefore": AT + begins, "NotAfter": AT + ends}
    held = stack(run(), met(Tls=tls(Certificate=certificate)))
    assert judged(probe_certificate_not_expiring, held, min_certificate_days=30)[HTTPS] is status


def test_a_certificate_is_told_by_its_names_and_days():
    nameless = met(Tls=tls(Certificate={**CERTIFICATE, "SubjectAlternativeNames": []}))
    for seen, names in ((met(), "app.example.com"), (nameless, "no name")):
        assert sentence(probe_certificate_not_expiring, seen).endswith(
            f": for {names}, issued by CN=Example, from 2026-01-01 to 2026-04-01, 60 days on"
        )


def test_a_certificate_that_cannot_be_read_is_not_judged():
    unread = met(Tls=tls(Certificate=None))
    assert of_https(probe_certificate_not_expiring, run(), unread) is ERROR
    assert sentence(probe_certificate_not_expiring, unread).endswith(" s: the certificate could not be read")


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, PASSED),
        ({"Addresses": ["192.0.2.1", "192.0.2.9"], "BalancerAddresses": ["192.0.2.8", "192.0.2.9"]}, PASSED),
        ({"BalancerAddresses": ["192.0.2.8"]}, FAILED),
        ({"BalancerAddresses": []}, ERROR),
        ({"BalancerAddresses": [], "Overridden": True}, NOT_APPLICABLE),
    ],
)
def test_the_name_leads_to_an_address_of_the_load_balancer(changed, status):
    assert of_https(dns_points_at_alb, run(), met(**changed)) is status


HOP = {"Url": "http://app.example.com/", "Status": 301, "Location": "https://app.example.com/"}


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({}, PASSED),
        ({"Status": 308, "Location": "https://app.example.com:443/"}, PASSED),
        ({"Status": 302}, FAILED),
        ({"Location": None}, FAILED),
        ({"Location": "http://app.example.com:443/"}, FAILED),
        ({"Location": "https://other.example.com/"}, FAILED),
        ({"Location": "https://app.example.com:8443/"}, FAILED),
        ({"Location": "https://app.example.com:x/"}, FAILED),
    ],
)
def test_plain_http_leads_to_the_port_that_serves_https(changed, status):
    held = stack(run(), met(HTTP, Tls=None, Hops=[HOP | changed, OK]))
    assert judged(probe_http_redirects, held)[HTTP] is status


def test_plain_http_that_was_met_and_does_not_answer_redirects_nobody():
    silent = met(HTTP, Stopped=stop("HTTP", "timed out"), Tls=None, Hops=[])
    assert judged(probe_http_redirects, stack(run(), silent))[HTTP] is FAILED


def test_where_the_policy_does_not_ask_for_https_plain_http_need_not_redirect():
    held = stack(run(), met(HTTP, Tls=None, Hops=[HOP | {"Status": 200, "Location": None}]))
    assert judged(probe_http_redirects, held, require_https=False)[HTTP] is NOT_APPLICABLE


def test_an_answer_is_told_with_where_it_leads():
    for hop, told in ((HOP, "301 to https://app.example.com/"), (HOP | {"Location": None}, "301 and no redirect")):
        plain = listener(HTTP, "HTTP", 80)
        balancer = stack().require(LoadBalancer, BALANCER)
        seen = met(HTTP, Tls=None, Hops=[hop])
        held = snapshot(balancer, plain, run(), seen, lists=[(Listener, BALANCER)])
        assert observed(probe_http_redirects, held).endswith(f" s: {told}")


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ("max-age=100", PASSED),
        ('max-age = "100"', PASSED),
        ('max-age="100', FAILED),
        ("includeSubDomains; MAX-AGE=100; preload", PASSED),
        ("max-age=99", FAILED),
        ("max-age=0", FAILED),
        ("max-age=100; max-age=100", FAILED),
        ("max-age=-100", FAILED),
        ("includeSubDomains", FAILED),
        ("", FAILED),
        (None, FAILED),
    ],
)
def test_browsers_are_told_for_how_long_to_come_back_by_https(sent, status):
    held = stack(run(), met(StrictTransportSecurity=sent))
    assert judged(probe_security_headers, held, min_hsts_seconds=100)[HTTPS] is status


@pytest.mark.parametrize(
    ("hops", "status"),
    [
        ([], ERROR),
        ([OK | {"Status": 500}], ERROR),
        ([OK | {"Status": 499}], PASSED),
        ([OK, OK | {"Status": 503}], PASSED),
        ([OK | {"Status": 503}, OK], ERROR),
    ],
)
def test_headers_are_the_applications_where_it_answers_first_itself(hops, status):
    assert of_https(probe_security_headers, run(), met(Hops=hops)) is status
    if status is ERROR:
        assert sentence(probe_security_headers, met(Hops=hops)).endswith(" s: the application itself did not answer")


def database(*seen, stopped: dict[str, str] | None, seen_from: str = "192.0.2.7", local: str = "10.0.0.0/16", **more):
    """A database in a VPC, and what came of a connection to it."""
    group = {"DBSubnetGroupName": "db", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]}
    routes = [
        {"DestinationCidrBlock": local, "GatewayId": "local"},
        {"DestinationIpv6CidrBlock": "2001:db8::/56", "GatewayId": "local"},
        {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"},
    ]
    port = {"Host": "records", "Port": 5432, "Overridden": False, "SeenFrom": [seen_from], "Seconds": 0.1}
    return snapshot(
        answered(
            DBInstance,
            DBInstanceIdentifier="records",
            DBInstanceArn=f"arn:aws:rds:sa-east-1:{ACCOUNT}:db:records",
            Engine="postgres",
            DBSubnetGroup=group,
            VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
            DBParameterGroups=[{"DBParameterGroupName": "db"}],
        ),
        answered(DatabasePort, DbInstanceArn=DATABASE, Stopped=stopped, **{**port, **more}),
        answered(RouteTable, RouteTableId="rtb-1", VpcId="vpc-1", Routes=routes if local else [], Associations=[]),
        *seen,
        lists=[(RouteTable, "vpc-1")],
    )


def of_database(*seen, **about) -> Status:
    return judged(probe_rds_not_reachable, database(*seen, **about))["records"]


TIMED_OUT, REFUSED = stop("connection", "timed out"), stop("connection", "refused")


@pytest.mark.parametrize(
    ("about", "auto", "require"),
    [
        ({"stopped": None}, FAILED, FAILED),
        ({"stopped": REFUSED}, PASSED, PASSED),
        ({"stopped": TIMED_OUT}, NOT_APPLICABLE, ERROR),
        ({"stopped": stop("name", "unresolved")}, NOT_APPLICABLE, ERROR),
        ({"stopped": None, "seen_from": "10.0.0.9"}, NOT_APPLICABLE, ERROR),
        ({"stopped": None, "seen_from": "2001:db8::9"}, NOT_APPLICABLE, ERROR),
        ({"stopped": REFUSED, "seen_from": "10.0.0.9"}, NOT_APPLICABLE, ERROR),
        ({"stopped": REFUSED, "Overridden": True}, NOT_APPLICABLE, ERROR),
    ],
    ids=[
        "connects",
        "refuses",
        "silent",
        "no name",
        "from inside",
        "from inside by IPv6",
        "refused inside",
        "by --resolve",
    ],
)
def test_a_database_that_refuses_from_outside_is_not_reachable(about, auto, require):
    assert of_database(run("auto"), **about) is auto
    assert of_database(run("require"), **about) is require


@pytest.mark.parametrize(("at", "status"), [("192.0.2.1", PASSED), ("127.0.0.1", ERROR), ("::1", ERROR), (None, ERROR)])
def test_silence_of_a_database_tells_something_where_the_stack_is_reached_otherwise(at, status):
    assert of_database(run(), met(ConnectedTo=at), stopped=TIMED_OUT) is status
    unresolved = stop("name", "unresolved")
    assert of_database(run(), met(ConnectedTo=at), stopped=unresolved) is ERROR


def test_where_the_vpcs_addresses_are_not_known_nobody_knows_whether_this_is_outside():
    assert of_database(run(), stopped=REFUSED, local="") is ERROR
    assert observed(probe_rds_not_reachable, database(run(), stopped=REFUSED, local="")) == (
        "the addresses of vpc-1 are not known: no route table has a local route"
    )


def test_without_a_run_no_database_was_probed():
    assert of_database(stopped=None) is NOT_APPLICABLE


@pytest.mark.parametrize(
    ("about", "told"),
    [
        ({"stopped": None}, "records port 5432 at no address: connected from 192.0.2.7 in 0.1 s"),
        ({"stopped": REFUSED, "Addresses": ["192.0.2.5"]}, "records port 5432 at 192.0.2.5: nobody answered"),
    ],
)
def test_a_verdict_tells_where_the_database_was_looked_for(about, told):
    assert observed(probe_rds_not_reachable, database(run(), **about)) == told
