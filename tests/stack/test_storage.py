"""Buckets, the image registry and the application's secret: all private, all encrypted."""

import json

from stack_deployment import DEV, Deployment, deploy

BUCKETS = {"data", "alb-logs"}
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


def test_each_bucket_has_every_protection(any_stack: Deployment):
    ids = {f"Bucket/healthcare-{part}-blue7" for part in BUCKETS}
    assert {bucket.id for bucket in any_stack.of("Bucket")} == ids
    assert {kind: {r.inputs["bucket"] for r in any_stack.of(kind)} for kind in CONFIGURED} == dict.fromkeys(
        CONFIGURED, ids
    )


def test_no_bucket_is_public_or_has_acls(any_stack: Deployment):
    flags = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
    blocks = [[block.inputs[flag] for flag in flags] for block in any_stack.of("BucketPublicAccessBlock")]
    owners = [control.inputs["rule"]["objectOwnership"] for control in any_stack.of("BucketOwnershipControls")]
    versions = [v.inputs["versioningConfiguration"]["status"] for v in any_stack.of("BucketVersioning")]
    assert blocks == [[True] * 4] * 2
    assert owners == ["BucketOwnerEnforced"] * 2
    assert versions == ["Enabled"] * 2


def test_buckets_are_spoken_to_over_tls_alone(any_stack: Deployment):
    for part in BUCKETS:
        arn = f"arn:aws:Bucket/healthcare-{part}-blue7"
        tls_only = any_stack.policy("BucketPolicy", part)["TlsOnly"]
        assert (tls_only["Effect"], tls_only["Principal"], tls_only["Action"]) == ("Deny", "*", ["s3:*"])
        assert tls_only["Resource"] == [arn, f"{arn}/*"]
        assert tls_only["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_data_is_encrypted_with_the_stacks_key(any_stack: Deployment):
    assert encryption(any_stack, "data") == {
        "sseAlgorithm": "aws:kms",
        "kmsMasterKeyId": "arn:aws:Key/healthcare-storage-blue7",
    }


def test_access_logs_are_encrypted_by_s3_as_their_delivery_demands(any_stack: Deployment):
    assert encryption(any_stack, "alb-logs") == {"sseAlgorithm": "AES256"}


def test_only_load_balancing_of_this_account_delivers_access_logs(any_stack: Deployment):
    policy = any_stack.policy("BucketPolicy", "alb-logs")
    assert set(policy) == {"TlsOnly", "DeliverLogs"}
    assert policy["DeliverLogs"] == {
        "Sid": "DeliverLogs",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": ["s3:PutObject"],
        "Resource": "arn:aws:Bucket/healthcare-alb-logs-blue7/AWSLogs/210987654321/*",
    }
    assert set(any_stack.policy("BucketPolicy", "data")) == {"TlsOnly"}


def test_access_logs_expire_with_the_other_logs_and_data_stays():
    stack = deploy({**DEV, "logRetentionDays": "400"})
    assert lifecycle(stack, "alb-logs")["expiration"] == {"days": 400}
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


def test_the_secret_is_encrypted_with_the_stacks_key_and_recoverable(any_stack: Deployment):
    secret = any_stack.one("Secret").inputs
    assert (secret["kmsKeyId"], secret["recoveryWindowInDays"]) == ("arn:aws:Key/healthcare-secrets-blue7", 30)
    assert any_stack.one("SecretVersion").inputs["secretId"] == any_stack.one("Secret").id
