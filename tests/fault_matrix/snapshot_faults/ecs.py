"""Faults of services."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

NO_TASKS = "the emulator runs no tasks, and says that as many run as are asked for"


def _service(snapshot: Document, outputs: Outputs) -> Document:
    return resource(snapshot, "AWS::ECS::Service", serviceArn=str(outputs["serviceArn"]))


@on_snapshot(("ecs-service-steady", "serviceArn"), because=NO_TASKS, variant="fewer")
def ecs_service_steady_fewer(snapshot: Document, outputs: Outputs) -> None:
    """One of the service's tasks does not run."""
    _service(snapshot, outputs)["runningCount"] -= 1


@on_snapshot(("ecs-service-steady", "serviceArn"), because=NO_TASKS, variant="rollout")
def ecs_service_steady_rollout(snapshot: Document, outputs: Outputs) -> None:
    """The service's rollout was given up."""
    _service(snapshot, outputs)["deployments"][0]["rolloutState"] = "FAILED"


@on_snapshot(("ecs-service-steady", "serviceArn"), because=NO_TASKS, variant="failing")
def ecs_service_steady_failing(snapshot: Document, outputs: Outputs) -> None:
    """The tasks of the service's rollout fail one after the other."""
    _service(snapshot, outputs)["deployments"][0]["failedTasks"] = 3


@on_snapshot(
    ("ecs-service-steady", "serviceArn"), because="the emulator keeps a rollout for ever", variant="no-rollout"
)
def ecs_service_steady_no_rollout(snapshot: Document, outputs: Outputs) -> None:
    """Nothing is said of the service's rollout."""
    _service(snapshot, outputs)["deployments"] = []
