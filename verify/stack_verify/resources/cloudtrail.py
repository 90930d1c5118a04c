"""AWS CloudTrail: trails, how their delivery does, which events they record, and who changed a resource last."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.iam import Role
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.logs import LogGroup, MetricFilter
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.tagging import Tagged, TagList


class TrailTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Trail.Tags"):
    """``cloudtrail:ListTags`` of a trail, by its ARN."""


class TrailStatus(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Trail.Status"):
    """``cloudtrail:GetTrailStatus``, by trail ARN.

    AWS leaves out the time of what never happened, and the error of a delivery that went well.
    """

    id_field: ClassVar[str] = "trail"

    trail: str
    is_logging: Known[bool] = UNKNOWN
    start_logging_time: datetime | None = None
    latest_delivery_time: datetime | None = None
    latest_delivery_error: str | None = None
    latest_digest_delivery_error: str | None = None
    latest_cloud_watch_logs_delivery_error: str | None = None
    latest_cloud_watch_logs_delivery_time: datetime | None = None


class DataResource(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Resources whose data events an event selector records: their type, and the beginnings of their ARNs."""

    type: str
    values: tuple[str, ...]


class EventSelector(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A basic event selector."""

    read_write_type: str
    include_management_events: bool
    data_resources: tuple[DataResource, ...] = ()
    exclude_management_event_sources: tuple[str, ...] = ()


class FieldSelector(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A condition on one field of an event; of its operators those that are given must all hold."""

    field: str
    equals: tuple[str, ...] = ()
    starts_with: tuple[str, ...] = ()
    ends_with: tuple[str, ...] = ()
    not_equals: tuple[str, ...] = ()
    not_starts_with: tuple[str, ...] = ()
    not_ends_with: tuple[str, ...] = ()

    @property
    def excludes(self) -> bool:
        """Whether it names what is not recorded."""
        return bool(self.not_equals or self.not_starts_with or self.not_ends_with)


class AdvancedEventSelector(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An advanced event selector: all its conditions must hold."""

    field_selectors: tuple[FieldSelector, ...]


class EventSelectors(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Trail.EventSelectors"):
    """``cloudtrail:GetEventSelectors``, by trail ARN. A trail has basic or advanced ones, never both."""

    id_field: ClassVar[str] = "trail"

    trail: str
    event_selectors: tuple[EventSelector, ...] = ()
    advanced_event_selectors: tuple[AdvancedEventSelector, ...] = ()


class LastChange(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Event"):
    """The latest event of ``cloudtrail:LookupEvents`` that changed a resource, by the resource's kind and name.

    Of an event nothing else is kept: what it asked for and was answered may hold values. There are none where no event
    was found among the latest ``looked_at``.
    """

    id_field: ClassVar[str] = "subject"

    subject: str
    looked_at: int
    event_id: str | None = None
    event_name: str | None = None
    event_time: datetime | None = None
    # AWS leaves it out where one of its services made the change.
    username: str | None = None


class Trail(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Trail"):
    """One trail of ``cloudtrail:DescribeTrails``, by its ARN. AWS leaves out the key and the log group it has not."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("cloudtrail", r"(trail/[\w.-]{3,128})", rf"(trail/{ANY_ID})"),),
        pulumi=("cloudtrail/trail",),
        terraform=("aws_cloudtrail",),
        asff="AwsCloudTrailTrail",
    )
    id_field: ClassVar[str] = "name"
    arn_field: ClassVar[str | None] = "trail_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = TrailTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::CloudTrail::Trail.EventSelectors",
        "AWS::CloudTrail::Trail.Status",
        "AWS::CloudTrail::Trail.Tags",
        "AWS::IAM::Role",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::Logs::MetricFilter",
        "AWS::S3::Bucket",
    )

    name: str
    trail_arn: str = msgspec.field(name="TrailARN")
    s3_bucket_name: str = msgspec.field(name="S3BucketName")
    s3_key_prefix: str | None = msgspec.field(name="S3KeyPrefix", default=None)
    is_multi_region_trail: Known[bool] = UNKNOWN
    is_organization_trail: bool | None = None
    log_file_validation_enabled: Known[bool] = UNKNOWN
    kms_key_id: str | None = None
    cloud_watch_logs_log_group_arn: str | None = None
    cloud_watch_logs_role_arn: str | None = None
    # The region that it was read in, where that is not the stack's.
    elsewhere: str | None = None

    @property
    def log_group(self) -> str | None:
        """What its log group is asked by: the name, or the ARN of one of another account or region; None for none."""
        arn = parse_arn(self.cloud_watch_logs_log_group_arn)
        if arn is None:
            return None
        here = self.elsewhere is None
        here = here and (arn.account, arn.region) == (self.observed_by.account, self.observed_by.region)
        name = arn.resource.removeprefix("log-group:").removesuffix(":*")
        return name if here else str(self.cloud_watch_logs_log_group_arn).removesuffix(":*")

    def refers_to(self) -> Iterator[Question]:
        yield TrailStatus.ask(self.trail_arn)
        yield EventSelectors.ask(self.trail_arn)
        yield from self.tags_question()
        yield Bucket.ask(self.s3_bucket_name)
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        group = self.log_group
        if group is not None:
            yield LogGroup.ask(group)
            yield MetricFilter.ask(group)
        if self.cloud_watch_logs_role_arn is not None:
            yield Role.ask(self.cloud_watch_logs_role_arn.rpartition("/")[2])
