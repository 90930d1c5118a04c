"""Amazon DynamoDB: tables, their backups, policies and scaling; never an item."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.arn import parse_arn
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[\w.-]{3,255}"


class TableTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::DynamoDB::Table.Tags"):
    """``dynamodb:ListTagsOfResource``, by the table's ARN."""


class TablePolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::DynamoDB::Table.Policy"):
    """``dynamodb:GetResourcePolicy``, by the table's ARN. AWS answers with an error code where there is none."""

    id_field: ClassVar[str] = "table_arn"

    table_arn: str
    policy: str | None = None


class PointInTimeRecovery(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Whether a table can be restored to a moment, and how far back."""

    point_in_time_recovery_status: Known[str] = UNKNOWN
    recovery_period_in_days: int | None = None


class ContinuousBackups(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::DynamoDB::Table.Backups"):
    """``dynamodb:DescribeContinuousBackups``, by the table's ARN."""

    id_field: ClassVar[str] = "table_arn"

    table_arn: str
    point_in_time_recovery_description: Known[PointInTimeRecovery] = UNKNOWN


class TableScaling(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::DynamoDB::Table.Scaling"):
    """The dimensions that a target tracking policy scales (``DescribeScalingPolicies``), by the table's ARN."""

    id_field: ClassVar[str] = "table_arn"

    table_arn: str
    dimensions: tuple[str, ...]


class Encryption(Fields, frozen=True, kw_only=True, rename="pascal"):
    """With which key of KMS a table is encrypted."""

    kms_master_key_arn: str | None = msgspec.field(name="KMSMasterKeyArn", default=None)
    inaccessible_encryption_date_time: datetime | None = None


class Billing(Fields, frozen=True, kw_only=True, rename="pascal"):
    """How a table's capacity is paid for."""

    billing_mode: str


class Table(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::DynamoDB::Table"):
    """``dynamodb:DescribeTable``, by the table's name; one of another account or region by its ARN.

    AWS leaves out SSEDescription of a table with a key of DynamoDB's own, and BillingModeSummary of one that has
    always had provisioned capacity (DynamoDB API reference, "TableDescription").
    """

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("dynamodb", rf"table/({_NAME})", rf"table/({ANY_ID})", by_name=True),),
        bare_names=(bare("dynamo table, dynamodb table, dynamo db table, table name", _NAME),),
        pulumi=("dynamodb/table",),
        terraform=("aws_dynamodb_table",),
        asff="AwsDynamoDbTable",
        by_tags=True,
    )
    id_field: ClassVar[str] = "table_arn"
    arn_field: ClassVar[str | None] = "table_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = TableTags
    leads_to: ClassVar[tuple[str, ...]] = (
        Key.kind(),
        TablePolicy.kind(),
        ContinuousBackups.kind(),
        TableScaling.kind(),
        TableTags.kind(),
    )

    table_arn: str
    deletion_protection_enabled: Known[bool] = UNKNOWN
    encryption: Encryption | None = msgspec.field(name="SSEDescription", default=None)
    billing_mode_summary: Billing | None = None

    @property
    def on_demand(self) -> bool:
        """Whether it has no capacity of its own that could be too little."""
        return self.billing_mode_summary is not None and self.billing_mode_summary.billing_mode == "PAY_PER_REQUEST"

    def refers_to(self) -> Iterator[Question]:
        if self.encryption is not None and self.encryption.kms_master_key_arn is not None:
            yield Key.ask(key_arn(self.encryption.kms_master_key_arn, self.observed_by))
        yield TablePolicy.ask(self.table_arn)
        yield ContinuousBackups.ask(self.table_arn)
        arn = parse_arn(self.table_arn)
        # Application Auto Scaling knows tables by their names only: one of another account would be taken for ours.
        own = (self.observed_by.account, self.observed_by.region)
        if not self.on_demand and arn is not None and (arn.account, arn.region) == own:
            yield TableScaling.ask(self.table_arn)
        yield from self.tags_question()
