"""AWS Systems Manager: every EC2 instance of the region is managed, with all of its patches."""

from typing import Any

from moto.core.responses import ActionResult
from moto.ec2.models import ec2_backends
from moto.ssm import urls
from moto.ssm.responses import SimpleSystemManagerResponse


class SupplementedSsm(SimpleSystemManagerResponse):
    """moto's Systems Manager, whose agent is on every instance."""

    def describe_instance_information(self) -> ActionResult:
        """The instances, which are online."""
        online = {"PingStatus": "Online", "AssociationStatus": "Success"}
        return ActionResult({"InstanceInformationList": [{"InstanceId": each, **online} for each in self._instances()]})

    def describe_instance_patch_states(self) -> ActionResult:
        """The instances, which lack nothing."""
        states = ("Critical", "Security", "Other")
        nothing: dict[str, Any] = {f"{state}NonCompliantCount": 0 for state in states}
        return ActionResult({"InstancePatchStates": [{"InstanceId": each, **nothing} for each in self._instances()]})

    def _instances(self) -> list[str]:
        backend = ec2_backends[self.current_account][self.region]
        return [instance.id for instance in backend.all_instances()]


def install() -> None:
    """Lets moto answer these operations."""
    urls.url_paths["{0}/$"] = SupplementedSsm.dispatch
