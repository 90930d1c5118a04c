"""What answers in AWS's place, or breaks in the middle: never a pass, never a failure, never a traceback."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest
from botocore.exceptions import ClientError
from botocore.parsers import ResponseParserError
from stack_verify.collect.reader import said
from stack_verify.inquiry import Gap
from stack_verify.resources.resource import Question
from stack_verify.util.workers import Workers
from support.hand_made import AT
from support.running import verify

from stack.local.proxy import Call, http_message, proxy_to

HTML = http_message("200 OK", "text/html", b"<html>proxy of the house</html>")
IDENTITY = http_message("200 OK", "text/xml", b"<GetCallerIdentityResponse/>", "x-amzn-RequestId: 1")
EMPTY = http_message("200 OK", "text/xml", b"", "x-amz-request-id: 1", "x-amzn-RequestId: 1")
GARBAGE = http_message("200 OK", "text/xml", b"\xff\xfe")
MOVED = http_message("302 Found", "text/html", b"", "Location: http://127.0.0.1:9/")


def denied(message: str) -> Gap:
    return Gap(question=Question("A", "b"), api="kms:X", action="kms:X", code="AccessDenied", message=message, at=AT)


@pytest.mark.parametrize("answer", [HTML, IDENTITY, MOVED, GARBAGE], ids=["HTML", "no account", "moved", "garbage"])
def test_an_sts_that_is_not_awss_is_told_at_the_start(prod, answer, tmp_path):
    def refuse(call: Call) -> bytes | None:
        return answer if call.operation == "GetCallerIdentity" else None

    with proxy_to(prod.endpoint, refuse=refuse) as proxy:
        ran = verify(prod.outputs, environment=prod.environment(proxy.url), cwd=tmp_path)
    assert ran.status == 4
    assert not (tmp_path / "reports").exists()


@pytest.mark.parametrize(
    ("profile", "remedy"),
    [
        ("role_arn = arn:aws:iam::123456789012:role/x\nweb_identity_token_file = /nowhere/token", "web_identity_token"),
        ("credential_process = /nowhere/process", "credential_process"),
        ("sso_start_url = https://x\nsso_region = us-east-1\nsso_account_id = 1\nsso_role_name = x", "aws sso login"),
    ],
    ids=["web identity", "process", "SSO"],
)
def test_credentials_that_cannot_be_had_are_told_with_their_remedy(prod, profile, remedy, tmp_path):
    settings = tmp_path / "config"
    settings.write_text(f"[default]\nregion = sa-east-1\n{profile}\n")
    environment = {name: value for name, value in prod.environment().items() if "_KEY" not in name}
    ran = verify(prod.outputs, environment={**environment, "AWS_CONFIG_FILE": str(settings)}, cwd=tmp_path)
    assert ran.status == 4
    assert remedy in ran.err + ran.out


@pytest.mark.parametrize("operation", ["GET versioning", "GetTrailStatus", "GetWebACLForResource"])
@pytest.mark.parametrize("answer", [HTML, EMPTY], ids=["HTML", "empty"])
def test_an_answer_that_is_not_awss_or_is_empty_makes_no_failure(prod, operation, answer, tmp_path):
    def refuse(call: Call) -> bytes | None:
        return answer if call.operation == operation else None

    with proxy_to(prod.endpoint, refuse=refuse) as proxy:
        environment = {**prod.environment(proxy.url), "AWS_MAX_ATTEMPTS": "1"}
        ran = verify(prod.outputs, environment=environment, cwd=tmp_path)
    assert ran.status == 1
    assert ran.findings("failed") == set()
    assert ran.findings("error")


def test_what_cannot_be_parsed_is_not_quoted():
    body = "Unable to parse response (not well-formed: line 3, column 7), invalid XML received:\n<a>who@example.com"
    assert said(ResponseParserError(body)) == ("ResponseParserError", "the answer cannot be parsed (line 3, column 7)")
    response = {"Error": {"Code": "502", "Message": "who@example.com"}, "ResponseMetadata": {"HTTPStatusCode": 502}}
    assert said(ClientError(response, "X")) == ("502", "HTTP 502 Bad Gateway")
    assert said(ValueError("who@example.com")) == ("ValueError", "the answer has an unknown form")


@pytest.mark.parametrize(
    ("why", "who"),
    [
        ("with an explicit deny in a service control policy", "a service control policy"),
        ("because no permissions boundary allows the kms:X action", "a permissions boundary"),
        (
            "with an explicit deny in a session policy: arn:aws:iam::123456789012:policy/p",
            "the session policy arn:aws:iam::123456789012:policy/p",
        ),
    ],
)
def test_the_policy_that_denies_is_named(why, who):
    assert f"denied by {who} " in denied(f"User is not authorized to perform: kms:X {why}").text()


def test_what_no_policy_allows_is_to_be_allowed():
    gap = denied("not authorized to perform: kms:X because no identity-based policy allows the kms:X action")
    assert gap.text() == "kms:X was denied (AccessDenied); allow kms:X to the caller"


def test_workers_keep_the_order_and_raise_what_was_raised():
    with Workers(3) as workers:
        assert list(workers.map(lambda item: item * 2, range(10))) == [item * 2 for item in range(10)]
        with pytest.raises(ZeroDivisionError):
            list(workers.map(lambda item: 1 // item, [1, 0]))


def test_an_interrupt_does_not_wait_for_a_call_that_hangs():
    program = (
        "import time\nfrom stack_verify.util.workers import Workers\n"
        "with Workers(2) as workers:\n    print('begun', flush=True)\n    list(workers.map(time.sleep, [60, 60]))\n"
    )
    run = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    assert run.stdout.readline() == b"begun\n"
    time.sleep(0.2)
    began = time.monotonic()
    os.kill(run.pid, signal.SIGINT)
    run.wait(10)
    run.stdout.close()
    assert time.monotonic() - began < 2
