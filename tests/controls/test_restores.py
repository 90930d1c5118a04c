"""Whether it was tried that the database can be restored, from what AWS Backup lists of its jobs."""

from __future__ import annotations

from datetime import timedelta

import pytest
from botocore.stub import Stubber
from controls.test_databases import database
from msgspec import structs
from stack_verify.collect.backup import jobs as backup_jobs
from stack_verify.collect.backup import recovery_points, restore_jobs
from stack_verify.controls.rds.restores import rds_restore_tested
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.resources.backup import RestoreJob
from support.hand_made import ACCOUNT, AT, POLICY, OneClient, answer, answered, of_answers, read, said_of

DB = f"arn:aws:rds:sa-east-1:{ACCOUNT}:db:db"
LONGEST = timedelta(days=POLICY.max_restore_test_age_days)
SECOND = timedelta(seconds=1)


def job(name: str = "job", *, ago: timedelta | None = SECOND, **more: str) -> RestoreJob:
    fields = {"RestoreJobId": name, "SourceResourceArn": DB, "Status": "COMPLETED", **more}
    ended = {} if ago is None else {"CompletionDate": AT - ago}
    return answered(RestoreJob, **{name: value for name, value in fields.items() if value}, **ended)


def said(*jobs: RestoreJob, age: timedelta | None = LONGEST, tags: dict[str, str] | None = None) -> tuple[Status, str]:
    made = {} if age is None else {"InstanceCreateTime": AT - age}
    held = of_answers(database("postgres", Tags=tags or {}, **made), answer(ACCOUNT, *jobs, kind=RestoreJob))
    return said_of(rds_restore_tested, held, "db")


@pytest.mark.parametrize(
    ("jobs", "status"),
    [
        ([job(ago=LONGEST)], Status.PASSED),
        ([job(ago=LONGEST + SECOND)], Status.FAILED),
        ([job(Status="FAILED")], Status.FAILED),
        ([job(Status="ABORTED")], Status.FAILED),
        ([job(ValidationStatus="SUCCESSFUL")], Status.PASSED),
        ([job(ValidationStatus="FAILED")], Status.FAILED),
        ([job("z", ago=2 * SECOND, Status="FAILED"), job("a")], Status.PASSED),
        ([job("a", ago=2 * SECOND), job("z", Status="FAILED")], Status.FAILED),
        ([job(), job("under way", ago=None, Status="RUNNING")], Status.PASSED),
        ([job("under way", ago=None, Status="RUNNING")], Status.FAILED),
        ([job(SourceResourceArn=f"{DB}-of-others")], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_the_last_restore_that_ended_must_have_succeeded_and_be_recent(jobs, status):
    assert said(*jobs)[0] is status


def test_the_last_restore_is_told():
    assert said(job())[1] == "the last restore, job, ended COMPLETED on 2026-01-30"


@pytest.mark.parametrize(
    ("age", "status"),
    [(LONGEST - SECOND, Status.NOT_APPLICABLE), (LONGEST, Status.FAILED), (None, Status.FAILED)],
)
def test_of_a_new_database_no_restore_is_due_yet(age, status):
    assert said(age=age)[0] is status
    assert said(job(Status="FAILED"), age=age)[0] is Status.FAILED


@pytest.mark.parametrize("unsaid", [{"SourceResourceArn": ""}, {"Status": ""}])
def test_a_job_of_which_something_is_not_said_is_an_error(unsaid):
    assert said(job(**unsaid))[0] is Status.ERROR


def test_jobs_that_were_not_listed_are_an_error():
    assert said_of(rds_restore_tested, of_answers(database("postgres")), "db")[0] is Status.ERROR


def test_a_policy_need_not_ask_for_it():
    seen = of_answers(database("postgres"), answer(ACCOUNT, kind=RestoreJob))
    (finding,) = evaluate(seen, [rds_restore_tested], structs.replace(POLICY, require_restore_test=False))
    assert finding.status is Status.NOT_APPLICABLE
    assert (POLICY.require_restore_test, load_policy("hipaa", "dev").require_restore_test) == (True, False)


def test_the_restores_of_databases_alone_are_asked_for():
    session = OneClient("backup")
    with Stubber(session.only) as stub:
        asked = {"ByAccountId": ACCOUNT, "ByResourceType": "RDS"}
        stub.add_response("list_restore_jobs", {"RestoreJobs": [{"RestoreJobId": "job", "Status": "RUNNING"}]}, asked)
        (found,) = read(restore_jobs, session, ACCOUNT)
    assert (found.id, found.completion_date, found.validation_status) == ("job", None, None)


@pytest.mark.parametrize(
    ("collector", "operation", "listed", "item"),
    [
        (backup_jobs, "list_backup_jobs", "BackupJobs", {"BackupJobId": "job"}),
        (recovery_points, "list_recovery_points_by_backup_vault", "RecoveryPoints", {"RecoveryPointArn": "job"}),
        (restore_jobs, "list_restore_jobs", "RestoreJobs", {"RestoreJobId": "job"}),
    ],
)
def test_what_aws_backup_calls_a_type_of_resource_is_no_kind_of_ours(collector, operation, listed, item):
    session = OneClient("backup")
    with Stubber(session.only) as stub:
        stub.add_response(operation, {listed: [{**item, "ResourceType": "RDS"}]})
        (found,) = read(collector, session, ACCOUNT)
    assert (found.id, found.kind()) == ("job", collector.kind.kind())


@pytest.mark.parametrize(
    ("date", "status"),
    [("2026-01-30", Status.PASSED), ("2025-01-30", Status.FAILED), ("last week", Status.ERROR)],
)
def test_a_restore_that_was_tested_by_other_means_is_attested_by_a_tag(date, status):
    """T39: a tag of the database names the day of a test that AWS Backup has no record of."""
    assert said(tags={"RestoreTestedOn": date})[0] is status
