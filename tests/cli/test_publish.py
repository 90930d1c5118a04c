"""``stack-verify publish``: what Security Hub and an SNS topic are told of a run, and what they refuse of it."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import boto3
import msgspec
import pytest
from stack_verify.__main__ import main
from stack_verify.resources.s3 import Bucket, BucketVersioning
from stack_verify.snapshot import dump
from support.hand_made import AT, answer, answered, of_answers
from support.servers import answer as http

from stack.local.proxy import proxy_to

BUCKETS = [f"data-{number}" for number in range(3)]


def taken(path: Path, **versioning: str) -> Path:
    """A saved snapshot of three buckets, each with its versions kept unless it says otherwise."""
    answers = []
    for name in BUCKETS:
        status = versioning.get(name.replace("-", "_"), "Enabled")
        answers.append(answer(name, answered(Bucket, Name=name, BucketArn=f"arn:aws:s3:::{name}")))
        answers.append(answer(name, answered(BucketVersioning, Bucket=name, Status=status)))
    path.write_bytes(dump(msgspec.structs.replace(of_answers(*answers), taken_at=AT)))
    return path


@pytest.fixture(scope="module")
def run(tmp_path_factory) -> Path:
    """The reports of a run in which one bucket no longer keeps versions, which it did in the baseline."""
    folder = tmp_path_factory.mktemp("run")
    before, now = taken(folder / "before.json"), taken(folder / "now.json", data_1="Suspended")
    reports = folder / "reports"
    given = ("--baseline", str(before), "--reports", str(reports), "--report", "json,asff")
    assert main(["evaluate", str(now), *given]) == 1
    return reports


@pytest.fixture(autouse=True)
def _aws(moto_environment, monkeypatch):
    """The environment of somebody who may publish to a moto server."""
    for name, value in moto_environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")


@pytest.fixture
def topic(_aws, tmp_path) -> tuple[str, str]:
    """The ARN of a topic, and the URL of a queue that gets its messages."""
    sns, sqs = (boto3.client(service, region_name="sa-east-1") for service in ("sns", "sqs"))
    name = tmp_path.name  # of each test its own
    arn = sns.create_topic(Name=name)["TopicArn"]
    queue = sqs.create_queue(QueueName=name)["QueueUrl"]
    sns.subscribe(TopicArn=arn, Protocol="sqs", Endpoint=f"arn:aws:sqs:sa-east-1:123456789012:{name}")
    return arn, queue


def messages(queue: str) -> list[dict[str, str]]:
    got = boto3.client("sqs", region_name="sa-east-1").receive_message(QueueUrl=queue, MaxNumberOfMessages=10)
    return [json.loads(each["Body"]) for each in got.get("Messages", [])]


def resealed(run: Path, folder: Path, name: str, change) -> Path:
    """The run with one report changed and sealed anew, as a run that gave this would have been."""
    copy = Path(shutil.copytree(run, folder / "resealed"))
    document = json.loads((copy / name).read_text())
    change(document)
    (copy / name).write_text(json.dumps(document))
    content = (copy / name).read_bytes()
    manifest = json.loads((copy / "manifest.json").read_text())
    (sealed,) = (file for file in manifest["files"] if file["name"] == name)
    sealed |= {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
    (copy / "manifest.json").write_text(json.dumps(manifest))
    return copy


def ids(run: Path) -> list[str]:
    return [finding["Id"] for request in json.loads((run / "asff.json").read_text()) for finding in request["Findings"]]


def test_security_hub_gets_every_finding_in_the_region_of_the_stack(run, capsys):
    assert main(["publish", str(run), "--security-hub"]) == 0
    assert capsys.readouterr().out == f"Security Hub: {len(ids(run))} findings imported, 0 refused\n"
    hub = boto3.client("securityhub", region_name="sa-east-1")
    pages = hub.get_paginator("get_findings").paginate()
    assert {each["Id"] for page in pages for each in page["Findings"]} == set(ids(run))
    assert len(ids(run)) > 100


def test_a_finding_that_security_hub_refuses_is_told_and_the_others_are_imported(run, tmp_path, capsys):
    changed = resealed(run, tmp_path, "asff.json", lambda requests: requests[1]["Findings"][0].update(Resources=[]))
    refused = json.loads((changed / "asff.json").read_text())[1]["Findings"][0]["Id"]
    assert main(["publish", str(changed), "--security-hub"]) == 1
    said = capsys.readouterr()
    assert said.out == f"Security Hub: {len(ids(run)) - 1} findings imported, 1 refused\n"
    assert said.err.startswith(f"stack-verify: {refused}: InvalidInput: ")


@pytest.mark.parametrize(
    ("answered", "why"),
    [
        ("AccessDeniedException", "AccessDeniedException"),
        (http(200, body='{"FailedCount": 0, "SuccessCount": 1}'), "does not say whether it took it"),
        (http(200, body="{}"), "does not say whether it took it"),
    ],
    ids=["denied", "says too little", "says nothing"],
)
def test_what_security_hub_does_not_say_it_took_was_not_taken(run, moto_url, monkeypatch, answered, why, capsys):
    with proxy_to(moto_url, refuse=lambda _call: answered) as proxy:
        monkeypatch.setenv("AWS_ENDPOINT_URL", proxy.url)
        assert main(["publish", str(run), "--security-hub"]) == 1
    said = capsys.readouterr()
    assert said.out == f"Security Hub: 0 findings imported, {len(ids(run))} refused\n"
    assert [why in line for line in said.err.splitlines()] == [True] * len(ids(run))


def test_a_topic_is_told_what_is_new_by_name_and_not_what_was_observed(run, topic, capsys):
    arn, queue = topic
    assert main(["publish", str(run), "--sns", arn]) == 0
    assert capsys.readouterr().out == "SNS: new findings told: 1\n"
    (message,) = messages(queue)
    assert message["Subject"] == "stack-verify: 1 new in the stack"
    assert message["Message"].splitlines() == [
        "new findings: 1, in account 123456789012, sa-east-1, at 2026-01-31 00:00 UTC",
        "",
        "low failed s3-versioning: AWS::S3::Bucket data-1",
        "",
        "What was observed is in results.json and report.html of the run.",
    ]


def test_a_topic_is_told_nothing_where_nothing_is_new(run, topic, tmp_path, capsys):
    arn, queue = topic
    quiet = resealed(run, tmp_path, "results.json", lambda results: results["changes"].update(new=[]))
    assert main(["publish", str(quiet), "--sns", arn]) == 0
    assert capsys.readouterr().out == "SNS: nothing is new, so no message\n"
    assert messages(queue) == []


def test_without_an_earlier_audit_all_that_is_open_is_new(run, topic, tmp_path):
    arn, queue = topic
    first = resealed(run, tmp_path, "results.json", lambda results: results.pop("changes"))
    results = json.loads((first / "results.json").read_text())
    still_open = [each for each in results["findings"] if each["status"] in ("failed", "error")]
    assert main(["publish", str(first), "--sns", arn]) == 0
    (message,) = messages(queue)
    head = message["Message"].splitlines()[0]
    assert head.startswith(f"new findings: {len(still_open)}, in ")
    assert head.endswith("(no earlier audit: all that is open)")


def test_security_hub_hears_of_the_run_though_the_topic_does_not(run, capsys):
    absent = "arn:aws:sns:sa-east-1:123456789012:absent"
    assert main(["publish", str(run), "--security-hub", "--sns", absent]) == 1
    said = capsys.readouterr()
    assert "SNS did not take the message" in said.err
    assert f"Allow sns:Publish on {absent}" in said.err
    assert "0 refused" in said.out


def test_what_was_changed_after_the_run_is_not_published(run, tmp_path, capsys):
    for name, option in (("asff.json", "--security-hub"), ("results.json", "--security-hub")):
        copy = Path(shutil.copytree(run, tmp_path / name))
        (copy / name).write_bytes((copy / name).read_bytes() + b" ")
        assert main(["publish", str(copy), option]) == 4
        assert f"{name}: is not what was sealed" in capsys.readouterr().err


def test_what_cannot_be_published_is_told(run, tmp_path, capsys):
    assert main(["publish", str(run)]) == 4
    assert "--security-hub, --sns TOPIC_ARN, or both" in capsys.readouterr().err
    assert main(["publish", str(tmp_path), "--security-hub"]) == 4
    assert "Name the manifest.json of a run" in capsys.readouterr().err
    assert main(["publish", str(run), "--sns", "audits"]) == 1
    assert "is no ARN of an SNS topic" in capsys.readouterr().err


def test_findings_in_another_form_than_asff_are_asked_for(run, tmp_path, capsys):
    now = run.parent / "now.json"
    assert main(["evaluate", str(now), "--reports", str(tmp_path), "--report", "json"]) == 1
    capsys.readouterr()
    assert main(["publish", str(tmp_path), "--security-hub"]) == 4
    assert "Write it with: --report all, or asff" in capsys.readouterr().err
