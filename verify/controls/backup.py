"""AWS Backup: who can read recovery points and who can delete them."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, hipaa, verdict
from verify.controls.encryption import own_key
from verify.policy import Policy
from verify.resources.backup import BackupVault
from verify.snapshot import Snapshot


@control(
    "backup-vault-lock",
    "Recovery points cannot be deleted by hand",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.310(d)(2)(iv)", "164.312(c)(1)"),
    config_rule="backup-recovery-point-manual-deletion-disabled",
    remediation="Give the vault a lock configuration with a minimum retention.",
)
def backup_vault_lock(vault: BackupVault, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    days = "not set" if vault.min_retention_days is None else f"{vault.min_retention_days}"
    fixed = "not set" if vault.lock_date is None else f"{vault.lock_date:%Y-%m-%d}"
    observed = f"Locked is {vault.locked}, MinRetentionDays is {days}, LockDate is {fixed}"
    return verdict(vault.locked, observed, expected="true")


@control(
    "backup-vault-encrypted",
    "Backup vaults are encrypted with the stack's own key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    remediation="Create the vault with kms_key_arn set to the stack's key; the key of a vault cannot be changed.",
)
def backup_vault_encrypted(vault: BackupVault, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(vault.encryption_key_arn, vault, snapshot)
