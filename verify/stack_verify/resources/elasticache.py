"""Amazon ElastiCache: replication groups and clusters, how they are protected and reached; never an item."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, ArnForm, Host, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question
from stack_verify.resources.tagging import Tagged, TagList

_NAME = r"[a-z][a-z0-9-]{0,49}"
MEMCACHED = "memcached"


class CacheTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElastiCache.Tags"):
    """``elasticache:ListTagsForResource``, by the ARN of a replication group or a cluster."""


class AnyCache(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AnyCache"):
    """A cache that clients use: a replication group, or a cluster that is not in one."""

    tags_listed_as: ClassVar[type[TagList] | None] = CacheTags

    cache_arn: str = msgspec.field(name="ARN")
    engine: Known[str] = UNKNOWN
    at_rest_encryption_enabled: Known[bool] = UNKNOWN
    transit_encryption_enabled: Known[bool] = UNKNOWN
    auth_token_enabled: Known[bool] = UNKNOWN
    snapshot_retention_limit: int | None = None


class ReplicationGroup(AnyCache, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElastiCache::ReplicationGroup"):
    """``elasticache:DescribeReplicationGroups``, by ReplicationGroupId."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("elasticache", rf"replicationgroup:({_NAME})", rf"replicationgroup:({ANY_ID})", by_name=True),),
        # The region is there in a short form of ElastiCache's own.
        hosts=(
            Host(rf"(?:master|replica|clustercfg)\.(?P<name>{_NAME})\.[a-z0-9]+\.[a-z0-9]+\.cache{IN_DOMAIN}", True),
        ),
        bare_names=(bare("replication group, replication group id", _NAME),),
        pulumi=("elasticache/replicationGroup",),
        terraform=("aws_elasticache_replication_group",),
    )
    id_field: ClassVar[str] = "replication_group_id"
    arn_field: ClassVar[str | None] = "cache_arn"
    leads_to: ClassVar[tuple[str, ...]] = (Key.kind(), "AWS::ElastiCache::CacheCluster", CacheTags.kind())

    replication_group_id: str
    member_clusters: Known[tuple[str, ...]] = UNKNOWN
    automatic_failover: Known[str] = UNKNOWN
    user_group_ids: tuple[str, ...] = ()
    # AWS leaves it out where its own key is used.
    kms_key_id: str | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        yield from (CacheCluster.ask(each) for each in self.member_clusters)
        yield from self.tags_question()


class CacheSecurityGroup(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A security group of a cluster."""

    security_group_id: str


class CacheCluster(AnyCache, frozen=True, kw_only=True, rename="pascal", tag="AWS::ElastiCache::CacheCluster"):
    """``elasticache:DescribeCacheClusters``, by CacheClusterId: one node of a replication group, or one of its own."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("elasticache", rf"cluster:({_NAME})", rf"cluster:({ANY_ID})", by_name=True),),
        bare_names=(bare("cache cluster, cache cluster id", _NAME),),
        pulumi=("elasticache/cluster",),
        terraform=("aws_elasticache_cluster",),
    )
    id_field: ClassVar[str] = "cache_cluster_id"
    arn_field: ClassVar[str | None] = "cache_arn"
    leads_to: ClassVar[tuple[str, ...]] = (ReplicationGroup.kind(), SecurityGroup.kind(), CacheTags.kind())

    cache_cluster_id: str
    # None of a cluster that is in no group.
    replication_group_id: str | None = None
    auto_minor_version_upgrade: Known[bool] = UNKNOWN
    cache_subnet_group_name: str | None = None
    security_groups: tuple[CacheSecurityGroup, ...] = ()

    def refers_to(self) -> Iterator[Question]:
        if self.replication_group_id is not None:
            yield ReplicationGroup.ask(self.replication_group_id)
        yield from (SecurityGroup.ask(each.security_group_id) for each in self.security_groups)
        yield from self.tags_question()
