"""Where a question is asked, and what becomes of one about another account's resource."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError
from stack_verify.collect.asking import _refused
from stack_verify.collect.place import Place, follows, known_there_as, place_of
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import Question
from stack_verify.resources.safeguards import Trails
from support.hand_made import ACCOUNT, FOREIGN, REGION, arn, own_vpc

GROUP = LogGroup.kind()


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("trail", Place(REGION)),
        ("arn:aws:s3:::records", Place(REGION)),
        ("arn:aws:iam::aws:policy/ReadOnlyAccess", Place(REGION)),
        (arn("logs", "log-group:x"), Place(REGION)),
        (arn("logs", "log-group:x", region="eu-west-1"), Place("eu-west-1")),
        (arn("logs", "log-group:x", account=FOREIGN), Place(REGION, FOREIGN)),
        (arn("logs", "log-group:x", account=FOREIGN, region="eu-west-1"), Place("eu-west-1", FOREIGN)),
        (f"{ACCOUNT}/eu-west-1", Place("eu-west-1")),
        ("db.abcdefgh.eu-west-1.rds.amazonaws.com", Place("eu-west-1")),
    ],
)
def test_a_question_is_asked_in_the_region_that_its_key_names(key, place):
    """T19 and T49: a resource of another region is read there, with the same credentials."""
    assert place_of(Question(GROUP, key), ACCOUNT, REGION) == place


def test_what_is_asked_for_by_name_has_its_name_in_its_own_region():
    key = arn("rds", "db:records", region="eu-west-1")
    question = Question("AWS::RDS::DBInstance", key)
    assert known_there_as(question, Place("eu-west-1"), ACCOUNT, REGION) == "records"
    # Of another account's, this account may have one of the same name.
    foreign = Question("AWS::RDS::DBInstance", arn("rds", "db:records", account=FOREIGN))
    assert known_there_as(foreign, Place(REGION, FOREIGN), ACCOUNT, REGION) == foreign.key


@pytest.mark.parametrize(
    ("question", "followed"),
    [
        (Question("AWS::EC2::Subnet", "subnet-1"), True),
        (Question("AWS::S3::Bucket", "records"), True),
        (Question("AWS::IAM::Role", "task"), True),
        (Question("AWS::KMS::Key", arn("kms", "key/x", region="eu-west-1")), True),
        (Trails.ask(f"{ACCOUNT}/eu-west-1"), True),
        (Question(GROUP, "app"), False),
    ],
)
def test_a_name_that_a_resource_of_another_region_gives_is_not_taken_for_one_here(question, followed):
    vpc = own_vpc(CidrBlock="10.0.0.0/16")
    assert follows(vpc, question, REGION)
    assert follows(vpc, question, "eu-west-1") is followed


def error(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "DescribeKey")


@pytest.mark.parametrize(
    ("reason", "refused"),
    [
        (error("AccessDeniedException", 400), True),
        (error("NotFoundException", 400), True),
        (error("ThrottlingException", 400), False),
        (error("InternalFailure", 500), False),
        (ParamValidationError(report="an ARN is no name"), True),
        (EndpointConnectionError(endpoint_url="https://kms"), False),
    ],
)
def test_only_a_refusal_says_that_another_account_keeps_it(reason, refused):
    """T07: being throttled says nothing of whose it is."""
    assert _refused(reason) is refused
