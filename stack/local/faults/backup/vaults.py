"""Faults of backup vaults: of their lock, their key and their policy."""

import json

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


@fault(("backup-vault-not-shared", "backupVaultArn"))
def backup_vault_not_shared(aws: Clients, outputs: Outputs) -> None:
    """Another account may copy and delete recovery points."""
    principal, actions = {"AWS": "arn:aws:iam::210987654321:root"}, ["backup:CopyFromBackupVault", "backup:Delete*"]
    statement = {"Sid": "Added", "Effect": "Allow", "Principal": principal, "Action": actions, "Resource": "*"}
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    name = outputs["backupVaultName"]
    aws.client("backup").put_backup_vault_access_policy(BackupVaultName=name, Policy=json.dumps(policy))
