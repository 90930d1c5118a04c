"""What watches over the platform, as moto holds it where the program's own stacks do not go."""

import io
import json
import zipfile

import pytest
from moto import mock_aws
from support.programs import Program
from support.readback import LIVE, comparable

from stack.local.deployment import deploy
from stack.local.endpoint import Clients

REGION = "sa-east-1"
ROTATION_TYPES = ("aws:lambda/permission:Permission", "aws:secretsmanager/secretRotation:SecretRotation")


@pytest.fixture
def program(moto_url, tmp_path):
    return Program(moto_url, tmp_path)


def rotation_function(aws):
    """A function as a company has one that rotates its secrets; moto calls it without running it."""
    trust = json.dumps({"Version": "2012-10-17", "Statement": []})
    role = aws.client("iam").create_role(RoleName="rotation", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("rotation.py", "def handler(event, context): return None\n")
    return aws.client("lambda").create_function(
        FunctionName="rotation",
        Runtime="python3.12",
        Role=role,
        Handler="rotation.handler",
        Code={"ZipFile": archive.getvalue()},
    )["FunctionArn"]


def test_a_named_function_rotates_the_applications_secret():
    with mock_aws(config={"lambda": {"use_docker": False}}):
        aws = Clients(REGION)
        deployment = deploy("dev", config={"secretRotationFunctionArn": rotation_function(aws)})
        made = {
            each["type"]: each for each in deployment.state["deployment"]["resources"] if each["type"] in ROTATION_TYPES
        }
        assert {kind: comparable(LIVE[kind](aws, each)) for kind, each in made.items()} == {
            kind: comparable(each["inputs"]) for kind, each in made.items()
        }
        assert set(made) == set(ROTATION_TYPES)


def test_production_and_development_live_side_by_side_in_one_account(prod, dev):
    alarms = Clients(REGION, prod.endpoint).client("cloudwatch").describe_alarms()["MetricAlarms"]
    names = [alarm["AlarmName"] for alarm in alarms]
    assert {name.rpartition("-")[2] for name in names} == {"prod", "dev"}
    assert prod.endpoint == dev.endpoint


def test_a_trail_can_be_declared_silent(program):
    program.run(
        'bucket = aws.s3.Bucket("b", bucket="small-trail")',
        'aws.cloudtrail.Trail("t", name="small", s3_bucket_name=bucket.bucket, enable_logging=False)',
    )
    assert program.aws.client("cloudtrail").get_trail_status(Name="small")["IsLogging"] is False


def test_what_is_declared_off_is_off(tmp_path):
    with mock_aws():
        program = Program(None, tmp_path)
        program.aws.client("ec2").enable_ebs_encryption_by_default()
        program.run(
            'recorder = aws.cfg.Recorder("r", name="r", role_arn="arn:aws:iam::123456789012:role/r")',
            'aws.cfg.RecorderStatus("r", name=recorder.name, is_enabled=False)',
            'aws.ebs.EncryptionByDefault("e", enabled=False)',
        )
        (recorder,) = program.aws.client("config").describe_configuration_recorder_status()[
            "ConfigurationRecordersStatus"
        ]
        assert recorder["recording"] is False
        assert program.aws.client("ec2").get_ebs_encryption_by_default()["EbsEncryptionByDefault"] is False


def test_what_moto_does_not_hold_is_checked_against_the_call_that_aws_would_get(program):
    done = program.run('aws.iam.RolePolicyAttachment("a", role="r", policy_arn="arn:aws:iam::aws:policy/p")')
    assert done.registrations[-1].outputs["arn"].endswith(":not-held/a")
