"""Clients of a run share one TLS context, and believe whom the caller's settings say."""

from __future__ import annotations

import ssl

import boto3
import botocore.httpsession
import pytest
from botocore.config import Config
from botocore.exceptions import SSLError
from stack_verify.collect.reader import Aws, Reader
from support.hand_made import ACCOUNT, REGION
from support.servers import Authority, answer, encrypted, server

TOLD = answer(200, "x-amzn-RequestId: r", "Connection: close", body='{"AccountAliases": []}')
SERVICES = ("logs", "ecs", "kms", "ecr")
QUESTIONS = {"logs": "DescribeLogGroups", "ecs": "ListClusters", "kms": "ListKeys", "ecr": "DescribeRepositories"}


@pytest.fixture
def authority(tmp_path):
    return Authority(tmp_path)


@pytest.fixture
def settings(tmp_path, monkeypatch):
    for name in ("AWS_CA_BUNDLE", "AWS_PROFILE", "AWS_CONFIG_FILE"):
        monkeypatch.delenv(name, raising=False)

    def bundle(authority):
        (tmp_path / "bundle.pem").write_text(authority.pem)
        monkeypatch.setenv("AWS_CA_BUNDLE", str(tmp_path / "bundle.pem"))

    return bundle


class Loaded:
    """How often a bundle of authorities was loaded, into whichever context."""

    def __init__(self, monkeypatch) -> None:
        self.times = 0
        for name in ("load_verify_locations", "load_default_certs"):
            monkeypatch.setattr(ssl.SSLContext, name, self._counting(getattr(ssl.SSLContext, name)))

    def _counting(self, real):
        def load(context, *arguments, **named):
            self.times += 1
            return real(context, *arguments, **named)

        return load


def aws(port: int, **more) -> Aws:
    session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name=REGION)

    class Local:
        region_name = REGION

        def client(self, service, **named):
            named["config"] = named["config"].merge(Config(retries={"total_max_attempts": 1}, **more))
            return session.client(service, endpoint_url=f"https://localhost:{port}", **named)

    return Aws(Local(), account=ACCOUNT, region=REGION, max_in_flight=4)


def ask(aws: Aws, service: str) -> None:
    Reader(aws, (f"{service}:{QUESTIONS[service]}",)).call(service, QUESTIONS[service])


def test_the_authorities_are_loaded_once_for_all_clients_and_connections(authority, settings, monkeypatch):
    settings(authority)
    with server(telling(authority)) as port:
        clients = aws(port)
        loaded = Loaded(monkeypatch)
        for service in SERVICES * 2:
            ask(clients, service)
    assert loaded.times == 1, "botocore's own loads them at each of the eight connections"


def test_who_is_not_among_the_authorities_is_not_believed(authority, settings, tmp_path):
    (tmp_path / "other").mkdir()
    settings(Authority(tmp_path / "other", "Another"))
    with (
        server(encrypted(authority.certificate("localhost"), TOLD)) as port,
        pytest.raises(SSLError, match="CERTIFICATE_VERIFY_FAILED"),
    ):
        ask(aws(port), "logs")


def test_a_certificate_of_another_host_is_not_believed(authority, settings):
    settings(authority)
    with (
        server(encrypted(authority.certificate("example.com"), TOLD)) as port,
        pytest.raises(SSLError, match="doesn't match"),
    ):
        ask(aws(port), "logs")


def test_the_callers_own_certificate_is_shown(authority, settings):
    settings(authority)
    shown = []
    with server(asking_for_certificate(authority, shown)) as port:
        ask(aws(port, client_cert=str(authority.certificate("the-caller"))), "logs")
    assert shown == ["the-caller"]


def telling(authority):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate("localhost"))

    def serve(connection, _number):
        with context.wrap_socket(connection, server_side=True) as spoken:
            hear(spoken)
            spoken.sendall(TOLD)

    return serve


def hear(spoken) -> None:
    """Reads a request to its end: the body may come after the head."""
    with spoken.makefile("rb") as told:
        length = 0
        while line := told.readline().strip().lower():
            length = int(line.partition(b":")[2]) if line.startswith(b"content-length:") else length
        told.read(length)


def asking_for_certificate(authority, shown):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(authority.certificate("localhost"))
    context.verify_mode = ssl.CERT_REQUIRED
    context.load_verify_locations(cadata=authority.pem)

    def serve(connection, _number):
        with context.wrap_socket(connection, server_side=True) as spoken:
            ((((_, name),),)) = spoken.getpeercert()["subject"]
            shown.append(name)
            hear(spoken)
            spoken.sendall(TOLD)

    return serve


def test_connections_to_as_many_buckets_are_kept_as_calls_may_be_under_way():
    session = aws(1).client("s3", REGION)._endpoint.http_session
    assert session._manager.pools._maxsize == 4
    assert isinstance(session, botocore.httpsession.URLLib3Session)
