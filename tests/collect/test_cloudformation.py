"""A CloudFormation stack is its own state: what it declares is read from it, with its nested stacks."""

from __future__ import annotations

import json
from collections.abc import Iterator

import boto3
import pytest
from moto import mock_aws
from stack_verify.collect import collect
from stack_verify.controls.stack.drift import drift_live_vs_declared, inventory_in_account_not_in_state
from stack_verify.controls.stack.outputs import inventory_in_state_not_in_account
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.outputs import load_outputs
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.stack import DeclaredResource
from support.hand_made import POLICY

TEMPLATE = {
    "Resources": {
        "Network": {"Type": "AWS::EC2::VPC", "Properties": {"CidrBlock": "10.0.0.0/16"}},
        "Subnet": {"Type": "AWS::EC2::Subnet", "Properties": {"VpcId": {"Ref": "Network"}, "CidrBlock": "10.0.0.0/24"}},
        "Queue": {"Type": "AWS::SQS::Queue"},
        "Table": {
            "Type": "AWS::DynamoDB::Table",
            "Properties": {
                "AttributeDefinitions": [{"AttributeName": "k", "AttributeType": "S"}],
                "KeySchema": [{"AttributeName": "k", "KeyType": "HASH"}],
                "BillingMode": "PAY_PER_REQUEST",
            },
        },
    },
}


@pytest.fixture
def deployed(monkeypatch) -> Iterator[boto3.Session]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    with mock_aws():
        session = boto3.Session(region_name="us-east-1")
        session.client("cloudformation").create_stack(StackName="web", TemplateBody=json.dumps(TEMPLATE))
        yield session


@pytest.fixture
def outputs(deployed, tmp_path):
    vpc = deployed.client("ec2").describe_vpcs(Filters=[{"Name": "cidr", "Values": ["10.0.0.0/16"]}])["Vpcs"][0]
    path = tmp_path / "cdk-outputs.json"
    path.write_text(json.dumps({"web": {"VpcId": vpc["VpcId"]}}))
    return path


def statuses(control, snapshot):
    findings = evaluate(snapshot, (control,), POLICY)
    return {each.resource.id: (each.status, each.observed) for each in findings if each.control == control.id}


def test_what_the_stack_declares_is_read_and_exists(deployed, outputs):
    snapshot = collect(deployed, load_outputs(outputs))
    declared = {each.urn: each for each in snapshot.of(DeclaredResource)}
    assert set(declared) == {"web/Network", "web/Subnet", "web/Queue", "web/Table"}
    assert declared["web/Table"].type == "AWS::DynamoDB::Table"
    assert all(each.observed_by.api == "cloudformation:ListStackResources" for each in declared.values())
    found = statuses(inventory_in_state_not_in_account, snapshot)
    assert {name for name, (status, _) in found.items() if status is Status.PASSED} >= {"web/Network", "web/Subnet"}
    drift = statuses(drift_live_vs_declared, snapshot)
    assert drift["web/Network"] == (
        Status.NOT_APPLICABLE,
        "CloudFormation's own drift detection compares properties; not compared here",
    )


def test_what_the_stack_does_not_declare_is_found(deployed, outputs):
    ec2 = deployed.client("ec2")
    vpc = json.loads(outputs.read_text())["web"]["VpcId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.0.1.0/24")["Subnet"]["SubnetId"]
    snapshot = collect(deployed, load_outputs(outputs))
    status, observed = statuses(inventory_in_account_not_in_state, snapshot)[vpc]
    assert status is Status.FAILED
    assert subnet in observed


def test_what_the_stack_lost_is_found(deployed, outputs):
    sqs = deployed.client("sqs")
    sqs.delete_queue(QueueUrl=sqs.list_queues()["QueueUrls"][0])
    found = statuses(inventory_in_state_not_in_account, collect(deployed, load_outputs(outputs)))
    assert found["web/Queue"][0] is Status.FAILED


def test_a_stack_that_cannot_be_read_is_an_error(deployed, outputs):
    snapshot = collect(deployed, load_outputs(outputs, stack_names=("other",)))
    assert not snapshot.of(DeclaredResource)
    vpc = snapshot.of(VPC)[0].id
    status, observed = statuses(inventory_in_account_not_in_state, snapshot)[vpc]
    assert status is Status.ERROR
    assert "what stack other declares is not known" in observed


def test_a_state_that_is_given_is_the_state(outputs, tmp_path):
    assert load_outputs(outputs).cloudformation == ("web",)
    path = tmp_path / "flat.json"
    path.write_text('{"stack": "arn:aws:cloudformation:us-east-1:123456789012:stack/web/0a1b2c3d"}')
    assert load_outputs(path).cloudformation == ("web",)
    assert load_outputs(path, stack_names=("api",)).cloudformation == ("api",)
