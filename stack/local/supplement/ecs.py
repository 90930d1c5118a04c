"""Amazon ECS: what an update of a service leaves behind. In moto its deployment stays the one of its creation.

No tasks run here, so that each rollout is over at once: the tasks that the service wants run the latest revision.
"""

from typing import Any

from moto.core.responses import ActionResult
from moto.ecs import urls
from moto.ecs.responses import EC2ContainerServiceResponse


class SupplementedEcs(EC2ContainerServiceResponse):
    """moto's ECS, in which a new revision is deployed."""

    def update_service(self) -> ActionResult:
        """Rolls a new revision out."""
        answer = super().update_service()
        if self._get_param("taskDefinition") is None:
            return answer
        service = self._get_param("service").rpartition("/")[2]
        cluster = self._get_param("cluster").rpartition("/")[2]
        _roll_out(self.ecs_backend.services[f"{cluster}:{service}"])
        return answer


def _roll_out(service: Any) -> None:  # noqa: ANN401 - moto's model has no public type
    for deployment in service.deployments:
        deployment["taskDefinition"] = service.task_definition
        deployment["desiredCount"] = deployment["runningCount"] = service.desired_count


def install() -> None:
    """Lets moto answer this operation."""
    urls.url_paths["{0}/$"] = SupplementedEcs.dispatch
