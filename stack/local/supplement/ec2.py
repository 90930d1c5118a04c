"""Amazon EC2: what keeps a region's VPCs and snapshots from the public, off until it is set; snapshots of images.

VPC Block Public Access has exclusions. An image is made of the snapshot that its registration names.
"""

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import urls
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from stack.local.supplement.serving import arguments, held


@dataclass
class BlockPublicAccess:
    """The mode, the exclusions in the order of their making, and what is set for snapshots."""

    mode: str = "off"
    of_snapshots: str = "unblocked"
    exclusions: list[dict[str, Any]] = field(default_factory=list)


class SupplementedEc2(EC2Response):
    """moto's EC2 with Block Public Access, for VPCs and for snapshots."""

    def describe_vpc_block_public_access_options(self) -> ActionResult:
        """What is set in the region."""
        return ActionResult({"VpcBlockPublicAccessOptions": self._options()})

    def modify_vpc_block_public_access_options(self) -> ActionResult:
        """Sets the mode; it is in effect at once."""
        self._held.mode = arguments(self)["InternetGatewayBlockMode"]
        return ActionResult({"VpcBlockPublicAccessOptions": self._options()})

    def create_vpc_block_public_access_exclusion(self) -> ActionResult:
        """Excludes a VPC or a subnet."""
        asked = arguments(self)
        kind, name = ("vpc", asked["VpcId"]) if "VpcId" in asked else ("subnet", asked["SubnetId"])
        made = {
            "ExclusionId": f"vpcbpa-exclude-{mock_random.get_random_hex(17)}",
            "InternetGatewayExclusionMode": asked["InternetGatewayExclusionMode"],
            "ResourceArn": f"arn:{self.partition}:ec2:{self.region}:{self.current_account}:{kind}/{name}",
            "State": "create-complete",
        }
        self._held.exclusions.append(made)
        return ActionResult({"VpcBlockPublicAccessExclusion": made})

    def describe_vpc_block_public_access_exclusions(self) -> ActionResult:
        """The exclusions of the region."""
        return ActionResult({"VpcBlockPublicAccessExclusions": self._held.exclusions})

    def get_snapshot_block_public_access_state(self) -> ActionResult:
        """What is set for the snapshots of the region."""
        return ActionResult({"State": self._held.of_snapshots, "ManagedBy": "account"})

    def enable_snapshot_block_public_access(self) -> ActionResult:
        """Sets it; it is in effect at once."""
        self._held.of_snapshots = arguments(self)["State"]
        return ActionResult({"State": self._held.of_snapshots})

    def register_image(self) -> ActionResult:
        """Makes the image of the snapshot that is named; moto makes one of its own, of a paravirtual disk in clear."""
        asked = arguments(self)
        made: ActionResult = super().register_image()
        (image,) = (each for each in self.ec2_backend.amis.values() if each.name == asked["Name"])
        image.virtualization_type = asked["VirtualizationType"]
        (disk,) = asked["BlockDeviceMappings"]
        image.ebs_snapshot = self.ec2_backend.snapshots[disk["Ebs"]["SnapshotId"]]
        return made

    def _options(self) -> dict[str, str]:
        state = "default-state" if self._held.mode == "off" else "update-complete"
        of_account = {"AwsAccountId": self.current_account, "AwsRegion": self.region}
        return {**of_account, "State": state, "InternetGatewayBlockMode": self._held.mode}

    @property
    def _held(self) -> BlockPublicAccess:
        return held(self.ec2_backend, BlockPublicAccess)


def install() -> None:
    """Lets moto answer these operations."""
    urls.url_paths["{0}/"] = SupplementedEc2.dispatch
