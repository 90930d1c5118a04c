"""Secrets planted wherever somebody may have left one: none is in a file that a run leaves, or in what it says."""

from __future__ import annotations

import json
from pathlib import Path

import boto3
import pytest
from support.running import verify

from stack.local.proxy import http_message, proxy_to

NAMED = "canary-known-by-its-name-0f2b77"  # a secret that only its name gives away
SPOKEN = "canary-known-by-its-form-91c4e0"  # one whose text says that it is a secret
URL = f"postgres://app:{SPOKEN}@db.internal/health"
LINE = f"password={SPOKEN}"
KEY = f"-----BEGIN PRIVATE KEY-----\n{SPOKEN}\n-----END PRIVATE KEY-----"


@pytest.fixture(scope="module")
def planted(moto_url, tmp_path_factory) -> Path:
    """The outputs of a stack whose makers were careless in each of its resources."""
    client = boto3.Session("planter", "testing", region_name="sa-east-1").client
    made = {"endpoint_url": moto_url}
    tags = {"Name": "careless", "DbPassword": NAMED, "Owner": LINE}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]

    ec2 = client("ec2", **made)
    vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    ec2.create_tags(Resources=[vpc], Tags=pairs)
    group = ec2.create_security_group(GroupName="careless", Description=LINE, VpcId=vpc)["GroupId"]
    subnet = ec2.create_subnet(VpcId=vpc, CidrBlock="10.9.1.0/24")["Subnet"]["SubnetId"]
    instance = {"ImageId": "ami-12345678", "SubnetId": subnet, "UserData": f"export {LINE} {NAMED}"}
    ec2.run_instances(MinCount=1, MaxCount=1, **instance)

    s3 = client("s3", **made)
    s3.create_bucket(Bucket="careless", CreateBucketConfiguration={"LocationConstraint": "sa-east-1"})
    s3.put_bucket_tagging(Bucket="careless", Tagging={"TagSet": pairs})
    s3.put_object(Bucket="careless", Key="dump.sql", Body=f"{NAMED} {KEY}")

    secrets = client("secretsmanager", **made)
    secret = secrets.create_secret(Name="careless", SecretString=NAMED, Description=URL, Tags=pairs)["ARN"]

    container = {
        "name": "app",
        "image": "123456789012.dkr.ecr.sa-east-1.amazonaws.com/app:1",
        "memory": 128,
        "command": ["app", f"--database={URL}"],
        "environment": [{"name": "DB_PASSWORD", "value": NAMED}, {"name": "DATABASE", "value": URL}],
    }
    ecs = client("ecs", **made)
    task = ecs.register_task_definition(
        family="careless", containerDefinitions=[container], tags=[{"key": "ApiKey", "value": NAMED}]
    )["taskDefinition"]["taskDefinitionArn"]

    key = client("kms", **made).create_key(Description=KEY, Tags=[{"TagKey": "ApiToken", "TagValue": NAMED}])
    outputs = {
        "vpcId": vpc,
        "groupId": group,
        "bucketName": "careless",
        "bucketArn": "arn:aws:s3:::careless",
        "secretArn": secret,
        "taskDefinitionArn": task,
        "keyArn": key["KeyMetadata"]["Arn"],
        "databasePassword": NAMED,
        "databaseUrl": URL,
        "settings": {"apiKey": NAMED, "note": LINE},
        "privateKey": KEY,
    }
    path = tmp_path_factory.mktemp("careless") / "outputs.json"
    path.write_text(json.dumps(outputs))
    return path


def careless_error(call) -> bytes | None:
    """AWS answers with a secret in the text of its error."""
    if call.operation != "DescribeKey":
        return None
    text = json.dumps({"__type": "InternalFailure", "message": f"cannot reach {URL}"}).encode()
    return http_message("400 Bad Request", "application/x-amz-json-1.1", text)


@pytest.mark.parametrize("arguments", [(), ("-v", "-rA", "--tb=long")], ids=["briefly", "at length"])
def test_no_planted_secret_is_in_a_file_or_in_the_terminal(prod, planted, moto_url, arguments, tmp_path):
    with proxy_to(moto_url, refuse=careless_error) as proxy:
        environment = prod.environment(proxy.url)
        ran = verify(
            planted, *arguments, "--junitxml", "pytest.xml", environment=environment, cwd=tmp_path, report="all"
        )
    assert ran.status == 1
    # The stack was read: what is named beside the secrets is there.
    snapshot = (tmp_path / "reports/snapshot.json").read_text()
    assert all(name in snapshot for name in ('"Owner"', "DB_PASSWORD", "careless", "InternalFailure"))
    assert snapshot.count("[withheld: a secret]") >= 5
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"results.json", "junit.xml", "report.html", "manifest.json", "pytest.xml"} <= {each.name for each in files}
    told = {str(path): path.read_text(errors="replace") for path in files} | {"stdout": ran.out, "stderr": ran.err}
    assert [where for where, text in told.items() if NAMED in text or SPOKEN in text] == []
