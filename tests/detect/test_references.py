"""What a value names is told from its form, or from the name of the output where the form says nothing."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_verify.collect import COLLECTORS
from stack_verify.detect.references import recognise
from stack_verify.resources.resource import Question

ACCOUNT, REGION = "123456789012", "sa-east-1"
HERE = f"{REGION}:{ACCOUNT}"
UUID = "3d0f2a1c-9b7e-4c55-8f0a-6e1d2b3c4f5a"
LB = f"arn:aws:elasticloadbalancing:{HERE}"
DETECTOR = "0123456789abcdef0123456789abcdef"
KEY = f"arn:aws:kms:{HERE}:key/{UUID}"


def asked(name: str, value: str) -> tuple[str, str] | None:
    question = recognise(name, value, account=ACCOUNT, region=REGION)
    return None if question is None else (question.kind, question.key)


ARNS = [
    (f"arn:aws:acm:{HERE}:certificate/{UUID}", "AWS::CertificateManager::Certificate", None),
    (f"arn:aws:ec2:{HERE}:vpc/vpc-0a1b2c3d", "AWS::EC2::VPC", "vpc-0a1b2c3d"),
    (f"arn:aws:ec2:{HERE}:subnet/subnet-0a1b2c3d", "AWS::EC2::Subnet", "subnet-0a1b2c3d"),
    (f"arn:aws:ec2:{HERE}:security-group/sg-0a1b2c3d", "AWS::EC2::SecurityGroup", "sg-0a1b2c3d"),
    (f"arn:aws:ec2:{HERE}:natgateway/nat-0a1b2c3d", "AWS::EC2::NatGateway", "nat-0a1b2c3d"),
    (f"arn:aws:ec2:{HERE}:vpc-flow-log/fl-0a1b2c3d", "AWS::EC2::FlowLog", "fl-0a1b2c3d"),
    (f"arn:aws:ec2:{HERE}:elastic-ip/eipalloc-0a1b2c3d", "AWS::EC2::EIP", "eipalloc-0a1b2c3d"),
    (f"arn:aws:ecr:{HERE}:repository/team/clinic", "AWS::ECR::Repository", "team/clinic"),
    (f"arn:aws:ecs:{HERE}:cluster/clinic", "AWS::ECS::Cluster", None),
    (f"arn:aws:ecs:{HERE}:service/clinic/api", "AWS::ECS::Service", None),
    (f"arn:aws:ecs:{HERE}:service/api", "AWS::ECS::Service", None),
    (f"arn:aws:ecs:{HERE}:task-definition/api:12", "AWS::ECS::TaskDefinition", None),
    (f"{LB}:loadbalancer/app/clinic/50dc6c495c0c9188", "AWS::ElasticLoadBalancingV2::LoadBalancer", None),
    (f"{LB}:loadbalancer/net/clinic/50dc6c495c0c9188", "AWS::ElasticLoadBalancingV2::LoadBalancer", None),
    (f"{LB}:listener/app/clinic/50dc6c495c0c9188/f2f7dc8e", "AWS::ElasticLoadBalancingV2::Listener", None),
    (f"{LB}:targetgroup/clinic/50dc6c495c0c9188", "AWS::ElasticLoadBalancingV2::TargetGroup", None),
    (f"arn:aws:iam::{ACCOUNT}:role/task", "AWS::IAM::Role", "task"),
    (f"arn:aws:iam::{ACCOUNT}:role/service-role/deep/task", "AWS::IAM::Role", "task"),
    (KEY, "AWS::KMS::Key", None),
    (f"arn:aws:kms:{HERE}:key/mrk-0123456789abcdef0123456789abcdef", "AWS::KMS::Key", None),
    (f"arn:aws:kms:{HERE}:alias/clinic/data", "AWS::KMS::Key", None),
    (f"arn:aws:logs:{HERE}:log-group:/ecs/clinic", "AWS::Logs::LogGroup", "/ecs/clinic"),
    (f"arn:aws:logs:{HERE}:log-group:/ecs/clinic:*", "AWS::Logs::LogGroup", "/ecs/clinic"),
    (f"arn:aws:rds:{HERE}:db:clinic", "AWS::RDS::DBInstance", "clinic"),
    ("arn:aws:s3:::clinic-data", "AWS::S3::Bucket", "clinic-data"),
    ("arn:aws:s3:::clinic-data/*", "AWS::S3::Bucket", "clinic-data"),
    (f"arn:aws:secretsmanager:{HERE}:secret:rds!db-1-AbCdEf", "AWS::SecretsManager::Secret", None),
    (f"arn:aws:backup:{HERE}:backup-plan:{UUID}", "AWS::Backup::BackupPlan", UUID),
    (f"arn:aws:backup:{HERE}:backup-vault:clinic", "AWS::Backup::BackupVault", "clinic"),
    (f"arn:aws:wafv2:{HERE}:regional/webacl/clinic/{UUID}", "AWS::WAFv2::WebACL", None),
    (f"arn:aws-us-gov:kms:us-gov-west-1:{ACCOUNT}:key/{UUID}", "AWS::KMS::Key", None),
    (f"arn:aws:cloudtrail:{HERE}:trail/clinic.audit", "AWS::CloudTrail::Trail", None),
    (f"arn:aws:cloudwatch:{HERE}:alarm:root use: now", "AWS::CloudWatch::Alarm", None),
    (f"arn:aws:sns:{HERE}:alarms", "AWS::SNS::Topic", None),
    (f"arn:aws:sns:{HERE}:alarms.fifo", "AWS::SNS::Topic", None),
    (f"arn:aws:guardduty:{HERE}:detector/{DETECTOR}", "AWS::GuardDuty::Detector", DETECTOR),
]


@pytest.mark.parametrize(("arn", "kind", "key"), ARNS)
def test_an_arn_is_recognised_whatever_the_output_is_called(arn, kind, key):
    assert asked("anything", arn) == (kind, key or arn)


def test_the_json_key_that_ecs_adds_to_a_secrets_arn_is_left_out():
    arn = f"arn:aws:secretsmanager:{HERE}:secret:clinic-AbCdEf"
    assert asked("valueFrom", f"{arn}:password::") == ("AWS::SecretsManager::Secret", arn)


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
        f"arn:aws:iam::{ACCOUNT}:instance-profile/task",
        f"arn:aws:sts::{ACCOUNT}:assumed-role/task/session",
        f"arn:aws:rds:{HERE}:snapshot:clinic",
        f"arn:aws:logs:{HERE}:log-group:/ecs/clinic:log-stream:one",
        f"{LB}:loadbalancer/classic",
        f"{LB}:listener-rule/app/clinic/50dc6c495c0c9188/f2f7dc8e/9683b2d0",
        f"arn:aws:s3:{HERE}:storage-lens/clinic",
        f"arn:aws:ec2:{HERE}:security-group-rule/sgr-0a1b2c3d",
        f"arn:aws:ecs:{HERE}:task-definition/api",
        f"{LB}:listener/app/clinic/50dc6c495c0c9188/f2f7dc8e_arn:aws:acm:{HERE}:certificate/{UUID}",
        f"arn:aws:sns:{HERE}:alarms:{UUID}",
        f"arn:aws:cloudwatch::{ACCOUNT}:dashboard/clinic",
        f"arn:aws:guardduty:{HERE}:detector/{DETECTOR}/filter/quiet",
        "arn:aws:rds",
    ],
)
def test_an_arn_of_anything_else_is_none(arn):
    assert asked("clusterArn", arn) is None


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:rds:eu-west-1:123456789012:db:clinic",
        "arn:aws:logs:sa-east-1:210987654321:log-group:/ecs/clinic",
        "arn:aws:iam::210987654321:role/task",
    ],
)
def test_what_is_elsewhere_is_not_asked_for_by_a_name_that_something_here_may_have(arn):
    question = recognise("anything", arn, account=ACCOUNT, region=REGION)
    assert question is not None
    assert question.key == arn


@pytest.mark.parametrize(
    ("prefix", "kind"),
    [
        ("acl", "NetworkAcl"),
        ("eipalloc", "EIP"),
        ("eni", "NetworkInterface"),
        ("fl", "FlowLog"),
        ("igw", "InternetGateway"),
        ("nat", "NatGateway"),
        ("rtb", "RouteTable"),
        ("sg", "SecurityGroup"),
        ("subnet", "Subnet"),
        ("vpc", "VPC"),
        ("vpce", "VPCEndpoint"),
    ],
)
@pytest.mark.parametrize("digits", ["0a1b2c3d", "0a1b2c3d4e5f60718"])
def test_an_id_of_ec2_is_recognised_by_its_prefix(prefix, kind, digits):
    assert asked("anything", f"{prefix}-{digits}") == (f"AWS::EC2::{kind}", f"{prefix}-{digits}")


@pytest.mark.parametrize(
    "value",
    ["vpce-svc-0a1b2c3d", "rtbassoc-0a1b2c3d", "sg-0a1b2c3", "sg-0A1B2C3D", "vpc-0a1b2c3d4", "cgw-0a1b2c3d", "vpc-"],
)
def test_what_only_begins_like_one_is_none(value):
    assert asked("vpcId", value) is None


HOSTS = [
    ("clinic-alb-1234567890.sa-east-1.elb.amazonaws.com", "ElasticLoadBalancingV2::LoadBalancer", "clinic-alb"),
    ("internal-clinic-12.sa-east-1.elb.amazonaws.com", "ElasticLoadBalancingV2::LoadBalancer", "clinic"),
    ("clinic-0a1b2c3d4e5f6071.elb.sa-east-1.amazonaws.com", "ElasticLoadBalancingV2::LoadBalancer", "clinic"),
    ("https://Clinic-12.sa-east-1.elb.amazonaws.com:8443/up", "ElasticLoadBalancingV2::LoadBalancer", "Clinic"),
    ("clinic.c9akciq32rgz.sa-east-1.rds.amazonaws.com", "RDS::DBInstance", "clinic"),
    ("clinic.c9akciq32rgz.sa-east-1.rds.amazonaws.com:5432", "RDS::DBInstance", "clinic"),
    ("jdbc:postgresql://clinic.c9akciq32rgz.sa-east-1.rds.amazonaws.com:5432/db", "RDS::DBInstance", "clinic"),
    ("clinic.proxy-c9akciq32rgz.sa-east-1.rds.amazonaws.com", "RDS::DBProxy", "clinic"),
    ("clinic-data.s3.amazonaws.com", "S3::Bucket", "clinic-data"),
    ("clinic.data.s3.sa-east-1.amazonaws.com", "S3::Bucket", "clinic.data"),
    ("http://clinic-data.s3-website-sa-east-1.amazonaws.com", "S3::Bucket", "clinic-data"),
    ("clinic-data.s3-website.eu-central-1.amazonaws.com", "S3::Bucket", "clinic-data"),
    ("s3://clinic-data/in/", "S3::Bucket", "clinic-data"),
    (f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/api", "ECR::Repository", "team/api"),
    (f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/team/api:1.2", "ECR::Repository", "team/api"),
    (f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/api@sha256:{'ab' * 32}", "ECR::Repository", "api"),
]


@pytest.mark.parametrize(("value", "kind", "key"), HOSTS)
def test_a_host_name_of_aws_is_recognised_alone_and_in_a_url(value, kind, key):
    assert asked("url", value) == (f"AWS::{kind}", key)


@pytest.mark.parametrize(
    "value",
    [
        f"210987654321.dkr.ecr.{REGION}.amazonaws.com/api:1",
        "public.ecr.aws/docker/library/nginx:latest",
        "vpce-0a1b2c3d-abc.s3.sa-east-1.vpce.amazonaws.com",
        "https://clinic.example.com",
        "clinic-12.sa-east-1.elb.amazonaws.com.example.com",
    ],
)
def test_a_host_name_of_anything_else_is_none(value):
    assert asked("url", value) is None


def test_a_host_in_another_region_is_not_asked_for_by_a_name_that_something_here_may_have():
    host = "clinic.c9akciq32rgz.eu-west-1.rds.amazonaws.com"
    assert asked("replicaEndpoint", f"{host}:5432") == ("AWS::RDS::DBInstance", host)


@pytest.mark.parametrize(
    ("name", "value", "kind", "key"),
    [
        ("dataBucketName", "clinic-data", "S3::Bucket", "clinic-data"),
        ("data_bucket", "clinic-data", "S3::Bucket", "clinic-data"),
        ("bucket.id", "clinic-data", "S3::Bucket", "clinic-data"),
        ("bucketNames[1]", "clinic-data", "S3::Bucket", "clinic-data"),
        ("ClinicStack.DataBucketName", "clinic-data", "S3::Bucket", "clinic-data"),
        ("taskLogGroupName", "/ecs/clinic", "Logs::LogGroup", "/ecs/clinic"),
        ("databaseLogGroupNames[0]", "/ecs/clinic", "Logs::LogGroup", "/ecs/clinic"),
        ("log_group", "clinic", "Logs::LogGroup", "clinic"),
        ("dbInstanceIdentifier", "Clinic", "RDS::DBInstance", "clinic"),
        ("databaseIdentifier", "clinic", "RDS::DBInstance", "clinic"),
        ("ecrRepositoryName", "team/clinic", "ECR::Repository", "team/clinic"),
        ("taskRoleName", "clinic-task", "IAM::Role", "clinic-task"),
        ("ecsClusterName", "clinic", "ECS::Cluster", f"arn:aws:ecs:{HERE}:cluster/clinic"),
        ("backupVaultName", "clinic", "Backup::BackupVault", "clinic"),
        ("backupPlanId", UUID, "Backup::BackupPlan", UUID),
        ("albName", "clinic", "ElasticLoadBalancingV2::LoadBalancer", "clinic"),
        ("kmsKeyId", UUID, "KMS::Key", KEY),
        ("kmsKeyAlias", "alias/clinic", "KMS::Key", f"arn:aws:kms:{HERE}:alias/clinic"),
    ],
)
def test_a_bare_name_is_recognised_where_the_output_says_what_it_is(name, value, kind, key):
    assert asked(name, value) == (f"AWS::{kind}", key)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("projectName", "clinic"),
        ("clusterName", "clinic"),
        ("serviceName", "clinic"),
        ("databaseName", "clinic"),
        ("databaseSubnetGroupName", "clinic"),
        ("repositoryName", "team/clinic"),
        ("bucketRegion", "sa-east-1"),
        ("createBucket", "true"),
        ("bucket", "12345"),
        ("bucket", "10.0.0.1"),
        ("bucket", "Not A Bucket"),
        ("hostedZoneId", "Z0123456789ABC"),
        ("deploymentId", UUID),
        ("dbInstanceId", "db-M5ENSHXFPU6XHZ4G4ZEI5QIO2U"),
        ("description", "alias/clinic"),
        ("subnetIds", "subnet-0a1b2c3d,subnet-0a1b2c3e"),
    ],
)
def test_a_bare_name_is_none_where_it_does_not(name, value):
    assert asked(name, value) is None


@pytest.mark.parametrize(
    ("token", "named", "kind", "key"),
    [
        ("aws:s3/bucket:Bucket", "clinic-data", "S3::Bucket", "clinic-data"),
        ("aws:s3/bucketV2:BucketV2", "arn:aws:s3:::clinic-data", "S3::Bucket", "clinic-data"),
        ("aws:iam/role:Role", "task", "IAM::Role", "task"),
        ("aws:cloudwatch/logGroup:LogGroup", "clinic", "Logs::LogGroup", "clinic"),
        ("aws:rds/instance:Instance", f"arn:aws:rds:{HERE}:db:clinic", "RDS::DBInstance", "clinic"),
        ("aws:ecr/repository:Repository", "clinic", "ECR::Repository", "clinic"),
        ("aws:ec2/eip:Eip", "eipalloc-0a1b2c3d", "EC2::EIP", "eipalloc-0a1b2c3d"),
        ("aws:kms/alias:Alias", "alias/clinic", "KMS::Key", f"arn:aws:kms:{HERE}:alias/clinic"),
        ("aws:kms/key:Key", UUID, "KMS::Key", KEY),
        ("aws:alb/targetGroup:TargetGroup", ARNS[15][0], "ElasticLoadBalancingV2::TargetGroup", ARNS[15][0]),
        ("aws-native:s3:Bucket", "clinic-data", "S3::Bucket", "clinic-data"),
        ("aws-native:rds:DbInstance", "clinic", "RDS::DBInstance", "clinic"),
        ("aws-native:ec2:Vpc", "vpc-0a1b2c3d", "EC2::VPC", "vpc-0a1b2c3d"),
    ],
)
def test_a_declared_resource_is_recognised_by_its_type(token, named, kind, key):
    assert asked(token, named) == (f"AWS::{kind}", key)


@pytest.mark.parametrize(
    ("token", "named"),
    [
        ("aws:s3/bucketPolicy:BucketPolicy", "clinic-data"),
        ("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "clinic-data"),
        ("aws:iam/rolePolicy:RolePolicy", "task:inline"),
        ("aws:iam/rolePolicyAttachment:RolePolicyAttachment", "task-2024"),
        ("aws:ecr/lifecyclePolicy:LifecyclePolicy", "clinic"),
        ("aws:secretsmanager/secretPolicy:SecretPolicy", f"arn:aws:secretsmanager:{HERE}:secret:clinic-AbCdEf"),
        ("aws:secretsmanager/secretVersion:SecretVersion", f"arn:aws:secretsmanager:{HERE}:secret:clinic-AbCdEf"),
        ("aws:ec2/vpcEndpointPolicy:VpcEndpointPolicy", "vpce-0a1b2c3d"),
        ("aws:route53/record:Record", "Z1_clinic.example.com_A"),
        ("random:index/randomString:RandomString", "clinic"),
        ("aws:rds/instance:Instance", "db-M5ENSHXFPU6XHZ4G4ZEI5QIO2U"),
    ],
)
def test_a_companion_whose_id_is_another_resources_is_not_taken_for_it(token, named):
    assert asked(token, named) is None


NAMES = st.sampled_from(
    ("bucketName", "aws:s3/bucket:Bucket", "kmsKeyId", "ecsCluster", "dbIdentifier", "logGroup[0]", "x")
)


@settings(deadline=None)
@given(
    st.text() | NAMES, st.text() | st.from_regex(r"[a-z:/0-9.*-]{0,40}") | st.sampled_from([arn for arn, *_ in ARNS])
)
def test_any_text_is_a_question_that_somebody_answers_or_none(name, value):
    question = recognise(name, value, account=ACCOUNT, region=REGION)
    assert question is None or (question.kind in COLLECTORS and question.key)


IDENTIFIER = st.from_regex(r"[a-z]([a-z0-9]){2,20}(-[a-z0-9]{1,5}){0,2}", fullmatch=True)


@settings(deadline=None)
@given(IDENTIFIER)
def test_every_spelling_of_a_resource_leads_to_the_same_question(name):
    bucket = Question("AWS::S3::Bucket", name)
    spelt = [name, f"arn:aws:s3:::{name}", f"arn:aws:s3:::{name}/x", f"{name}.s3.amazonaws.com", f"s3://{name}"]
    assert {recognise("bucket", text, account=ACCOUNT, region=REGION) for text in spelt} == {bucket}

    instance = Question("AWS::RDS::DBInstance", name)
    spelt = [name, f"arn:aws:rds:{HERE}:db:{name}", f"{name}.c9akciq32rgz.{REGION}.rds.amazonaws.com:5432"]
    assert {recognise("dbIdentifier", text, account=ACCOUNT, region=REGION) for text in spelt} == {instance}

    repository = Question("AWS::ECR::Repository", name)
    spelt = [name, f"arn:aws:ecr:{HERE}:repository/{name}", f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/{name}:v1"]
    assert {recognise("ecrRepository", text, account=ACCOUNT, region=REGION) for text in spelt} == {repository}


@settings(deadline=None)
@given(st.from_regex(re.compile(r"(vpc|subnet|sg|rtb|acl)-([0-9a-f]{8}|[0-9a-f]{17})", re.ASCII), fullmatch=True))
def test_a_key_asks_for_itself(key):
    question = recognise("anything", key, account=ACCOUNT, region=REGION)
    assert question is not None
    assert question.key == key
