"""AWS Secrets Manager: encryption, life and access of secrets. Values are never read."""

from __future__ import annotations

from datetime import timedelta

from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.kms import Key
from stack_verify.resources.secretsmanager import Secret, SecretPolicy
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

DELETED = "the secret is marked for deletion, and nobody can read it"


@control(
    "secret-cmk",
    "Secrets are encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="secretsmanager-using-cmk",
    remediation="Set kms_key_id on the secret.",
    rationale="Only a customer-managed key lets its owner decide who reads the secret.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/secretsmanager-using-cmk.html",
    hardening=True,
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def secret_cmk(secret: Secret, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(secret.kms_key_id, secret, snapshot)


@control(
    "secret-not-pending-deletion",
    "Secrets are not scheduled for deletion and have a value",
    severity=Severity.CRITICAL,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Restore the secret, or give it a value.",
    rationale="Tasks that cannot read a secret do not start.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/manage_delete-secret.html",
    reads=(),
)
def secret_not_pending_deletion(secret: Secret, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    expected = "no DeletedDate, and a version that is AWSCURRENT"
    if secret.deleted_date is not None:
        return failed(f"DeletedDate is {secret.deleted_date:%Y-%m-%d}", expected=expected)
    current = any("AWSCURRENT" in stages for stages in secret.version_ids_to_stages.values())
    return verdict(current, f"{'a' if current else 'no'} version is AWSCURRENT", expected=expected)


@control(
    "secret-rotation",
    "Secrets have rotation turned on",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)"),
    config_rule="secretsmanager-rotation-enabled-check",
    security_hub="SecretsManager.1",
    remediation="Give the secret a rotation function and a schedule, and turn rotation on.",
    rationale="A secret that is never rotated stays known to all who ever had it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
    reads=(),
)
def secret_rotation(secret: Secret, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if secret.deleted_date is not None:
        return not_applicable(DELETED)
    enabled = secret.rotation_enabled
    if enabled is None and secret.owning_service is not None:
        return not_applicable(f"the service {secret.owning_service} manages and rotates it")
    if enabled is None and not policy.require_secret_rotation:
        return not_applicable(f"its rotation was never set up, and the policy leaves that open in {policy.environment}")
    return verdict(enabled is True, f"RotationEnabled is {as_aws(enabled)}", expected="true")


@control(
    "secret-rotation-success",
    "Secrets rotate on schedule",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)"),
    config_rule="secretsmanager-scheduled-rotation-success-check",
    security_hub="SecretsManager.2",
    remediation="Read the rotation function's log, correct it, and rotate the secret at once.",
    rationale="A rotation that fails leaves the old secret in force.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
    reads=(),
)
def secret_rotation_success(secret: Secret, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if secret.deleted_date is not None:
        return not_applicable(DELETED)
    if not secret.rotation_enabled:
        return not_applicable("its rotation is not turned on")
    last, due = secret.last_rotated_date, secret.next_rotation_date
    if last is None and due is not None and due > snapshot.taken_at:
        return not_applicable(f"pending: the first rotation is due on {due:%Y-%m-%d}")
    rotated = "never" if last is None else f"on {last:%Y-%m-%d}"
    next_time = "not scheduled" if due is None else f"due on {due:%Y-%m-%d}"
    holds = last is not None and due is not None and due > snapshot.taken_at
    return verdict(holds, f"rotated {rotated}, next rotation {next_time}", expected="rotated, and the next not overdue")


@control(
    "secret-rotated-recently",
    "Secrets were changed recently",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(5)(ii)(D)"),
    config_rule="secretsmanager-secret-periodic-rotation",
    security_hub="SecretsManager.4",
    remediation="Rotate the secret, or put a new value.",
    rationale="An old secret is known to all who ever had it.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
    reads=(),
)
def secret_rotated_recently(secret: Secret, snapshot: Snapshot, policy: Policy) -> Verdict:
    if secret.deleted_date is not None:
        return not_applicable(DELETED)
    if secret.rotation_enabled is None and secret.owning_service is None and not policy.require_secret_rotation:
        return not_applicable(f"its rotation was never set up, and the policy leaves that open in {policy.environment}")
    # Rotation alone counts where there is any: of a value that is put by hand no more is known than the last change.
    rotated = secret.last_rotated_date if secret.rotation_enabled else None
    field, last = ("LastChangedDate", secret.last_changed_date) if rotated is None else ("LastRotatedDate", rotated)
    recent = snapshot.taken_at - last <= timedelta(days=policy.max_secret_age_days)
    return verdict(recent, f"{field} is {last:%Y-%m-%d}", expected=f"{policy.max_secret_age_days} days ago at most")


@control(
    "secret-unused",
    "Every secret is in use",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(4)(ii)(C)"),
    config_rule="secretsmanager-secret-unused",
    security_hub="SecretsManager.3",
    remediation="Delete the secret, or give it to what it was made for.",
    rationale="An unused credential can only be misused.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/secretsmanager-controls.html",
    reads=(),
)
def secret_unused(secret: Secret, snapshot: Snapshot, policy: Policy) -> Verdict:
    if secret.deleted_date is not None:
        return not_applicable(DELETED)
    accessed = secret.last_accessed_date
    last = secret.created_date if accessed is None else accessed
    used = snapshot.taken_at - last <= timedelta(days=policy.max_unused_days)
    observed = f"never retrieved, created on {last:%Y-%m-%d}" if accessed is None else f"retrieved on {last:%Y-%m-%d}"
    return verdict(used, observed, expected=f"retrieved in the last {policy.max_unused_days} days")


@control(
    "secret-policy-restricted",
    "Secrets are not shared beyond the account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the principals of others from the secret's policy, or name them in the policy file.",
    rationale="Whoever reads the secret gets at the data that it opens.",
    source="https://docs.aws.amazon.com/secretsmanager/latest/userguide/auth-and-access_resource-policies.html",
    reads=(SecretPolicy,),
)
def secret_policy_restricted(secret: Secret, snapshot: Snapshot, policy: Policy) -> Verdict:
    if secret.deleted_date is not None:
        return not_applicable(DELETED)
    document = snapshot.require(SecretPolicy, secret.secret_arn).resource_policy
    if document is None:
        return passed("no resource policy: only IAM policies of the account give access")
    found = untrusted(outsiders(document, account=secret.observed_by.account, trusts=policy))
    told = "; ".join(str(each) for each in found) or "none"
    return verdict(not found, f"shared with: {told}", expected="none outside the account that the policy does not name")
