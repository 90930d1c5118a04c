"""What the outputs and the state name and nothing judges is told, in each report and in the exit status."""

from __future__ import annotations

import json
from io import BytesIO
from pathlib import Path

import msgspec
import pytest
from stack_verify.collect import _declared, _output
from stack_verify.controls import CONTROLS
from stack_verify.core.denominator import OF_THE_STACK, Standing, denominator, names_nothing
from stack_verify.core.evaluate import evaluate
from stack_verify.core.finding import UNJUDGED
from stack_verify.detect.naming import named_by
from stack_verify.detect.resource_types import AT_RISK, TypeClass, classify, table
from stack_verify.outputs import Declared, Output
from stack_verify.report import report_of, reporters
from stack_verify.report.terminal import summary
from stack_verify.resources.stack import StackOutputs
from stack_verify.vocabulary import Status
from support.hand_made import ACCOUNT, CALL, POLICY, REGION, answer, answered, of_answers

ARN = f"arn:aws:%s:{REGION}:{ACCOUNT}:%s"
SEVEN = {
    "stateMachineArn": (
        ARN % ("states", "stateMachine:phi-api"),
        "aws:sfn/stateMachine:StateMachine",
        "AWS::StepFunctions::StateMachine",
    ),
    "tableName": ("phi-table", "aws:dynamodb/table:Table", "AWS::DynamoDB::Table"),
    "queueUrl": (
        f"https://sqs.{REGION}.amazonaws.com/{ACCOUNT}/phi-queue",
        "aws:sqs/queue:Queue",
        "AWS::SQS::Queue",
    ),
    "searchEndpoint": (
        f"search-phi-abcdefghijklmnopqrstuvwxyz.{REGION}.es.amazonaws.com",
        "aws:opensearch/domain:Domain",
        "AWS::OpenSearchService::Domain",
    ),
    "warehouse": (
        f"phi.abc123.{REGION}.redshift.amazonaws.com:5439",
        "aws:redshift/cluster:Cluster",
        "AWS::Redshift::Cluster",
    ),
    "fileSystemId": ("fs-0123456789abcdef0", "aws:efs/fileSystem:FileSystem", "AWS::EFS::FileSystem"),
}


def stack(outputs: dict[str, str], *declared: Declared):
    call = msgspec.structs.replace(CALL, api="file:outputs.json", request_id=None)
    whole = answered(StackOutputs, Source="outputs.json", Names=sorted(outputs))
    of_file = [_output(Output(name=name, value=value), call) for name, value in outputs.items()]
    return of_answers(answer("outputs.json", whole, *of_file, *(_declared(each, call) for each in declared)))


def of(kind: str, name: str, arn: str | None = None) -> Declared:
    return Declared(urn=f"urn:pulumi:s::p::{kind}::{name}", type=kind, id=name, arn=arn)


def unjudged(held, policy=POLICY):
    return {each.resource.id: each for each in evaluate(held, (), policy) if each.control == UNJUDGED}


@pytest.mark.parametrize("name", SEVEN)
def test_what_nothing_reads_fails_when_an_output_names_it(name):
    """T20"""
    value, _, kind = SEVEN[name]
    (finding,) = unjudged(stack({name: value})).values()
    assert (finding.status, finding.resource.type) == (Status.FAILED, kind)


@pytest.mark.parametrize("name", SEVEN)
def test_and_when_the_state_declares_it(name):
    """T20"""
    _, kind, _ = SEVEN[name]
    (finding,) = unjudged(stack({}, of(kind, "phi"))).values()
    assert finding.status is Status.FAILED


def test_the_policy_accepts_it_by_type_or_name():
    """T20, its opposite."""
    held = stack({name: SEVEN[name][0] for name in ("searchEndpoint", "stateMachineArn")})
    policy = msgspec.structs.replace(POLICY, accept_unjudged=("AWS::OpenSearchService::*", "phi-api"))
    found = unjudged(held, policy)
    assert {each.status for each in found.values()} == {Status.NOT_APPLICABLE}
    assert all(each.observed.startswith("accepted") for each in found.values())


def test_an_aurora_cluster_alone_is_named():
    """T22"""
    held = stack({"clusterEndpoint": f"phi.cluster-abc123.{REGION}.rds.amazonaws.com"})
    (row,) = denominator(held, (), POLICY).resources
    assert (row.type, row.id, row.standing) == ("AWS::RDS::DBCluster", "phi", Standing.NOT_JUDGED)


def test_outputs_that_name_nothing_are_nothing_to_verify():
    """T21"""
    held = stack({"name": "left-pad", "version": "1.0.0", "main": "index.js", "url": "https://example.com/x"})
    assert names_nothing(held)
    found = evaluate(held, CONTROLS, POLICY)
    assert {each.status for each in found} == {Status.NOT_APPLICABLE}
    report = report_of(held, found, POLICY)
    assert report.summary.exit_status == 5
    (oscal,) = reporters("oscal")
    stream = BytesIO()
    oscal.write(report, stream)
    assert '"satisfied"' not in stream.getvalue().decode()


def test_only_what_can_do_no_harm_is_listed_and_verifies_nothing():
    held = stack({"dashboardName": "errors"}, of("random:index/randomId:RandomId", "suffix"))
    found = unjudged(held)
    assert {each.status for each in found.values()} == {Status.NOT_APPLICABLE}
    assert report_of(held, evaluate(held, (), POLICY), POLICY).summary.exit_status == 5


def test_an_arn_of_an_unknown_service_fails():
    (finding,) = unjudged(stack({"thing": ARN % ("quantum", "widget/phi")})).values()
    assert finding.status is Status.FAILED
    assert "unknown type quantum:widget" in finding.observed


def test_an_arn_of_a_known_type_in_an_unknown_form_is_an_error_of_the_controls_of_its_kind():
    """T32"""
    held = stack({"albArn": ARN % ("elasticloadbalancing", "loadbalancer/app/web/not-hex")})
    found = [each for each in evaluate(held, CONTROLS, POLICY) if each.control == "alb-drop-invalid-headers"]
    assert [each.status for each in found] == [Status.ERROR]
    assert "cannot be recognised" in found[0].observed


def test_the_same_resource_of_outputs_and_state_is_one():
    arn = ARN % ("sqs", "phi-queue")
    url = SEVEN["queueUrl"][0]
    (row,) = denominator(
        stack({"queueUrl": url, "queueArn": arn}, of("aws:sqs/queue:Queue", url, arn)), (), POLICY
    ).resources
    assert len(row.named_by) == 3


def test_every_report_names_it():
    """T20"""
    held = stack({name: value for name, (value, _, _) in SEVEN.items()})
    report = report_of(held, evaluate(held, CONTROLS, POLICY), POLICY)
    assert report.summary.exit_status == 1
    for each in reporters("all"):
        if each.filename == "snapshot.json":
            continue
        stream = BytesIO()
        each.write(report, stream)
        text = stream.getvalue().decode()
        for name in ("phi-api", "phi-table", "phi-queue", "fs-0123456789abcdef0"):
            assert name in text or name.replace("-", "&#45;") in text, (each.filename, name)
    assert "6 resources judged" in summary(report, width=200, colour=False, verbose=False)


def test_a_selection_is_called_partial_in_every_format():
    """T24"""
    held = stack({"stateMachineArn": SEVEN["stateMachineArn"][0]})
    found = evaluate(held, CONTROLS, POLICY)
    report = report_of(held, found[:2], POLICY, of=len(found))
    for each in reporters("all"):
        stream = BytesIO()
        each.write(report, stream)
        assert each.filename == "snapshot.json" or "PARTIAL" in stream.getvalue().decode(), each.filename
    whole = report_of(held, found, POLICY)
    assert whole.summary.partial is None


def test_every_type_that_the_tools_know_is_classified():
    import re

    import cfnlint
    import pulumi_aws

    known = set()
    for region in (Path(cfnlint.__file__).parent / "data/schemas/providers").glob("us-east-1.json"):
        known |= {name for name in json.loads(region.read_text()) if name.startswith("AWS::")}
    for module in Path(pulumi_aws.__file__).parent.rglob("*.py"):
        known.update(re.findall(r"""['"](aws:(?!index/)[\w-]+/[a-z]\w*:(?!get[A-Z])\w+)['"]""", module.read_text()))
    assert len(known) > 3000
    assert {name for name in known if classify(name).name is TypeClass.UNCLASSIFIED} == set()


def test_one_of_each_type_is_judged_listed_or_fails_the_run():
    held = stack({}, *(of(f"{name}:X" if name.startswith("aws:") else name, "one") for name in table()))
    rows = denominator(held, (), POLICY).resources
    for row in rows:
        if row.type_class in AT_RISK:
            assert row.fails, row
        else:
            assert row.type_class in (TypeClass.OTHER, TypeClass.PART)


def test_a_type_that_nobody_has_looked_at_fails():
    (finding,) = unjudged(stack({}, of("aws:quantum/widget:Widget", "x"))).values()
    assert finding.status is Status.FAILED
    assert "unclassified" in finding.observed


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("url", "https://portal.example"),
        ("name", "vpc-main"),
        ("port", "5432"),
        ("logs", f"https://logs.{REGION}.amazonaws.com"),
    ],
)
def test_what_is_no_resource_is_not_taken_for_one(name, value):
    assert named_by(name, value) is None


def test_controls_of_names_and_files_judge_no_safeguard():
    assert {each.id for each in CONTROLS if each.concern == "stack"} <= OF_THE_STACK
