"""What a backup plan speaks of, how often it runs, and how its last jobs are judged."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stack_verify.controls.backup.plans import (
    backup_plan_frequency_retention,
    backup_recent_success,
    backup_selection_covers_stack,
)
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.policy import load_policy
from stack_verify.resources.backup import BackupJob, BackupPlan, BackupSelection
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.s3 import Bucket, BucketLogging, BucketPolicy, BucketTags
from support.hand_made import AT, answered, arn, denied, snapshot

POLICY = load_policy("hipaa", "prod")
PLAN, VAULT = "plan", "vault"
BUCKET_ARN = "arn:aws:s3:::records"
BUCKET = (
    answered(Bucket, Name="records", BucketArn=BUCKET_ARN),
    answered(BucketLogging, Bucket="records"),
    answered(BucketPolicy, Bucket="records", Policy=None),
)
SECOND = (
    answered(Bucket, Name="second", BucketArn="arn:aws:s3:::second"),
    answered(BucketLogging, Bucket="second"),
    answered(BucketPolicy, Bucket="second", Policy=None),
)
TAGS = answered(BucketTags, Resource=BUCKET_ARN, Tags={"backup": "daily"})
LONG_AGO = AT - timedelta(days=90)


def rule(schedule: str = "cron(0 5 ? * * *)", **more: object) -> dict[str, object]:
    return {"RuleName": "rule", "TargetBackupVaultName": VAULT, "ScheduleExpression": schedule, **more}


def plan(*rules: dict[str, object], made=LONG_AGO) -> BackupPlan:
    document = {"Rules": rules or (rule(),)}
    plan_arn = arn("backup", "backup-plan:plan")
    return answered(BackupPlan, BackupPlanId=PLAN, BackupPlanArn=plan_arn, BackupPlan=document, CreationDate=made)


def selection(**fields: object) -> BackupSelection:
    return answered(BackupSelection, SelectionId="1", SelectionName="data", **fields)


def condition(value: str) -> list[dict[str, str]]:
    return [{"ConditionKey": "aws:ResourceTag/backup", "ConditionValue": value}]


def verdict(check, subject, *resources, gaps=()):
    lists = [(BackupSelection, PLAN), (BackupJob, VAULT)]
    return check.check(subject, snapshot(subject, *resources, lists=lists, gaps=gaps), POLICY)


def judged(check, subject, *resources, gaps=()):
    return verdict(check, subject, *resources, gaps=gaps).status


def told(check, subject, *resources):
    return verdict(check, subject, *resources).observed


@pytest.mark.parametrize(
    ("fields", "covered"),
    [
        ({"Resources": [BUCKET_ARN]}, True),
        ({"Resources": ["arn:aws:s3:::rec*"]}, True),
        ({"Resources": ["arn:aws:s3:::other"]}, False),
        ({"Resources": ["*"], "NotResources": ["arn:aws:s3:::rec*"]}, False),
        ({"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "daily"}]}, True),
        ({"ListOfTags": [{"ConditionKey": "backup", "ConditionValue": "weekly"}]}, False),
        # An ARN or a tag will do, a condition must hold besides.
        ({"Resources": [BUCKET_ARN], "ListOfTags": [{"ConditionKey": "x", "ConditionValue": "y"}]}, True),
        ({}, True),
        ({"Conditions": {"StringEquals": condition("daily")}}, True),
        ({"Conditions": {"StringEquals": condition("dai*")}}, False),
        ({"Conditions": {"StringEquals": [{"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "y"}]}}, False),
        ({"Conditions": {"StringNotEquals": condition("daily")}}, False),
        ({"Conditions": {"StringNotEquals": condition("weekly")}}, True),
        ({"Conditions": {"StringLike": condition("dai*")}}, True),
        ({"Conditions": {"StringNotLike": condition("dai*")}}, False),
        ({"Conditions": {"StringNotEquals": condition("dai*")}}, True),
        ({"Conditions": {"StringLike": condition("[d]aily")}}, False),
        ({"Conditions": {"StringNotLike": condition("d?ily")}}, True),
        ({"Conditions": {"StringLike": [{"ConditionKey": "aws:ResourceTag/x", "ConditionValue": "*"}]}}, False),
        ({"Resources": [BUCKET_ARN], "Conditions": {"StringEquals": condition("weekly")}}, False),
    ],
)
def test_a_selection_speaks_of_what_its_arns_tags_and_conditions_say(fields, covered):
    status = judged(backup_selection_covers_stack, plan(), selection(**fields), *BUCKET, TAGS)
    assert status is (Status.PASSED if covered else Status.FAILED)


def test_what_the_stack_has_to_back_up_is_not_known_where_something_was_denied():
    with pytest.raises(Unanswered, match="denied"):
        judged(backup_selection_covers_stack, plan(), selection(), *BUCKET, gaps=(denied(LoadBalancer),))


@pytest.mark.parametrize(
    ("rules", "status"),
    [
        ([rule()], Status.PASSED),  # kept for ever
        ([rule(Lifecycle={})], Status.PASSED),
        ([rule(Lifecycle={"DeleteAfterDays": 35})], Status.PASSED),
        ([rule(Lifecycle={"DeleteAfterDays": 34})], Status.FAILED),
        ([rule("cron(0 5 1 * ? *)", Lifecycle={"DeleteAfterDays": 365})], Status.FAILED),
        ([rule("cron(0 5 1 * ? *)", Lifecycle={"DeleteAfterDays": 365}), rule()], Status.PASSED),
        ([rule("cron(0 5 1 * ? *)", Lifecycle={"DeleteAfterDays": 7}), rule()], Status.FAILED),
        ([rule("cron(0 5 ? * MON *)")], Status.FAILED),
        ([rule("cron(0 0/12 * * ? *)")], Status.PASSED),
        ([rule("rate(1440 minutes)")], Status.PASSED),
        ([rule("rate(1441 minutes)")], Status.FAILED),
        ([rule("rate(24 hours)")], Status.PASSED),
        ([rule("rate(25 hours)")], Status.FAILED),
        ([rule("rate(1 day)")], Status.PASSED),
        ([rule("rate(2 days)")], Status.FAILED),
        ([rule("now and then")], Status.FAILED),
    ],
)
def test_some_rule_runs_daily_and_all_keep_long_enough(rules, status):
    assert judged(backup_plan_frequency_retention, plan(*rules)) is status


def job(state: str, hours: float, number: int = 1, resource: str = BUCKET_ARN) -> BackupJob:
    at = AT - timedelta(hours=hours)
    return answered(BackupJob, BackupJobId=f"{number}", ResourceArn=resource, State=state, CreationDate=at)


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ([job("COMPLETED", 26)], Status.PASSED),
        ([job("COMPLETED", 26.1)], Status.FAILED),
        ([job("FAILED", 2)], Status.FAILED),
        ([job("PARTIAL", 2)], Status.FAILED),
        ([job("FAILED", 3), job("COMPLETED", 1, 2)], Status.PASSED),
        ([job("COMPLETED", 3), job("ABORTED", 1, 2)], Status.FAILED),
        # One that is under way says nothing of how it will end; the one before it does.
        ([job("COMPLETED", 27), job("RUNNING", 3, 2)], Status.PASSED),
        ([job("EXPIRED", 27), job("RUNNING", 3, 2)], Status.FAILED),
        ([job("RUNNING", 3)], Status.FAILED),
        ([job("RUNNING", 30)], Status.FAILED),
        ([job("COMPLETED", 1, resource="arn:aws:s3:::another")], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_the_last_backup_is_recent_and_succeeded(jobs, status):
    assert judged(backup_recent_success, plan(), selection(Resources=[BUCKET_ARN]), *BUCKET, *jobs) is status


@pytest.mark.parametrize(
    ("hours", "jobs", "status"),
    [
        (25, [], Status.NOT_APPLICABLE),
        (26, [], Status.FAILED),
        (25, [job("FAILED", 2)], Status.FAILED),
    ],
)
def test_a_plan_that_is_younger_than_a_backup_may_be_old_has_none_yet(hours, jobs, status):
    young = plan(made=AT - timedelta(hours=hours))
    assert judged(backup_recent_success, young, selection(Resources=[BUCKET_ARN]), *BUCKET, *jobs) is status


def test_a_failure_counts_also_where_another_first_backup_is_not_yet_due():
    young = plan(made=AT - timedelta(hours=1))
    found = judged(backup_recent_success, young, selection(Resources=["*"]), *BUCKET, *SECOND, job("FAILED", 1))
    assert found is Status.FAILED


def test_each_is_judged_by_its_own_jobs():
    jobs = job("COMPLETED", 1), job("FAILED", 2, 2, "arn:aws:s3:::second")
    found = judged(backup_recent_success, plan(), selection(Resources=["*"]), *BUCKET, *SECOND, *jobs)
    assert found is Status.FAILED


def test_what_is_amiss_is_told():
    jobs = job("COMPLETED", 50), job("COMPLETED", 30, 2)
    assert told(backup_recent_success, plan(), selection(Resources=["*"]), *BUCKET, *jobs) == (
        f"of 1 amiss: {BUCKET_ARN} was last begun 2026-01-29 18:00 UTC"
    )
    assert told(backup_plan_frequency_retention, plan()) == "rule runs cron(0 5 ? * * *), kept for ever"


def test_a_plan_of_nothing_of_the_stack_has_nothing_to_back_up():
    found = judged(backup_recent_success, plan(), selection(Resources=["arn:aws:s3:::other"]), *BUCKET)
    assert found is Status.NOT_APPLICABLE
