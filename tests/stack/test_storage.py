"""Buckets, the image registry and the application's secret: all private, all encrypted."""

import json

from support.stack_deployment import DEV, Deployment, deploy

BUCKETS = {"data", "logs", "trail"}
CONFIGURED = (
    "BucketServerSideEncryptionConfiguration",
    "BucketPublicAccessBlock",
    "BucketOwnershipControls",
    "BucketVersioning",
    "BucketLifecycleConfiguration",
    "BucketPolicy",
)


def encryption(stack: Deployment, part: str) -> dict[str, object]:
    (rule,) = stack.one("BucketServerSideEncryptionConfiguration", part).inputs["rules"]
    return rule["applyServerSideEncryptionByDefault"]


def lifecycle(stack: Deployment, part: str) -> dict[str, object]:
    (rule,) = stack.one("BucketLifecycleConfiguration", part).inputs["rules"]
    return rule


def parts(stack: Deployment) -> set[str]:
    """The buckets of a stack: production records the account's configuration besides."""
    return BUCKETS if stack.outputs["environment"] == "dev" else {*BUCKETS, "config"}


def test_each_bucket_has_every_protection(any_stack: Deployment):
    ids = {f"Bucket/healthcare-{part}-blue7" for part in parts(any_stack)}
    assert {bucket.id for bucket in any_stack.of("Bucket")} == ids
    assert {kind: {r.inputs["bucket"] for r in any_stack.of(kind)} for kind in CONFIGURED} == dict.fromkeys(
        CONFIGURED, ids
    )


def test_no_bucket_is_public_or_has_acls(any_stack: Deployment):
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    blocks = [[block.inputs[flag] for flag in flags] for block in any_stack.of("BucketPublicAccessBlock")]
    owners = [control.inputs["rule"]["objectOwnership"] for control in any_stack.of("BucketOwnershipControls")]
    versions = [v.inputs["versioningConfiguration"]["status"] for v in any_stack.of("BucketVersioning")]
    count = len(parts(any_stack))
    assert blocks == [[True] * 4] * count
    assert owners == ["BucketOwnerEnforced"] * count
    assert versions == ["Enabled"] * count


def test_buckets_are_spoken_to_over_current_tls_alone(any_stack: Deployment):
    for part in parts(any_stack):
        arn = f"arn:aws:Bucket/healthcare-{part}-blue7"
        policy = any_stack.policy("BucketPolicy", part)
        refused = {"Effect": "Deny", "Principal": "*", "Action": ["s3:*"], "Resource": [arn, f"{arn}/*"]}
        in_clear = {"Bool": {"aws:SecureTransport": "false"}}
        outdated = {"NumericLessThan": {"s3:TlsVersion": "1.2"}}
        assert policy["TlsOnly"] == {"Sid": "TlsOnly", **refused, "Condition": in_clear}
        assert policy["CurrentTlsOnly"] == {"Sid": "CurrentTlsOnly", **refused, "Condition": outdated}


def test_requests_to_every_bucket_are_noted_in_the_bucket_of_logs_but_those_to_itself(any_stack: Deployment):
    noted = {each.inputs["bucket"]: each.inputs for each in any_stack.of("BucketLogging")}
    watched = parts(any_stack) - {"logs"}
    assert {bucket: each["targetPrefix"] for bucket, each in noted.items()} == {
        f"Bucket/healthcare-{part}-blue7": f"{part}/" for part in watched
    }
    assert {each["targetBucket"] for each in noted.values()} == {"healthcare-logs-210987654321-sa-east-1-blue7"}
    admission = any_stack.one("BucketPolicy", "logs").urn
    assert [each.name for each in any_stack.of("BucketLogging") if admission not in each.dependencies] == []


def test_data_is_encrypted_with_the_stacks_key(any_stack: Deployment):
    assert encryption(any_stack, "data") == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": "arn:aws:Key/healthcare-storage-blue7",
    }


def test_access_logs_are_encrypted_by_s3_as_their_delivery_demands(any_stack: Deployment):
    assert encryption(any_stack, "logs") == {"sseAlgorithm": "AES256"}


def test_only_load_balancing_and_s3_of_this_account_deliver_access_logs(any_stack: Deployment):
    policy = any_stack.policy("BucketPolicy", "logs")
    assert set(policy) == {"TlsOnly", "CurrentTlsOnly", "DeliverAccessLogs", "DeliverServerLogs"}
    assert policy["DeliverAccessLogs"] == {
        "Sid": "DeliverAccessLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": "arn:aws:Bucket/healthcare-logs-blue7/AWSLogs/210987654321/*",
    }
    assert policy["DeliverServerLogs"] == {
        "Sid": "DeliverServerLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logging.s3.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": "arn:aws:Bucket/healthcare-logs-blue7/*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "210987654321"},
            "ArnLike": {"aws:SourceArn": "arn:aws:s3:::healthcare-*-blue7"},
        },
    }


def test_nobody_delivers_into_the_data(any_stack: Deployment):
    assert set(any_stack.policy("BucketPolicy", "data")) == {"TlsOnly", "CurrentTlsOnly"}


def test_access_logs_expire_with_the_other_logs_and_data_stays():
    stack = deploy({**DEV, "logRetentionDays": "400"})
    assert lifecycle(stack, "logs")["expiration"] == {"days": 400}
    assert "expiration" not in lifecycle(stack, "data")
    assert lifecycle(stack, "data")["noncurrentVersionExpiration"] == {"noncurrentDays": 90}
    assert lifecycle(stack, "data")["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}


def test_images_are_encrypted_scanned_and_never_replaced(any_stack: Deployment):
    repository = any_stack.one("Repository").inputs
    assert repository["encryptionConfigurations"] == [
        {"encryptionType": "KMS", "kmsKey": "arn:aws:Key/healthcare-registry-blue7"}
    ]
    assert repository["imageScanningConfiguration"] == {"scanOnPush": True}
    assert repository["imageTagMutability"] == "IMMUTABLE"


def test_untagged_images_expire(any_stack: Deployment):
    policy = any_stack.one("LifecyclePolicy").inputs
    (rule,) = json.loads(policy["policy"])["rules"]
    assert policy["repository"] == any_stack.one("Repository").inputs["name"]
    assert (rule["selection"]["tagStatus"], rule["selection"]["countNumber"], rule["action"]) == (
        "untagged",
        14,
        {"type": "expire"},
    )


def test_the_secret_is_encrypted_with_the_stacks_key_and_recoverable_in_production(any_stack: Deployment):
    secret = any_stack.one("Secret").inputs
    assert secret["kmsKeyId"] == "arn:aws:Key/healthcare-secrets-blue7"
    assert secret["recoveryWindowInDays"] == (0 if any_stack.outputs["environment"] == "dev" else 30)
    assert any_stack.one("SecretVersion").inputs["secretId"] == any_stack.one("Secret").id


def test_nothing_rotates_the_secret_unless_a_function_is_named(any_stack: Deployment):
    assert any_stack.of("SecretRotation") == any_stack.of("Permission") == []


def test_the_function_of_the_settings_rotates_the_secret_and_may_be_called_for_it_alone():
    function = "arn:aws:lambda:sa-east-1:210987654321:function:rotation"
    stack = deploy({**DEV, "secretRotationFunctionArn": function, "secretRotationDays": "14"})
    rotation, permission = stack.one("SecretRotation"), stack.one("Permission")
    assert rotation.inputs == {
        "secretId": "Secret/healthcare-application-blue7",
        "rotationLambdaArn": function,
        "rotationRules": {"automaticallyAfterDays": 14},
    }
    assert permission.inputs == {
        "statementId": "healthcare-application-blue7",
        "action": "lambda:InvokeFunction",
        "function": function,
        "principal": "secretsmanager.amazonaws.com",
        "sourceArn": "arn:aws:Secret/healthcare-application-blue7",
    }
    assert permission.urn in rotation.dependencies
