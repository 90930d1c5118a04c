"""AWS Config: the recorder of a region and where it delivers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import Identity, bare
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource


class ExcludedTypes(Fields, frozen=True, kw_only=True, rename="camel"):
    """The types of resources that are not recorded."""

    resource_types: tuple[str, ...] = ()


class RecordingStrategy(Fields, frozen=True, kw_only=True, rename="camel"):
    """What the group lists: ``ALL_SUPPORTED_RESOURCE_TYPES``, or what is recorded, or what is not."""

    use_only: str


class RecordingGroup(Fields, frozen=True, kw_only=True, rename="camel"):
    """Which types of resources are recorded: all, or those that are listed."""

    all_supported: Known[bool] = UNKNOWN
    resource_types: tuple[str, ...] = ()
    exclusion_by_resource_types: ExcludedTypes | None = None
    # AWS did not always answer it; an older recorder says the same with the two fields above.
    recording_strategy: RecordingStrategy | None = None

    @property
    def excluded(self) -> frozenset[str]:
        """The types that it leaves out of all; none where it records all, or lists what it records."""
        strategy = self.recording_strategy
        if strategy is None or strategy.use_only != "EXCLUSION_BY_RESOURCE_TYPES":
            return frozenset()
        listed = self.exclusion_by_resource_types
        return frozenset(() if listed is None else listed.resource_types)

    @property
    def records_all_but(self) -> frozenset[str] | None:
        """All types are recorded but these; None where only those in ``resource_types`` are."""
        strategy = self.recording_strategy
        if strategy is not None and strategy.use_only == "EXCLUSION_BY_RESOURCE_TYPES":
            return self.excluded
        return frozenset() if self.all_supported else None


class RecorderStatus(
    Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::Config::ConfigurationRecorder.Status"
):
    """``config:DescribeConfigurationRecorderStatus``, by recorder name."""

    id_field: ClassVar[str] = "name"
    lags: ClassVar[frozenset[str]] = frozenset({"last_status"})

    name: str
    recording: Known[bool] = UNKNOWN
    # AWS leaves it out of one that was never started.
    last_status: str | None = None
    last_error_code: str | None = None


class DeliveryChannel(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::Config::DeliveryChannel"):
    """A region's delivery channel, of which there is one at most: ``config:DescribeDeliveryChannels``."""

    id_field: ClassVar[str] = "name"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::S3::Bucket",)

    name: str
    s3_bucket_name: str
    # AWS leaves it out where the bucket's own encryption is used.
    s3_kms_key_arn: str | None = None

    def refers_to(self) -> Iterator[Question]:
        yield Question("AWS::S3::Bucket", self.s3_bucket_name)


class ConfigurationRecorder(
    Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::Config::ConfigurationRecorder"
):
    """``config:DescribeConfigurationRecorders``, by recorder name."""

    identity: ClassVar[Identity | None] = Identity(
        bare_names=(bare("config recorder, config recorder name, configuration recorder name", r"[!-~]{1,256}"),),
        pulumi=("cfg/recorder",),
        terraform=("aws_config_configuration_recorder",),
    )
    id_field: ClassVar[str] = "name"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::Config::ConfigurationRecorder.Status",
        "AWS::Config::DeliveryChannel",
        "AWS::IAM::Role",
    )

    name: str
    role_arn: str = msgspec.field(name="roleARN")
    recording_group: Known[RecordingGroup] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield RecorderStatus.ask(self.name)
        # The account's one channel, which the recorder does not name.
        yield DeliveryChannel.ask(self.observed_by.account)
        yield Question("AWS::IAM::Role", self.role_arn.rpartition("/")[2])
