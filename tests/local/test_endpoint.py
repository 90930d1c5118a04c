"""A local deployment goes to moto on this machine, whatever the caller's URL, environment or credentials."""

import http.server
import threading

import pytest
from moto import mock_aws

from stack.local.deployment import deploy
from stack.local.endpoint import Clients, loopback_url
from stack.local.errors import EndpointRefusedError


@pytest.mark.parametrize(
    ("url", "rebuilt"),
    [
        ("http://127.0.0.1:5000", "http://127.0.0.1:5000"),
        ("http://127.0.0.1:5000/", "http://127.0.0.1:5000"),
        ("http://127.8.9.10:80", "http://127.8.9.10:80"),
        ("https://localhost:5000", "https://localhost:5000"),
        ("HTTP://LOCALHOST", "http://localhost"),
        ("http://[::1]:5000", "http://[::1]:5000"),
    ],
)
def test_a_loopback_url_is_accepted(url, rebuilt):
    assert loopback_url(url) == rebuilt


@pytest.mark.parametrize(
    "url",
    [
        "",
        "127.0.0.1:5000",
        "//127.0.0.1:5000",
        "ftp://127.0.0.1",
        "file:///etc/hosts",
        "http://",
        "http://:5000",
        "https://ec2.sa-east-1.amazonaws.com",
        "http://127.0.0.1.evil.com",
        "http://127.0.0.1.evil.com:5000",
        "http://localhost.evil.com",
        "http://evil-localhost",
        "http://localhost@evil.com",
        "http://127.0.0.1:5000@evil.com",
        "http://user:password@127.0.0.1:5000",
        "http://evil.com#@127.0.0.1",
        "http://evil.com?@127.0.0.1",
        "http://evil.com\\@127.0.0.1",
        "http://127.0.0.1\\@evil.com",
        "http://127.0.0.1\\.evil.com",
        "http://127.0.0.1%2eevil.com",
        "http://127.0.0.1/path",
        "http://127.0.0.1/?endpoint=evil.com",
        "http://127.0.0.1/#evil.com",
        "http://127.0.0.1:5000\n.evil.com",
        "http://127.0.0.1\t.evil.com",
        "http://127.0.0.1:99999",
        "http://127.0.0.1:port",
        "http://127.1",
        "http://2130706433",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://0.0.0.0:5000",
        "http://[::]:5000",
        "http://[::1",
        "http://[::1%25eth0]:5000",
        "http://[fe80::1]:5000",
        "http://10.0.0.1:5000",
        "http://169.254.169.254",
        "http://\uff11\uff12\uff17.0.0.1",
        "http://\u24dbocalhost",
        "http://localhost\u3002evil.com",
    ],
)
def test_any_other_url_is_refused(url):
    with pytest.raises(EndpointRefusedError):
        Clients("sa-east-1", url)


def test_without_an_endpoint_and_without_moto_nothing_is_deployed():
    with pytest.raises(EndpointRefusedError, match="no in-process moto is active"):
        deploy("dev")


def test_in_process_moto_needs_no_endpoint_and_its_clients_die_with_it():
    with mock_aws():
        aws = Clients("sa-east-1")
        assert aws.account == "123456789012"
    with pytest.raises(EndpointRefusedError, match=r"https://sts\.sa-east-1\.amazonaws\.com"):
        aws.client("sts").get_caller_identity()


@pytest.fixture
def server():
    """A server on this machine that knows no AWS; yields its URL and the headers of the requests it got."""
    seen = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self):
            seen.append(self.headers)
            answer = b"<ErrorResponse><Error><Code>Unknown</Code></Error></ErrorResponse>"
            self.send_response(404)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_):
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as listening:
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{listening.server_port}", seen
        listening.shutdown()
        thread.join()


def test_the_callers_credentials_profile_proxy_and_endpoints_have_no_say(server, monkeypatch):
    url, seen = server
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIACALLER",
        "AWS_SECRET_ACCESS_KEY": "the caller's",
        "AWS_SESSION_TOKEN": "the caller's",
        "AWS_PROFILE": "the-callers-and-absent",
        "AWS_DEFAULT_REGION": "eu-west-1",
        "AWS_ENDPOINT_URL": "http://evil.example",
        "AWS_ENDPOINT_URL_STS": "http://evil.example",
        "HTTP_PROXY": "http://evil.example",
        "http_proxy": "http://evil.example",
    }.items():
        monkeypatch.setenv(name, value)
    sts = Clients("sa-east-1", url).client("sts")
    with pytest.raises(sts.exceptions.ClientError):
        sts.get_caller_identity()
    (headers,) = seen
    assert "Credential=local-emulator/" in headers["Authorization"]
    assert "/sa-east-1/sts/" in headers["Authorization"]
    assert "X-Amz-Security-Token" not in headers
