"""Faults of the secrets that tasks are handed."""

from stack.local.endpoint import Clients
from stack.local.faults.ecs.services import redefine
from stack.local.faults.fault import Outputs, fault


# Nor may the role read what is not there.
@fault(("secret-referenced-by-task-exists", "taskDefinitionArn"), ("iam-task-role-can-do-its-job", "taskDefinitionArn"))
def secret_referenced_by_task_exists(aws: Clients, outputs: Outputs) -> None:
    """The container is to be handed a secret that does not exist."""
    gone = {"name": "GONE", "valueFrom": aws.arn("secretsmanager", "secret:healthcare-gone-a1b2c3")}
    redefine(aws, outputs, container=lambda container: {**container, "secrets": [gone]})
