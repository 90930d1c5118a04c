"""AWS Backup: vaults, their locks, plans."""

from collections.abc import Mapping
from typing import Final

from stack.local.declared import Created, Creator, Declared
from stack.local.endpoint import Clients
from stack.local.mapping import NotHeld, Row, call_with_rest
from stack.local.supplement import is_installed

_PLAN: Final = {
    "name": "BackupPlanName",
    "targetVaultName": "TargetBackupVaultName",
    "schedule": "ScheduleExpression",
    "startWindow": "StartWindowMinutes",
    "completionWindow": "CompletionWindowMinutes",
    "deleteAfter": "DeleteAfterDays",
    "destinationVaultArn": "DestinationBackupVaultArn",
}


def _vault(declared: Declared, clients: Clients) -> Created:
    declared.take("forceDestroy")  # a word for deletion
    return _VAULT(declared, clients)


_VAULT: Final = Row(
    "backup",
    "create_backup_vault",
    id="BackupVaultName",
    outputs={"arn": "BackupVaultArn"},
    renames={"name": "BackupVaultName", "tags": "BackupVaultTags", "kmsKeyArn": "EncryptionKeyArn"},
)


def _lock(declared: Declared, clients: Clients) -> Created:
    call_with_rest(declared, clients, "backup", "put_backup_vault_lock_configuration")
    name = declared.inputs["backupVaultName"]
    return Created(name, {"backupVaultArn": clients.arn("backup", f"backup-vault:{name}")})


def _plan(declared: Declared, clients: Clients) -> Created:
    tags = declared.take_tags()
    flat = Declared(declared.type, declared.name, {"BackupPlan": declared.take_rest()})
    plan = call_with_rest(flat, clients, "backup", "create_backup_plan", _PLAN, BackupPlanTags=tags)
    return Created(plan["BackupPlanId"], {"arn": plan["BackupPlanArn"], "version": plan["VersionId"]})


def _selection(declared: Declared, clients: Clients) -> Created:
    inputs = declared.take_rest()
    plan = {"BackupPlanId": inputs.pop("planId")}
    flat = Declared(declared.type, declared.name, {**plan, "BackupSelection": inputs})
    operation, renames = "create_backup_selection", {"name": "SelectionName"}
    if not is_installed(clients):
        return NotHeld("backup", operation, renames)(flat, clients)
    return Created(call_with_rest(flat, clients, "backup", operation, renames)["SelectionId"])


CREATORS: Final[Mapping[str, Creator]] = {
    "aws:backup/vault:Vault": _vault,
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": _lock,
    "aws:backup/plan:Plan": _plan,
    "aws:backup/selection:Selection": _selection,
}
