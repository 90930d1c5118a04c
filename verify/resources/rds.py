"""Amazon RDS database instances and their parameter groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from verify.resources.kms import Key
from verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from verify.resources.tagging import Tagged


class Endpoint(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the database listens."""

    address: str
    port: int


class Subnet(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One subnet of a DB subnet group."""

    subnet_identifier: str


class DBSubnetGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the database may stand."""

    db_subnet_group_name: str = msgspec.field(name="DBSubnetGroupName")
    vpc_id: str
    subnets: tuple[Subnet, ...]


class VpcSecurityGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A security group of the database, and whether it is in force."""

    vpc_security_group_id: str
    status: Known[str] = UNKNOWN


class DBParameterGroupStatus(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A parameter group of the database, and whether its values are in force (``in-sync``)."""

    db_parameter_group_name: str = msgspec.field(name="DBParameterGroupName")
    parameter_apply_status: Known[str] = UNKNOWN


class MasterUserSecret(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The secret in which Secrets Manager keeps the master password."""

    secret_arn: str
    kms_key_id: str | None = None


class DBInstance(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBInstance"):
    """One instance of ``rds:DescribeDBInstances``, by DBInstanceIdentifier. The retention period is in days."""

    id_field: ClassVar[str] = "db_instance_identifier"
    arn_field: ClassVar[str | None] = "db_instance_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key", "AWS::RDS::DBParameter")

    db_instance_identifier: str = msgspec.field(name="DBInstanceIdentifier")
    db_instance_arn: str = msgspec.field(name="DBInstanceArn")
    engine: str
    endpoint: Known[Endpoint] = UNKNOWN
    storage_encrypted: Known[bool] = UNKNOWN
    kms_key_id: str | None = None
    backup_retention_period: Known[int] = UNKNOWN
    multi_az: Known[bool] = msgspec.field(name="MultiAZ", default=UNKNOWN)
    publicly_accessible: Known[bool] = UNKNOWN
    deletion_protection: Known[bool] = UNKNOWN
    iam_database_authentication_enabled: Known[bool] = msgspec.field(
        name="IAMDatabaseAuthenticationEnabled", default=UNKNOWN
    )
    # AWS leaves these out where there is nothing to list.
    enabled_cloudwatch_logs_exports: tuple[str, ...] = ()
    master_user_secret: MasterUserSecret | None = None
    db_subnet_group: Known[DBSubnetGroup] = msgspec.field(name="DBSubnetGroup", default=UNKNOWN)
    vpc_security_groups: Known[tuple[VpcSecurityGroup, ...]] = UNKNOWN
    db_parameter_groups: Known[tuple[DBParameterGroupStatus, ...]] = msgspec.field(
        name="DBParameterGroups", default=UNKNOWN
    )

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(self.kms_key_id)
        for group in self.db_parameter_groups:
            yield DBParameter.ask(group.db_parameter_group_name)


class DBParameter(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBParameter"):
    """One parameter of ``rds:DescribeDBParameters``; listed by DBParameterGroupName."""

    id_field: ClassVar[str] = "path"

    path: str
    parameter_name: str
    parameter_value: str
