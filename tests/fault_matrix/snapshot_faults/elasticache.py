"""Faults of ElastiCache that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

FIXED = "the emulator changes none of it on a cache that is there"
GROUP, CLUSTER = "sessionsReplicationGroupArn", "lookupsCacheClusterArn"
_GROUP, _CLUSTER = "AWS::ElastiCache::ReplicationGroup", "AWS::ElastiCache::CacheCluster"


@on_snapshot(("elasticache-encrypted", GROUP), ("elasticache-own-key", GROUP), because=FIXED, stack="caches")
def elasticache_encrypted(snapshot: Document, _outputs: Outputs) -> None:
    """The replication group is not encrypted at rest."""
    resource(snapshot, _GROUP).update(AtRestEncryptionEnabled=False, KmsKeyId=None)


@on_snapshot(("elasticache-own-key", GROUP), because=FIXED, stack="caches")
def elasticache_own_key(snapshot: Document, _outputs: Outputs) -> None:
    """The replication group is encrypted with a key that AWS keeps."""
    resource(snapshot, _GROUP)["KmsKeyId"] = None


@on_snapshot(("elasticache-tls", GROUP), because=FIXED, stack="caches")
def elasticache_tls(snapshot: Document, _outputs: Outputs) -> None:
    """The replication group speaks in clear."""
    resource(snapshot, _GROUP)["TransitEncryptionEnabled"] = False


@on_snapshot(("elasticache-authenticated", GROUP), because=FIXED, stack="caches")
def elasticache_authenticated(snapshot: Document, _outputs: Outputs) -> None:
    """The replication group asks nobody who they are."""
    resource(snapshot, _GROUP).update(UserGroupIds=[], AuthTokenEnabled=False)


@on_snapshot(
    ("elasticache-minor-upgrades", CLUSTER),
    ("elasticache-encrypted", CLUSTER),
    ("elasticache-backups", CLUSTER),
    ("elasticache-authenticated", CLUSTER),
    because="the emulator does not tell whether a cluster of Redis is encrypted, so that the one there is Memcached",
    stack="caches",
)
def elasticache_minor_upgrades(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster is one of Redis, with a token and without upgrades."""
    redis = {"Engine": "redis", "AtRestEncryptionEnabled": True, "AuthTokenEnabled": True, "SnapshotRetentionLimit": 7}
    resource(snapshot, _CLUSTER).update(redis, AutoMinorVersionUpgrade=False)


@on_snapshot(("elasticache-own-subnets", CLUSTER), because=FIXED, stack="caches")
def elasticache_own_subnets(snapshot: Document, _outputs: Outputs) -> None:
    """The cluster is in the default subnet group."""
    resource(snapshot, _CLUSTER)["CacheSubnetGroupName"] = "default"
