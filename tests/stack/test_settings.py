"""Settings that cannot be deployed are refused before anything is created, each by its key."""

import json
from pathlib import Path

import pulumi
import pytest
import yaml
from support.refusals import refusal, refused_keys
from support.stack_deployment import (
    ACCOUNT,
    CERTIFICATE,
    COMMON,
    DEV,
    EXISTING,
    ISSUED,
    PROGRAM,
    PROJECT,
    REGION,
    Deployment,
    deploy,
)

from stack.config_reader import SettingsError

ECR = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com"
DIGEST = "sha256:" + "0f" * 32


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("environment", "staging"),
        ("environmentSuffix", "x"),
        ("environmentSuffix", "Blue"),
        ("environmentSuffix", "7blue"),
        ("environmentSuffix", "blue-"),
        ("environmentSuffix", "blue--green"),
        ("environmentSuffix", "b" * 15),
        ("availabilityZones", "1"),
        ("availabilityZones", "6"),
        ("availabilityZones", "true"),
        ("availabilityZones", "two"),
        ("availabilityZones", '{"a": 1}'),
        ("availabilityZones", '["sa-east-1a"]'),
        ("availabilityZones", '["sa-east-1a", "sa-east-1a"]'),
        ("availabilityZones", '["sa-east-1a", "us-east-1b"]'),
        ("availabilityZones", '["sa-east-1a", 2]'),
        ("vpcCidr", "10.20.0.0"),
        ("vpcCidr", "10.20.0.1/16"),
        ("vpcCidr", "10.0.0.0/8"),
        ("vpcCidr", "10.0.0.0/24"),
        ("vpcCidr", "8.8.0.0/16"),
        ("vpcCidr", "fd00::/16"),
        ("natGateways", "2"),
        ("natGateways", "many"),
        ("allowInternetEgress", "yes"),
        ("image", "nginx"),
        ("image", f"{ECR}/platform"),
        ("image", f"{ECR}/platform:latest"),
        ("image", f"{ECR}/placeholder:1.0"),
        ("image", "000000000000.dkr.ecr.sa-east-1.amazonaws.com/platform:1.0"),
        ("image", f"{ECR.replace('sa-east-1', 'us-east-1')}/platform:1.0"),
        ("image", "ghcr.io/clinic/platform:1.0"),
        ("containerPort", "80"),
        ("containerPort", "65536"),
        ("containerPort", "8080.5"),
        ("containerPort", "http"),
        ("databasePort", "1149"),
        ("databasePort", "-5432"),
        ("targetProtocol", "TCP"),
        ("healthCheckPath", "health"),
        ("healthCheckPath", "/health?deep=1"),
        ("databaseName", "Healthcare"),
        ("databaseName", "1care"),
        ("databaseInstanceClass", "t4g.medium"),
        ("databaseEngineVersion", "12"),
        ("databaseEngineVersion", "latest"),
        ("allocatedStorage", "19"),
        ("backupRetentionDays", "29"),
        ("backupRetentionDays", "36"),
        ("backupRetentionDays", "0"),
        ("logRetentionDays", "31"),
        ("logRetentionDays", "0"),
        ("auditRetentionDays", "2191"),
        ("auditLockMode", "NONE"),
        ("backupDailyRetentionDays", "34"),
        ("backupMonthlyRetentionDays", "36501"),
        ("backupLockMode", "governance"),
        ("backupCopyVaultArn", "arn:aws:s3:::vault"),
        ("secretRotationFunctionArn", "rotation"),
        ("secretRotationFunctionArn", "arn:aws:lambda:us-east-1:210987654321:function:rotation"),
        ("secretRotationDays", "0"),
        ("alarmEmail", "security"),
        ("requestsPerFiveMinutes", "99"),
        ("accountSafeguards", "all"),
        ("guardDuty", "on"),
        ("desiredCount", "0"),
        ("cpu", "300"),
        ("memory", "4096"),
        ("certificateArn", CERTIFICATE),
        ("domainName", "platform.clinic.health"),
        ("hostedZoneId", "Z0A1B2C3D4"),
    ],
)
def test_a_wrong_value_is_refused_by_its_key(key, value):
    assert refused_keys({**DEV, key: value}) == [key]


@pytest.mark.parametrize("key", ["environment", "environmentSuffix", "applicationSecret"])
def test_a_missing_value_is_refused_by_its_key(key):
    settings = {name: value for name, value in DEV.items() if name != key}
    assert refused_keys(settings) == [key]


def test_the_message_says_what_is_wrong_and_what_to_set():
    assert refusal({**DEV, "backupRetentionDays": "7"}) == (
        "The settings cannot be deployed; nothing was created.\n"
        "  - healthcare-platform:backupRetentionDays is '7'; set it to 30 to 35 days"
    )


def test_a_missing_secret_is_asked_for_by_the_command_that_sets_it():
    settings = {name: value for name, value in DEV.items() if name != "applicationSecret"}
    assert "`pulumi config set --secret applicationSecret`" in refusal(settings)


@pytest.mark.parametrize("region", [None, "sa-east", "brazil"])
def test_a_missing_or_unknown_region_is_refused(region):
    assert "aws:region" in refusal(DEV, region)


def test_all_problems_are_told_at_once():
    settings = {**DEV, "image": f"{ECR}/placeholder:latest", "cpu": "3", "vpcCidr": "x", "environmentSuffix": "?"}
    assert sorted(refused_keys(settings)) == ["cpu", "environmentSuffix", "image", "image", "vpcCidr"]


def test_a_region_is_told_together_with_the_rest():
    assert [line.split()[1] for line in refusal({**DEV, "cpu": "3"}, "x").splitlines()[1:]] == [
        "aws:region",
        "healthcare-platform:image",
        "healthcare-platform:cpu",
    ]


def test_internet_egress_needs_a_nat_gateway():
    assert refused_keys({**DEV, "natGateways": "0", "allowInternetEgress": "true"}) == ["allowInternetEgress"]


@pytest.mark.parametrize("count", ["0", "1"])
def test_production_has_a_nat_gateway_per_zone(count):
    assert refused_keys({**ISSUED, "natGateways": count}) == ["natGateways"]


def test_more_zones_than_the_region_has_are_refused():
    assert refusal({**DEV, "availabilityZones": "4"}) == (
        "healthcare-platform:availabilityZones is 4, but sa-east-1 has 3; "
        "set it to fewer, or deploy to another region. Nothing was created."
    )


@pytest.mark.parametrize(
    "image",
    [f"{ECR}/clinic/platform:2026.7", f"{ECR}/platform@{DIGEST}", f"{ECR}/platform:1.2@{DIGEST}"],
)
def test_an_image_pinned_by_tag_or_digest_is_deployed_as_it_is(image):
    stack = deploy({**DEV, "image": image})
    assert json.loads(stack.one("TaskDefinition").inputs["containerDefinitions"])[0]["image"] == image


def test_an_image_of_another_registry_needs_internet_egress():
    stack = deploy({**DEV, "image": "ghcr.io/clinic/platform:1.0", "allowInternetEgress": "true"})
    assert json.loads(stack.one("TaskDefinition").inputs["containerDefinitions"])[0]["image"].startswith("ghcr.io/")


def config_of(path: Path) -> dict[str, str]:
    prefix = f"{PROJECT}:"
    values = yaml.safe_load(path.read_text())["config"]
    assert values.pop("aws:region") == REGION
    return {key.removeprefix(prefix): str(value) for key, value in values.items()}


def test_the_development_file_asks_only_for_the_secret():
    settings = config_of(PROGRAM / "Pulumi.dev.yaml")
    assert sorted(refused_keys(settings)) == ["applicationSecret"]
    assert deploy({**COMMON, **settings}).outputs["environmentSuffix"] == "dev"


def test_the_production_file_asks_for_the_certificate_besides():
    settings = config_of(PROGRAM / "Pulumi.prod.yaml")
    assert sorted(refused_keys(settings)) == ["applicationSecret", "certificateArn"]
    stack: Deployment = deploy({**EXISTING, **settings})
    assert stack.one("Instance").inputs["backupRetentionPeriod"] == 35
    assert {group.inputs["retentionInDays"] for group in stack.of("LogGroup")} == {2192}


def test_the_project_file_names_the_project_whose_keys_are_read():
    assert yaml.safe_load((PROGRAM / "Pulumi.yaml").read_text())["name"] == PROJECT


def test_pulumi_shows_the_refusal_without_a_traceback():
    assert issubclass(SettingsError, pulumi.RunError)
