"""Reads Amazon ElastiCache: what replication groups and clusters are; never an item."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.elasticache import CacheCluster, CacheTags, ReplicationGroup

GROUPS = "arn:{partition}:elasticache:{region}:{account}:replicationgroup:*"
CLUSTERS = "arn:{partition}:elasticache:{region}:{account}:cluster:*"


@collects(ReplicationGroup, "elasticache:DescribeReplicationGroups", on=(GROUPS,))
def replication_groups(reader: Reader, name: str) -> Iterator[ReplicationGroup]:
    """The replication group of this name."""
    none = ("ReplicationGroupNotFoundFault",)
    for page in reader.pages("elasticache", "DescribeReplicationGroups", ReplicationGroupId=name, answers=none):
        for item in () if page.absent else page.items("ReplicationGroups"):
            yield page.decode(ReplicationGroup, item)


@collects(CacheCluster, "elasticache:DescribeCacheClusters", on=(CLUSTERS,))
def clusters(reader: Reader, name: str) -> Iterator[CacheCluster]:
    """The cluster of this name."""
    none = ("CacheClusterNotFound", "CacheClusterNotFoundFault")
    for page in reader.pages("elasticache", "DescribeCacheClusters", CacheClusterId=name, answers=none):
        for item in () if page.absent else page.items("CacheClusters"):
            yield page.decode(CacheCluster, item)


@collects(CacheTags, "elasticache:ListTagsForResource", on=(CLUSTERS, GROUPS))
def tags(reader: Reader, arn: str) -> Iterator[CacheTags]:
    """The tags of a replication group or a cluster."""
    response = reader.call("elasticache", "ListTagsForResource", ResourceName=arn)
    yield response.decode(CacheTags, {}, Resource=arn, Tags=tag_map(response.items("TagList")))
