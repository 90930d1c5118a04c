"""Amazon RDS database instances and their parameter groups."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Annotated, ClassVar

import msgspec

from stack_verify.errors import Unanswered
from stack_verify.resources.backup import RestoreJob
from stack_verify.resources.cloudwatch import DatabaseConnections
from stack_verify.resources.ec2 import VPC, SecurityGroup, Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, Host, Identity, bare, lower
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.tagging import Tagged

_IDENTIFIER = r"[A-Za-z](?:-?[A-Za-z0-9]){0,62}"


class Endpoint(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the database listens."""

    address: Known[str] = UNKNOWN
    port: int


class DBSubnet(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One subnet of a DB subnet group."""

    subnet_identifier: str


class DBSubnetGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Where the database may stand."""

    db_subnet_group_name: str = msgspec.field(name="DBSubnetGroupName")
    vpc_id: str
    # A database has at least one, and would pass what is asked of each if it were listed with none.
    subnets: Annotated[tuple[DBSubnet, ...], msgspec.Meta(min_length=1)]


class VpcSecurityGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A security group of the database."""

    vpc_security_group_id: str


class DBParameterGroupStatus(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A parameter group of the database, and whether its values are in force (``in-sync``)."""

    db_parameter_group_name: str = msgspec.field(name="DBParameterGroupName")
    parameter_apply_status: Known[str] = UNKNOWN


class MasterUserSecret(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The secret in which Secrets Manager keeps the master password."""

    secret_arn: str


class CertificateDetails(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The certificate that the database shows its clients, and the authority that signed it."""

    ca_identifier: Known[str] = msgspec.field(name="CAIdentifier", default=UNKNOWN)
    valid_till: Known[datetime] = UNKNOWN


class DBEngineVersion(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBEngineVersion"):
    """One of ``rds:DescribeDBEngineVersions``, by ``<engine>/<version>``. ``status`` is available or deprecated."""

    id_field: ClassVar[str] = "path"

    path: str
    status: Known[str] = UNKNOWN


class DBInstance(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBInstance"):
    """One instance of ``rds:DescribeDBInstances``, by DBInstanceIdentifier. The retention period is in days."""

    # RDS's other name for an instance, db- and capitals, is no identifier. The middle part of a host name is the
    # account's own; those of a whole cluster or of a proxy hold a hyphen.
    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("rds", rf"db:({_IDENTIFIER})", rf"db:({ANY_ID})", by_name=True),),
        hosts=(Host(rf"(?P<name>{_IDENTIFIER})\.[a-z0-9]+\.{IN_REGION}\.rds{IN_DOMAIN}"),),
        bare_names=(
            bare(
                "db identifier, db instance id, db instance identifier, database identifier, database instance id, "
                "database instance identifier, rds identifier, rds instance id, rds instance identifier",
                rf"(?!db-[A-Z0-9]{{20,}}\Z){_IDENTIFIER}",
                lower,
            ),
        ),
        pulumi=("rds/instance", "rds/clusterInstance"),
        terraform=("aws_db_instance", "aws_rds_cluster_instance"),
        asff="AwsRdsDbInstance",
        by_tags=True,
    )
    id_field: ClassVar[str] = "db_instance_identifier"
    arn_field: ClassVar[str | None] = "db_instance_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::Backup::RestoreJob",
        "AWS::CloudWatch::Metric.DatabaseConnections",
        "AWS::EC2::RouteTable",
        "AWS::EC2::SecurityGroup",
        "AWS::EC2::Subnet",
        "AWS::EC2::VPC",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBCluster",
        "AWS::RDS::DBEngineVersion",
        "AWS::RDS::DBParameter",
        "AWS::RDS::DBSnapshot",
        "AWS::SecretsManager::Secret",
        "Probe::DatabasePort",
    )
    lags: ClassVar[frozenset[str]] = frozenset({"tags", "latest_restorable_time", "db_parameter_groups"})

    db_instance_identifier: str = msgspec.field(name="DBInstanceIdentifier")
    db_instance_arn: str = msgspec.field(name="DBInstanceArn")
    engine: str
    # AWS leaves it out where the instance is not a read replica; of another region it is an ARN.
    read_replica_source_db_instance_identifier: str | None = msgspec.field(
        name="ReadReplicaSourceDBInstanceIdentifier", default=None
    )
    # AWS leaves it out where the instance is no member of a cluster.
    db_cluster_identifier: str | None = msgspec.field(name="DBClusterIdentifier", default=None)
    engine_version: Known[str] = UNKNOWN
    certificate_details: Known[CertificateDetails] = UNKNOWN
    endpoint: Known[Endpoint] = UNKNOWN
    storage_encrypted: Known[bool] = UNKNOWN
    kms_key_id: str | None = None
    # AWS leaves it out while the database is still being made.
    instance_create_time: datetime | None = None
    backup_retention_period: Known[int] = UNKNOWN
    # AWS leaves it out where nothing can be restored: backups are off, or the first is still to come.
    latest_restorable_time: datetime | None = None
    multi_az: Known[bool] = msgspec.field(name="MultiAZ", default=UNKNOWN)
    publicly_accessible: Known[bool] = UNKNOWN
    deletion_protection: Known[bool] = UNKNOWN
    copy_tags_to_snapshot: Known[bool] = UNKNOWN
    auto_minor_version_upgrade: Known[bool] = UNKNOWN
    master_username: Known[str] = UNKNOWN
    iam_database_authentication_enabled: Known[bool] = msgspec.field(
        name="IAMDatabaseAuthenticationEnabled", default=UNKNOWN
    )
    # Seconds between two measurements; 0 is never.
    monitoring_interval: Known[int] = UNKNOWN
    monitoring_role_arn: str | None = None
    # AWS leaves out both where Performance Insights was never on.
    performance_insights_enabled: bool | None = None
    performance_insights_kms_key_id: str | None = msgspec.field(name="PerformanceInsightsKMSKeyId", default=None)
    # AWS leaves these two out where there is nothing to tell.
    enabled_cloudwatch_logs_exports: tuple[str, ...] = ()
    master_user_secret: MasterUserSecret | None = None
    db_subnet_group: DBSubnetGroup = msgspec.field(name="DBSubnetGroup")
    vpc_security_groups: Annotated[tuple[VpcSecurityGroup, ...], msgspec.Meta(min_length=1)]
    db_parameter_groups: Annotated[tuple[DBParameterGroupStatus, ...], msgspec.Meta(min_length=1)] = msgspec.field(
        name="DBParameterGroups"
    )

    @property
    def log_groups(self) -> dict[str, str]:
        """The log group of each exported log, by the log's type (RDS user guide, "Publishing logs to CloudWatch")."""
        prefix = f"/aws/rds/instance/{self.db_instance_identifier}"
        return {export: f"{prefix}/{export}" for export in self.enabled_cloudwatch_logs_exports}

    @property
    def version(self) -> str:
        """What the version of its engine is asked by."""
        return f"{self.engine}/{self.engine_version}"

    def refers_to(self) -> Iterator[Question]:
        if self.db_cluster_identifier is not None:
            yield Question("AWS::RDS::DBCluster", self.db_cluster_identifier)
        if self.read_replica_source_db_instance_identifier is not None:
            yield DBInstance.ask(self.read_replica_source_db_instance_identifier)
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        if self.performance_insights_kms_key_id is not None:
            yield Key.ask(key_arn(self.performance_insights_kms_key_id, self.observed_by))
        if self.master_user_secret is not None:
            yield Secret.ask(self.master_user_secret.secret_arn)
        yield from (DBParameter.ask(group.db_parameter_group_name) for group in self.db_parameter_groups)
        yield DBSnapshot.ask(self.db_instance_identifier)
        yield from (LogGroup.ask(name) for name in self.log_groups.values())
        yield from (SecurityGroup.ask(group.vpc_security_group_id) for group in self.vpc_security_groups)

    def surroundings(self) -> Iterator[Question]:
        yield DBEngineVersion.ask(self.version)
        yield RestoreJob.ask(self.observed_by.account)
        # The network may be another stack's; whether it is the stack's own is a question of its own.
        yield from (Subnet.ask(subnet.subnet_identifier) for subnet in self.db_subnet_group.subnets)
        yield VPC.ask(self.db_subnet_group.vpc_id)
        yield RouteTable.ask(self.db_subnet_group.vpc_id)
        yield DatabaseConnections.ask(self.db_instance_identifier)


class ClusterMember(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An instance of a cluster, and whether the cluster's parameters are in force on it (``in-sync``)."""

    db_instance_identifier: str = msgspec.field(name="DBInstanceIdentifier")
    is_cluster_writer: bool
    db_cluster_parameter_group_status: Known[str] = msgspec.field(name="DBClusterParameterGroupStatus", default=UNKNOWN)


class DBCluster(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBCluster"):
    """One cluster of ``rds:DescribeDBClusters``, Aurora's or a Multi-AZ one, by DBClusterIdentifier."""

    # RDS's other name for a cluster, cluster- and capitals, is no identifier.
    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("rds", rf"cluster:({_IDENTIFIER})", rf"cluster:({ANY_ID})", by_name=True),),
        hosts=(Host(rf"(?P<name>{_IDENTIFIER})\.cluster-(?:ro-)?[a-z0-9]+\.{IN_REGION}\.rds{IN_DOMAIN}"),),
        bare_names=(
            bare(
                "db cluster id, db cluster identifier, rds cluster identifier, rds cluster id, aurora cluster id, "
                "aurora cluster identifier, database cluster identifier",
                rf"(?!cluster-[A-Z0-9]{{20,}}\Z){_IDENTIFIER}",
                lower,
            ),
        ),
        pulumi=("rds/cluster",),
        terraform=("aws_rds_cluster",),
        asff="AwsRdsDbCluster",
        by_tags=True,
    )
    id_field: ClassVar[str] = "db_cluster_identifier"
    arn_field: ClassVar[str | None] = "db_cluster_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::EC2::SecurityGroup",
        "AWS::KMS::Key",
        "AWS::Logs::LogGroup",
        "AWS::RDS::DBClusterParameter",
        "AWS::RDS::DBClusterSnapshot",
        "AWS::RDS::DBInstance",
        "AWS::SecretsManager::Secret",
    )
    lags: ClassVar[frozenset[str]] = frozenset({"tags", "latest_restorable_time", "db_cluster_members"})

    db_cluster_identifier: str = msgspec.field(name="DBClusterIdentifier")
    db_cluster_arn: str = msgspec.field(name="DBClusterArn")
    engine: str
    cluster_create_time: datetime | None = None
    storage_encrypted: Known[bool] = UNKNOWN
    kms_key_id: str | None = None
    backup_retention_period: Known[int] = UNKNOWN
    latest_restorable_time: datetime | None = None
    multi_az: Known[bool] = msgspec.field(name="MultiAZ", default=UNKNOWN)
    deletion_protection: Known[bool] = UNKNOWN
    copy_tags_to_snapshot: Known[bool] = UNKNOWN
    iam_database_authentication_enabled: Known[bool] = msgspec.field(
        name="IAMDatabaseAuthenticationEnabled", default=UNKNOWN
    )
    # AWS leaves it out of a cluster of a global database that takes its master user from the primary one.
    master_username: Known[str] = UNKNOWN
    master_user_secret: MasterUserSecret | None = None
    # The cluster or instance that this one is a copy of.
    replication_source_identifier: str | None = None
    enabled_cloudwatch_logs_exports: tuple[str, ...] = ()
    db_cluster_parameter_group: str = msgspec.field(name="DBClusterParameterGroup")
    db_cluster_members: tuple[ClusterMember, ...] = msgspec.field(name="DBClusterMembers", default=())
    vpc_security_groups: tuple[VpcSecurityGroup, ...] = ()

    @property
    def log_groups(self) -> dict[str, str]:
        """The log group of each exported log, by its type (Aurora user guide, "Publishing logs to CloudWatch")."""
        prefix = f"/aws/rds/cluster/{self.db_cluster_identifier}"
        return {export: f"{prefix}/{export}" for export in self.enabled_cloudwatch_logs_exports}

    @property
    def is_relational(self) -> bool:
        """Whether RDS itself runs it: the same API lists the clusters of Neptune and DocumentDB."""
        return self.engine not in ("neptune", "docdb")

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        if self.master_user_secret is not None:
            yield Secret.ask(self.master_user_secret.secret_arn)
        yield from (DBInstance.ask(member.db_instance_identifier) for member in self.db_cluster_members)
        yield DBClusterParameter.ask(self.db_cluster_parameter_group)
        yield DBClusterSnapshot.ask(self.db_cluster_identifier)
        yield from (LogGroup.ask(name) for name in self.log_groups.values())
        yield from (SecurityGroup.ask(group.vpc_security_group_id) for group in self.vpc_security_groups)


class DBClusterParameter(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBClusterParameter"):
    """One parameter of ``rds:DescribeDBClusterParameters``; listed by DBClusterParameterGroupName."""

    id_field: ClassVar[str] = "path"

    path: str
    parameter_name: str
    parameter_value: str


class DBClusterSnapshot(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBClusterSnapshot"):
    """One snapshot of ``rds:DescribeDBClusterSnapshots``; listed by the DBClusterIdentifier of what it is a copy of."""

    id_field: ClassVar[str] = "db_cluster_snapshot_identifier"
    arn_field: ClassVar[str | None] = "db_cluster_snapshot_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::RDS::DBClusterSnapshot.Attributes",)

    db_cluster_snapshot_identifier: str = msgspec.field(name="DBClusterSnapshotIdentifier")
    db_cluster_snapshot_arn: str = msgspec.field(name="DBClusterSnapshotArn")
    snapshot_type: str
    storage_encrypted: Known[bool] = UNKNOWN

    @property
    def can_be_shared(self) -> bool:
        """Whether another account can be let in: RDS shares manual snapshots only."""
        return self.snapshot_type == "manual"

    def refers_to(self) -> Iterator[Question]:
        if self.can_be_shared:
            yield DBClusterSnapshotAttributes.ask(self.db_cluster_snapshot_identifier)


class DatabasesOfVpc(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBInstance.OfVpc"):
    """The ARNs of all instances in a VPC, out of ``rds:DescribeDBInstances``, by VpcId: little else of strangers'.

    ``public`` are those that have a public address, and ``clear`` those that are not encrypted.
    """

    id_field: ClassVar[str] = "vpc_id"

    vpc_id: str
    db_instance_arns: tuple[str, ...] = msgspec.field(name="DBInstanceArns")
    public: tuple[str, ...] = ()
    clear: tuple[str, ...] = ()


class DBParameter(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBParameter"):
    """One parameter of ``rds:DescribeDBParameters``; listed by DBParameterGroupName."""

    id_field: ClassVar[str] = "path"

    path: str
    parameter_name: str
    parameter_value: str


class DBSnapshot(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBSnapshot"):
    """One snapshot of ``rds:DescribeDBSnapshots``; listed by the DBInstanceIdentifier of what it is a copy of."""

    identity: ClassVar[Identity | None] = Identity(asff="AwsRdsDbSnapshot")
    id_field: ClassVar[str] = "db_snapshot_identifier"
    arn_field: ClassVar[str | None] = "db_snapshot_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::RDS::DBSnapshot.Attributes",)

    db_snapshot_identifier: str = msgspec.field(name="DBSnapshotIdentifier")
    db_snapshot_arn: str = msgspec.field(name="DBSnapshotArn")
    snapshot_type: str
    encrypted: Known[bool] = UNKNOWN

    @property
    def can_be_shared(self) -> bool:
        """Whether another account can be let in: RDS shares manual snapshots alone."""
        return self.snapshot_type == "manual"

    def refers_to(self) -> Iterator[Question]:
        if self.can_be_shared:
            yield DBSnapshotAttributes.ask(self.db_snapshot_identifier)


class DBSnapshotAttribute(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One attribute of a snapshot. ``restore`` lists who may restore it: account ids, or ``all``."""

    attribute_name: str
    attribute_values: Known[tuple[str, ...]] = UNKNOWN


class DBSnapshotAttributes(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBSnapshot.Attributes"):
    """``rds:DescribeDBSnapshotAttributes``, by DBSnapshotIdentifier."""

    id_field: ClassVar[str] = "db_snapshot_identifier"

    db_snapshot_identifier: str = msgspec.field(name="DBSnapshotIdentifier")
    db_snapshot_attributes: Known[tuple[DBSnapshotAttribute, ...]] = msgspec.field(
        name="DBSnapshotAttributes", default=UNKNOWN
    )

    @property
    def restorers(self) -> frozenset[str]:
        """The accounts that may restore the snapshot; ``all`` is everybody.

        Raises:
            Unanswered: when AWS's answer does not say.
        """
        return _restorers(self.db_snapshot_attributes)


class DBClusterSnapshotAttributes(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::RDS::DBClusterSnapshot.Attributes"
):
    """``rds:DescribeDBClusterSnapshotAttributes``, by DBClusterSnapshotIdentifier."""

    id_field: ClassVar[str] = "db_cluster_snapshot_identifier"

    db_cluster_snapshot_identifier: str = msgspec.field(name="DBClusterSnapshotIdentifier")
    db_cluster_snapshot_attributes: Known[tuple[DBSnapshotAttribute, ...]] = msgspec.field(
        name="DBClusterSnapshotAttributes", default=UNKNOWN
    )

    @property
    def restorers(self) -> frozenset[str]:
        """The accounts that may restore the snapshot; ``all`` is everybody.

        Raises:
            Unanswered: when AWS's answer does not say.
        """
        return _restorers(self.db_cluster_snapshot_attributes)


def _restorers(attributes: tuple[DBSnapshotAttribute, ...]) -> frozenset[str]:
    """The accounts in the attribute ``restore``, which AWS answers of a snapshot that is shared with nobody too."""
    restore = [each for each in attributes if each.attribute_name == "restore"]
    if not restore:
        raise Unanswered("AWS's answer does not say who may restore the snapshot")
    return frozenset(account for each in restore for account in each.attribute_values)
