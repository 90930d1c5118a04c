"""AWS is not asked more often than it allows, and asked again where it is busy."""

from __future__ import annotations

import random
import threading
import time
from types import SimpleNamespace

import boto3
import botocore.endpoint
import pytest
from botocore.awsrequest import AWSResponse
from stack_verify.collect import collect
from stack_verify.collect.rates import AWS_HOSTS, Pace, rates
from stack_verify.collect.reader import Aws, Reader
from stack_verify.collect.session import session
from stack_verify.outputs import load_outputs
from support.hand_made import ACCOUNT, REGION

from stack.local.proxy import proxy_to


class Clock:
    """A time that passes for those who sleep."""

    def __init__(self) -> None:
        self.now = 100.0

    def pace(self, calls: int) -> Pace:
        return Pace(calls, lambda: self.now, self.sleep)

    def sleep(self, seconds: float) -> None:
        self.now += seconds


def test_no_second_has_more_calls_than_allowed():
    clock = Clock()
    pace = clock.pace(5)
    begun = []
    for _ in range(17):
        pace.wait()
        begun.append(clock.now)
    assert max(sum(1 for each in begun if at <= each < at + 1) for at in begun) == 5
    assert begun[-1] - begun[0] == 3


def test_calls_below_the_rate_do_not_wait():
    clock = Clock()
    pace = clock.pace(2)
    for _ in range(5):
        pace.wait()
        clock.now += 0.5
    assert clock.now == 102.5


def test_threads_wait_for_each_other():
    pace, begun = Pace(5), []

    def act():
        pace.wait()
        begun.append(time.monotonic())

    threads = [threading.Thread(target=act) for _ in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    begun.sort()
    assert begun[5] - begun[0] >= 0.9


def test_each_rate_names_an_operation_and_the_page_that_says_it():
    for rate in rates():
        client = boto3.client(rate.service, REGION, aws_access_key_id="x", aws_secret_access_key="x")
        assert rate.operation == "*" or rate.operation in client.meta.service_model.operation_names
        assert rate.source.startswith("https://docs.aws.amazon.com/")
        assert rate.calls > 0


class Answered:
    """A session whose clients are answered before anything is sent."""

    region_name = REGION

    def __init__(self, **more) -> None:
        self.times = []
        self._more = more
        self._session = boto3.Session(aws_access_key_id="x", aws_secret_access_key="x", region_name=REGION)

    def client(self, service, **named):
        client = self._session.client(service, **named, **self._more)
        client.meta.events.register_last("before-send", self._answer)
        return client

    def _answer(self, request, **_more):
        self.times.append(time.monotonic())
        raw = SimpleNamespace(stream=lambda *_a, **_k: iter([b'{"tags": {}}']))
        return AWSResponse(request.url, 200, {"x-amzn-RequestId": "r"}, raw)


@pytest.mark.parametrize(
    ("where", "takes"), [({}, 1), ({"endpoint_url": "http://localhost:1"}, 0)], ids=["aws", "an emulator"]
)
def test_log_groups_tags_are_asked_five_times_a_second(where, takes):
    source = Answered(**where)
    aws = Aws(source, account=ACCOUNT, region=REGION, max_in_flight=1)
    for _ in range(7):
        Reader(aws, ("logs:ListTagsForResource",)).call("logs", "ListTagsForResource", resourceArn="arn:aws:logs:::x")
    assert int(source.times[-1] - source.times[0] + 0.05) == takes
    assert AWS_HOSTS


def retries(monkeypatch, tmp_path, config="", **environment) -> tuple[str, int]:
    for name in ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "config").write_text(config)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    client = session().client("sts", region_name=REGION, aws_access_key_id="x", aws_secret_access_key="x")
    return client.meta.config.retries["mode"], client.meta.config.retries.get("total_max_attempts")


def test_a_caller_who_says_nothing_is_patient(monkeypatch, tmp_path):
    assert retries(monkeypatch, tmp_path) == ("standard", 10)


def test_the_callers_own_setting_holds(monkeypatch, tmp_path):
    assert retries(monkeypatch, tmp_path, AWS_RETRY_MODE="adaptive")[0] == "adaptive"
    assert retries(monkeypatch, tmp_path, AWS_RETRY_MODE="standard", AWS_MAX_ATTEMPTS="2") == ("standard", 2)
    assert retries(monkeypatch, tmp_path, "[default]\nmax_attempts = 4\n")[1] == 4
    assert retries(monkeypatch, tmp_path, "[default]\nretry_mode = adaptive\n")[0] == "adaptive"


def test_a_run_that_is_throttled_three_times_in_ten_reads_what_a_quiet_one_reads(prod, monkeypatch):
    """The pauses between attempts are a hundredth of what they are on AWS."""
    slept = SimpleNamespace(sleep=lambda seconds: time.sleep(seconds / 100))
    monkeypatch.setattr(botocore.endpoint, "time", slept)
    for name in ("AWS_RETRY_MODE", "AWS_MAX_ATTEMPTS", "AWS_PROFILE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in prod.environment().items():
        monkeypatch.setenv(name, value)
    outputs = load_outputs(prod.outputs)
    quiet = collect(session(), outputs)
    dice = random.Random(1)
    with proxy_to(
        prod.environment()["AWS_ENDPOINT_URL"], refuse=lambda _: "Throttling" if dice.random() < 0.3 else None
    ) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        busy = collect(session(), outputs)
    assert busy.gaps == quiet.gaps == ()
    assert [(each.question, each.ids, each.in_stack) for each in busy.answers] == [
        (each.question, each.ids, each.in_stack) for each in quiet.answers
    ]
    assert proxy.traffic.repeated > len(proxy.traffic.calls) / 5, "about three in ten calls were made again"
