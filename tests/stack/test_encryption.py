"""Keys: one a concern, rotated, and usable by the service it is for and by nobody else."""

import json
from fnmatch import fnmatch

import pytest
from botocore.session import get_session
from support.stack_deployment import Deployment

ROOT = {"AWS": "arn:aws:iam::210987654321:root"}
SERVICES = {
    "database": ["rds"],
    "registry": ["ecr"],
    "secrets": ["secretsmanager", "rds"],
    "storage": ["s3"],
    "backup": ["backup"],
}
TRAIL = "arn:aws:cloudtrail:sa-east-1:210987654321:trail/healthcare-trail-blue7"
# KMS's own actions, but that of ReEncrypt there are two: one for the key it is from, one for the key it is to.
ACTIONS = {*get_session().get_service_model("kms").operation_names, "ReEncryptFrom", "ReEncryptTo"} - {"ReEncrypt"}
DECRYPTING = {
    *("CreateGrant", "Decrypt", "DeriveSharedSecret", "Encrypt", "GenerateDataKey", "GenerateDataKeyPair"),
    *("GenerateDataKeyPairWithoutPlaintext", "GenerateDataKeyWithoutPlaintext", "GenerateMac", "ReEncryptFrom"),
    *("ReEncryptTo", "ReplicateKey", "Sign", "Verify", "VerifyMac"),
}


def allowed(patterns: list[str]) -> set[str]:
    """The actions of KMS that the patterns of a policy name."""
    return {name for name in ACTIONS for pattern in patterns if fnmatch(f"kms:{name}".lower(), pattern.lower())}


def test_patterns_of_actions_are_expanded():
    assert "CreateGrant" in allowed(["kms:Create*"])
    assert allowed(["kms:Re*"]) >= {"ReEncryptFrom", "ReEncryptTo", "ReplicateKey"}
    assert allowed(["*"]) == ACTIONS >= DECRYPTING


def test_there_is_a_key_with_an_alias_for_each_concern(any_stack: Deployment):
    names = {f"healthcare-{concern}-blue7" for concern in (*SERVICES, "alerts", "logs", "trail")}
    assert {key.name for key in any_stack.of("Key")} == names
    aliases = {alias.inputs["name"]: alias.inputs["targetKeyId"] for alias in any_stack.of("Alias")}
    assert aliases == {f"alias/{name}": f"key-{name}" for name in names}


def test_every_key_rotates_and_can_be_rescued_for_thirty_days(any_stack: Deployment):
    kept = {(key.inputs["enableKeyRotation"], key.inputs["deletionWindowInDays"]) for key in any_stack.of("Key")}
    assert kept == {(True, 30)}


@pytest.mark.parametrize(("concern", "services"), SERVICES.items())
def test_a_key_is_used_through_its_services_in_this_region_and_account(any_stack: Deployment, concern, services):
    policy = any_stack.policy("Key", concern)
    through = {
        "kms:ViaService": [f"{service}.sa-east-1.amazonaws.com" for service in services],
        "kms:CallerAccount": "210987654321",
    }
    assert set(policy) == {"Administration", "UseThroughService", "GrantToService"}
    assert policy["UseThroughService"]["Condition"] == {"StringEquals": through}
    assert policy["GrantToService"]["Condition"] == {
        "StringEquals": through,
        "Bool": {"kms:GrantIsForAWSResource": "true"},
    }
    assert [statement["Principal"] for statement in policy.values()] == [ROOT] * 3


def test_log_groups_are_encrypted_by_the_logs_service_of_this_region_for_this_account(any_stack: Deployment):
    policy = any_stack.policy("Key", "logs")
    assert set(policy) == {"Administration", "LogGroups"}
    assert policy["LogGroups"]["Principal"] == {"Service": "logs.sa-east-1.amazonaws.com"}
    assert policy["LogGroups"]["Condition"] == {
        "ArnLike": {"kms:EncryptionContext:aws:logs:arn": "arn:aws:logs:sa-east-1:210987654321:log-group:*"}
    }


def test_the_trails_key_encrypts_for_cloudtrail_and_the_stacks_own_trail_alone(any_stack: Deployment):
    policy = any_stack.policy("Key", "trail")
    assert set(policy) == {"Administration", "TrailDelivery", "ReadThroughService"}
    delivery, reading = policy["TrailDelivery"], policy["ReadThroughService"]
    assert delivery["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert delivery["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"]
    assert delivery["Condition"] == {"StringEquals": {"aws:SourceArn": TRAIL}}
    assert (reading["Principal"], reading["Action"]) == (ROOT, ["kms:Decrypt", "kms:DescribeKey"])
    assert reading["Condition"] == {
        "StringEquals": {"kms:ViaService": "s3.sa-east-1.amazonaws.com", "kms:CallerAccount": "210987654321"}
    }


def test_alarms_are_encrypted_for_the_alarms_of_this_account_and_region_alone(any_stack: Deployment):
    policy = any_stack.policy("Key", "alerts")
    assert set(policy) == {"Administration", "AlarmDelivery"}
    assert policy["AlarmDelivery"]["Principal"] == {"Service": "cloudwatch.amazonaws.com"}
    assert policy["AlarmDelivery"]["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    assert policy["AlarmDelivery"]["Condition"] == {
        "StringEquals": {"aws:SourceAccount": "210987654321"},
        "ArnLike": {"aws:SourceArn": "arn:aws:cloudwatch:sa-east-1:210987654321:alarm:*"},
    }


def test_administrators_of_a_key_cannot_use_it(any_stack: Deployment):
    for key in any_stack.of("Key"):
        statements = json.loads(key.inputs["policy"])["Statement"]
        unconditional = [statement for statement in statements if "Condition" not in statement]
        assert [statement["Sid"] for statement in unconditional] == ["Administration"]
        assert allowed(unconditional[0]["Action"]) & DECRYPTING == set()
        assert "kms:Put*" in unconditional[0]["Action"]


def test_every_log_group_is_encrypted_and_has_a_retention(any_stack: Deployment):
    groups = {g.inputs["name"]: (g.inputs["kmsKeyId"], g.inputs["retentionInDays"]) for g in any_stack.of("LogGroup")}
    names = (
        "/healthcare/flow-logs-blue7",
        "/healthcare/tasks-blue7",
        "/healthcare/trail-blue7",
        "aws-waf-logs-healthcare-blue7",
        "/aws/ecs/containerinsights/healthcare-cluster-blue7/performance",
        "/aws/rds/instance/healthcare-database-blue7/postgresql",
        "/aws/rds/instance/healthcare-database-blue7/upgrade",
    )
    assert groups == dict.fromkeys(names, ("arn:aws:Key/healthcare-logs-blue7", 365))
