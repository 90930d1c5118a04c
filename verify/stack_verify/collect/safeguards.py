"""Reads what an account has in a region whether or not anything of the stack names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.safeguards import Analyzers, Detectors, Recorders, SecurityHub, Trails

# An account without Security Hub is one that is not subscribed to it (Security Hub API reference, "DescribeHub").
NOT_SUBSCRIBED = ("InvalidAccessException", "ResourceNotFoundException")


@collects(Trails, "cloudtrail:DescribeTrails")
def trails(reader: Reader, scope: str) -> Iterator[Trails]:
    """The trails that record the region, those of other regions and of the organisation among them."""
    response = reader.call("cloudtrail", "DescribeTrails", includeShadowTrails=True)
    yield response.decode(Trails, {}, Scope=scope, Trails=response.items("trailList"))


@collects(Detectors, "guardduty:ListDetectors")
def detectors(reader: Reader, scope: str) -> Iterator[Detectors]:
    """The region's detector, suspended or not."""
    pages = list(reader.pages("guardduty", "ListDetectors"))
    found = [each for page in pages for each in page.items("DetectorIds")]
    yield pages[-1].decode(Detectors, {}, Scope=scope, DetectorIds=found)


@collects(
    Recorders,
    "config:DescribeConfigurationRecorders",
    "config:DescribeConfigurationRecorderStatus",
    "config:DescribeDeliveryChannels",
    "config:DescribeDeliveryChannelStatus",
)
def recorders(reader: Reader, scope: str) -> Iterator[Recorders]:
    """The region's recorder and delivery channel, and how both do."""
    found = reader.call("config", "DescribeConfigurationRecorders").items("ConfigurationRecorders")
    states = reader.call("config", "DescribeConfigurationRecorderStatus").items("ConfigurationRecordersStatus")
    channels: list[Any] = reader.call("config", "DescribeDeliveryChannels").items("DeliveryChannels")
    response = reader.call("config", "DescribeDeliveryChannelStatus")
    of_channels = {each["name"]: each for each in response.items("DeliveryChannelsStatus")}
    told = [of_channels.get(each["name"], {"name": each["name"]}) for each in channels]
    yield response.decode(Recorders, {}, Scope=scope, Recorders=found, States=states, Channels=told)


@collects(Analyzers, "accessanalyzer:ListAnalyzers")
def analyzers(reader: Reader, scope: str) -> Iterator[Analyzers]:
    """The region's analyzers."""
    pages = list(reader.pages("accessanalyzer", "ListAnalyzers"))
    found = [each for page in pages for each in page.items("analyzers")]
    yield pages[-1].decode(Analyzers, {}, Scope=scope, Analyzers=found)


@collects(SecurityHub, "securityhub:DescribeHub")
def security_hub(reader: Reader, scope: str) -> Iterator[SecurityHub]:
    """Whether the account is subscribed to Security Hub in the region."""
    response = reader.call("securityhub", "DescribeHub", answers=NOT_SUBSCRIBED)
    arn = None if response.absent else response.body["HubArn"]
    yield response.decode(SecurityHub, {}, Scope=scope, HubArn=arn)
