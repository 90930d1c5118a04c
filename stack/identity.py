"""Which stack this is."""

from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from stack import exports
from stack.location import Location
from stack.settings import StackSettings


@dataclass(frozen=True)
class Identity:
    """What the outputs say of the stack as a whole; a verifier refuses to judge another account or region by them."""

    settings: StackSettings
    location: Location

    @property
    def outputs(self) -> Mapping[str, pulumi.Input[object]]:
        """The outputs that belong to no resource."""
        return {
            exports.PROJECT: self.settings.project,
            exports.ENVIRONMENT: self.settings.environment,
            exports.ENVIRONMENT_SUFFIX: self.settings.suffix,
            exports.REGION: self.location.region,
            exports.ACCOUNT_ID: self.location.account_id,
        }
