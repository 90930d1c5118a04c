"""Partitions, regions and domains are botocore's, so that a stack of any partition gets the same verdicts."""

from __future__ import annotations

import pytest
from stack_verify.detect.references import recognise
from stack_verify.drift.normalize import policy
from stack_verify.outputs.facts import place
from stack_verify.outputs.model import Output
from stack_verify.resources.arn import region_of_events
from stack_verify.resources.ecr import ecr_image
from stack_verify.resources.partitions import PARTITIONS, endpoint_service, is_aws_host, partition

ACCOUNT = "123456789012"
SOVEREIGN = "eusc-de-east-1"


@pytest.mark.parametrize(
    ("region", "name"),
    [
        ("sa-east-1", "aws"),
        ("us-gov-west-1", "aws-us-gov"),
        ("cn-north-1", "aws-cn"),
        (SOVEREIGN, "aws-eusc"),
        ("us-iso-east-1", "aws-iso"),
        ("eusc-de-west-9", "aws-eusc"),
        ("nowhere", "aws"),
    ],
)
def test_the_partition_of_a_region_listed_or_not(region, name):
    """T09"""
    assert partition(region) == name


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("sa-east-1", "us-east-1"),
        ("us-gov-east-1", "us-gov-west-1"),
        ("cn-northwest-1", "cn-north-1"),
        (SOVEREIGN, SOVEREIGN),
    ],
)
def test_events_of_iam_are_where_its_endpoint_signs_for(region, expected):
    assert region_of_events("AWS::IAM::Role", region) == expected
    assert region_of_events("AWS::S3::Bucket", region) == region


@pytest.mark.parametrize(
    ("value", "kind", "key"),
    [
        (f"clinic-12.{SOVEREIGN}.elb.amazonaws.eu", "ElasticLoadBalancingV2::LoadBalancer", "clinic"),
        (f"clinic.c9akciq32rgz.{SOVEREIGN}.rds.amazonaws.eu:5432", "RDS::DBInstance", "clinic"),
        (f"clinic-data.s3.{SOVEREIGN}.amazonaws.eu", "S3::Bucket", "clinic-data"),
        (f"{ACCOUNT}.dkr.ecr.{SOVEREIGN}.amazonaws.eu/team/api:1", "ECR::Repository", "team/api"),
        (f"{ACCOUNT}.dkr-ecr.{SOVEREIGN}.on.amazonwebservices.eu/api:1", "ECR::Repository", "api"),
        (f"arn:aws-eusc:rds:{SOVEREIGN}:{ACCOUNT}:db:clinic", "RDS::DBInstance", "clinic"),
        (f"https://sqs.{SOVEREIGN}.amazonaws.eu/{ACCOUNT}/clinic", "SQS::Queue", "clinic"),
    ],
)
def test_the_names_of_the_sovereign_cloud_are_recognised(value, kind, key):
    """T09"""
    question = recognise("anything", value, account=ACCOUNT, region=SOVEREIGN)
    assert question is not None
    assert (question.kind, question.key) == (f"AWS::{kind}", key)


def test_a_bare_name_is_asked_for_by_the_arn_of_its_own_partition():
    question = recognise("ecsClusterName", "clinic", account=ACCOUNT, region=SOVEREIGN)
    assert question is not None
    assert question.key == f"arn:aws-eusc:ecs:{SOVEREIGN}:{ACCOUNT}:cluster/clinic"


def test_the_region_that_outputs_name_is_read_in_every_partition(tmp_path):
    """T09"""
    for region in (SOVEREIGN, "us-gov-west-1", "cn-north-1", "us-isob-east-1", "ap-southeast-7"):
        assert place([Output(name="region", value=region)], (), tmp_path).region == region
    assert place([Output(name="region", value="moon-dark-1")], (), tmp_path).region is None


def test_the_root_user_of_an_account_is_spelt_alike_in_every_partition():
    spelt = {
        policy(f'{{"Statement": {{"Principal": {{"AWS": "arn:{name}:iam::{ACCOUNT}:root"}}}}}}') for name in PARTITIONS
    }
    assert len(spelt) == 1


@pytest.mark.parametrize(
    ("host", "ours"),
    [
        ("clinic-12.sa-east-1.elb.amazonaws.com", True),
        (f"clinic-12.{SOVEREIGN}.elb.amazonaws.eu", True),
        ("abc.lambda-url.sa-east-1.on.aws", True),
        ("s3.dualstack.cn-north-1.amazonaws.com.cn", True),
        ("portal.healthcare.example", False),
        ("amazonaws.com.example", False),
        ("notamazonaws.eu", False),
    ],
)
def test_a_host_is_of_aws_by_its_domain(host, ours):
    assert is_aws_host(host) is ours


@pytest.mark.parametrize(
    ("name", "region", "service"),
    [
        ("com.amazonaws.sa-east-1.kms", "sa-east-1", "kms"),
        ("com.amazonaws.cn-north-1.s3", "cn-north-1", "s3"),
        ("cn.com.amazonaws.cn-north-1.ecr.api", "cn-north-1", "ecr.api"),
        (f"com.amazonaws.{SOVEREIGN}.logs", SOVEREIGN, "logs"),
        (f"eu.amazonaws.{SOVEREIGN}.ecr.dkr", SOVEREIGN, "ecr.dkr"),
        ("com.amazonaws.eu-west-1.kms", "sa-east-1", None),
        ("com.amazonaws.vpce.sa-east-1.vpce-svc-0a1b2c3d", "sa-east-1", None),
    ],
)
def test_the_service_of_a_vpc_endpoint_in_the_words_of_its_partition(name, region, service):
    """T09"""
    assert endpoint_service(name, region) == service


def test_an_image_of_another_registry_is_none_of_ecr():
    assert ecr_image("public.ecr.aws/docker/library/nginx:1") is None
    assert ecr_image(f"{ACCOUNT}.dkr.ecr.sa-east-1.amazonaws.com.example/api:1") is None
