"""Amazon RDS: encryption, backups, transport, authentication and isolation of the database."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from stack_verify.controls.kms.own_key import own_key
from stack_verify.controls.rds.membership import of_its_cluster, of_its_source
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.errors import Unanswered
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import VPC
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.rds import DBCluster, DBInstance, DBParameter
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

T = TypeVar("T")

# The logs that tell who connected, what failed and what was upgraded, by engine (Security Hub control RDS.9).
LOGS = {
    "mariadb": ("audit", "error", "slowquery"),
    "mysql": ("audit", "error", "slowquery"),
    "oracle": ("alert", "audit", "listener", "trace"),
    "postgres": ("postgresql", "upgrade"),
    "sqlserver": ("agent", "error"),
}
# The logs that stay empty, and without a group, until something rare happens.
AT_THE_FIRST_EVENT = ("slowquery", "upgrade")
# The parameter that makes an engine refuse connections without TLS, and its values that do (RDS user guide, "Using
# SSL/TLS to encrypt a connection to a DB instance"). Oracle's is an option of its option group.
TLS = {
    "mariadb": ("require_secure_transport", ("1", "on")),
    "mysql": ("require_secure_transport", ("1", "on")),
    "postgres": ("rds.force_ssl", ("1",)),
    "sqlserver": ("rds.force_ssl", ("1",)),
}
# The engine that one of Aurora's is like.
OF_AURORA = {"aurora": "mysql", "aurora-mysql": "mysql", "aurora-postgresql": "postgres"}
# The names that RDS proposes for the master user (RDS user guide, "Settings for DB instances").
DEFAULT_ADMINS = ("admin", "postgres")


@control(
    "rds-storage-encrypted",
    "RDS storage is encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="rds-storage-encrypted",
    security_hub="RDS.3",
    remediation="Set storage_encrypted on the database; an existing one is restored from an encrypted snapshot copy.",
    rationale="Whoever gets at the storage or a copy of it reads ePHI in clear.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_storage_encrypted(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    return verdict(db.storage_encrypted, f"StorageEncrypted is {as_aws(db.storage_encrypted)}", expected="true")


@control(
    "rds-encrypted-with-stack-cmk",
    "RDS storage is encrypted with a customer-managed key",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)", "164.308(a)(4)(ii)(B)"),
    remediation="Set kms_key_id on the database to a customer-managed key; it needs a restore from a snapshot copy.",
    hardening=True,
    rationale="Only a customer-managed key lets its owner decide who decrypts.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.Encryption.html",
    reads=(DBCluster, DeclaredResource, Key, StackOutput, TaggedResource),
)
def rds_encrypted_with_stack_cmk(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    return own_key(db.kms_key_id, db, snapshot)


@control(
    "rds-backup-retention",
    "RDS keeps automated backups long enough",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="db-instance-backup-enabled",
    security_hub="RDS.11",
    remediation="Set backup_retention_period on the database.",
    rationale="What is noticed late can be restored only from a backup that still exists.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_backup_retention(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    # A replica of PostgreSQL has no backups; one of MySQL has them where they are turned on.
    if db.backup_retention_period == 0 and (told := of_its_source(db)) is not None:
        return told
    days, least = db.backup_retention_period, policy.min_backup_retention_days
    return verdict(days >= least, f"BackupRetentionPeriod is {days} days", expected=f"{least} days or more")


@control(
    "rds-multi-az",
    "RDS is Multi-AZ",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="rds-multi-az-support",
    security_hub="RDS.5",
    remediation="Set multi_az on the database.",
    rationale="A database in one availability zone is away when that zone is.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_multi_az(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_multi_az:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    return verdict(db.multi_az, f"MultiAZ is {as_aws(db.multi_az)}", expected="true")


@control(
    "rds-deletion-protection",
    "RDS databases are protected from deletion",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    config_rule="rds-instance-deletion-protection-enabled",
    security_hub="RDS.8",
    remediation="Set deletion_protection on the database.",
    rationale="A wrong deployment must not take the data with it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_deletion_protection(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_deletion_protection:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    return verdict(db.deletion_protection, f"DeletionProtection is {as_aws(db.deletion_protection)}", expected="true")


@control(
    "rds-force-tls",
    "RDS refuses connections without TLS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="rds-postgres-instance-encrypted-in-transit",
    security_hub="RDS.38",
    remediation="Set rds.force_ssl (MySQL and MariaDB: require_secure_transport) to 1 in its parameter group.",
    rationale="ePHI in a connection without TLS can be read on its way.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster, DBParameter),
)
def rds_force_tls(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    parameter, accepted = family(db.engine, TLS, "how it enforces TLS")
    values = {}
    for group in db.db_parameter_groups:
        name = group.db_parameter_group_name
        for found in snapshot.within(DBParameter, name):
            if found.id == f"{name}/{parameter}":
                values[name] = (found.parameter_value, group.parameter_apply_status)
    forced = any(value.lower() in accepted and status == "in-sync" for value, status in values.values())
    observed = f"{parameter} and its status by parameter group: {values}"
    return verdict(forced, observed, expected=f"{' or '.join(accepted)}, in-sync")


@control(
    "rds-not-publicly-accessible",
    "RDS databases have no public address",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="rds-instance-public-access-check",
    security_hub="RDS.2",
    remediation="Set publicly_accessible to false on the database.",
    rationale="A database that the internet can address is one security group rule away from it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(),
)
def rds_not_publicly_accessible(db: DBInstance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(
        not db.publicly_accessible, f"PubliclyAccessible is {as_aws(db.publicly_accessible)}", expected="false"
    )


@control(
    "rds-in-vpc",
    "RDS databases are in the stack's own VPC",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    security_hub="RDS.18",
    remediation="Give the database a subnet group of the stack's own subnets.",
    rationale="Only in a VPC of the stack do its rules decide who reaches the database.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DeclaredResource, StackOutput, TaggedResource, VPC),
)
def rds_in_vpc(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    group = db.db_subnet_group
    named = snapshot.names(snapshot.require(VPC, group.vpc_id))
    observed = f"DBSubnetGroup {group.db_subnet_group_name} is in {group.vpc_id}"
    return verdict(named, observed, expected="a VPC that the stack itself names")


@control(
    "rds-log-exports",
    "RDS publishes its logs to CloudWatch Logs",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)"),
    config_rule="rds-logging-enabled",
    security_hub="RDS.9",
    remediation="Set enabled_cloudwatch_logs_exports on the database, and create the log groups.",
    rationale="A log on the database's own disk is gone after a few days.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster, LogGroup),
)
def rds_log_exports(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    required = family(db.engine, LOGS, "which logs it has")
    expected = f"{', '.join(required)}, each with its log group"
    exported = db.log_groups
    observed = f"EnabledCloudwatchLogsExports is {', '.join(exported) or 'empty'}"
    if not set(required) <= set(exported):
        return failed(observed, expected=expected)
    gone = {log: exported[log] for log in required if not snapshot.find(LogGroup.ask(exported[log]))}
    missing = [name for log, name in gone.items() if log not in AT_THE_FIRST_EVENT]
    if missing:
        return failed(f"there is no log group {', '.join(missing)}", expected=expected)
    later = f"; RDS makes {', '.join(gone.values())} at the first event" if gone else ""
    return passed(observed + later)


@control(
    "rds-iam-authentication",
    "RDS accepts IAM authentication",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)", "164.312(a)(2)(i)"),
    config_rule="rds-instance-iam-authentication-enabled",
    security_hub="RDS.10",
    remediation="Set iam_database_authentication_enabled on the database.",
    rationale="With IAM authentication no password has to be kept or passed on.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_iam_authentication(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    enabled = db.iam_database_authentication_enabled
    return verdict(enabled, f"IAMDatabaseAuthenticationEnabled is {as_aws(enabled)}", expected="true")


@control(
    "rds-master-password-managed",
    "Secrets Manager keeps the master password",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)", "164.312(d)"),
    remediation="Set manage_master_user_password on the database.",
    rationale="A password that RDS manages is rotated and is not in a state file.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html",
    hardening=True,
    reads=(DBCluster,),
)
def rds_master_password_managed(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    if (told := of_its_source(db)) is not None:
        return told
    secret = db.master_user_secret
    if secret is None:
        return failed("no MasterUserSecret", expected="a MasterUserSecret")
    return passed(f"MasterUserSecret is {secret.secret_arn}")


@control(
    "rds-no-default-admin",
    "The master user of RDS does not have a default name",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(i)"),
    config_rule="rds-instance-default-admin-check",
    security_hub="RDS.25",
    remediation="Create the database with another username; it cannot be changed later.",
    rationale="A well-known name is half of what an attacker has to guess.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_no_default_admin(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    other = db.master_username not in DEFAULT_ADMINS
    return verdict(other, f"MasterUsername is {db.master_username}", expected=f"none of {', '.join(DEFAULT_ADMINS)}")


@control(
    "rds-copy-tags-to-snapshot",
    "Snapshots of RDS databases carry their tags",
    severity=Severity.LOW,
    citations=hipaa("164.310(d)(2)(iii)"),
    security_hub="RDS.17",
    remediation="Set copy_tags_to_snapshot on the database.",
    rationale="Tags say whose data a snapshot holds.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(DBCluster,),
)
def rds_copy_tags_to_snapshot(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if (told := of_its_cluster(db, snapshot)) is not None:
        return told
    return verdict(
        db.copy_tags_to_snapshot, f"CopyTagsToSnapshot is {as_aws(db.copy_tags_to_snapshot)}", expected="true"
    )


@control(
    "rds-auto-minor-upgrade",
    "RDS applies minor engine versions automatically",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(A)", "164.308(a)(5)(ii)(B)"),
    config_rule="rds-automatic-minor-version-upgrade-enabled",
    security_hub="RDS.13",
    remediation="Set auto_minor_version_upgrade on the database.",
    rationale="Minor versions bring the fixes of known vulnerabilities.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/rds-controls.html",
    reads=(),
)
def rds_auto_minor_upgrade(db: DBInstance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    enabled = db.auto_minor_version_upgrade
    return verdict(enabled, f"AutoMinorVersionUpgrade is {as_aws(enabled)}", expected="true")


def family(engine: str, known: Mapping[str, T], what: str) -> T:
    """What is known of the engine; its edition, as in ``sqlserver-ee``, makes no difference.

    Raises:
        Unanswered: when nothing is known of it.
    """
    name = OF_AURORA.get(engine) or engine.partition("-")[0]
    if name not in known:
        raise Unanswered(f"this version cannot tell of the engine {engine} {what}")
    return known[name]
