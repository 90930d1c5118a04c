"""One resource at a time: how it is changed and deleted, and what AWS refuses."""

import json

import pytest
from moto import mock_aws

from stack.local.cloud import EmulatedCloud
from stack.local.endpoint import Clients
from stack.local.errors import DeploymentError
from stack.local.supplement import install

REGION = "sa-east-1"
DESTROY = "set allowDestroy to true, deploy, and destroy again"


@pytest.fixture
def aws():
    install()
    with mock_aws():
        yield Clients(REGION)


def held(kind, held_as, **inputs):
    return {"urn": f"urn:pulumi:s::p::{kind}::{held_as}", "type": kind, "id": held_as, "inputs": inputs, "outputs": {}}


def test_a_change_that_aws_refuses_is_told_with_the_resource(aws):
    gone = held("aws:cloudwatch/logGroup:LogGroup", "gone", name="gone")
    with pytest.raises(DeploymentError, match=r"LogGroup \(gone\) was refused: ResourceNotFoundException"):
        EmulatedCloud(aws).update(gone, "gone", {"name": "gone", "retentionInDays": 30}, {"retentionInDays"})


def test_a_deletion_that_aws_refuses_is_told_with_the_resource(aws):
    with pytest.raises(DeploymentError, match=r"LogGroup \(gone\) was refused: ResourceNotFoundException"):
        EmulatedCloud(aws).delete(held("aws:cloudwatch/logGroup:LogGroup", "gone"))


def test_a_keys_policy_is_changed_in_place(aws):
    kms = aws.client("kms")
    key = kms.create_key()["KeyMetadata"]["KeyId"]
    policy = json.dumps({"Version": "2012-10-17", "Statement": []})
    EmulatedCloud(aws).update(held("aws:kms/key:Key", key), "key", {"policy": policy}, {"policy"})
    assert kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"] == policy


@pytest.fixture
def full(aws):
    """A bucket with two versions of an object."""
    s3 = aws.client("s3")
    s3.create_bucket(Bucket="records", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_bucket_versioning(Bucket="records", VersioningConfiguration={"Status": "Enabled"})
    for text in (b"1", b"2"):
        s3.put_object(Bucket="records", Key="x", Body=text)
    return s3


def test_a_bucket_is_emptied_where_it_may_be(aws, full):
    cloud = EmulatedCloud(aws)
    with pytest.raises(DeploymentError, match=f"bucket records is not empty; {DESTROY}"):
        cloud.delete(held("aws:s3/bucket:Bucket", "records"))
    cloud.delete(held("aws:s3/bucket:Bucket", "records", forceDestroy=True))
    assert full.list_buckets()["Buckets"] == []


def test_a_vault_is_emptied_where_it_may_be(aws):
    backup = aws.client("backup")
    backup.create_backup_vault(BackupVaultName="vault")
    role = {"RoleName": "backup", "AssumeRolePolicyDocument": "{}"}
    arn = aws.client("iam").create_role(**role)["Role"]["Arn"]
    backup.start_backup_job(BackupVaultName="vault", ResourceArn="arn:aws:s3:::records", IamRoleArn=arn)
    cloud = EmulatedCloud(aws)
    with pytest.raises(DeploymentError, match=f"vault vault is not empty; {DESTROY}"):
        cloud.delete(held("aws:backup/vault:Vault", "vault"))
    cloud.delete(held("aws:backup/vault:Vault", "vault", forceDestroy=True))
    assert backup.list_backup_vaults()["BackupVaultList"] == []


def test_a_protected_load_balancer_is_not_deleted(aws):
    ec2, elb = aws.client("ec2"), aws.client("elbv2")
    subnets = [each["SubnetId"] for each in ec2.describe_subnets()["Subnets"]]
    (made,) = elb.create_load_balancer(Name="web", Subnets=subnets)["LoadBalancers"]
    arn = made["LoadBalancerArn"]
    protected = [{"Key": "deletion_protection.enabled", "Value": "true"}]
    elb.modify_load_balancer_attributes(LoadBalancerArn=arn, Attributes=protected)
    with pytest.raises(DeploymentError, match=f"is protected; {DESTROY}"):
        EmulatedCloud(aws).delete(held("aws:lb/loadBalancer:LoadBalancer", arn))


def test_a_container_without_capabilities_is_read_as_it_was_declared(aws):
    containers = json.dumps([{"name": "web", "image": "web:1", "memory": 512}])
    made = EmulatedCloud(aws).create(
        "aws:ecs/taskDefinition:TaskDefinition", "web", {"family": "web", "containerDefinitions": containers}
    )
    assert json.loads(made.outputs["containerDefinitions"]) == json.loads(containers)
