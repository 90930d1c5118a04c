"""What AWS answers badly is an error of the controls that needed it, and of nothing else."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from stack_verify.controls import CONTROLS
from support.running import stack_verify_here, verify

from stack.local.proxy import Call, http_message, proxy_to

JSON, XML = "application/x-amz-json-1.1", "text/xml"
GROUPS, DATABASES = ("DescribeLogGroups", "log-group-retention"), ("DescribeDBInstances", "rds-multi-az")


@pytest.fixture
def answering(prod):
    """The settings of a proxy to the stack that gives one operation's answers itself."""
    proxies = ExitStack()

    def answering(operation: str, answer: bytes) -> dict[str, str]:
        def refuse(call: Call) -> bytes | None:
            return answer if call.operation == operation else None

        proxy = proxies.enter_context(proxy_to(prod.endpoint, refuse=refuse))
        return {**prod.environment(proxy.url), "AWS_MAX_ATTEMPTS": "1"}

    with proxies:
        yield answering


@pytest.mark.parametrize(
    ("needed", "answer"),
    [
        (GROUPS, http_message("200 OK", JSON, b'{"logGroups": [')),
        (DATABASES, http_message("200 OK", XML, b"<DescribeDBInstancesResponse><Descr")),
    ],
    ids=["JSON", "XML"],
)
def test_an_answer_cut_short_is_an_error_and_the_rest_is_verified(prod, answering, tmp_path, needed, answer):
    operation, control = needed
    ran = verify(prod.outputs, environment=answering(operation, answer), cwd=tmp_path)
    assert ran.status == 1
    assert {each["status"] for each in ran.results["findings"] if each["control"] == control} == {"error"}
    assert ran.findings("failed") == set()
    assert ran.statuses["passed"] > 100


@pytest.mark.parametrize(
    ("needed", "answer"),
    [
        (GROUPS, http_message("200 OK", JSON, b"{}")),
        (GROUPS, http_message("200 OK", JSON, b'{"logGroups": [{"arn": "x"}]}')),
        (GROUPS, http_message("200 OK", JSON, b"\xff\xfe{")),
        (DATABASES, http_message("200 OK", XML, b"<DescribeDBInstancesResponse/>")),
        (DATABASES, http_message("400 Bad Request", XML, b"<html>proxy</html>")),
        (DATABASES, b""),
    ],
    ids=["without the list", "without the name", "no JSON", "XML empty", "HTML", "closed"],
)
def test_no_other_bad_answer_is_an_answer_either(prod, answering, monkeypatch, tmp_path, needed, answer):
    operation, control = needed
    rest = "\n".join(f'{each.id} = "not of interest"' for each in CONTROLS if each.id != control)
    (tmp_path / "alone.toml").write_text(f'name = "alone"\nextends = "hipaa"\n[off]\n{rest}\n')
    for name, value in answering(operation, answer).items():
        monkeypatch.setenv(name, value)
    read = stack_verify_here("collect", str(prod.outputs), "--policy", "alone.toml", cwd=tmp_path)
    assert (read.status, read.out) == (1, "snapshot.json\n")
    judged = ("evaluate", "snapshot.json", "--policy", "alone.toml", "--reports", "reports")
    ran = stack_verify_here(*judged, cwd=tmp_path)
    assert ran.status == 1
    assert {each["status"] for each in ran.results["findings"] if each["control"] == control} == {"error"}
