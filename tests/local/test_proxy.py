"""The proxy in front of the emulator sees every call, and answers in AWS's place where it is told to."""

from __future__ import annotations

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from stack.local.proxy import http_message, proxy_to


def client(service, proxy):
    return boto3.client(
        service,
        region_name="sa-east-1",
        endpoint_url=proxy.url,
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=Config(retries={"total_max_attempts": 1}),
    )


def test_it_counts_what_was_asked_and_what_was_asked_again(moto_url):
    with proxy_to(moto_url) as proxy:
        for service in ("logs", "kms", "logs"):
            client(service, proxy).describe_log_groups() if service == "logs" else client(service, proxy).list_keys()
        client("rds", proxy).describe_db_instances()
        client("s3", proxy).list_buckets()
        with pytest.raises(ClientError):
            client("s3", proxy).head_bucket(Bucket="nosuch")
    calls = [(call.service, call.operation) for call in proxy.traffic.calls]
    assert calls == [
        ("logs", "DescribeLogGroups"),
        ("kms", "ListKeys"),
        ("logs", "DescribeLogGroups"),
        ("rds", "DescribeDBInstances"),
        ("s3", "GET"),
        ("s3", "HEAD"),
    ]
    assert (proxy.traffic.repeated, proxy.traffic.most_in_flight) == (1, 1)


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("logs", "describe_log_groups"),
        ("rds", "describe_db_instances"),
        ("ec2", "describe_vpcs"),
        ("s3", "list_buckets"),
    ],
)
def test_it_refuses_in_the_words_of_each_protocol(moto_url, service, call):
    with proxy_to(moto_url, refuse=lambda _: "AccessDenied") as proxy, pytest.raises(ClientError) as refused:
        getattr(client(service, proxy), call)()
    assert refused.value.response["Error"]["Code"] == "AccessDenied"


def test_s3_is_busy_with_a_status_that_a_head_has_too(moto_url):
    with proxy_to(moto_url, refuse=lambda _: "Throttling") as proxy, pytest.raises(ClientError) as refused:
        client("s3", proxy).head_bucket(Bucket="records")
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 503


def test_it_answers_with_a_whole_message_or_hangs_up(moto_url):
    answers = iter([http_message("200 OK", "application/x-amz-json-1.1", b'{"logGroups": []}'), b""])
    with proxy_to(moto_url, refuse=lambda _: next(answers)) as proxy:
        logs = client("logs", proxy)
        assert logs.describe_log_groups()["logGroups"] == []
        with pytest.raises(ConnectionClosedError):
            logs.describe_log_groups()


def test_a_request_that_is_not_signed_has_no_service(moto_url):
    with proxy_to(moto_url) as proxy:
        import urllib.request

        urllib.request.urlopen(f"{proxy.url}/moto-api/").read()
    assert [(call.service, call.operation) for call in proxy.traffic.calls] == [("", "GET")]
