"""Faults of replication groups, on the stack that has one beside it."""

from stack.local.additions.caches import NAME
from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

GROUP = "sessionsReplicationGroupArn"


@fault(("elasticache-backups", GROUP), stack="caches")
def elasticache_backups(aws: Clients, _outputs: Outputs) -> None:
    """The replication group is no longer backed up."""
    aws.client("elasticache").modify_replication_group(ReplicationGroupId=NAME, SnapshotRetentionLimit=0)


@fault(("elasticache-failover", GROUP), stack="caches")
def elasticache_failover(aws: Clients, _outputs: Outputs) -> None:
    """The replication group waits for somebody to act when its primary fails."""
    aws.client("elasticache").modify_replication_group(ReplicationGroupId=NAME, AutomaticFailoverEnabled=False)
