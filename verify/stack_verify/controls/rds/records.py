"""Amazon RDS: what the database puts on record, and the copies that are made of it."""

from __future__ import annotations

from datetime import timedelta

from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.rds.membership import of_its_cluster, of_its_source
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import unnamed_accounts
from stack_verify.resources.kms import Key
from stack_verify.resources.rds import DBCluster, DBInstance, DBParameter, DBSnapshot, DBSnapshotAttributes
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

ON = ("1", "on")
# RDS makes the first backup of a new database in its first backup window, within a day.
FIRST_BACKUP = timedelta(hours=24)
NOT_POSTGRES = "it is no instance of RDS for PostgreSQL"


@control(
    "rds-snapshot-not-public",
    "Snapshots of RDS databases are not shared beyond the account",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="rds-snapshots-public-prohibited",
    security_hub="RDS.1",
    remediation="Remove all and unlisted accounts from the snapshot's restore attribute.",
    rationale="Whoever may restore a snapshot has all that is in it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster, DBSnapshot, DBSnapshotAttributes),
)
def rds_snapshot_not_public(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    found = snapshot.within(DBSnapshot, db.db_instance_identifier)
    shared = {copy.db_snapshot_identifier: _strangers(copy, snapshot, policy) for copy in found if copy.can_be_shared}
    open_to = [f"{name} with {', '.join(sorted(others))}" for name, others in shared.items() if others]
    observed = f"{len(found)} snapshots, {len(shared)} of them manual; shared: {'; '.join(open_to) or 'none'}"
    return verdict(not open_to, observed, expected="none, but with accounts that the policy names")


@control(
    "rds-snapshot-encrypted",
    "Snapshots of RDS databases are encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="rds-snapshot-encrypted",
    security_hub="RDS.4",
    remediation="Copy the snapshot with a key of the stack's own, and delete the one in clear.",
    rationale="A snapshot in clear holds ePHI in clear, however its database is encrypted today.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster, DBSnapshot),
)
def rds_snapshot_encrypted(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    found = snapshot.within(DBSnapshot, db.db_instance_identifier)
    clear = [copy.db_snapshot_identifier for copy in found if not copy.encrypted]
    return verdict(not clear, f"{len(found)} snapshots; in clear: {', '.join(clear) or 'none'}", expected="none")


@control(
    "rds-audit-parameters",
    "PostgreSQL logs who connects and what they do",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    remediation="Preload pgaudit and set pgaudit.log, log_connections and log_disconnections in the parameter group.",
    hardening=True,
    rationale="Without an audit log it is unknown which records an intruder read.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.pgaudit.html",
    reads=(DBCluster, DBParameter),
)
def rds_audit_parameters(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not _is_postgres(db):
        return not_applicable(NOT_POSTGRES)
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    set_to = _in_force(db, snapshot)
    libraries = [name.strip() for name in set_to.get("shared_preload_libraries", "").split(",")]
    audited = "pgaudit" in libraries and set_to.get("pgaudit.log", "none").lower() not in ("", "none")
    sessions = all(set_to.get(name, "").lower() in ON for name in ("log_connections", "log_disconnections"))
    names = ("shared_preload_libraries", "pgaudit.log", "log_connections", "log_disconnections")
    observed = "; ".join(f"{name} is {set_to.get(name, 'not set')}" for name in names)
    return verdict(audited and sessions, observed, expected="pgaudit loaded and set to log, both log_ parameters 1")


@control(
    "rds-postgres-log-export",
    "PostgreSQL publishes its log to CloudWatch Logs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    security_hub="RDS.36",
    remediation="Add postgresql to enabled_cloudwatch_logs_exports of the database.",
    rationale="A log on the database's own disk is gone after a few days.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_postgres_log_export(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not _is_postgres(db):
        return not_applicable(NOT_POSTGRES)
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    exported = db.enabled_cloudwatch_logs_exports
    observed = f"EnabledCloudwatchLogsExports is {', '.join(exported) or 'empty'}"
    return verdict("postgresql" in exported, observed, expected="postgresql among them")


@control(
    "rds-enhanced-monitoring",
    "Enhanced Monitoring is on",
    severity=Severity.LOW,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="rds-enhanced-monitoring-enabled",
    security_hub="RDS.6",
    remediation="Set monitoring_interval and monitoring_role_arn on the database.",
    rationale="Figures of the operating system show what the database's own do not.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(),
)
def rds_enhanced_monitoring(db: DBInstance, _snapshot: Snapshot, policy: Policy) -> Verdict:
    seconds, most = db.monitoring_interval, policy.max_monitoring_interval_seconds
    observed = f"MonitoringInterval is {seconds}, MonitoringRoleArn is {db.monitoring_role_arn or 'not set'}"
    # RDS takes no interval but 0 without a role (API reference, ModifyDBInstance).
    return verdict(0 < seconds <= most, observed, expected=f"1 to {most} seconds")


@control(
    "rds-latest-restorable-time-fresh",
    "RDS can restore the database to a moment that is only just past",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    remediation="Find out in the database's events why automated backups have stopped; set backup_retention_period.",
    rationale="Automated backups that have stopped are found out when they are needed.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PIT.html",
    reads=(DBCluster,),
)
def rds_latest_restorable_time_fresh(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    latest, most = db.latest_restorable_time, policy.max_restore_gap_minutes
    expected = f"{most} minutes before the snapshot, or later"
    if latest is None and (told := of_its_source(db)) is not None:
        return told
    if latest is None:
        made = db.instance_create_time
        if made is not None and snapshot.taken_at - made < FIRST_BACKUP and db.backup_retention_period > 0:
            return not_applicable(f"pending: the database is of {made:%Y-%m-%d %H:%M}, and its first backup is to come")
        return failed("no LatestRestorableTime: there is nothing to restore", expected=expected)
    fresh = snapshot.taken_at - latest <= timedelta(minutes=most)
    observed = f"LatestRestorableTime is {latest:%Y-%m-%d %H:%M}, the snapshot of {snapshot.taken_at:%Y-%m-%d %H:%M}"
    return verdict(fresh, observed, expected=expected)


@control(
    "rds-parameter-group-in-sync",
    "RDS has applied the database's parameters",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Reboot the database: until then it runs with the parameters of before.",
    rationale="A setting that waits for a reboot has no effect.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_WorkingWithParamGroups.html",
    reads=(),
)
def rds_parameter_group_in_sync(db: DBInstance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    groups = {group.db_parameter_group_name: group.parameter_apply_status for group in db.db_parameter_groups}
    observed = "; ".join(f"{name} is {status}" for name, status in groups.items())
    return verdict(set(groups.values()) == {"in-sync"}, observed, expected="in-sync")


@control(
    "rds-performance-insights-encrypted",
    "Performance Insights data is encrypted with a customer-managed key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Turn Performance Insights off and on again with performance_insights_kms_key_id.",
    hardening=True,
    rationale="The queries that Performance Insights keeps can hold ePHI.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_PerfInsights.access-control.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def rds_performance_insights_encrypted(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not db.performance_insights_enabled:
        return not_applicable("Performance Insights is not on")
    return own_key(db.performance_insights_kms_key_id, db, snapshot)


def _is_postgres(db: DBInstance) -> bool:
    return db.engine in ("postgres", "aurora-postgresql")


def _strangers(copy: DBSnapshot, snapshot: Snapshot, policy: Policy) -> frozenset[str]:
    """Who may restore a manual snapshot and is neither of this account nor of one that the policy names."""
    restorers = snapshot.require(DBSnapshotAttributes, copy.db_snapshot_identifier).restorers
    return unnamed_accounts(restorers, account=copy.observed_by.account, trusts=policy)


def _in_force(db: DBInstance, snapshot: Snapshot) -> dict[str, str]:
    """The parameters that have a value, by name, of the parameter groups whose values are in force."""
    return {
        parameter.parameter_name: parameter.parameter_value
        for group in db.db_parameter_groups
        if group.parameter_apply_status == "in-sync"
        for parameter in snapshot.within(DBParameter, group.db_parameter_group_name)
    }
