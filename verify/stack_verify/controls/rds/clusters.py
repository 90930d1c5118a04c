"""Amazon RDS clusters, Aurora's and Multi-AZ ones: what their instances have in common is judged once, on the cluster.

The clusters of Neptune and DocumentDB, which the same API lists, are not judged here.
"""

from __future__ import annotations

from datetime import timedelta

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.rds.instances import AT_THE_FIRST_EVENT, DEFAULT_ADMINS, LOGS, TLS, family
from stack_verify.controls.rds.records import FIRST_BACKUP
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupPlan, BackupSelection, BackupTags
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.rds import (
    DBCluster,
    DBClusterParameter,
    DBClusterSnapshot,
    DBClusterSnapshotAttributes,
    DBInstance,
)
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

AURORA = "https://docs.aws.amazon.com/AmazonRDS/latest/AuroraUserGuide/"
SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html"
# The logs that AWS's own checks ask of Aurora (Security Hub controls RDS.34 and RDS.37).
AURORA_LOGS = {"aurora": ("audit",), "aurora-mysql": ("audit",), "aurora-postgresql": ("postgresql",)}


def relational(cluster: DBCluster) -> bool:
    """Whether RDS itself runs the cluster."""
    return cluster.is_relational


@control(
    "rds-cluster-encrypted",
    "The storage of RDS clusters is encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    where=relational,
    config_rule="rds-cluster-encrypted-at-rest",
    security_hub="RDS.27",
    rationale="Whoever gets at the storage or a copy of it reads ePHI in clear.",
    source=SECURITY_HUB,
    remediation="Set storage_encrypted on the cluster; restore an existing one from an encrypted snapshot copy.",
    reads=(),
)
def rds_cluster_encrypted(cluster: DBCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(
        cluster.storage_encrypted, f"StorageEncrypted is {as_aws(cluster.storage_encrypted)}", expected="true"
    )


@control(
    "rds-cluster-own-key",
    "The storage of RDS clusters is encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)", "164.308(a)(4)(ii)(B)"),
    where=relational,
    hardening=True,
    rationale="Only a customer-managed key lets its owner decide who decrypts.",
    source=AURORA + "Overview.Encryption.html",
    remediation="Set kms_key_id on the cluster to a customer-managed key; it needs a restore from a snapshot copy.",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def rds_cluster_own_key(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(cluster.kms_key_id, cluster, snapshot)


@control(
    "rds-cluster-backup-retention",
    "RDS clusters keep automated backups long enough",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    where=relational,
    rationale="What is noticed late can be restored only from a backup that still exists.",
    source=AURORA + "Aurora.Managing.Backups.html",
    remediation="Set backup_retention_period on the cluster.",
    reads=(),
)
def rds_cluster_backup_retention(cluster: DBCluster, _snapshot: Snapshot, policy: Policy) -> Verdict:
    days, least = cluster.backup_retention_period, policy.min_backup_retention_days
    return verdict(days >= least, f"BackupRetentionPeriod is {days} days", expected=f"{least} days or more")


@control(
    "rds-cluster-restorable",
    "RDS can restore the cluster to a moment that is only just past",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    where=relational,
    rationale="Automated backups that have stopped are found out when they are needed.",
    source=AURORA + "aurora-pitr.html",
    remediation="Find out in the cluster's events why automated backups have stopped; set backup_retention_period.",
    reads=(),
)
def rds_cluster_restorable(cluster: DBCluster, snapshot: Snapshot, policy: Policy) -> Verdict:
    latest, most = cluster.latest_restorable_time, policy.max_restore_gap_minutes
    expected = f"{most} minutes before the snapshot, or later"
    if latest is None:
        made = cluster.cluster_create_time
        if made is not None and snapshot.taken_at - made < FIRST_BACKUP and cluster.backup_retention_period > 0:
            return not_applicable(f"pending: the cluster is of {made:%Y-%m-%d %H:%M}, and its first backup is to come")
        return failed("no LatestRestorableTime: there is nothing to restore", expected=expected)
    fresh = snapshot.taken_at - latest <= timedelta(minutes=most)
    observed = f"LatestRestorableTime is {latest:%Y-%m-%d %H:%M}, the snapshot of {snapshot.taken_at:%Y-%m-%d %H:%M}"
    return verdict(fresh, observed, expected=expected)


@control(
    "rds-cluster-in-backup-plan",
    "The cluster is in a backup plan of the stack",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    where=relational,
    config_rule="aurora-resources-protected-by-backup-plan",
    security_hub="RDS.26",
    rationale="Automated backups end with the cluster; recovery points in a vault do not.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/aurora-resources-protected-by-backup-plan.html",
    remediation="Name the cluster's ARN in a selection of the stack's backup plan.",
    reads=(BackupPlan, BackupSelection, BackupTags),
)
def rds_cluster_in_backup_plan(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = [each.selection_name for each in selecting(cluster.db_cluster_arn, cluster, selections(snapshot), snapshot)]
    return verdict(bool(found), f"in selections: {', '.join(found) or 'none'}", expected="one or more")


@control(
    "rds-cluster-multi-az",
    "RDS clusters are Multi-AZ",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    where=relational,
    config_rule="rds-cluster-multi-az-enabled",
    security_hub="RDS.15",
    rationale="A cluster in one availability zone is away when that zone is.",
    source=SECURITY_HUB,
    remediation="Add an instance to the cluster in another availability zone.",
    reads=(),
)
def rds_cluster_multi_az(cluster: DBCluster, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_multi_az:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    return verdict(cluster.multi_az, f"MultiAZ is {as_aws(cluster.multi_az)}", expected="true")


@control(
    "rds-cluster-deletion-protection",
    "RDS clusters are protected from deletion",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    where=relational,
    config_rule="rds-cluster-deletion-protection-enabled",
    security_hub="RDS.7",
    rationale="A wrong deployment must not take the data with it.",
    source=SECURITY_HUB,
    remediation="Set deletion_protection on the cluster.",
    reads=(),
)
def rds_cluster_deletion_protection(cluster: DBCluster, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_deletion_protection:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    protected = cluster.deletion_protection
    return verdict(protected, f"DeletionProtection is {as_aws(protected)}", expected="true")


@control(
    "rds-cluster-force-tls",
    "RDS clusters refuse connections without TLS",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    where=relational,
    rationale="ePHI in a connection without TLS can be read on its way.",
    source=AURORA + "UsingWithRDS.SSL.html",
    remediation="Set rds.force_ssl (MySQL: require_secure_transport) to 1 in the cluster's parameter group.",
    reads=(DBClusterParameter,),
)
def rds_cluster_force_tls(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    parameter, accepted = family(cluster.engine, TLS, "how it enforces TLS")
    group = cluster.db_cluster_parameter_group
    found = [each for each in snapshot.within(DBClusterParameter, group) if each.parameter_name == parameter]
    value = found[0].parameter_value if found else "not set"
    late = [
        member.db_instance_identifier
        for member in cluster.db_cluster_members
        if member.db_cluster_parameter_group_status != "in-sync"
    ]
    observed = f"{parameter} of {group} is {value}; not yet in force on: {', '.join(late) or 'none'}"
    return verdict(value.lower() in accepted and not late, observed, expected=f"{' or '.join(accepted)}, in-sync")


@control(
    "rds-cluster-log-exports",
    "RDS clusters publish their logs to CloudWatch Logs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    where=relational,
    config_rule="rds-aurora-postgresql-logs-to-cloudwatch",
    security_hub="RDS.37",
    rationale="A log on the database's own disk is gone after a few days.",
    source=SECURITY_HUB,
    remediation="Set enabled_cloudwatch_logs_exports on the cluster, and create the log groups.",
    reads=(LogGroup,),
)
def rds_cluster_log_exports(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    required = AURORA_LOGS.get(cluster.engine) or family(cluster.engine, LOGS, "which logs it has")
    exported, expected = cluster.log_groups, f"{', '.join(required)}, each with its log group"
    observed = f"EnabledCloudwatchLogsExports is {', '.join(exported) or 'empty'}"
    if not set(required) <= set(exported):
        return failed(observed, expected=expected)
    gone = {log: exported[log] for log in required if not snapshot.find(LogGroup.ask(exported[log]))}
    missing = [name for log, name in gone.items() if log not in AT_THE_FIRST_EVENT]
    return failed(f"there is no log group {', '.join(missing)}", expected=expected) if missing else passed(observed)


@control(
    "rds-cluster-iam-authentication",
    "RDS clusters accept IAM authentication",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)", "164.312(a)(2)(i)"),
    where=relational,
    config_rule="rds-cluster-iam-authentication-enabled",
    security_hub="RDS.12",
    rationale="With IAM authentication no password has to be kept or passed on.",
    source=SECURITY_HUB,
    remediation="Set iam_database_authentication_enabled on the cluster.",
    reads=(),
)
def rds_cluster_iam_authentication(cluster: DBCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    enabled = cluster.iam_database_authentication_enabled
    return verdict(enabled, f"IAMDatabaseAuthenticationEnabled is {as_aws(enabled)}", expected="true")


@control(
    "rds-cluster-master-password-managed",
    "Secrets Manager keeps the master password of RDS clusters",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)", "164.312(d)"),
    where=relational,
    hardening=True,
    rationale="A password that RDS manages is rotated and is not in a state file.",
    source=AURORA + "rds-secrets-manager.html",
    remediation="Set manage_master_user_password on the cluster.",
    reads=(),
)
def rds_cluster_master_password_managed(cluster: DBCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if cluster.replication_source_identifier is not None:
        return not_applicable(f"a replica of {cluster.replication_source_identifier}, whose master user it has")
    secret = cluster.master_user_secret
    if secret is None:
        return failed("no MasterUserSecret", expected="a MasterUserSecret")
    return passed(f"MasterUserSecret is {secret.secret_arn}")


@control(
    "rds-cluster-no-default-admin",
    "The master user of RDS clusters does not have a default name",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(i)"),
    where=relational,
    config_rule="rds-cluster-default-admin-check",
    security_hub="RDS.24",
    rationale="A well-known name is half of what an attacker has to guess.",
    source=SECURITY_HUB,
    remediation="Create the cluster with another master_username; it cannot be changed later.",
    reads=(),
)
def rds_cluster_no_default_admin(cluster: DBCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    name = cluster.master_username
    return verdict(
        name not in DEFAULT_ADMINS, f"MasterUsername is {name}", expected=f"none of {', '.join(DEFAULT_ADMINS)}"
    )


@control(
    "rds-cluster-copy-tags-to-snapshot",
    "Snapshots of RDS clusters carry their tags",
    severity=Severity.LOW,
    citations=hipaa("164.310(d)(2)(iii)"),
    where=relational,
    security_hub="RDS.16",
    rationale="Tags say whose data a snapshot holds.",
    source=SECURITY_HUB,
    remediation="Set copy_tags_to_snapshot on the cluster.",
    reads=(),
)
def rds_cluster_copy_tags_to_snapshot(cluster: DBCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    copied = cluster.copy_tags_to_snapshot
    return verdict(copied, f"CopyTagsToSnapshot is {as_aws(copied)}", expected="true")


@control(
    "rds-cluster-snapshot-not-public",
    "Snapshots of RDS clusters are not shared beyond the account",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    where=relational,
    config_rule="rds-snapshots-public-prohibited",
    security_hub="RDS.1",
    rationale="Whoever may restore a snapshot has all that is in it.",
    source=AURORA + "aurora-share-snapshot.html",
    remediation="Remove `all` and unlisted accounts from the snapshot's restore attribute.",
    reads=(DBClusterSnapshot, DBClusterSnapshotAttributes),
)
def rds_cluster_snapshot_not_public(cluster: DBCluster, snapshot: Snapshot, policy: Policy) -> Verdict:
    found = snapshot.within(DBClusterSnapshot, cluster.db_cluster_identifier)
    shared = {copy.id: _strangers(copy, snapshot, policy) for copy in found if copy.can_be_shared}
    told = [f"{name} with {', '.join(sorted(others))}" for name, others in shared.items() if others]
    observed = f"{len(found)} snapshots, {len(shared)} of them manual; shared: {'; '.join(told) or 'none'}"
    return verdict(not told, observed, expected="none, but with accounts that the policy names")


@control(
    "rds-cluster-snapshot-encrypted",
    "Snapshots of RDS clusters are encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    where=relational,
    config_rule="rds-snapshot-encrypted",
    security_hub="RDS.4",
    rationale="A snapshot in clear holds ePHI in clear, however its cluster is encrypted today.",
    source=SECURITY_HUB,
    remediation="Copy the snapshot with a key, and delete the one in clear.",
    reads=(DBClusterSnapshot,),
)
def rds_cluster_snapshot_encrypted(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.within(DBClusterSnapshot, cluster.db_cluster_identifier)
    clear = [copy.id for copy in found if not copy.storage_encrypted]
    return verdict(not clear, f"{len(found)} snapshots; in clear: {', '.join(clear) or 'none'}", expected="none")


@control(
    "rds-cluster-not-publicly-accessible",
    "No instance of an RDS cluster has a public address",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    where=relational,
    config_rule="rds-instance-public-access-check",
    security_hub="RDS.2",
    rationale="A database that the internet can address is one security group rule away from it.",
    source=SECURITY_HUB,
    remediation="Set publicly_accessible to false on each instance of the cluster.",
    reads=(DBInstance,),
)
def rds_cluster_not_publicly_accessible(cluster: DBCluster, snapshot: Snapshot, _policy: Policy) -> Verdict:
    names = [member.db_instance_identifier for member in cluster.db_cluster_members]
    public = [name for name in names if snapshot.require(DBInstance, name).publicly_accessible]
    return verdict(not public, f"of {len(names)} instances public: {', '.join(public) or 'none'}", expected="none")


def _strangers(copy: DBClusterSnapshot, snapshot: Snapshot, policy: Policy) -> frozenset[str]:
    """Who may restore a manual snapshot and is neither of this account nor of one that the policy names."""
    restorers = snapshot.require(DBClusterSnapshotAttributes, copy.id).restorers
    return frozenset(
        each for each in restorers if each != copy.observed_by.account and policy.role_of_account(each) is None
    )
