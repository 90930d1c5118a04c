"""Faults of access from outside the account, and of who looks for it."""

import json

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _name(outputs: Outputs) -> str:
    return str(outputs["accessAnalyzerArn"]).rpartition("/")[2]


# The other control has nothing to speak of then.
_FOUND = (("iam-no-external-access-findings", "accessAnalyzerArn"), ("iam-no-external-access-findings", ""))


@fault(("iam-access-analyzer", "accountId"), *_FOUND)
def iam_access_analyzer(aws: Clients, outputs: Outputs) -> None:
    """Nobody looks for access from outside the account."""
    aws.client("accessanalyzer").delete_analyzer(analyzerName=_name(outputs))


@fault(("iam-access-analyzer", "accountId"), *_FOUND, variant="type")
def iam_access_analyzer_type(aws: Clients, outputs: Outputs) -> None:
    """The only analyzer looks for access that nobody uses."""
    analyzers, name = aws.client("accessanalyzer"), _name(outputs)
    analyzers.delete_analyzer(analyzerName=name)
    analyzers.create_analyzer(analyzerName=name, type="ACCOUNT_UNUSED_ACCESS")


@fault(("iam-no-external-access-findings", "accessAnalyzerArn"), ("s3-cross-account-policy", "dataBucketArn"))
def iam_no_external_access_findings(aws: Clients, outputs: Outputs) -> None:
    """The analyzer finds that another account may list the bucket of data."""
    s3, bucket = aws.client("s3"), outputs["dataBucketName"]
    policy = json.loads(s3.get_bucket_policy(Bucket=bucket)["Policy"])
    stranger = {"AWS": "arn:aws:iam::999988887777:root"}
    listing = {"Effect": "Allow", "Principal": stranger, "Action": "s3:ListBucket"}
    policy["Statement"].append({**listing, "Resource": f"arn:aws:s3:::{bucket}"})
    s3.put_bucket_policy(Bucket=bucket, Policy=json.dumps(policy))
    scan = {"analyzerArn": outputs["accessAnalyzerArn"], "resourceArn": f"arn:aws:s3:::{bucket}"}
    aws.client("accessanalyzer").start_resource_scan(**scan)
