"""Fields of Amazon ElastiCache: encryption, failover and backups."""

from __future__ import annotations

from stack_verify.drift.field import Table, field, types
from stack_verify.drift.tags import TAGS

_BOTH = (
    field("atRestEncryptionEnabled", "at_rest_encryption_enabled"),
    field("transitEncryptionEnabled", "transit_encryption_enabled"),
    field("snapshotRetentionLimit", "snapshot_retention_limit"),
    TAGS,
)

TABLES = (
    Table(types("elasticache/replicationGroup:ReplicationGroup"), (field("kmsKeyId", "kms_key_id"), *_BOTH)),
    Table(types("elasticache/cluster:Cluster"), (field("subnetGroupName", "cache_subnet_group_name"), *_BOTH[1:])),
)
