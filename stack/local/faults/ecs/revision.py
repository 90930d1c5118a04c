"""Faults of the revision of a task definition that runs."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ANOTHER_REVISION: Final = "arn:aws:ecs:sa-east-1:123456789012:task-definition/healthcare-service-prod:3"
_SERVICE: Final = (
    "urn:pulumi:prod::healthcare-platform::healthcare:service:Service$aws:ecs/service:Service::healthcare-service-prod"
)


@fault(
    ("ecs-running-revision-is-declared", "serviceArn"),
    ("drift-live-vs-declared", _SERVICE),
    ("inventory-in-account-not-in-state", _ANOTHER_REVISION),
)
def ecs_running_revision_is_declared(aws: Clients, outputs: Outputs) -> None:
    """Somebody deployed another revision of the task definition, alike but for its number."""
    ecs = aws.client("ecs")
    answer = ecs.describe_task_definition(taskDefinition=outputs["taskDefinitionArn"], include=["TAGS"])
    known = ecs.meta.service_model.operation_model("RegisterTaskDefinition").input_shape.members
    definition: dict[str, Any] = {name: value for name, value in answer["taskDefinition"].items() if name in known}
    second = ecs.register_task_definition(**definition, tags=answer["tags"])["taskDefinition"]["taskDefinitionArn"]
    ecs.update_service(cluster=outputs["clusterArn"], service=outputs["serviceArn"], taskDefinition=second)
