"""AWS Backup plans: what is backed up, how often, for how long, and whether it succeeds."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from operator import attrgetter

from stack_verify.controls.backup.coverage import selecting, selections, stateful
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupJob, BackupPlan, BackupRule, BackupSelection, BackupTags
from stack_verify.resources.cloudtrail import Trail, TrailTags
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.elbv2 import ElbTags, LoadBalancer, LoadBalancerAttributes
from stack_verify.resources.rds import DBCluster, DBInstance
from stack_verify.resources.s3 import Bucket, BucketLogging, BucketPolicy, BucketTags
from stack_verify.snapshot import Snapshot

CONTINGENCY = hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)")
# Minute, hour, day of the month, month, day of the week, year (EventBridge user guide, "Cron expressions").
CRON = re.compile(r"cron\(\S+ \S+ (\S+) (\S+) (\S+) (\S+)\)")
EVERY = ("*", "?", "1/1", "*/1")
RATE = re.compile(r"rate\((\d+) (minute|hour|day)s?\)")
# A job that has not come to its end.
UNDER_WAY = ("CREATED", "PENDING", "RUNNING")


@control(
    "backup-selection-covers-stack",
    "Every database and data bucket is in a backup plan",
    severity=Severity.HIGH,
    citations=CONTINGENCY,
    remediation="Name the ARNs of what is left out in a selection of the plan.",
    rationale="A data store that no plan names is not backed up.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/assigning-resources.html",
    reads=(
        BackupSelection,
        BackupTags,
        Bucket,
        BucketLogging,
        BucketPolicy,
        BucketTags,
        DBCluster,
        DBInstance,
        DeliveryChannel,
        ElbTags,
        LoadBalancer,
        LoadBalancerAttributes,
        Trail,
        TrailTags,
    ),
)
def backup_selection_covers_stack(_plan: BackupPlan, snapshot: Snapshot, _policy: Policy) -> Verdict:
    chosen, wanted = selections(snapshot), stateful(snapshot)
    left_out = [arn for arn, resource in wanted if not selecting(arn, resource, chosen, snapshot)]
    observed = f"of {len(wanted)} in no selection: {', '.join(left_out) or 'none'}"
    return verdict(not left_out, observed, expected="none")


@control(
    "backup-plan-frequency-retention",
    "Backup plans run daily and keep backups long enough",
    severity=Severity.HIGH,
    citations=CONTINGENCY,
    config_rule="backup-plan-min-frequency-and-min-retention-check",
    remediation="Give the plan a rule that runs daily, and each rule a lifecycle with delete_after as expected.",
    rationale="What is written between two backups is lost with the original.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/backup-plan-min-frequency-and-min-retention-check.html",
    reads=(),
)
def backup_plan_frequency_retention(plan: BackupPlan, _snapshot: Snapshot, policy: Policy) -> Verdict:
    floor, rules = policy.min_recovery_point_retention_days, plan.backup_plan.rules
    daily = any(_is_daily(rule.schedule_expression) for rule in rules)
    kept = [_days_kept(rule) for rule in rules]
    observed = "; ".join(_told(rule) for rule in rules) or "no rules"
    expected = f"a rule that runs every day, and {floor} days or more in each"
    return verdict(daily and all(days is None or days >= floor for days in kept), observed, expected=expected)


@control(
    "backup-recent-success",
    "The last backup of each protected resource is recent and succeeded",
    severity=Severity.HIGH,
    citations=CONTINGENCY,
    remediation="Look up why the job failed or did not run, mend it, and start a backup job by hand.",
    rationale="A plan that fails every night protects nothing.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/API_ListBackupJobs.html",
    reads=(
        BackupJob,
        BackupSelection,
        BackupTags,
        Bucket,
        BucketLogging,
        BucketPolicy,
        BucketTags,
        DBCluster,
        DBInstance,
        DeliveryChannel,
        ElbTags,
        LoadBalancer,
        LoadBalancerAttributes,
        Trail,
        TrailTags,
    ),
)
def backup_recent_success(plan: BackupPlan, snapshot: Snapshot, policy: Policy) -> Verdict:
    chosen = snapshot.within(BackupSelection, plan.backup_plan_id)
    wanted = [arn for arn, resource in stateful(snapshot) if selecting(arn, resource, chosen, snapshot)]
    if not wanted:
        return not_applicable("nothing of the stack is in the plan's selections")
    longest = timedelta(hours=policy.max_backup_age_hours)
    jobs = tuple(_jobs(plan, snapshot))
    missing = [arn for arn in wanted if all(job.resource_arn != arn for job in jobs)]
    wrong = [why for arn in wanted if arn not in missing and (why := _amiss(arn, jobs, snapshot, longest))]
    if missing and not wrong and snapshot.taken_at - plan.creation_date < longest:
        since = f"{plan.creation_date:%Y-%m-%d %H:%M} UTC"
        return not_applicable(f"the plan is as it is since {since}; a first backup is not yet due: {_list(missing)}")
    wrong += [f"{arn} was not backed up in thirty days" for arn in missing]
    expected = f"of each, a job begun {policy.max_backup_age_hours} hours ago or less, and the last to end COMPLETED"
    return verdict(not wrong, f"of {len(wanted)} amiss: {'; '.join(wrong) or 'none'}", expected=expected)


def _list(items: list[str]) -> str:
    return ", ".join(items) or "none"


def _is_daily(schedule: str) -> bool:
    """Whether the schedule runs once a day or more; one that is not of the known forms does not."""
    if rate := RATE.fullmatch(schedule):
        return timedelta(**{f"{rate[2]}s": int(rate[1])}) <= timedelta(days=1)
    cron = CRON.fullmatch(schedule)
    return cron is not None and all(field in EVERY for field in cron.groups())


def _days_kept(rule: BackupRule) -> int | None:
    return None if rule.lifecycle is None else rule.lifecycle.delete_after_days


def _told(rule: BackupRule) -> str:
    days = _days_kept(rule)
    kept = "for ever" if days is None else f"{days} days"
    return f"{rule.rule_name} runs {rule.schedule_expression}, kept {kept}"


def _jobs(plan: BackupPlan, snapshot: Snapshot) -> Iterator[BackupJob]:
    """The jobs of the vaults that the plan backs up to."""
    for name in sorted({rule.target_backup_vault_name for rule in plan.backup_plan.rules}):
        yield from snapshot.within(BackupJob, name)


def _amiss(arn: str, jobs: tuple[BackupJob, ...], snapshot: Snapshot, longest: timedelta) -> str:
    """What is wrong with the backups of one resource; nothing where all is well."""
    own = sorted((job for job in jobs if job.resource_arn == arn), key=attrgetter("creation_date"))
    if snapshot.taken_at - own[-1].creation_date > longest:
        return f"{arn} was last begun {own[-1].creation_date:%Y-%m-%d %H:%M} UTC"
    ended = [job for job in own if job.state not in UNDER_WAY]
    if not ended:
        return f"{arn} has no backup that came to its end"
    return "" if ended[-1].state == "COMPLETED" else f"{arn} ended {ended[-1].state}"
