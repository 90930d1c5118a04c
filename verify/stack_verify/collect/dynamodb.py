"""Reads Amazon DynamoDB: what tables are, and never an item."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.dynamodb import ContinuousBackups, Table, TablePolicy, TableScaling, TableTags

GONE = ("ResourceNotFoundException", "TableNotFoundException")
TABLES = "arn:{partition}:dynamodb:{region}:{account}:table/*"


@collects(Table, "dynamodb:DescribeTable", on=(TABLES,))
def tables(reader: Reader, key: str) -> Iterator[Table]:
    """The table with this name or ARN."""
    response = reader.call("dynamodb", "DescribeTable", TableName=key, answers=GONE)
    if not response.absent:
        yield response.decode(Table, response.item("Table"))


@collects(TablePolicy, "dynamodb:GetResourcePolicy", on=(TABLES,))
def policies(reader: Reader, arn: str) -> Iterator[TablePolicy]:
    """The table's resource policy; AWS answers PolicyNotFoundException where there is none."""
    none = ("PolicyNotFoundException",)
    response = reader.call("dynamodb", "GetResourcePolicy", ResourceArn=arn, answers=none)
    policy = None if response.absent else response.body["Policy"]
    yield response.decode(TablePolicy, {}, TableArn=arn, Policy=policy)


@collects(ContinuousBackups, "dynamodb:DescribeContinuousBackups", on=(TABLES,))
def continuous_backups(reader: Reader, arn: str) -> Iterator[ContinuousBackups]:
    """Whether the table can be restored to a moment."""
    response = reader.call("dynamodb", "DescribeContinuousBackups", TableName=arn)
    yield response.decode(ContinuousBackups, response.item("ContinuousBackupsDescription"), TableArn=arn)


@collects(TableScaling, "application-autoscaling:DescribeScalingPolicies")
def scaling(reader: Reader, arn: str) -> Iterator[TableScaling]:
    """Which of the table's capacities a target tracking policy scales."""
    table = f"table/{arn.partition(':table/')[2]}"
    pages = list(
        reader.pages(
            "application-autoscaling", "DescribeScalingPolicies", ServiceNamespace="dynamodb", ResourceId=table
        )
    )
    found = [
        item["ScalableDimension"]
        for page in pages
        for item in page.items("ScalingPolicies")
        if item["PolicyType"] == "TargetTrackingScaling"
    ]
    yield pages[-1].decode(TableScaling, {}, TableArn=arn, Dimensions=sorted(found))


@collects(TableTags, "dynamodb:ListTagsOfResource", on=(TABLES,))
def tags(reader: Reader, arn: str) -> Iterator[TableTags]:
    """The table's tags."""
    pages = list(reader.pages("dynamodb", "ListTagsOfResource", ResourceArn=arn))
    held = [tag for page in pages for tag in page.items("Tags")]
    yield pages[-1].decode(TableTags, {}, Resource=arn, Tags=tag_map(held))
