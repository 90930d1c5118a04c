"""Faults of backup vaults: of their lock and their key."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(("backup-vault-lock", "backupVaultArn"))
def backup_vault_lock(aws: Clients, outputs: Outputs) -> None:
    """The lock of the backup vault is lifted while it still can be."""
    aws.client("backup").delete_backup_vault_lock_configuration(BackupVaultName=outputs["backupVaultName"])


@fault(("backup-vault-encrypted", "backupVaultArn"), ("kms-not-pending-deletion", "backupKeyArn"))
def backup_vault_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The key of the backup vault is disabled."""
    # moto takes no ARN where it changes a key's state.
    aws.client("kms").disable_key(KeyId=str(outputs["backupKeyArn"]).rpartition("/")[2])
