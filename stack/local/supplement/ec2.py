"""Amazon EC2: VPC Block Public Access of a region, which is off until it is set, with its exclusions."""

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult
from moto.ec2 import urls
from moto.ec2.responses import EC2Response
from moto.moto_api._internal import mock_random

from stack.local.supplement.serving import arguments, held


@dataclass
class BlockPublicAccess:
    """The mode, and the exclusions in the order of their making."""

    mode: str = "off"
    exclusions: list[dict[str, Any]] = field(default_factory=list)


class SupplementedEc2(EC2Response):
    """moto's EC2 with VPC Block Public Access."""

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
