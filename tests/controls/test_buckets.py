"""What is concluded of buckets, and what is not."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stack_verify.controls.s3.records import s3_lifecycle
from stack_verify.controls.s3.settings import (
    s3_block_public_access,
    s3_kms_encryption,
    s3_no_public_read,
    s3_no_public_write,
)
from stack_verify.core.control import Status
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.elbv2 import LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.s3 import (
    Bucket,
    BucketAcl,
    BucketEncryption,
    BucketLifecycle,
    BucketOwnershipControls,
    BucketPolicy,
    BucketPolicyStatus,
    BucketPublicAccessBlock,
)
from support.hand_made import ACCOUNT, answer, answered, denied, document, of_answers, said_of

BUCKET = answered(Bucket, Name="logs", BucketArn="arn:aws:s3:::logs", BucketRegion="sa-east-1")
BALANCER_ARN = "arn:aws:elasticloadbalancing:sa-east-1:123456789012:loadbalancer/app/web/1"
BALANCER = answered(LoadBalancer, LoadBalancerArn=BALANCER_ARN, Type="application", VpcId="vpc-1", AvailabilityZones=[])
ATTRIBUTES = answered(
    LoadBalancerAttributes,
    LoadBalancer=BALANCER_ARN,
    **{"access_logs.s3.enabled": "true", "access_logs.s3.bucket": "logs"},
)
WITHOUT_POLICY = answer("logs", answered(BucketPolicy, Bucket="logs", Policy=None))
DELIVERED = (answer(BALANCER_ARN, BALANCER), answer(BALANCER_ARN, ATTRIBUTES))


def expiring(**when: object):
    rule = {"ID": "soon", "Status": "Enabled", "Expiration": when}
    return answer("logs", answered(BucketLifecycle, Bucket="logs", Rules=[rule]))


def encrypted(algorithm: str):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": algorithm}}
    return answer("logs", answered(BucketEncryption, Bucket="logs", Rules=[rule]))


SETTINGS = [(s3_lifecycle, expiring(Days=30)), (s3_kms_encryption, encrypted("AES256"))]


@pytest.mark.parametrize(("control", "setting"), SETTINGS, ids=["lifecycle", "encryption"])
@pytest.mark.parametrize("unread", ["the balancer", "its attributes"])
def test_a_bucket_is_not_judged_while_it_is_unknown_whether_it_takes_access_logs(control, setting, unread):
    if unread == "the balancer":
        seen = of_answers(answer("logs", BUCKET), setting, gaps=(denied(LoadBalancer, BALANCER_ARN),))
    else:
        gaps = (denied(LoadBalancerAttributes, BALANCER_ARN),)
        seen = of_answers(answer("logs", BUCKET), setting, DELIVERED[0], gaps=gaps)
    assert said_of(control, seen, "logs")[0] is Status.ERROR


def test_a_bucket_that_takes_access_logs_keeps_them_and_needs_no_key_in_kms():
    seen = of_answers(answer("logs", BUCKET), WITHOUT_POLICY, expiring(Days=30), encrypted("AES256"), *DELIVERED)
    assert said_of(s3_lifecycle, seen, "logs")[0] is Status.FAILED
    assert said_of(s3_kms_encryption, seen, "logs")[0] is Status.NOT_APPLICABLE


def test_access_logs_that_expire_from_a_date_on_are_not_kept_from_then():
    expires = expiring(Date=datetime(2036, 1, 1, tzinfo=UTC))
    seen = of_answers(answer("logs", BUCKET), WITHOUT_POLICY, expires, *DELIVERED)
    status, observed = said_of(s3_lifecycle, seen, "logs")
    assert status is Status.FAILED
    assert observed.endswith("; all objects expire from 2036-01-01 on")
    status, told = said_of(s3_lifecycle, of_answers(answer("logs", BUCKET), WITHOUT_POLICY, expires), "logs")
    assert (status, told) == (Status.PASSED, observed)


def blocking(*levels: str, **settings: bool):
    """The block of public access of the bucket and of the account: off but for these settings at these levels."""
    off = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), False)
    bucket = {**off, **settings} if "bucket" in levels else off
    account = {**off, **settings} if "account" in levels else off
    return (
        answer("logs", answered(BucketPublicAccessBlock, Bucket="logs", **bucket)),
        answer(ACCOUNT, answered(AccountPublicAccessBlock, AccountId=ACCOUNT, **account)),
    )


@pytest.mark.parametrize("level", ["bucket", "account"])
@pytest.mark.parametrize("control", [s3_no_public_read, s3_no_public_write])
def test_a_public_policy_that_is_restricted_is_void(level, control):
    """T10"""
    line = {"Effect": "Allow", "Resource": "*", "Principal": "*", "Action": "s3:*"}

    def said(*blocks):
        policy = answer("logs", answered(BucketPolicy, Bucket="logs", Policy=document(line)))
        status = answer("logs", answered(BucketPolicyStatus, Bucket="logs", IsPublic=True))
        acl = answer("logs", answered(BucketAcl, Bucket="logs", Grants=[]))
        return said_of(control, of_answers(answer("logs", BUCKET), acl, policy, status, *blocks), "logs")

    status, told = said(*blocking(level, RestrictPublicBuckets=True))
    assert status is Status.PASSED
    assert told.endswith(f"left over: statement (no Sid) of the policy, void by RestrictPublicBuckets of the {level}")
    # A policy that is there already is not undone by what refuses new ones.
    assert said(*blocking(level, BlockPublicPolicy=True))[0] is Status.FAILED
    assert said(blocking(level)[0])[0] is Status.ERROR


@pytest.mark.parametrize("level", ["bucket", "account"])
def test_a_public_acl_that_is_ignored_or_turned_off_is_void(level):
    """T10"""
    world = {"Grantee": {"URI": "http://acs.amazonaws.com/groups/global/AllUsers"}, "Permission": "READ"}

    def said(ownership, *blocks):
        acl = answer("logs", answered(BucketAcl, Bucket="logs", Grants=[world]))
        owned = answer("logs", answered(BucketOwnershipControls, Bucket="logs", ObjectOwnership=ownership))
        status = answer("logs", answered(BucketPolicyStatus, Bucket="logs", IsPublic=False))
        seen = of_answers(answer("logs", BUCKET), acl, owned, status, WITHOUT_POLICY, *blocks)
        return said_of(s3_no_public_read, seen, "logs")[0]

    assert said("ObjectWriter", *blocking(level, IgnorePublicAcls=True)) is Status.PASSED
    assert said("ObjectWriter", *blocking(level, BlockPublicAcls=True)) is Status.FAILED
    assert said("BucketOwnerEnforced") is Status.PASSED


def test_the_block_of_the_account_is_the_buckets_too():
    """T42: S3 applies the stricter of both."""
    every = dict.fromkeys(("BlockPublicAcls", "IgnorePublicAcls", "BlockPublicPolicy", "RestrictPublicBuckets"), True)

    def said(*blocks):
        return said_of(s3_block_public_access, of_answers(answer("logs", BUCKET), *blocks), "logs")

    status, told = said(*blocking("account", **every))
    assert status is Status.PASSED
    assert told.startswith("not set: none; set by the account only: BlockPublicAcls")
    assert said(*blocking("account", **{**every, "IgnorePublicAcls": False}))[0] is Status.FAILED
    assert said(blocking("bucket", **every)[0])[0] is Status.PASSED
    assert said(blocking("account", **every)[0])[0] is Status.ERROR


def public(*lines: dict[str, object], is_public: bool) -> set[str]:
    """Which of reading and writing everybody may, by the bucket's policy."""
    policy = document(*({"Effect": "Allow", "Resource": "*", **line} for line in lines))
    seen = of_answers(
        answer("logs", BUCKET),
        answer("logs", answered(BucketAcl, Bucket="logs", Grants=[])),
        answer("logs", answered(BucketPolicy, Bucket="logs", Policy=policy)),
        answer("logs", answered(BucketPolicyStatus, Bucket="logs", IsPublic=is_public)),
        *blocking(),
    )
    controls = {"read": s3_no_public_read, "write": s3_no_public_write}
    return {does for does, control in controls.items() if said_of(control, seen, "logs")[0] is Status.FAILED}


@pytest.mark.parametrize(
    ("action", "does"),
    [
        ("s3:GetObject", {"read"}),
        ("s3:GetObjectTagging", {"read"}),
        ("s3:listbucket*", {"read"}),
        ("s3:PutObject", {"write"}),
        ("s3:DeleteBucket", {"write"}),
        ("s3:PutBucketAcl", {"write"}),
        ("s3:PutLifecycleConfiguration", {"write"}),
        ("s3:PutReplicationConfiguration", {"write"}),
        ("s3:*Acl", {"read", "write"}),
        ("s3:g*", {"read", "write"}),
        (["s3:GetObject", "s3:PutObject"], {"read", "write"}),
        (["s3:PutObject", "s3:ListBucket"], {"read", "write"}),
        ("s3:*", {"read", "write"}),
        ("*", {"read", "write"}),
    ],
)
def test_whatever_everybody_may_do_is_either_reading_or_writing(action, does):
    assert public({"Principal": "*", "Action": action}, is_public=False) == does


@pytest.mark.parametrize(
    ("left_out", "does"),
    [
        (["s3:Get*", "s3:List*"], {"write"}),
        ("s3:Get*", {"read", "write"}),
        ("s3:Delete*", {"read", "write"}),
        ("s3:*", set()),
    ],
)
def test_everybody_may_do_what_a_not_action_leaves(left_out, does):
    assert public({"Principal": "*", "NotAction": left_out}, is_public=False) == does


def test_no_condition_narrows_a_policy_that_s3_calls_public():
    ours = {"StringEquals": {"aws:PrincipalAccount": "123456789012"}}
    line = {"Principal": "*", "Action": "s3:PutObject", "Condition": ours}
    assert public(line, is_public=False) == set()
    assert public(line, {"Principal": "*", "Action": "s3:GetObject"}, is_public=True) == {"read", "write"}


def test_a_policy_that_s3_calls_public_for_no_reason_that_we_see_fails_both():
    line = {"Principal": {"AWS": "210987654321"}, "Action": "s3:GetObject"}
    assert public(line, is_public=True) == {"read", "write"}
