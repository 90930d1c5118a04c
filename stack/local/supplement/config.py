"""AWS Config: how deliveries went. moto knows the operation and has no answer; nothing is delivered here."""

import json

from moto.config import urls
from moto.config.responses import ConfigResponse

from stack.local.supplement.serving import answer_with


class SupplementedConfig(ConfigResponse):
    """moto's AWS Config with the operation that it lacks."""

    def describe_delivery_channel_status(self) -> str:
        """The delivery channel, of which no delivery was tried yet."""
        channels = self.config_backend.describe_delivery_channels([])
        return json.dumps({"DeliveryChannelsStatus": [{"name": each["name"]} for each in channels]})


def install() -> None:
    """Lets moto answer this operation."""
    answer_with(SupplementedConfig, urls)
