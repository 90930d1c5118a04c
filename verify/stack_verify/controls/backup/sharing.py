"""AWS Backup: which accounts get at recovery points."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.backup import BackupVault, BackupVaultPolicy
from stack_verify.snapshot import Snapshot


@control(
    "backup-vault-not-shared",
    "Only named accounts have access to backup vaults",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(7)(ii)(A)"),
    remediation="Remove public principals and other accounts from the vault's policy, or name them in the policy file.",
    rationale="A recovery point is a copy of the data, and who copies or deletes it has it or takes it away.",
    source="https://docs.aws.amazon.com/aws-backup/latest/devguide/create-a-vault-access-policy.html",
    reads=(BackupVaultPolicy,),
)
def backup_vault_not_shared(vault: BackupVault, snapshot: Snapshot, policy: Policy) -> Verdict:
    document = snapshot.require(BackupVaultPolicy, vault.backup_vault_name).policy
    found = untrusted(outsiders(document, account=vault.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in found) or "none"
    return verdict(not found, f"others have access: {told}", expected="none that the policy does not name")
