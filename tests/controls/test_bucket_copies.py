"""Where buckets are replicated to, and who hears of what is done in them."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.s3.copies import (
    s3_notifications_to_named_accounts,
    s3_replication,
    s3_replication_to_named_accounts,
)
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.elsewhere import Elsewhere
from stack_verify.resources.s3 import Bucket, BucketNotification, BucketReplication
from support.hand_made import ACCOUNT, FOREIGN, POLICY, answer, answered, denied, of_answers

PHI = answered(Bucket, Name="phi", BucketArn="arn:aws:s3:::phi")
COPY = answered(Bucket, Name="copy", BucketArn="arn:aws:s3:::copy")
STRANGE = answered(Elsewhere, KindAsked=Bucket.kind(), Key="copy", Account=None, Said="403")
NAMED = structs.replace(POLICY, accounts={"backup": (FOREIGN,)})
HERE, THERE, GONE = answer("copy", COPY), answer("copy", STRANGE, kind=Bucket), answer("copy", kind=Bucket)


def rule(account=None, status="Enabled", bucket="copy"):
    whose = {} if account is None else {"Account": account}
    return {"ID": "all", "Status": status, "Destination": {"Bucket": f"arn:aws:s3:::{bucket}", **whose}}


def said(control, *answers, policy=POLICY, gaps=()):
    (found,) = (
        each
        for each in evaluate(of_answers(answer("phi", PHI), *answers, gaps=gaps), [control], policy)
        if each.resource.id == "phi" and each.control == control.id
    )
    return found


def replicated(*rules):
    return answer("phi", answered(BucketReplication, Bucket="phi", Rules=list(rules)))


@pytest.mark.parametrize(
    ("rules", "asked", "policy", "status"),
    [
        ([], [], POLICY, Status.NOT_APPLICABLE),
        ([rule(status="Disabled")], [THERE], POLICY, Status.NOT_APPLICABLE),
        ([rule()], [HERE], POLICY, Status.PASSED),
        ([rule(ACCOUNT)], [HERE], POLICY, Status.PASSED),
        ([rule(FOREIGN)], [], POLICY, Status.FAILED),
        ([rule(FOREIGN)], [], NAMED, Status.PASSED),
        ([rule(), rule(FOREIGN, bucket="other")], [HERE], POLICY, Status.FAILED),
        # Whose it is AWS does not say, and the policy names nobody that it could be.
        ([rule()], [THERE], POLICY, Status.FAILED),
        ([rule()], [GONE], POLICY, Status.PASSED),
    ],
)
def test_an_unnamed_account_that_gets_a_copy_of_the_data_fails(rules, asked, policy, status):
    """T25: replication shares as a policy does."""
    assert said(s3_replication_to_named_accounts, replicated(*rules), *asked, policy=policy).status is status


def test_a_copy_in_an_account_that_aws_does_not_name_is_verified_elsewhere():
    """T19: what cannot be read from here is told with who may keep it."""
    found = said(s3_replication_to_named_accounts, replicated(rule()), THERE, policy=NAMED)
    assert (found.status, found.observed) == (Status.NOT_APPLICABLE, "replicated to copy, not of this account")
    assert f"backup {FOREIGN}" in str(found.elsewhere)


@pytest.mark.parametrize("control", [s3_replication_to_named_accounts, s3_replication])
def test_a_destination_that_could_not_be_asked_for_proves_nothing(control):
    assert said(control, replicated(rule()), gaps=(denied(Bucket, "copy"),)).status is Status.ERROR


@pytest.mark.parametrize("control", [s3_replication_to_named_accounts, s3_replication])
def test_rules_that_could_not_be_read_prove_nothing(control):
    assert said(control, gaps=(denied(BucketReplication, "phi"),)).status is Status.ERROR


@pytest.mark.parametrize(
    ("rules", "asked", "asking", "status"),
    [
        ([], [], ("*",), Status.FAILED),
        ([], [], ("logs-*",), Status.NOT_APPLICABLE),
        ([rule()], [HERE], (), Status.PASSED),
        ([rule(FOREIGN)], [], (), Status.PASSED),
        ([rule()], [GONE], (), Status.FAILED),
        ([rule(status="Disabled")], [HERE], (), Status.FAILED),
        ([rule(status="Disabled"), rule(FOREIGN)], [HERE], ("*",), Status.PASSED),
    ],
)
def test_replication_is_enabled_where_there_is_any_or_the_policy_asks_for_it(rules, asked, asking, status):
    policy = structs.replace(POLICY, buckets_to_replicate=asking)
    assert said(s3_replication, replicated(*rules), *asked, policy=policy).status is status


def test_whose_bucket_a_copy_goes_to_is_asked_unless_the_rule_says_it():
    found = answered(BucketReplication, Bucket="phi", Rules=[rule(FOREIGN), rule(ACCOUNT, bucket="b"), rule(), rule()])
    assert [each.key for each in found.surroundings()] == ["b", "copy"]


def hearing(*, queue=None, topic=None, function=None, bus=False):
    given = {
        "QueueConfigurations": [{"QueueArn": f"arn:aws:sqs:sa-east-1:{queue}:q"}] if queue else None,
        "TopicConfigurations": [{"TopicArn": f"arn:aws:sns:sa-east-1:{topic}:t"}] if topic else None,
        "LambdaFunctionConfigurations": (
            [{"LambdaFunctionArn": f"arn:aws:lambda:sa-east-1:{function}:function:f"}] if function else None
        ),
        "EventBridgeConfiguration": {} if bus else None,
    }
    held = {name: value for name, value in given.items() if value is not None}
    return answer("phi", answered(BucketNotification, Bucket="phi", **held))


@pytest.mark.parametrize(
    ("heard", "policy", "status"),
    [
        (hearing(), POLICY, Status.NOT_APPLICABLE),
        (hearing(bus=True), POLICY, Status.PASSED),
        (hearing(queue=ACCOUNT, topic=ACCOUNT, function=ACCOUNT), POLICY, Status.PASSED),
        (hearing(queue=FOREIGN), POLICY, Status.FAILED),
        (hearing(topic=FOREIGN), POLICY, Status.FAILED),
        (hearing(queue=ACCOUNT, function=FOREIGN, bus=True), POLICY, Status.FAILED),
        (hearing(queue=FOREIGN, topic=FOREIGN), NAMED, Status.PASSED),
    ],
)
def test_only_named_accounts_hear_of_objects(heard, policy, status):
    """T25"""
    assert said(s3_notifications_to_named_accounts, heard, policy=policy).status is status


def test_notifications_that_could_not_be_read_prove_nothing():
    gaps = (denied(BucketNotification, "phi"),)
    assert said(s3_notifications_to_named_accounts, gaps=gaps).status is Status.ERROR
