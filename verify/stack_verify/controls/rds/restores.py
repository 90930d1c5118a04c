"""AWS Backup: whether what was backed up can be restored."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from stack_verify.controls.rds.membership import of_its_cluster, of_its_source
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.backup import RestoreJob
from stack_verify.resources.rds import DBCluster, DBInstance
from stack_verify.snapshot import Snapshot


@control(
    "rds-restore-tested",
    "A database restore was tested recently and succeeded",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(D)"),
    remediation="Restore the database from a recovery point with AWS Backup, or let a restore testing plan do so.",
    rationale="Only a restore proves that a backup can be restored.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/restore-testing.html",
    reads=(DBCluster, RestoreJob),
)
def rds_restore_tested(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_restore_test:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    if (told := of_its_cluster(db, snapshot) or of_its_source(db)) is not None:
        return told
    longest, now = timedelta(days=policy.max_restore_test_age_days), snapshot.taken_at
    expected = f"a restore that succeeded within {policy.max_restore_test_age_days} days, and none that failed since"
    jobs = snapshot.within(RestoreJob, db.observed_by.account)
    ended = [(job.completion_date, job) for job in jobs if job.source_resource_arn == db.db_instance_arn]
    done = sorted((when, job.restore_job_id, job) for when, job in ended if when is not None)
    if done:
        when, name, last = done[-1]
        observed = f"the last restore, {name}, ended {last.status} on {when:%Y-%m-%d}"
        return verdict(last.succeeded and now - when <= longest, observed, expected=expected)
    if (attested := _attested(db, policy)) is not None:
        observed = f"its tag {policy.restore_test_tag} says that a restore was tested on {attested:%Y-%m-%d}"
        return verdict(now - attested <= longest, observed, expected=expected)
    made = db.instance_create_time
    if made is not None and now - made < longest:
        return not_applicable(f"the database is of {made:%Y-%m-%d}, and a first test of a restore is not due yet")
    return failed("no restore of the database has come to its end", expected=expected)


def _attested(db: DBInstance, policy: Policy) -> datetime | None:
    """The date of a restore test made by other means, which the database's tag holds; None where no tag says one.

    Raises:
        Unanswered: when the tags could not be read, or the tag's value is not a date.
    """
    value = db.tags.get(policy.restore_test_tag)
    if value is None:
        return None
    try:
        return datetime.strptime(value, "%Y-%m-%d").replace(tzinfo=UTC)
    except ValueError as error:
        tag = policy.restore_test_tag
        raise Unanswered(f"the tag {tag} is {value!r}, which is not a date such as 2026-01-31") from error
