"""Reads AWS Config."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.config import ConfigurationRecorder, DeliveryChannel, RecorderStatus

NONE = ("NoSuchConfigurationRecorderException",)


@collects(ConfigurationRecorder, "config:DescribeConfigurationRecorders")
def recorders(reader: Reader, name: str) -> Iterator[ConfigurationRecorder]:
    """The recorder of this name."""
    response = reader.call("config", "DescribeConfigurationRecorders", ConfigurationRecorderNames=[name], answers=NONE)
    for item in () if response.absent else response.items("ConfigurationRecorders"):
        yield response.decode(ConfigurationRecorder, item)


@collects(RecorderStatus, "config:DescribeConfigurationRecorderStatus")
def recorder_status(reader: Reader, name: str) -> Iterator[RecorderStatus]:
    """Whether the recorder records, and whether it last could."""
    response = reader.call("config", "DescribeConfigurationRecorderStatus", ConfigurationRecorderNames=[name])
    for item in response.items("ConfigurationRecordersStatus"):
        yield response.decode(RecorderStatus, item)


@collects(DeliveryChannel, "config:DescribeDeliveryChannels")
def delivery_channels(reader: Reader, _account: str) -> Iterator[DeliveryChannel]:
    """Where the recorder of the region delivers, if anywhere."""
    response = reader.call("config", "DescribeDeliveryChannels")
    for item in response.items("DeliveryChannels"):
        yield response.decode(DeliveryChannel, item)
