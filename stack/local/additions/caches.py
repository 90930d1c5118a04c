"""A compliant replication group and a cluster of Memcached in the private subnets of the stack beneath."""

from collections.abc import Mapping
from typing import Final

from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-sessions-prod"
MEMORY: Final = "healthcare-lookups-prod"
SUBNETS: Final = "healthcare-caches-prod"
GROUPS: Final = "healthcare-sessions-users-prod"


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes both, in a subnet group."""
    caches, key = aws.client("elasticache"), str(outputs["databaseKeyArn"])
    listed = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    tags = {**{each["Key"]: each["Value"] for each in listed}, "Name": NAME}
    pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
    caches.create_cache_subnet_group(
        CacheSubnetGroupName=SUBNETS, CacheSubnetGroupDescription="Caches", SubnetIds=list(outputs["privateSubnetIds"])
    )
    group = caches.create_replication_group(
        ReplicationGroupId=NAME,
        ReplicationGroupDescription="Sessions",
        Engine="redis",
        EngineVersion="7.1",
        CacheNodeType="cache.t4g.small",
        NumCacheClusters=2,
        AutomaticFailoverEnabled=True,
        MultiAZEnabled=True,
        AtRestEncryptionEnabled=True,
        TransitEncryptionEnabled=True,
        KmsKeyId=key,
        SnapshotRetentionLimit=35,
        CacheSubnetGroupName=SUBNETS,
        UserGroupIds=[GROUPS],
        Tags=pairs,
    )["ReplicationGroup"]["ARN"]
    cluster = caches.create_cache_cluster(
        CacheClusterId=MEMORY,
        Engine="memcached",
        EngineVersion="1.6.22",
        CacheNodeType="cache.t4g.small",
        NumCacheNodes=1,
        CacheSubnetGroupName=SUBNETS,
        TransitEncryptionEnabled=True,
        Tags=[*(pair for pair in pairs if pair["Key"] != "Name"), {"Key": "Name", "Value": MEMORY}],
    )["CacheCluster"]["ARN"]
    of_group = {
        "kmsKeyId": key,
        "atRestEncryptionEnabled": True,
        "transitEncryptionEnabled": True,
        "snapshotRetentionLimit": 35,
        "tags": tags,
    }
    of_cluster = {"subnetGroupName": SUBNETS, "transitEncryptionEnabled": True, "tags": {**tags, "Name": MEMORY}}
    return Made(
        {"sessionsReplicationGroupArn": str(group), "lookupsCacheClusterArn": str(cluster)},
        (
            ("aws:elasticache/replicationGroup:ReplicationGroup", "sessions", NAME, of_group),
            ("aws:elasticache/cluster:Cluster", "lookups", MEMORY, of_cluster),
        ),
    )
