"""What a client meets is judged: probes of real servers on this machine, each unwell in one way."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from stack_verify.controls.probe import endpoints as controls
from stack_verify.core.control import Status
from stack_verify.probe.observe import probe
from stack_verify.probe.settings import ProbeSettings
from stack_verify.resources.acm import Certificate
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.elbv2 import Listener, ListenerCertificates, LoadBalancer, TargetGroup
from stack_verify.resources.probe import Check, DatabasePort, Endpoint, Stop
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot, dump, load
from support import servers
from support.hand_made import answered, arn, judged, observed, snapshot
from support.proofs import proves
from support.servers import Authority, Serve, answer, encrypted, plain, server

HOST = "app.example.com"
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
HTTPS, HTTP = (arn("elasticloadbalancing", f"listener/app/web/1/{number}") for number in (443, 80))
TARGETS = arn("elasticloadbalancing", "targetgroup/tasks/1")
CERTIFICATE = arn("acm", "certificate/1")
DATABASE = arn("rds", "db:records")
UNSEEN = Check(outcome="unknown", detail="not asked")
HSTS = "Strict-Transport-Security: max-age=31536000; includeSubDomains"
WELL = answer(200, HSTS, "Set-Cookie: session=of-a-patient", body="records of a patient")
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE
OF_HTTPS = {
    "https-endpoint": controls.probe_https_endpoint,
    "old-tls-refused": controls.probe_old_tls_refused,
    "certificate-not-expiring": controls.probe_certificate_not_expiring,
    "security-headers": controls.probe_security_headers,
}
ALL_WELL = dict.fromkeys(OF_HTTPS, PASSED)
NOTHING_SEEN = dict.fromkeys(OF_HTTPS, ERROR)
ONCE = {"pause": 60.0}  # no second try: the deadline would be over before it
NO_HANDSHAKE = {**NOTHING_SEEN, "https-endpoint": FAILED}


@pytest.fixture(scope="module")
def authority(tmp_path_factory) -> Authority:
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def certificate(authority) -> Path:
    return authority.certificate(HOST)


@pytest.fixture
def serving() -> Iterator[Callable[[Serve], int]]:
    with ExitStack() as stack:
        yield lambda serve: stack.enter_context(server(serve))


def listener(listener_arn: str, protocol: str, port: int) -> Listener:
    actions = [{"Type": "forward", "TargetGroupArn": TARGETS}]
    return answered(
        Listener,
        ListenerArn=listener_arn,
        LoadBalancerArn=BALANCER,
        Port=port,
        Protocol=protocol,
        DefaultActions=actions,
    )


def stack(https: int, http: int | None = None, scheme: str = "internet-facing") -> Snapshot:
    balancer = answered(
        LoadBalancer,
        LoadBalancerArn=BALANCER,
        Type="application",
        VpcId="vpc-1",
        AvailabilityZones=[],
        Scheme=scheme,
        DNSName="web-1.sa-east-1.elb.amazonaws.com",
    )
    held = snapshot(
        balancer,
        listener(HTTPS, "HTTPS", https),
        *([listener(HTTP, "HTTP", http)] if http else []),
        answered(TargetGroup, TargetGroupArn=TARGETS, HealthCheckPath="/health"),
        answered(ListenerCertificates, Listener=HTTPS, Certificates=[{"CertificateArn": CERTIFICATE}]),
        answered(Certificate, CertificateArn=CERTIFICATE, DomainName=HOST, SubjectAlternativeNames=[HOST]),
        lists=[(Listener, BALANCER)],
    )
    return structs.replace(held, taken_at=datetime.now(UTC))


def probed(held: Snapshot, authority: Authority | None = None, told: Callable[[str], None] = str, **more) -> Snapshot:
    ports = [each.port for each in held.of(Listener)]
    settings = {
        "mode": "require",
        "resolve": {(HOST, port): ("127.0.0.1",) for port in ports},
        "authorities": authority.pem if authority else None,
        "deadline": 10.0,
        "patience": 5.0,
        "pause": 0.05,
        "longest_pause": 0.1,
        "database_patience": 0.3,
        **more,
    }
    return probe(held, ProbeSettings(**settings), told)


def of_https(held: Snapshot) -> dict[str, Status]:
    return {name: judged(control, held)[HTTPS] for name, control in OF_HTTPS.items()}


def endpoint(held: Snapshot) -> Endpoint:
    return held.require(Endpoint, HTTPS)


def test_a_healthy_endpoint_passes(authority, certificate, serving):
    held = probed(stack(serving(encrypted(certificate, WELL))), authority)
    assert of_https(held) == ALL_WELL
    seen = endpoint(held)
    assert seen.url == f"https://{HOST}:{held.require(Listener, HTTPS).port}/health"
    assert (seen.connected_to, seen.attempts, [hop.status for hop in seen.hops]) == ("127.0.0.1", 1, [200])
    assert (seen.tls.version, seen.tls.certificate.subject_alternative_names) == ("1.3", (HOST,))
    assert {each.version: each.outcome for each in seen.tls.offers} == {
        "1.0": "refused",
        "1.1": "refused",
        "1.2": "accepted",
        "1.3": "accepted",
    }


@pytest.mark.parametrize(
    ("serve", "patience"),
    [
        pytest.param(servers.silent, 0.15, id="slow"),
        pytest.param(servers.resetting, 5.0, id="resetting"),
        pytest.param(plain(WELL), 5.0, id="HTTP in the place of TLS"),
    ],
)
def test_an_endpoint_that_does_not_come_to_speak_tls_fails(authority, serving, serve, patience):
    assert of_https(probed(stack(serving(serve)), authority, **ONCE, patience=patience)) == NO_HANDSHAKE


def test_an_endpoint_that_nobody_listens_at_fails(authority):
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    held = probed(stack(port), authority, **ONCE)
    assert of_https(held) == NO_HANDSHAKE
    assert "the connection was refused" in observed(controls.probe_https_endpoint, held)


@proves("probe-certificate-not-expiring", "probe-https-endpoint")
@pytest.mark.parametrize(
    ("name", "lasts", "changed", "told"),
    [
        ("another.example.com", timedelta(days=90), {"https-endpoint": FAILED}, "not for this name"),
        (HOST, timedelta(days=10), {"certificate-not-expiring": FAILED}, "200 over TLS 1.3"),
        (
            HOST,
            timedelta(days=-1),
            {"https-endpoint": FAILED, "certificate-not-expiring": FAILED},
            "not trusted: certificate has expired",
        ),
    ],
    ids=["of another name", "about to expire", "expired"],
)
def test_a_certificate_that_is_amiss_fails(authority, serving, name, lasts, changed, told):
    serve = encrypted(authority.certificate(name, lasts), WELL)
    held = probed(stack(serving(serve)), authority)
    assert of_https(held) == ALL_WELL | changed
    assert told in observed(controls.probe_https_endpoint, held)


def test_a_certificate_of_an_unknown_authority_fails(certificate, serving, tmp_path):
    held = probed(stack(serving(encrypted(certificate, WELL))), Authority(tmp_path, "Another"))
    assert of_https(held) == ALL_WELL | {"https-endpoint": FAILED}
    assert "not trusted: unable to get local issuer certificate" in observed(controls.probe_https_endpoint, held)


OLD = (ssl.TLSVersion.TLSv1, ssl.TLSVersion.TLSv1_1)


@pytest.mark.parametrize("version", OLD, ids=["1.0", "1.1"])
def test_an_endpoint_with_an_old_version_of_tls_alone_fails(authority, certificate, serving, version):
    serve = encrypted(certificate, WELL, lowest=version, highest=version)
    held = probed(stack(serving(serve)), authority)
    assert of_https(held) == ALL_WELL | {"https-endpoint": FAILED, "old-tls-refused": FAILED}
    spoken = "1.0" if version is ssl.TLSVersion.TLSv1 else "1.1"
    assert f"nothing newer than TLS {spoken} came about" in observed(controls.probe_https_endpoint, held)


@proves("probe-old-tls-refused")
def test_an_endpoint_that_takes_an_old_version_beside_new_ones_fails(authority, certificate, serving):
    serve = encrypted(certificate, WELL, lowest=ssl.TLSVersion.TLSv1_1)
    assert of_https(probed(stack(serving(serve)), authority)) == ALL_WELL | {"old-tls-refused": FAILED}


def test_whether_an_old_version_is_refused_is_unknown_where_this_machine_cannot_offer_it(
    authority, certificate, serving, monkeypatch
):
    monkeypatch.setattr("stack_verify.probe.tls.can_offer", lambda context, _host: context.maximum_version not in OLD)
    held = probed(stack(serving(encrypted(certificate, WELL))), authority)
    assert of_https(held) == ALL_WELL | {"old-tls-refused": ERROR}


def test_an_endpoint_that_closes_at_an_old_version_each_time_refuses_it(authority, certificate, serving):
    well = encrypted(certificate, WELL)

    def serve(connection: socket.socket, number: int) -> None:
        hello = connection.recv(11, socket.MSG_PEEK)
        # The version in a ClientHello that offers nothing newer (RFC 5246, 7.4.1.2); 3.3 is that of TLS 1.2.
        if hello[9:11] >= b"\x03\x03":
            well(connection, number)

    held = probed(stack(serving(serve)), authority)
    assert of_https(held) == ALL_WELL
    assert "TLS 1.0: refused, the connection ended" in observed(controls.probe_old_tls_refused, held)


@proves("probe-security-headers")
@pytest.mark.parametrize(
    ("answers", "changed", "told"),
    [
        ([answer(503)], {"https-endpoint": FAILED, "security-headers": ERROR}, "its status is 503"),
        ([answer(404, HSTS)], {"https-endpoint": FAILED}, "its status is 404"),
        ([answer(302, HSTS, "Location: /health")], {"https-endpoint": FAILED}, "redirects lead in a circle"),
        ([answer(302, HSTS, "Location: /a"), answer(302, "Location: /health")], {"https-endpoint": FAILED}, "circle"),
        ([answer(301, HSTS, f"Location: http://{HOST}/")], {"https-endpoint": FAILED}, "leads out of HTTPS"),
        ([answer(302, HSTS, "Location: /home"), answer(200)], {}, "200 over TLS 1.3"),
        ([answer(302, HSTS, "Location: https://login.example.com/?state=1")], {}, "302 over TLS 1.3"),
        ([answer(200)], {"security-headers": FAILED}, "200 over TLS 1.3"),
        ([answer(200, "Strict-Transport-Security: max-age=60")], {"security-headers": FAILED}, "200 over TLS 1.3"),
        ([b"no HTTP at all\r\n\r\n"], {"https-endpoint": FAILED, "security-headers": ERROR}, "does not speak HTTP"),
        ([b""], {"https-endpoint": FAILED, "security-headers": ERROR}, "ended before an HTTP answer"),
    ],
    ids=[
        "503",
        "404",
        "redirect to itself",
        "redirects in a circle",
        "redirect out of TLS",
        "redirect that ends",
        "redirect to another host",
        "no HSTS",
        "HSTS for a minute",
        "no HTTP",
        "nothing",
    ],
)
def test_answers_are_judged(authority, certificate, serving, answers, changed, told):
    held = probed(stack(serving(encrypted(certificate, *answers))), authority, **ONCE)
    assert of_https(held) == ALL_WELL | changed
    assert told in observed(controls.probe_https_endpoint, held)


def test_an_endpoint_that_is_not_ready_yet_is_tried_again(authority, certificate, serving):
    told: list[str] = []
    serve = encrypted(certificate, answer(503), answer(503), WELL)
    held = probed(stack(serving(serve)), authority, told.append)
    assert of_https(held) == ALL_WELL
    assert endpoint(held).attempts == 3
    assert ", 3 tries, " in observed(controls.probe_https_endpoint, held)
    waiting = [text for text in told if "trying again" in text]
    assert len(waiting) == 2
    assert all(f"https://{HOST}" in text and "it answered 503" in text for text in waiting)


def test_an_answer_that_never_ends_is_given_up(authority, certificate, serving):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)

    def serve(connection: socket.socket, number: int) -> None:
        with context.wrap_socket(connection, server_side=True) as spoken:
            if spoken.recv(65536):
                servers.dripping(spoken, number)

    held = probed(stack(serving(serve)), authority, **ONCE, patience=1.0)
    assert of_https(held) == ALL_WELL | {"https-endpoint": FAILED, "security-headers": ERROR}
    assert "no HTTP answer within" in observed(controls.probe_https_endpoint, held)


@proves("probe-http-redirects")
@pytest.mark.parametrize(
    ("location", "status", "holds"),
    [
        ("https://{host}:{port}/health", 301, PASSED),
        ("https://{host}:{port}/health", 308, PASSED),
        ("https://{host}:{port}/health", 302, FAILED),
        ("https://{host}/health", 301, FAILED),
        ("https://another.example.com:{port}/health", 301, FAILED),
        ("http://{host}:{port}/health", 301, FAILED),
        ("/health", 301, FAILED),
        ("https://{host}:port/health", 301, FAILED),
        (None, 200, FAILED),
        (None, 301, FAILED),
    ],
)
def test_plain_http_passes_when_it_redirects_to_https_on_the_same_host_for_good(serving, location, status, holds):
    port = serving(plain(WELL))
    headers = [f"Location: {location.format(host=HOST, port=port)}"] if location else []
    held = probed(stack(port, serving(plain(answer(status, *headers)))))
    assert judged(controls.probe_http_redirects, held) == {HTTP: holds, HTTPS: NOT_APPLICABLE}


def test_plain_http_that_answers_nothing_fails(serving):
    held = probed(stack(1, serving(servers.resetting)), **ONCE)
    assert judged(controls.probe_http_redirects, held)[HTTP] == FAILED


def test_a_snapshot_with_probes_is_judged_the_same_offline_and_holds_no_body_cookie_or_query(
    authority, certificate, serving, tmp_path
):
    away = answer(302, HSTS, "Set-Cookie: session=of-a-patient", "Location: https://u:p@{HOST}/?state=of-a-patient")
    held = probed(stack(serving(encrypted(certificate, away)), serving(plain(away))), authority)
    (tmp_path / "snapshot.json").write_bytes(dump(held))
    again = load(tmp_path / "snapshot.json")
    assert dump(again) == dump(held)
    assert of_https(again) == of_https(held) == ALL_WELL
    assert b"of-a-patient" not in dump(held)
    assert b"u:p" not in dump(held)


def test_without_probes_nothing_of_them_is_judged():
    held = stack(443, 80)
    assert of_https(held) == dict.fromkeys(OF_HTTPS, NOT_APPLICABLE)
    assert "--probe" in controls.probe_https_endpoint.check(held.require(Listener, HTTPS), held, None).observed
    assert judged(controls.probe_http_redirects, held) == {HTTP: NOT_APPLICABLE, HTTPS: NOT_APPLICABLE}


@proves("dns-points-at-alb")
@pytest.mark.parametrize(
    ("own", "status"),
    [(["127.0.0.1"], PASSED), (["127.0.0.1", "192.0.2.1"], PASSED), (["192.0.2.1"], FAILED), ([], ERROR)],
    ids=["the same", "one of two", "another", "none"],
)
def test_a_name_leads_to_the_load_balancer_where_they_share_an_address(
    authority, certificate, serving, monkeypatch, own, status
):
    names = {HOST: ["127.0.0.1"], "web-1.sa-east-1.elb.amazonaws.com": own}

    look_up = socket.getaddrinfo

    def looked_up(host, port, *more, **named):
        if host not in names:
            return look_up(host, port, *more, **named)
        if not names[host]:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port)) for address in names[host]]

    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    held = probed(stack(serving(encrypted(certificate, WELL))), authority, resolve={})
    assert judged(controls.dns_points_at_alb, held) == {HTTPS: status}
    assert of_https(held) == ALL_WELL


@pytest.mark.parametrize(("mode", "status"), [("auto", NOT_APPLICABLE), ("require", ERROR)])
def test_a_name_that_leads_nowhere_from_here_is_an_error_where_probes_are_required(monkeypatch, mode, status):
    def nobody(*_host, **_more):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nobody)
    held = probed(stack(443), resolve={}, mode=mode, **ONCE)
    assert of_https(held) == dict.fromkeys(OF_HTTPS, status)


@pytest.mark.parametrize(
    ("reason", "scheme", "mode", "status"),
    [
        ("no route", "internet-facing", "auto", NOT_APPLICABLE),
        ("no route", "internet-facing", "require", ERROR),
        ("timed out", "internet-facing", "auto", ERROR),
        ("timed out", "internet-facing", "require", ERROR),
        ("timed out", "internal", "auto", NOT_APPLICABLE),
        ("timed out", "internal", "require", ERROR),
    ],
)
def test_silence_is_no_verdict(monkeypatch, reason, scheme, mode, status):
    seen = [OSError(101, "Network is unreachable") if reason == "no route" else TimeoutError()]

    def unreachable(*_address, **_more):
        raise seen[0]

    monkeypatch.setattr(socket, "create_connection", unreachable)
    held = probed(stack(443, scheme=scheme), mode=mode, resolve={(HOST, 443): ("192.0.2.1",)}, **ONCE)
    assert endpoint(held).stopped.reason == reason
    assert of_https(held) == dict.fromkeys(OF_HTTPS, status)


def test_what_aws_left_out_is_an_error_and_not_probed():
    held = stack(443)
    poorer = tuple(each for each in held.resources if not isinstance(each, Certificate))
    answers = tuple(each for each in held.answers if each.question.kind != Certificate.kind())
    held = probed(structs.replace(held, resources=poorer, answers=answers))
    assert of_https(held) == NOTHING_SEEN
    assert [gap.question for gap in held.gaps] == [Endpoint.ask(HTTPS)]


@pytest.mark.parametrize(
    ("unseen", "erring"),
    [
        ({"tls": None}, OF_HTTPS.keys() - {"security-headers"}),
        ({"hops": ()}, {"https-endpoint", "security-headers"}),
        ({"certificate": None}, {"certificate-not-expiring"}),
        ({"trust": UNSEEN}, {"https-endpoint"}),
        ({"name": UNSEEN}, {"https-endpoint"}),
        ({"offers": ()}, {"old-tls-refused"}),
    ],
    ids=["no handshake", "no answer", "no certificate", "no trust", "no name", "no offers"],
)
def test_what_a_probe_did_not_see_never_passes(authority, certificate, serving, unseen, erring):
    held = probed(stack(serving(encrypted(certificate, WELL))), authority)
    seen = endpoint(held)
    if not unseen.keys() <= {"tls", "hops"}:
        unseen = {"tls": structs.replace(seen.tls, **unseen)}
    others = tuple(each for each in held.resources if not isinstance(each, Endpoint))
    held = structs.replace(held, resources=(*others, structs.replace(seen, **unseen)))
    assert of_https(held) == ALL_WELL | dict.fromkeys(erring, ERROR)


def database(address: str | None = "localhost", port: int = 5432) -> Snapshot:
    endpoint = {"Port": port} | ({"Address": address} if address else {})
    route = {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"}
    return snapshot(
        answered(
            DBInstance,
            DBInstanceIdentifier="records",
            DBInstanceArn=DATABASE,
            Engine="postgres",
            Endpoint=endpoint,
            DBSubnetGroup={"DBSubnetGroupName": "db", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
            VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
            DBParameterGroups=[{"DBParameterGroupName": "db"}],
        ),
        answered(RouteTable, RouteTableId="rtb-1", VpcId="vpc-1", Routes=[route], Associations=[]),
        lists=[(RouteTable, "vpc-1")],
    )


def of_database(held: Snapshot) -> Status:
    return judged(controls.probe_rds_not_reachable, held)["records"]


@proves("probe-rds-not-reachable")
def test_a_database_that_connects_fails_and_one_that_refuses_passes():
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
        assert of_database(probed(database(port=port))) == FAILED
    assert of_database(probed(database(port=port))) == PASSED


def test_a_database_is_not_judged_without_probes_or_where_its_address_is_not_known():
    assert of_database(database()) == NOT_APPLICABLE
    assert of_database(probed(database(address=None))) == ERROR


def test_a_refusal_where_resolve_leads_says_nothing_of_the_database():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    held = database("records.example.com", port)
    assert of_database(probed(held, resolve={("records.example.com", port): ("127.0.0.1",)})) == ERROR


SILENT = Stop(stage="connection", reason="timed out", detail="nobody answered")


@pytest.mark.parametrize(
    ("stopped", "seen_from", "witness", "mode", "status"),
    [
        (SILENT, "192.0.2.7", "192.0.2.1", "require", PASSED),
        (SILENT, "192.0.2.7", "127.0.0.1", "require", ERROR),
        (SILENT, "192.0.2.7", None, "require", ERROR),
        (SILENT, "192.0.2.7", None, "auto", NOT_APPLICABLE),
        (None, "192.0.2.7", None, "auto", FAILED),
        (None, "10.0.3.7", None, "auto", NOT_APPLICABLE),
        (None, "10.0.3.7", None, "require", ERROR),
    ],
    ids=[
        "silence beside an endpoint that was reached",
        "silence beside one on this machine",
        "silence alone",
        "silence alone, auto",
        "connected",
        "connected from inside, auto",
        "connected from inside",
    ],
)
def test_silence_of_a_database_passes_only_where_this_place_reaches_the_stack(
    stopped, seen_from, witness, mode, status
):
    held = probed(database("127.0.0.1", 1), mode=mode)
    port = structs.replace(held.require(DatabasePort, DATABASE), stopped=stopped, seen_from=(seen_from,))
    met = Endpoint(
        observed_by=port.observed_by,
        listener_arn=HTTPS,
        url="https://app.example.com/",
        overridden=False,
        connected_to=witness,
        attempts=1,
        seconds=0.1,
    )
    others = tuple(each for each in held.resources if not isinstance(each, DatabasePort))
    assert of_database(structs.replace(held, resources=(*others, port, met))) == status
