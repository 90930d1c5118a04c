"""The IAM action that allows an API operation, where the two have different names."""

# botocore's name of a service -> its prefix in IAM (AWS Service Authorization Reference).
PREFIXES = {
    "efs": "elasticfilesystem",
    "elbv2": "elasticloadbalancing",
    "resourcegroupstaggingapi": "tag",
    "accessanalyzer": "access-analyzer",
    "s3control": "s3",
}

# Services whose reads are one action, by the verb of HTTP (Service Authorization Reference, "API Gateway Management").
VERBS = {"apigateway": "apigateway:GET", "apigatewayv2": "apigateway:GET"}

ACTIONS = {
    # Both versions of the operation have one action (IAM Access Analyzer API reference, "ListFindingsV2").
    "accessanalyzer:ListFindingsV2": "access-analyzer:ListFindings",
    # S3's are named after what they protect, not after the operation (S3 user guide, "Required permissions").
    "s3:GetBucketEncryption": "s3:GetEncryptionConfiguration",
    "s3:GetBucketLifecycleConfiguration": "s3:GetLifecycleConfiguration",
    "s3:GetBucketNotificationConfiguration": "s3:GetBucketNotification",
    "s3:GetBucketReplication": "s3:GetReplicationConfiguration",
    "s3:GetObjectLockConfiguration": "s3:GetBucketObjectLockConfiguration",
    "s3:GetPublicAccessBlock": "s3:GetBucketPublicAccessBlock",
    "s3:HeadBucket": "s3:ListBucket",
    "s3:ListBuckets": "s3:ListAllMyBuckets",
    "s3control:GetPublicAccessBlock": "s3:GetAccountPublicAccessBlock",
}


def iam_action(api: str) -> str:
    """The IAM action for ``api``, given as ``service:Operation`` in botocore's names."""
    service, operation = api.split(":")
    if service in VERBS:
        return VERBS[service]
    return ACTIONS.get(api, f"{PREFIXES.get(service, service)}:{operation}")
