"""A stack with resources of another service beside it is deployed, declared with them, and passes."""

import json

import pytest
from support.running import verify

from stack.local.additions import ADDITIONS
from stack.local.demo import POLICY
from stack.local.deployment import deploy
from stack.local.emulator import moto_server

MADE = {
    "aurora": ("aws:rds/cluster:Cluster", "AWS::RDS::DBCluster"),
    "dynamodb": ("aws:dynamodb/table:Table", "AWS::DynamoDB::Table"),
    "caches": ("aws:elasticache/cluster:Cluster", "AWS::ElastiCache::ReplicationGroup"),
    "files": ("aws:efs/fileSystem:FileSystem", "AWS::EFS::FileSystem"),
    "functions": ("aws:lambda/function:Function", "AWS::Lambda::Function"),
    "instances": ("aws:ec2/instance:Instance", "AWS::EC2::Instance"),
    "people": ("aws:iam/user:User", "AWS::IAM::Group"),
    "edge": ("aws:apigateway/restApi:RestApi", "AWS::ApiGateway::RestApi"),
}


@pytest.mark.parametrize("stack", ADDITIONS)
def test_what_is_added_is_declared_and_passes(stack, prod, tmp_path):
    declared, judged = MADE[stack]
    with moto_server() as url:
        outputs, state = deploy(stack, endpoint_url=url).write(tmp_path)
        ran = verify(
            outputs,
            *("--stack-state", str(state), "--policy", str(POLICY)),
            environment={**prod.environment(), "AWS_ENDPOINT_URL": url},
            cwd=tmp_path,
        )
    assert (ran.status, ran.findings("failed"), ran.findings("error")) == (0, set(), set()), ran.out
    assert declared in {each["type"] for each in json.loads(state.read_text())["deployment"]["resources"]}
    passed = [each for each in ran.results["findings"] if each["status"] == "passed"]
    assert judged in {each["resource"]["type"] for each in passed}
