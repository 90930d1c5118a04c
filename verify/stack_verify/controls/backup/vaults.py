"""AWS Backup: who can read recovery points and who can delete them."""

from __future__ import annotations

from math import inf

from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.resources.backup import BackupVault, RecoveryPoint
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot


@control(
    "backup-vault-lock",
    "Recovery points cannot be deleted by hand",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.312(c)(1)"),
    rationale="Whoever can delete recovery points can make a loss of data final.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/vault-lock.html",
    remediation="Lock the vault in the mode that the policy names, with a minimum retention.",
    reads=(),
)
def backup_vault_lock(vault: BackupVault, snapshot: Snapshot, policy: Policy) -> Verdict:
    days = "not set" if vault.min_retention_days is None else f"{vault.min_retention_days}"
    fixed = "not set" if vault.lock_date is None else f"{vault.lock_date:%Y-%m-%d}"
    observed = f"Locked is {as_aws(vault.locked)}, MinRetentionDays is {days}, LockDate is {fixed}"
    # A lock without a date is in governance mode: whoever has the permission can lift it.
    mode = "GOVERNANCE" if vault.lock_date is None else "COMPLIANCE"
    expected = f"a lock in mode {' or '.join(policy.object_lock_modes)} with MinRetentionDays"
    if not vault.locked or vault.min_retention_days is None or mode not in policy.object_lock_modes:
        return failed(observed, expected=expected)
    cooling_off = vault.lock_date is not None and vault.lock_date > snapshot.taken_at
    if cooling_off and "GOVERNANCE" not in policy.object_lock_modes:
        return not_applicable(f"pending: {observed}; until then the lock can be lifted")
    return passed(observed)


@control(
    "backup-vault-encrypted",
    "Backup vaults are encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Create a new vault with a customer-managed kms_key_arn; the key of a vault cannot be changed.",
    hardening=True,
    rationale="Only a customer-managed key lets its owner decide who restores.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/encryption.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def backup_vault_encrypted(vault: BackupVault, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(vault.encryption_key_arn, vault, snapshot)


@control(
    "backup-recovery-point-encrypted",
    "All recovery points are encrypted",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="backup-recovery-point-encrypted",
    security_hub="Backup.1",
    remediation="Encrypt what is backed up, back it up again, and delete the recovery points that are not encrypted.",
    rationale="A copy in clear undoes the encryption of the original.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/backup-controls.html",
    reads=(RecoveryPoint,),
)
def backup_recovery_point_encrypted(vault: BackupVault, snapshot: Snapshot, _policy: Policy) -> Verdict:
    points = snapshot.within(RecoveryPoint, vault.backup_vault_name)
    plain = [point.recovery_point_arn for point in points if not point.is_encrypted]
    return verdict(not plain, f"of {len(points)} not encrypted: {', '.join(plain) or 'none'}", expected="none")


@control(
    "backup-recovery-point-retention",
    "All recovery points are kept long enough",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="backup-recovery-point-minimum-retention-check",
    remediation="Raise DeleteAfterDays in the lifecycle of the recovery points and of the rule that makes them.",
    rationale="Damage that is found after weeks can be undone only from a recovery point that still exists.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/backup-recovery-point-minimum-retention-check.html",
    reads=(RecoveryPoint,),
)
def backup_recovery_point_retention(vault: BackupVault, snapshot: Snapshot, policy: Policy) -> Verdict:
    floor, points = policy.min_recovery_point_retention_days, snapshot.within(RecoveryPoint, vault.backup_vault_name)
    short = [f"{point.recovery_point_arn} {days} days" for point in points if (days := _days(point)) < floor]
    observed = f"of {len(points)} kept for less: {', '.join(short) or 'none'}"
    return verdict(not short, observed, expected=f"{floor} days or more, or no end")


def _days(point: RecoveryPoint) -> float:
    """How many days the recovery point is kept."""
    days = None if point.lifecycle is None else point.lifecycle.delete_after_days
    return inf if days is None else days
