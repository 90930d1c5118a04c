"""What an account has only one of: production sets it up, no other stack does, and each may be left to others."""

import json

import pytest
from support.stack_deployment import ACCOUNT, DEV, ISSUED, Deployment, deploy

KINDS = {
    "accessAnalyzer": {"Analyzer"},
    "configRecorder": {"Recorder", "DeliveryChannel", "RecorderStatus"},
    "ebsEncryption": {"EncryptionByDefault"},
    "guardDuty": {"Detector", "DetectorFeature"},
    "inspector": {"Enabler"},
    "passwordPolicy": {"AccountPasswordPolicy"},
    "publicAccessBlock": {"AccountPublicAccessBlock"},
}


def safeguards(stack: Deployment) -> set[str]:
    kinds = {resource.kind for resource in stack.aws}
    return {name for name, made in KINDS.items() if made & kinds}


def test_development_leaves_the_account_alone(dev: Deployment):
    assert safeguards(dev) == set()
    assert dev.outputs["accountSafeguards"] == []


def test_production_sets_all_of_them_up(prod: Deployment):
    assert safeguards(prod) == set(KINDS)
    assert prod.outputs["accountSafeguards"] == sorted(KINDS)


def test_a_second_production_stack_in_the_account_sets_none_up():
    stack = deploy({**ISSUED, "accountSafeguards": "false"})
    assert safeguards(stack) == set()
    assert stack.outputs["accountSafeguards"] == []


@pytest.mark.parametrize("name", KINDS)
def test_each_can_be_left_to_somebody_else(name):
    stack = deploy({**ISSUED, name: "false"})
    assert safeguards(stack) == set(KINDS) - {name}
    assert stack.outputs["accountSafeguards"] == sorted(set(KINDS) - {name})


@pytest.mark.parametrize("name", KINDS)
def test_each_can_be_had_alone(name):
    assert safeguards(deploy({**DEV, name: "true"})) == {name}


def test_guardduty_watches_objects_logins_and_tasks(prod: Deployment):
    detector = prod.one("Detector").inputs
    assert (detector["enable"], detector["findingPublishingFrequency"]) == (True, "FIFTEEN_MINUTES")
    features = {each.inputs["name"]: each.inputs for each in prod.of("DetectorFeature")}
    assert {name: each["status"] for name, each in features.items()} == {
        "S3_DATA_EVENTS": "ENABLED",
        "RDS_LOGIN_EVENTS": "ENABLED",
        "RUNTIME_MONITORING": "ENABLED",
    }
    assert {each["detectorId"] for each in features.values()} == {prod.one("Detector").id}
    agents = {
        name: each["additionalConfigurations"] for name, each in features.items() if "additionalConfigurations" in each
    }
    assert agents == {
        "RUNTIME_MONITORING": [
            {"name": "EKS_ADDON_MANAGEMENT", "status": "DISABLED"},
            {"name": "ECS_FARGATE_AGENT_MANAGEMENT", "status": "ENABLED"},
            {"name": "EC2_AGENT_MANAGEMENT", "status": "DISABLED"},
        ]
    }


def test_config_records_everything_once_its_channel_stands(prod: Deployment):
    recorder, channel, status = prod.one("Recorder"), prod.one("DeliveryChannel"), prod.one("RecorderStatus")
    assert recorder.inputs["recordingGroup"] == {"allSupported": True, "includeGlobalResourceTypes": True}
    assert recorder.inputs["roleArn"] == prod.one("Role", "config").arn
    assert channel.inputs["s3BucketName"] == f"healthcare-config-{ACCOUNT}-sa-east-1-blue7"
    assert channel.inputs["snapshotDeliveryProperties"] == {"deliveryFrequency": "TwentyFour_Hours"}
    assert {recorder.urn, prod.one("RolePolicy", "config").urn} <= set(channel.dependencies)
    assert (status.inputs["name"], status.inputs["isEnabled"]) == (recorder.inputs["name"], True)
    assert channel.urn in status.dependencies


def test_configs_role_reads_configurations_and_writes_to_its_bucket_alone(prod: Deployment):
    (trust,) = json.loads(prod.one("Role", "config").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "config.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}
    attached = prod.one("RolePolicyAttachment", "config").inputs["policyArn"]
    assert attached == "arn:aws:iam::aws:policy/service-role/AWS_ConfigRole"
    policy = prod.policy("RolePolicy", "config")
    bucket = "arn:aws:Bucket/healthcare-config-blue7"
    assert {sid: (line["Action"], line["Resource"]) for sid, line in policy.items()} == {
        "FindBucket": (["s3:GetBucketAcl", "s3:ListBucket"], bucket),
        "WriteHistory": (["s3:PutObject"], f"{bucket}/AWSLogs/{ACCOUNT}/Config/*"),
        "UseBucketKey": (["kms:Decrypt", "kms:GenerateDataKey"], "arn:aws:Key/healthcare-storage-blue7"),
    }
    assert policy["UseBucketKey"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.sa-east-1.amazonaws.com"}}


def test_passwords_are_long_mixed_and_never_used_again(prod: Deployment):
    assert prod.one("AccountPasswordPolicy").inputs == {
        "minimumPasswordLength": 14,
        "requireLowercaseCharacters": True,
        "requireUppercaseCharacters": True,
        "requireNumbers": True,
        "requireSymbols": True,
        "allowUsersToChangePassword": True,
        "maxPasswordAge": 90,
        "passwordReusePrevention": 24,
    }


def test_no_bucket_of_the_account_can_be_public_and_every_new_disk_is_encrypted(prod: Deployment):
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    assert prod.one("AccountPublicAccessBlock").inputs == {"accountId": ACCOUNT, **dict.fromkeys(flags, True)}
    assert prod.one("EncryptionByDefault").inputs == {"enabled": True}


def test_the_analyzer_looks_for_access_from_outside_the_account(prod: Deployment):
    analyzer = prod.one("Analyzer").inputs
    assert (analyzer["analyzerName"], analyzer["type"]) == ("healthcare-external-access-blue7", "ACCOUNT")


def test_inspector_scans_the_images_of_this_account(prod: Deployment):
    assert prod.one("Enabler").inputs == {"accountIds": [ACCOUNT], "resourceTypes": ["ECR"]}
