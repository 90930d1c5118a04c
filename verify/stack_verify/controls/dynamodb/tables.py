"""Amazon DynamoDB: encryption, backups, access and capacity of tables."""

from __future__ import annotations

from stack_verify.controls.backup.coverage import selecting, selections
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.dynamodb import ContinuousBackups, Table, TablePolicy, TableScaling, TableTags
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/dynamodb-controls.html"
GUIDE = "https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/"
SCALED = ("dynamodb:table:ReadCapacityUnits", "dynamodb:table:WriteCapacityUnits")


@control(
    "dynamodb-own-key",
    "DynamoDB tables are encrypted with the stack's own key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="dynamodb-table-encrypted-kms",
    hardening=True,
    remediation="Set server_side_encryption on the table, with kms_key_arn of the stack's own key.",
    rationale="Every table is encrypted; only a key of its own lets the stack decide who decrypts it.",
    source=GUIDE + "encryption.howitworks.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def dynamodb_own_key(table: Table, snapshot: Snapshot, _policy: Policy) -> Verdict:
    encryption = table.encryption
    if encryption is not None and encryption.inaccessible_encryption_date_time is not None:
        since = encryption.inaccessible_encryption_date_time
        return failed(f"DynamoDB cannot use the key since {since:%Y-%m-%d %H:%M}", expected="a key that can be used")
    return own_key(encryption.kms_master_key_arn if encryption else None, table, snapshot)


@control(
    "dynamodb-pitr",
    "DynamoDB tables can be restored to a point in time",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)", "164.312(c)(1)"),
    config_rule="dynamodb-pitr-enabled",
    security_hub="DynamoDB.2",
    remediation="Set point_in_time_recovery on the table.",
    rationale="Without it, a write or deletion made by mistake cannot be undone.",
    source=SECURITY_HUB + "#dynamodb-2",
    reads=(ContinuousBackups,),
)
def dynamodb_pitr(table: Table, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = snapshot.require(ContinuousBackups, table.table_arn).point_in_time_recovery_description
    status = found.point_in_time_recovery_status
    return verdict(status == "ENABLED", f"PointInTimeRecoveryStatus is {status}", expected="ENABLED")


@control(
    "dynamodb-deletion-protection",
    "DynamoDB tables are protected from deletion",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.312(c)(1)"),
    config_rule="dynamodb-table-deletion-protection-enabled",
    security_hub="DynamoDB.6",
    remediation="Set deletion_protection_enabled on the table.",
    rationale="One call deletes an unprotected table with all that it holds.",
    source=SECURITY_HUB + "#dynamodb-6",
    reads=(),
)
def dynamodb_deletion_protection(table: Table, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    on = table.deletion_protection_enabled
    return verdict(on, f"DeletionProtectionEnabled is {as_aws(on)}", expected="true")


@control(
    "dynamodb-in-backup-plan",
    "DynamoDB tables are in a backup plan of the stack",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="dynamodb-in-backup-plan",
    security_hub="DynamoDB.4",
    remediation="Name the table's ARN in a selection of the stack's backup plan.",
    rationale="Point-in-time recovery reaches back 35 days at most; recovery points in a vault are kept longer.",
    source=SECURITY_HUB + "#dynamodb-4",
    reads=(BackupPlan, BackupSelection, TableTags),
)
def dynamodb_in_backup_plan(table: Table, snapshot: Snapshot, _policy: Policy) -> Verdict:
    found = selecting(table.table_arn, table, selections(snapshot), snapshot)
    names = ", ".join(each.selection_name for each in found) or "none"
    return verdict(bool(found), f"in selections: {names}", expected="one or more")


@control(
    "dynamodb-policy-restricted",
    "DynamoDB tables are not shared beyond the account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the principals of other accounts from the table's policy, or name them in the policy file.",
    rationale="A principal that the table's policy allows reads its items without a role in this account.",
    source=GUIDE + "access-control-resource-based.html",
    reads=(TablePolicy,),
)
def dynamodb_policy_restricted(table: Table, snapshot: Snapshot, policy: Policy) -> Verdict:
    document = snapshot.require(TablePolicy, table.table_arn).policy
    if document is None:
        return passed("no resource policy: only IAM policies of the account give access")
    found = untrusted(outsiders(document, account=table.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in found) or "none"
    return verdict(not found, f"shared with: {told}", expected="none outside the account that the policy does not name")


@control(
    "dynamodb-autoscaling",
    "DynamoDB tables scale their capacity with demand",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(ii)(C)"),
    config_rule="dynamodb-autoscaling-enabled",
    security_hub="DynamoDB.1",
    remediation="Set billing_mode to PAY_PER_REQUEST, or add target tracking policies for read and write capacity.",
    rationale="A table whose capacity is used up refuses requests, and ePHI is unavailable.",
    source=SECURITY_HUB + "#dynamodb-1",
    reads=(TableScaling,),
)
def dynamodb_autoscaling(table: Table, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if table.on_demand:
        return passed("BillingMode is PAY_PER_REQUEST")
    dimensions = snapshot.require(TableScaling, table.table_arn).dimensions
    lacking = [each for each in SCALED if each not in dimensions]
    observed = f"provisioned capacity; without a target tracking policy: {', '.join(lacking) or 'none'}"
    return verdict(not lacking, observed, expected="on-demand capacity, or policies for read and write capacity")
