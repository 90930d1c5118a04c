"""What AWS answers badly is an error of the controls that needed it, and of nothing else."""

from __future__ import annotations

import pytest
from running import verify

from stack.local.proxy import Call, http_message, proxy_to

JSON, XML = "application/x-amz-json-1.1", "text/xml"


@pytest.mark.parametrize(
    ("operation", "answer", "erring"),
    [
        ("DescribeLogGroups", http_message("200 OK", JSON, b"{}"), "log-group-retention"),
        ("DescribeLogGroups", http_message("200 OK", JSON, b'{"logGroups": [{"arn": "x"}]}'), "log-group-retention"),
        ("DescribeLogGroups", http_message("200 OK", JSON, b"\xff\xfe{"), "log-group-retention"),
        ("DescribeLogGroups", http_message("200 OK", JSON, b'{"logGroups": ['), "log-group-retention"),
        ("DescribeDBInstances", http_message("200 OK", XML, b"<DescribeDBInstancesResponse><Descr"), "rds-multi-az"),
        ("DescribeDBInstances", http_message("200 OK", XML, b"<DescribeDBInstancesResponse/>"), "rds-multi-az"),
        ("DescribeDBInstances", http_message("400 Bad Request", XML, b"<html>proxy</html>"), "rds-multi-az"),
        ("DescribeDBInstances", b"", "rds-multi-az"),
    ],
    ids=["without the list", "without the name", "no JSON", "JSON cut", "XML cut", "XML empty", "HTML", "closed"],
)
def test_an_answer_cut_short_is_no_answer(prod, tmp_path, operation, answer, erring):
    def refuse(call: Call) -> bytes | None:
        return answer if call.operation == operation else None

    with proxy_to(prod.endpoint, refuse=refuse) as proxy:
        environment = {**prod.environment(proxy.url), "AWS_MAX_ATTEMPTS": "1"}
        ran = verify(prod.outputs, environment=environment, cwd=tmp_path)
    assert ran.status == 1
    told = {each["status"] for each in ran.results["findings"] if each["control"] == erring}
    assert told == {"error"}
    assert ran.findings("failed") == set()
    assert ran.statuses["passed"] > 100
