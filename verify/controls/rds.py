"""Amazon RDS: encryption, backups, transport, authentication and isolation of the database."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from verify.policy import Policy
from verify.resources.kms import Key
from verify.resources.rds import DBInstance, DBParameter
from verify.snapshot import Snapshot


@control(
    "rds-storage-encrypted",
    "RDS storage is encrypted",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Set storage_encrypted on the database; an existing one is restored from an encrypted snapshot copy.",
)
def rds_storage_encrypted(db: DBInstance, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    return verdict(db.storage_encrypted, f"StorageEncrypted is {db.storage_encrypted}", expected="true")


@control(
    "rds-encrypted-with-stack-cmk",
    "RDS storage is encrypted with the stack's own key",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(2)(iv)", "164.308(a)(4)(ii)(B)"),
    remediation="Set kms_key_id on the database to the stack's own key; it needs a restore from a snapshot copy.",
)
def rds_encrypted_with_stack_cmk(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if db.kms_key_id is None:
        return failed("no KmsKeyId", expected="the stack's own customer-managed key")
    key = snapshot.require(Key, db.kms_key_id)
    own = key.key_manager == "CUSTOMER" and key.key_state == "Enabled" and snapshot.names(key)
    observed = f"KmsKeyId is {key.key_arn}, KeyManager {key.key_manager}, KeyState {key.key_state}"
    return verdict(own, observed, expected="an enabled customer-managed key that the stack itself names")


@control(
    "rds-backup-retention",
    "RDS keeps automated backups long enough",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.310(d)(2)(iv)"),
    remediation="Set backup_retention_period on the database.",
)
def rds_backup_retention(db: DBInstance, _snapshot: Snapshot, policy: Policy) -> Verdict:
    days, least = db.backup_retention_period, policy.min_backup_retention_days
    return verdict(days >= least, f"BackupRetentionPeriod is {days} days", expected=f"{least} days or more")


@control(
    "rds-multi-az",
    "RDS stands in more than one availability zone",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Set multi_az on the database.",
)
def rds_multi_az(db: DBInstance, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if not policy.require_multi_az:
        return not_applicable(f"the policy does not ask for it in {policy.environment}")
    return verdict(db.multi_az, f"MultiAZ is {db.multi_az}", expected="true")


@control(
    "rds-force-tls",
    "RDS refuses connections without TLS",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Set rds.force_ssl to 1 in the database's parameter group and apply it.",
)
def rds_force_tls(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if db.engine != "postgres":
        return not_applicable(f"rds.force_ssl is PostgreSQL's; the engine is {db.engine}")
    values = {}
    for group in db.db_parameter_groups:
        name = group.db_parameter_group_name
        for parameter in snapshot.within(DBParameter, name):
            if parameter.id == f"{name}/rds.force_ssl":
                values[name] = (parameter.parameter_value, group.parameter_apply_status)
    forced = any(value == ("1", "in-sync") for value in values.values())
    return verdict(forced, f"rds.force_ssl and its status by parameter group: {values}", expected="1, in-sync")
