"""A stack is deployed again, changed, destroyed and deployed anew, as Pulumi does it."""

import json

import pytest
from moto import mock_aws
from support.programs import Program

from stack.local.__main__ import main
from stack.local.deployment import deploy, destroy, kept, preview
from stack.local.emulator import moto_server
from stack.local.endpoint import Clients
from stack.local.errors import ConfigurationError, DeploymentError
from stack.local.plan import UNKNOWN, Operation, Step, held_resources, step

# What differs in a stack of its own account between two runs.
SETTINGS = {
    "dev": [
        ({"containerPort": "9090"}, {"replace TargetGroup", "update Listener", "update Service"}),
        ({"desiredCount": "2"}, {"update Service"}),
        ({"logRetentionDays": "400"}, {"update LogGroup", "update BucketLifecycleConfiguration"}),
    ],
    "prod": [
        ({"databaseEngineVersion": "18"}, {"replace ParameterGroup", "update Instance"}),
        ({"allowDestroy": "true"}, {"update Bucket", "update Instance", "update LoadBalancer", "update Secret"}),
    ],
}


@pytest.fixture(scope="module", params=["dev", "prod"])
def deployed(request):
    """A stack in an account of its own, and the moto it is at."""
    with moto_server() as url:
        yield url, deploy(request.param, endpoint_url=url)


def different(steps):
    return [str(each) for each in steps if each.operation is not Operation.SAME]


def kinds(steps):
    """The operations with the kinds of resources, such as `update Service`."""
    different = (each for each in steps if each.operation is not Operation.SAME)
    return {f"{each.operation} {each.urn.split('::')[-2].rpartition(':')[2]}" for each in different}


def test_a_second_deployment_of_the_same_program_changes_nothing(deployed):
    url, first = deployed
    assert different(preview(first.stack, first.state, endpoint_url=url)) == []
    again = deploy(first.stack, endpoint_url=url, previous=first.state)
    assert different(again.steps) == []
    assert again.outputs == first.outputs


def test_the_image_is_pushed_when_its_repository_is_there_and_named_in_the_deployment_after(deployed):
    _, done = deployed
    assert kinds(done.steps) == {"update RolePolicy", "replace TaskDefinition", "update Service"}
    service = next(each for each in done.registrations if each.type == "aws:ecs/service:Service")
    assert service.inputs["desiredCount"] == {"dev": 1, "prod": 2}[done.stack]


@pytest.mark.parametrize("stack", SETTINGS)
def test_each_setting_changed_is_planned_and_done_once_and_nothing_is_left_after_the_destruction(stack):
    with moto_server() as url:
        done = deploy(stack, endpoint_url=url)
        config = {}
        for changed, expected in SETTINGS[stack]:
            config |= changed
            planned = preview(stack, done.state, endpoint_url=url, config=config)
            assert expected <= kinds(planned)
            done = deploy(stack, endpoint_url=url, previous=done.state, config=config)
            assert sorted(different(done.steps)) == sorted(different(planned))
            assert different(preview(stack, done.state, endpoint_url=url, config=config)) == []
        destroy(done.state, endpoint_url=url)
        assert left_over(Clients(done.region, url)) == []
        assert deploy(stack, endpoint_url=url, config=config).outputs.keys() == done.outputs.keys()


def left_over(aws):
    """What a destroyed stack must not leave, each by the call that would show it."""
    calls = [
        ("s3", "list_buckets", "Buckets"),
        ("ecr", "describe_repositories", "repositories"),
        ("rds", "describe_db_instances", "DBInstances"),
        ("elbv2", "describe_load_balancers", "LoadBalancers"),
        ("elbv2", "describe_target_groups", "TargetGroups"),
        ("backup", "list_backup_vaults", "BackupVaultList"),
        ("logs", "describe_log_groups", "logGroups"),
        ("secretsmanager", "list_secrets", "SecretList"),
        ("ec2", "describe_nat_gateways", "NatGateways"),
        ("ec2", "describe_addresses", "Addresses"),
        ("guardduty", "list_detectors", "DetectorIds"),
        ("config", "describe_configuration_recorders", "ConfigurationRecorders"),
        ("wafv2", "list_web_acls", "WebACLs"),
    ]
    more = {"list_web_acls": {"Scope": "REGIONAL"}}
    found = [
        (service, each)
        for service, call, key in calls
        for each in getattr(aws.client(service), call)(**more.get(call, {}))[key]
        if not (isinstance(each, dict) and each.get("State") == "deleted")
    ]
    networks = aws.client("ec2").describe_vpcs(Filters=[{"Name": "is-default", "Values": ["false"]}])["Vpcs"]
    return [*found, *networks]


def test_what_is_replaced_under_the_same_name_is_deleted_first(moto_url, tmp_path):
    program = Program(moto_url, tmp_path)
    line = 'aws.ecr.Repository("web", name="web", encryption_configurations=[{{"encryption_type": "{}"}}])'
    first = program.run(line.format("AES256"))
    second = program.run(line.format("KMS"), held=[each for each in first.registrations if each.id])
    assert kinds(second.steps) == {"replace Repository"}
    (found,) = program.aws.client("ecr").describe_repositories(repositoryNames=["web"])["repositories"]
    assert found["encryptionConfiguration"]["encryptionType"] == "KMS"


def test_a_stack_in_this_process_is_destroyed_in_it():
    with mock_aws():
        done = deploy("dev")
        assert {each.operation for each in destroy(done.state)} == {Operation.DELETE}
        assert left_over(Clients(done.region)) == []


def test_a_protected_production_stack_is_not_destroyed():
    with moto_server() as url:
        done = deploy("prod", endpoint_url=url)
        with pytest.raises(DeploymentError, match=r"healthcare-\S+ is (not empty|protected); set allowDestroy to true"):
            destroy(done.state, endpoint_url=url)


BUCKET = "urn:pulumi:dev::p::aws:s3/bucket:Bucket::b"


def held(kind, **inputs):
    return {"urn": BUCKET, "type": kind, "inputs": inputs, "outputs": inputs, "id": "x", "custom": True}


@pytest.mark.parametrize(
    ("inputs", "expected"),
    [
        ({"bucket": "a", "tags": {}}, Step(Operation.SAME, BUCKET)),
        ({"bucket": "a"}, Step(Operation.UPDATE, BUCKET, ("tags",))),
        ({"bucket": "b", "tags": {}}, Step(Operation.REPLACE, BUCKET, ("bucket",))),
        ({"bucket": UNKNOWN, "tags": {}}, Step(Operation.REPLACE, BUCKET, ("bucket",))),
        ({"bucket": "a", "tags": {}, "forceDestroy": True}, Step(Operation.UPDATE, BUCKET, ("forceDestroy",))),
    ],
)
def test_what_a_resource_needs_follows_from_the_inputs_that_differ(inputs, expected):
    assert step(BUCKET, inputs, held("aws:s3/bucket:Bucket", bucket="a", tags={})) == expected
    assert step(BUCKET, inputs, None) == Step(Operation.CREATE, BUCKET)


@pytest.mark.parametrize(
    ("value", "before", "same"),
    [('{"a": 1, "b": 2}', '{"b":2,"a":1}', True), ('{"a": 1}', '{"a": 2}', False), ("{a", "{a", True)],
)
def test_documents_are_compared_by_what_they_say(value, before, same):
    planned = step(BUCKET, {"policy": value}, held("aws:s3/bucketPolicy:BucketPolicy", policy=before))
    assert (planned.operation is Operation.SAME) is same


def test_the_command_line_previews_deploys_changes_and_destroys(tmp_path, capsys):
    with moto_server() as url:
        common = ["--endpoint", url, "--outputs", str(tmp_path)]
        stack = ["--stack", "dev", *common]
        assert main(["preview", *stack]) == 0
        assert "create aws:ec2/vpc:Vpc healthcare-vpc-dev" in capsys.readouterr().out.splitlines()
        assert main(["up", *stack]) == 0
        assert main(["preview", *stack]) == 0
        said = capsys.readouterr()
        assert (said.out, said.err.splitlines()[-1].partition(" ")[0]) == ("", "same")
        assert main(["up", *stack, "--config", "desiredCount=3"]) == 0
        assert "update 1; wrote" in capsys.readouterr().err
        assert main(["up", *stack, "--config", "desiredCount=3", "--config", "vpcCidr=10.64.0.0/16"]) == 1
        assert main(["up", *stack, "--config", "requestsPerFiveMinutes=100"]) == 1
        assert "changing rules in place is not emulated" in capsys.readouterr().err
        assert main(["destroy", *common]) == 0
        assert capsys.readouterr().err.splitlines()[-1].startswith("delete 1")
        assert list(tmp_path.iterdir()) == []
        assert main(["destroy", *common]) == 4
        assert "holds nothing that is at" in capsys.readouterr().err


def test_a_state_that_is_none_or_of_another_moto_is_told_apart(moto_url, tmp_path):
    assert kept(tmp_path, moto_url) is None
    vpc = {"urn": "u", "type": "aws:ec2/vpc:Vpc", "id": "vpc-gone", "custom": True, "provider": "p"}
    resources = [{"urn": "s", "custom": False}, {"urn": "p", "custom": True, "inputs": {"region": "sa-east-1"}}, vpc]
    (tmp_path / "state.json").write_text(json.dumps({"deployment": {"resources": resources}}))
    assert list(held_resources({"deployment": {"resources": resources}})) == ["u"]
    assert kept(tmp_path, moto_url) is None
    (tmp_path / "state.json").write_text("{")
    with pytest.raises(ConfigurationError, match="is not a state"):
        kept(tmp_path, moto_url)
