"""AWS IAM: whether the role with which ECS starts a task is allowed what that takes."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.controls.iam.identity_policies import permissions_of
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.permissions import Permission
from stack_verify.resources.ecs import (
    ContainerDefinition,
    TaskDefinition,
    is_own,
    log_group,
    own_repository,
    secret_arns,
)
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.partitions import partition
from stack_verify.resources.resource import ApiCall
from stack_verify.resources.secretsmanager import Secret
from stack_verify.snapshot import Snapshot

# ECS developer guide, "Amazon ECS task execution IAM role".
PULLING = ("ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
LOGGING = ("logs:CreateLogStream", "logs:PutLogEvents")


@control(
    "iam-task-role-can-do-its-job",
    "The policies of the execution role allow what it takes to start a task",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Allow the execution role these actions on these resources, or remove the denial.",
    rationale="A task that ECS cannot start again after a failure is an outage.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html",
    reads=(AttachedPolicies, Key, ManagedPolicy, PolicyVersion, Role, RolePolicy, Secret),
)
def iam_task_role_can_do_its_job(task: TaskDefinition, snapshot: Snapshot, _policy: Policy) -> Verdict:
    needs = tuple(dict.fromkeys(need for each in task.container_definitions for need in _needs(each, task, snapshot)))
    if not needs:
        return not_applicable(
            "ECS starts it without a role: it pulls no image of ECR, hands out no secret, logs nowhere"
        )
    expected = "all that pulling its images, handing out its secrets and writing its logs takes"
    if task.execution_role_arn is None:
        return failed("executionRoleArn is not set", expected=expected)
    role = snapshot.require(Role, task.execution_role_arn.rpartition("/")[2])
    allowing = permissions_of(role, snapshot)
    lacking = [f"{action} on {arn}" for action, arn in needs if not _may(allowing, action, arn)]
    observed = f"{role.role_name} needs {len(needs)} permissions and lacks: {', '.join(lacking) or 'none'}"
    return verdict(not lacking, observed, expected=expected)


def _needs(container: ContainerDefinition, task: TaskDefinition, snapshot: Snapshot) -> Iterator[tuple[str, str]]:
    """The actions that ECS takes to start the container, each with the ARN of what it acts on."""
    call = task.observed_by
    repository, group = own_repository(container.image, call), log_group(container, call)
    if repository is not None:
        yield "ecr:GetAuthorizationToken", "*"
        yield from ((action, _arn(call, "ecr", f"repository/{repository}")) for action in PULLING)
    if group is not None:
        yield from ((action, _arn(call, "logs", f"log-group:{group}")) for action in LOGGING)
    for arn in secret_arns(container):
        yield "secretsmanager:GetSecretValue", arn
        for secret in snapshot.within(Secret, arn) if is_own(arn, call) else ():
            # AWS's own key, which encrypts where none is named, lets everybody of the account through Secrets Manager.
            if secret.kms_key_id is not None:
                yield "kms:Decrypt", snapshot.require(Key, key_arn(secret.kms_key_id, call)).key_arn


def _arn(call: ApiCall, service: str, resource: str) -> str:
    return f"arn:{partition(call.region)}:{service}:{call.region}:{call.account}:{resource}"


def _may(allowing: tuple[Permission, ...], action: str, arn: str) -> bool:
    """Whether the policies allow the action on the resource. Conditions of what allows are taken to hold."""
    return any(each.allows_on(action, arn) for each in allowing)
