"""The audit trail: everything in the account, kept six years in a bucket from which nobody deletes."""

import json

import pytest
from support.stack_deployment import ACCOUNT, DEV, Deployment, deploy

TRAIL = f"arn:aws:cloudtrail:sa-east-1:{ACCOUNT}:trail/healthcare-trail-blue7"


def test_the_trail_is_of_all_regions_validated_encrypted_and_running(any_stack: Deployment):
    trail = any_stack.one("Trail").inputs
    flags = ("isMultiRegionTrail", "includeGlobalServiceEvents", "enableLogFileValidation", "enableLogging")
    assert {flag: trail[flag] for flag in flags} == dict.fromkeys(flags, True)
    assert trail["name"] == "healthcare-trail-blue7"
    assert trail["kmsKeyId"] == "arn:aws:Key/healthcare-trail-blue7"
    assert trail["s3BucketName"] == f"healthcare-trail-{ACCOUNT}-sa-east-1-blue7"


def test_it_tells_all_management_events_and_each_access_to_the_data(any_stack: Deployment):
    assert any_stack.one("Trail").inputs["eventSelectors"] == [
        {
            "readWriteType": "All",
            "includeManagementEvents": True,
            "dataResources": [{"type": "AWS::S3::Object", "values": ["arn:aws:Bucket/healthcare-data-blue7/"]}],
        }
    ]


def test_its_events_go_to_the_encrypted_log_group_through_a_role_that_writes_there_alone(any_stack: Deployment):
    trail, group = any_stack.one("Trail"), "arn:aws:LogGroup/healthcare-trail-blue7"
    assert trail.inputs["cloudWatchLogsGroupArn"] == f"{group}:*"
    assert trail.inputs["cloudWatchLogsRoleArn"] == any_stack.one("Role", "trail").arn
    policy = any_stack.policy("RolePolicy", "trail")
    assert {sid: (line["Action"], line["Resource"]) for sid, line in policy.items()} == {
        "WriteEvents": (
            ["logs:CreateLogStream", "logs:PutLogEvents"],
            f"{group}:log-stream:{ACCOUNT}_CloudTrail_sa-east-1*",
        )
    }
    (trust,) = json.loads(any_stack.one("Role", "trail").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "cloudtrail.amazonaws.com"}
    assert trust["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT, "aws:SourceArn": TRAIL}}


def test_it_starts_when_bucket_and_role_admit_it(any_stack: Deployment):
    before = {any_stack.one("BucketPolicy", "trail").urn, any_stack.one("RolePolicy", "trail").urn}
    assert before <= set(any_stack.one("Trail").dependencies)


def test_the_stacks_own_trail_alone_delivers_to_the_bucket(any_stack: Deployment):
    policy = any_stack.policy("BucketPolicy", "trail")
    bucket = "arn:aws:Bucket/healthcare-trail-blue7"
    assert set(policy) == {"ReadAclForTrail", "DeliverTrail", "TlsOnly", "CurrentTlsOnly"}
    admitted = {
        "Effect": "Allow",
        "Principal": {"Service": "cloudtrail.amazonaws.com"},
        "Condition": {"StringEquals": {"aws:SourceArn": TRAIL}},
    }
    assert policy["ReadAclForTrail"] == {
        **admitted,
        "Sid": "ReadAclForTrail",
        "Action": ["s3:GetBucketAcl"],
        "Resource": bucket,
    }
    assert policy["DeliverTrail"] == {
        **admitted,
        "Sid": "DeliverTrail",
        "Action": ["s3:PutObject"],
        "Resource": f"{bucket}/AWSLogs/{ACCOUNT}/*",
    }


def test_the_bucket_is_encrypted_with_the_trails_key(any_stack: Deployment):
    (rule,) = any_stack.one("BucketServerSideEncryptionConfiguration", "trail").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"]["kmsMasterKeyId"] == "arn:aws:Key/healthcare-trail-blue7"


def locked(stack: Deployment) -> dict[str, object]:
    return stack.one("BucketObjectLockConfiguration").inputs["rule"]["defaultRetention"]


def test_log_files_are_locked_for_six_years_and_expire_no_sooner(any_stack: Deployment):
    assert locked(any_stack) == {"mode": "GOVERNANCE", "days": 2192}
    (rule,) = any_stack.one("BucketLifecycleConfiguration", "trail").inputs["rules"]
    assert rule["expiration"] == {"days": 2192}
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 2192}


def test_only_the_trails_bucket_is_locked(any_stack: Deployment):
    made = {bucket.name: bucket.inputs["objectLockEnabled"] for bucket in any_stack.of("Bucket")}
    assert [name for name, lockable in made.items() if lockable] == ["healthcare-trail-blue7"]
    assert any_stack.one("BucketObjectLockConfiguration").inputs["bucket"] == "Bucket/healthcare-trail-blue7"


@pytest.mark.parametrize(("mode", "days"), [("COMPLIANCE", 2192), ("GOVERNANCE", 3653)])
def test_mode_and_years_come_from_the_settings(mode, days):
    stack = deploy({**DEV, "auditLockMode": mode, "auditRetentionDays": str(days)})
    assert locked(stack) == {"mode": mode, "days": days}
    (rule,) = stack.one("BucketLifecycleConfiguration", "trail").inputs["rules"]
    assert rule["expiration"] == {"days": days}
