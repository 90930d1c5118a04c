"""Whom the access points of a bucket let in, and which of them are found."""

from __future__ import annotations

import json

import pytest
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.controls.s3.access_points import s3_access_point_policy, s3_access_point_public_access_block
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.s3 import Bucket, BucketPolicy
from stack_verify.resources.s3_access_points import AccessPoint, AccessPointPolicy, BucketAccessPoints
from support.hand_made import ACCOUNT, FOREIGN, REGION, OneClient, answered, arn, judged, observed, read, snapshot

POINT = arn("s3", "accesspoint/letters")
BLOCK = ("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets")
OTHER = {"AWS": f"arn:aws:iam::{FOREIGN}:root"}


def document(principal: object, **more: object) -> str:
    line = {"Effect": "Allow", "Principal": principal, "Action": "s3:GetObject", "Resource": "*", **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [line]})


DELEGATING = document("*", Condition={"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}})


def held(policy: str | None, bucket: str | None = None, *, blocked: bool = True, account: bool = False):
    config = dict.fromkeys(BLOCK, blocked)
    return snapshot(
        answered(
            AccessPoint,
            AccessPointArn=POINT,
            Name="letters",
            Bucket="data",
            PublicAccessBlockConfiguration=config,
        ),
        answered(AccessPointPolicy, AccessPointArn=POINT, Policy=policy),
        answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data", BucketRegion=REGION),
        answered(BucketPolicy, Bucket="data", Policy=bucket),
        answered(AccountPublicAccessBlock, AccountId=ACCOUNT, **dict.fromkeys(BLOCK, account)),
    )


@pytest.mark.parametrize(
    ("policy", "bucket", "status"),
    [
        (None, DELEGATING, Status.PASSED),
        (document({"AWS": f"arn:aws:iam::{ACCOUNT}:role/letters"}), DELEGATING, Status.PASSED),
        (document(OTHER), DELEGATING, Status.FAILED),
        # A request has to be allowed by the bucket's policy, too.
        (document(OTHER), None, Status.PASSED),
        (document(OTHER), document({"AWS": f"arn:aws:iam::{ACCOUNT}:role/letters"}), Status.PASSED),
        (document(OTHER), document(OTHER), Status.FAILED),
        # RestrictPublicBuckets makes a public policy void.
        (document("*"), DELEGATING, Status.PASSED),
        ("{", DELEGATING, Status.ERROR),
    ],
)
def test_whoever_an_access_point_lets_in_is_named_by_the_policy(policy, bucket, status):
    assert judged(s3_access_point_policy, held(policy, bucket)) == {POINT: status}


def test_a_public_policy_that_nothing_blocks_is_in_effect():
    assert judged(s3_access_point_policy, held(document("*"), DELEGATING, blocked=False)) == {POINT: Status.FAILED}
    void = held(document("*"), DELEGATING, blocked=False, account=True)
    assert observed(s3_access_point_policy, void).endswith("void by RestrictPublicBuckets of the account")


def test_accounts_that_the_policy_names_may_come_in():
    named = judged(s3_access_point_policy, held(document(OTHER), DELEGATING), accounts={"analytics": (FOREIGN,)})
    assert named == {POINT: Status.PASSED}


@pytest.mark.parametrize(
    ("blocked", "account", "status"),
    [(True, False, Status.PASSED), (False, True, Status.PASSED), (False, False, Status.FAILED)],
)
def test_public_access_is_blocked_at_the_access_point_or_the_account(blocked, account, status):
    assert judged(s3_access_point_public_access_block, held(None, blocked=blocked, account=account)) == {POINT: status}


def test_a_bucket_leads_to_its_access_points_in_its_own_region():
    away = answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data", BucketRegion="eu-west-1")
    assert BucketAccessPoints.ask(f"{ACCOUNT}/eu-west-1/data") in set(away.refers_to())


def test_all_pages_of_access_points_are_read():
    """botocore knows no pages of this operation."""
    session = OneClient("s3control")
    with Stubber(session.only) as stub:
        for name, more in (("one", {"NextToken": "t"}), ("two", {})):
            listed = [{"Name": name, "Bucket": "data", "NetworkOrigin": "VPC"}]
            stub.add_response("list_access_points", {"AccessPointList": listed, **more})
        (found,) = read(COLLECTORS[BucketAccessPoints.kind()], session, f"{ACCOUNT}/{REGION}/data")
    assert found.arns == (arn("s3", "accesspoint/one"), arn("s3", "accesspoint/two"))


@pytest.mark.parametrize(
    ("value", "question"),
    [
        (POINT, AccessPoint.ask(POINT)),
        (f"{POINT}/object/letters/1", AccessPoint.ask(POINT)),
        ("arn:aws:s3:::accesspoint/letters", Bucket.ask("accesspoint")),
        (arn("s3", "storage-lens/all"), None),
    ],
)
def test_an_access_point_is_told_from_an_object_by_its_region(value, question):
    assert recognise("doorArn", value, account=ACCOUNT, region=REGION) == question
