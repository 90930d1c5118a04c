"""AWS Secrets Manager: secrets that task definitions name."""

from __future__ import annotations

from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.ecs import (
    TaskDefinition,
    is_own,
    secret_arns,
)
from stack_verify.resources.secretsmanager import Secret
from stack_verify.snapshot import Snapshot


@control(
    "secret-referenced-by-task-exists",
    "Every secret that a task definition names exists",
    severity=Severity.HIGH,
    citations=hipaa("164.312(d)"),
    remediation="Make the secret in this account and region, or correct its ARN in the container definition.",
    rationale="Tasks that cannot read a secret do not start.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/specifying-sensitive-data.html",
    reads=(Secret,),
)
def secret_referenced_by_task_exists(task: TaskDefinition, snapshot: Snapshot, _policy: Policy) -> Verdict:
    arns = sorted({arn for container in task.container_definitions for arn in secret_arns(container)})
    if not arns:
        return not_applicable("the task names no secret of Secrets Manager")
    foreign = [arn for arn in arns if not is_own(arn, task.observed_by)]
    if foreign:
        return failed(f"of another account or region: {', '.join(foreign)}", expected="secrets of this one")
    found = [secret for arn in arns for secret in snapshot.within(Secret, arn) if secret.deleted_date is None]
    missing = sorted(set(arns) - {secret.secret_arn for secret in found})
    return verdict(
        not missing,
        f"{len(arns)} secrets named; gone or about to be deleted: {', '.join(missing) or 'none'}",
        expected="none gone",
    )
