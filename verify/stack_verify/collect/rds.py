"""Reads Amazon RDS."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.rds import (
    DatabasesOfVpc,
    DBCluster,
    DBClusterParameter,
    DBClusterSnapshot,
    DBClusterSnapshotAttributes,
    DBEngineVersion,
    DBInstance,
    DBParameter,
    DBSnapshot,
    DBSnapshotAttributes,
)
from stack_verify.resources.rds_proxy import DBProxy


@collects_many(DBInstance, "rds:DescribeDBInstances", size=100)
def db_instances(reader: Reader, keys: Sequence[str]) -> Answers:
    """The instances with these identifiers. A filter, so that one that is gone does not hide the others."""
    filters = [{"Name": "db-instance-id", "Values": list(keys)}]
    for page in reader.pages("rds", "DescribeDBInstances", Filters=filters):
        for item in page.items("DBInstances"):
            tags = {"Tags": tag_map(item["TagList"])} if "TagList" in item else {}
            instance = page.decode(DBInstance, item, **tags)
            yield _asked(keys, instance.db_instance_identifier, instance.db_instance_arn), instance


@collects_many(DBCluster, "rds:DescribeDBClusters", size=100)
def db_clusters(reader: Reader, keys: Sequence[str]) -> Answers:
    """The clusters with these identifiers. A filter, so that one that is gone does not hide the others."""
    filters = [{"Name": "db-cluster-id", "Values": list(keys)}]
    for page in reader.pages("rds", "DescribeDBClusters", Filters=filters):
        for item in page.items("DBClusters"):
            tags = {"Tags": tag_map(item["TagList"])} if "TagList" in item else {}
            cluster = page.decode(DBCluster, item, **tags)
            yield _asked(keys, cluster.db_cluster_identifier, cluster.db_cluster_arn), cluster


@collects(DBProxy, "rds:DescribeDBProxies")
def db_proxies(reader: Reader, key: str) -> Iterator[DBProxy]:
    """The proxy with this name or ARN. An ARN does not hold the name: the region's proxies are listed for it."""
    by_name = {} if parse_arn(key) else {"DBProxyName": key}
    for page in reader.pages("rds", "DescribeDBProxies", answers=("DBProxyNotFoundFault",), **by_name):
        for item in page.items("DBProxies"):
            if key in (item.get("DBProxyName"), item.get("DBProxyArn")):
                yield page.decode(DBProxy, item)


def _asked(keys: Sequence[str], identifier: str, arn: str) -> str:
    """What was asked for: the ARN, where the resource is named by it, else the identifier."""
    return arn if arn in keys else identifier


@collects(DBClusterParameter, "rds:DescribeDBClusterParameters")
def db_cluster_parameters(reader: Reader, group: str) -> Iterator[DBClusterParameter]:
    """The parameters of a cluster's group that have a value."""
    for page in reader.pages("rds", "DescribeDBClusterParameters", DBClusterParameterGroupName=group):
        for item in (item for item in page.items("Parameters") if "ParameterValue" in item):
            yield page.decode(DBClusterParameter, item, Path=f"{group}/{item.get('ParameterName')}")


@collects_many(DBClusterSnapshot, "rds:DescribeDBClusterSnapshots", size=100)
def db_cluster_snapshots(reader: Reader, identifiers: Sequence[str]) -> Answers:
    """The snapshots of the clusters with these identifiers, manual and automated."""
    filters = [{"Name": "db-cluster-id", "Values": list(identifiers)}]
    for page in reader.pages("rds", "DescribeDBClusterSnapshots", Filters=filters):
        for item in page.items("DBClusterSnapshots"):
            yield str(item.get("DBClusterIdentifier")), page.decode(DBClusterSnapshot, item)


@collects(DBClusterSnapshotAttributes, "rds:DescribeDBClusterSnapshotAttributes")
def db_cluster_snapshot_attributes(reader: Reader, identifier: str) -> Iterator[DBClusterSnapshotAttributes]:
    """Who may restore a snapshot of a cluster."""
    response = reader.call(
        "rds",
        "DescribeDBClusterSnapshotAttributes",
        DBClusterSnapshotIdentifier=identifier,
        answers=("DBClusterSnapshotNotFoundFault",),
    )
    if not response.absent:
        yield response.decode(DBClusterSnapshotAttributes, response.item("DBClusterSnapshotAttributesResult"))


@collects(DatabasesOfVpc, "rds:DescribeDBInstances")
def databases_of_vpc(reader: Reader, vpc_id: str) -> Iterator[DatabasesOfVpc]:
    """Which instances stand in a VPC, of all that the account has in the region: RDS knows no filter for it."""
    pages = list(reader.pages("rds", "DescribeDBInstances"))
    instances = (item for page in pages for item in page.items("DBInstances"))
    here = [item for item in instances if item.get("DBSubnetGroup", {}).get("VpcId") == vpc_id]
    lists = {
        "DBInstanceArns": [item.get("DBInstanceArn") for item in here],
        # What is not said counts as the worse.
        "Public": [item.get("DBInstanceArn") for item in here if item.get("PubliclyAccessible") is not False],
        "Clear": [item.get("DBInstanceArn") for item in here if item.get("StorageEncrypted") is not True],
    }
    yield pages[-1].decode(DatabasesOfVpc, VpcId=vpc_id, **lists)


@collects(DBEngineVersion, "rds:DescribeDBEngineVersions")
def db_engine_versions(reader: Reader, path: str) -> Iterator[DBEngineVersion]:
    """The version, given as ``<engine>/<version>``, be it that RDS offers it no more."""
    engine, _, version = path.partition("/")
    pages = reader.pages("rds", "DescribeDBEngineVersions", Engine=engine, EngineVersion=version, IncludeAll=True)
    for page in pages:
        for item in (item for item in page.items("DBEngineVersions") if item.get("EngineVersion") == version):
            yield page.decode(DBEngineVersion, item, Path=path)


@collects(DBParameter, "rds:DescribeDBParameters")
def db_parameters(reader: Reader, group: str) -> Iterator[DBParameter]:
    """The parameters of a group that have a value."""
    for page in reader.pages("rds", "DescribeDBParameters", DBParameterGroupName=group):
        for item in (item for item in page.items("Parameters") if "ParameterValue" in item):
            yield page.decode(DBParameter, item, Path=f"{group}/{item.get('ParameterName')}")


@collects_many(DBSnapshot, "rds:DescribeDBSnapshots", size=100)
def db_snapshots(reader: Reader, identifiers: Sequence[str]) -> Answers:
    """The snapshots of the instances with these identifiers, manual and automated."""
    filters = [{"Name": "db-instance-id", "Values": list(identifiers)}]
    for page in reader.pages("rds", "DescribeDBSnapshots", Filters=filters):
        for item in page.items("DBSnapshots"):
            yield str(item.get("DBInstanceIdentifier")), page.decode(DBSnapshot, item)


@collects(DBSnapshotAttributes, "rds:DescribeDBSnapshotAttributes")
def db_snapshot_attributes(reader: Reader, identifier: str) -> Iterator[DBSnapshotAttributes]:
    """Who may restore a snapshot."""
    gone = ("DBSnapshotNotFound", "DBSnapshotNotFoundFault")
    response = reader.call("rds", "DescribeDBSnapshotAttributes", DBSnapshotIdentifier=identifier, answers=gone)
    if not response.absent:
        yield response.decode(DBSnapshotAttributes, response.item("DBSnapshotAttributesResult"))
