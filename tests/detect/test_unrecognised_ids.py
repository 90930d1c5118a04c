"""An ARN of a kind that is read is asked for however its id looks, and is never taken for absent."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.elbv2.load_balancers import alb_has_listeners
from stack_verify.controls.stack.outputs import outputs_resolve_live
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.detect.references import arn_type, irregular, kind_of_type, recognise
from stack_verify.resources import RESOURCES
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.stack import DeclaredResource, StackOutput
from support.hand_made import ACCOUNT, POLICY, REGION, answer, answered, arn, of_answers, snapshot

ODD = arn("elasticloadbalancing", "loadbalancer/app/clinic/Not-Hexadecimal")
REGULAR = arn("elasticloadbalancing", "loadbalancer/app/clinic/50dc6c495c0c9188")

ODD_ARNS = [
    (ODD, "AWS::ElasticLoadBalancingV2::LoadBalancer", ODD),
    (arn("kms", "key/made-by-hand"), "AWS::KMS::Key", arn("kms", "key/made-by-hand")),
    (arn("ec2", "vpc/vpc-of-old"), "AWS::EC2::VPC", "vpc-of-old"),
    (arn("guardduty", "detector/mine"), "AWS::GuardDuty::Detector", "mine"),
    (arn("backup", "backup-plan:daily"), "AWS::Backup::BackupPlan", "daily"),
    ("arn:aws:s3:::Legacy_Bucket", "AWS::S3::Bucket", "Legacy_Bucket"),
]


@pytest.mark.parametrize(("text", "kind", "key"), ODD_ARNS)
def test_an_odd_id_is_asked_for(text, kind, key):
    """T32"""
    question = recognise("anything", text, account=ACCOUNT, region=REGION)
    assert question is not None
    assert (question.kind, question.key) == (kind, key)
    assert arn_type(text) == irregular(text) == kind


@pytest.mark.parametrize(
    "text",
    [
        "clinic",
        arn("elasticloadbalancing", "loadbalancer/classic"),
        arn("lambda", "function:clinic"),
        arn("guardduty", "detector/0123456789abcdef0123456789abcdef/filter/quiet"),
        "arn:aws:s3:::*",
        "arn:aws:iam::aws:policy/ReadOnlyAccess",
    ],
)
def test_other_texts_are_irregular_of_nothing(text):
    assert irregular(text) is None


def test_a_regular_arn_tells_its_type_and_is_not_irregular():
    assert arn_type(REGULAR) == "AWS::ElasticLoadBalancingV2::LoadBalancer"
    assert irregular(REGULAR) is None


def named(text: str):
    """The snapshot of a stack whose output names a load balancer that AWS answers not to have."""
    output = answered(StackOutput, Name="albArn", Value=text)
    output = structs.replace(output, reference=recognise("albArn", text, account=ACCOUNT, region=REGION))
    return of_answers(answer("albArn", output), answer(text, kind=LoadBalancer))


def test_what_is_not_recognised_is_an_error_of_every_control_of_its_kind():
    """T32"""
    (finding,) = evaluate(named(ODD), [alb_has_listeners], POLICY)
    assert finding.status is Status.ERROR
    assert "cannot be recognised" in finding.observed
    (finding,) = evaluate(named(ODD), [outputs_resolve_live], POLICY)
    assert finding.status is Status.ERROR
    assert "cannot be recognised" in finding.observed


def test_what_is_recognised_and_gone_is_no_error():
    """T32, the opposite"""
    (finding,) = evaluate(named(REGULAR), [alb_has_listeners], POLICY)
    assert finding.status is Status.NOT_APPLICABLE
    (finding,) = evaluate(named(REGULAR), [outputs_resolve_live], POLICY)
    assert finding.status is Status.FAILED


def test_a_declared_resource_without_an_id_that_is_recognised_is_an_error():
    """T32"""
    declared = answered(DeclaredResource, Urn="urn:x::alb", Type="aws:lb/loadBalancer:LoadBalancer")
    found = evaluate(snapshot(declared), [alb_has_listeners], POLICY)
    (finding,) = (each for each in found if each.control == alb_has_listeners.id)
    assert finding.status is Status.ERROR
    assert "urn:x::alb cannot be recognised" in finding.observed


@pytest.mark.parametrize(
    ("token", "kind"),
    [
        ("aws_db_instance", "AWS::RDS::DBInstance"),
        ("aws_lb", "AWS::ElasticLoadBalancingV2::LoadBalancer"),
        ("aws_s3_bucket", "AWS::S3::Bucket"),
        ("aws_s3_bucket_policy", None),
        ("AWS::RDS::DBInstance", "AWS::RDS::DBInstance"),
        ("AWS::S3::BucketPolicy", None),
        ("aws-native:sqs:Queue", "AWS::SQS::Queue"),
        ("aws:sqs/queue:Queue", "AWS::SQS::Queue"),
    ],
)
def test_a_type_is_known_in_the_words_of_each_tool(token, kind):
    assert kind_of_type(token) == kind


def test_no_two_types_have_a_name_in_common():
    identities = [each.identity for each in RESOURCES if each.identity is not None]
    for names in (
        [name for each in identities for name in each.pulumi],
        [name for each in identities for name in each.terraform],
        [each.id_prefix for each in identities if each.id_prefix],
    ):
        assert len(names) == len(set(names))
