"""Amazon ElastiCache: encryption, authentication, backups and upkeep of replication groups and clusters."""

from __future__ import annotations

from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.resources.elasticache import MEMCACHED, AnyCache, CacheCluster, ReplicationGroup
from stack_verify.resources.kms import Key
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

SECURITY_HUB = "https://docs.aws.amazon.com/securityhub/latest/userguide/elasticache-controls.html"
GUIDE = "https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/"
DEFAULT = "default"


@control(
    "elasticache-encrypted",
    "ElastiCache caches are encrypted at rest",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="elasticache-repl-grp-encrypted-at-rest",
    security_hub="ElastiCache.4",
    remediation="Create the replication group again with at_rest_encryption_enabled set to true.",
    rationale="What a cache swaps, synchronizes and backs up is on disks, ePHI in it too.",
    source=SECURITY_HUB + "#elasticache-4",
    reads=(),
)
def elasticache_encrypted(cache: AnyCache, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    apart = _judged_apart(cache) or _memory_only(cache)
    if apart is not None:
        return not_applicable(apart)
    on = cache.at_rest_encryption_enabled
    return verdict(on, f"AtRestEncryptionEnabled is {as_aws(on)}", expected="true")


@control(
    "elasticache-own-key",
    "ElastiCache replication groups are encrypted with the stack's own key",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(2)(iv)"),
    hardening=True,
    remediation="Create the replication group again with kms_key_id of the stack's own key.",
    rationale="Only a key of its own lets the stack decide who decrypts the backups.",
    source=GUIDE + "at-rest-encryption.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def elasticache_own_key(group: ReplicationGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not group.at_rest_encryption_enabled:
        return failed("AtRestEncryptionEnabled is false", expected="a key of the stack's own")
    return own_key(group.kms_key_id, group, snapshot)


@control(
    "elasticache-tls",
    "ElastiCache caches are encrypted in transit",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="elasticache-repl-grp-encrypted-in-transit",
    security_hub="ElastiCache.5",
    remediation="Set transit_encryption_enabled on the replication group, and connect with TLS.",
    rationale="Without TLS, items and passwords can be read on their way.",
    source=SECURITY_HUB + "#elasticache-5",
    reads=(),
)
def elasticache_tls(cache: AnyCache, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    apart = _judged_apart(cache)
    if apart is not None:
        return not_applicable(apart)
    on = cache.transit_encryption_enabled
    return verdict(on, f"TransitEncryptionEnabled is {as_aws(on)}", expected="true")


@control(
    "elasticache-authenticated",
    "ElastiCache caches authenticate their clients",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(d)", "164.312(a)(1)"),
    remediation="Associate a user group (RBAC) with the replication group, or set auth_token.",
    rationale="Without a user group or a token, whoever reaches the port reads and writes every item.",
    source=GUIDE + "Clusters.RBAC.html",
    reads=(),
)
def elasticache_authenticated(cache: AnyCache, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    apart = _judged_apart(cache)
    if apart is not None:
        return not_applicable(apart)
    if cache.engine == MEMCACHED:
        return not_applicable("ElastiCache for Memcached has no authentication: its security groups decide")
    groups = cache.user_group_ids if isinstance(cache, ReplicationGroup) else ()
    token = cache.auth_token_enabled
    observed = f"user groups: {', '.join(groups) or 'none'}; AuthTokenEnabled is {as_aws(token)}"
    return verdict(bool(groups) or token, observed, expected="a user group or a token")


@control(
    "elasticache-backups",
    "ElastiCache caches are backed up automatically",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="elasticache-redis-cluster-automatic-backup-check",
    security_hub="ElastiCache.1",
    remediation="Set snapshot_retention_limit to 1 day or more.",
    rationale="A cache that holds what is nowhere else is lost with its nodes.",
    source=SECURITY_HUB + "#elasticache-1",
    reads=(),
)
def elasticache_backups(cache: AnyCache, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    apart = _judged_apart(cache) or _memory_only(cache)
    if apart is not None:
        return not_applicable(apart)
    days = cache.snapshot_retention_limit or 0
    return verdict(days > 0, f"SnapshotRetentionLimit is {days}", expected="1 or more")


@control(
    "elasticache-failover",
    "ElastiCache replication groups fail over automatically",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(C)"),
    config_rule="elasticache-repl-grp-auto-failover-enabled",
    security_hub="ElastiCache.3",
    remediation="Set automatic_failover_enabled on the replication group, with a replica.",
    rationale="Without failover the cache is gone until somebody acts.",
    source=SECURITY_HUB + "#elasticache-3",
    reads=(),
)
def elasticache_failover(group: ReplicationGroup, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    state = group.automatic_failover
    return verdict(state in ("enabled", "enabling"), f"AutomaticFailover is {state}", expected="enabled")


@control(
    "elasticache-minor-upgrades",
    "ElastiCache clusters get minor versions automatically",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)", "164.308(a)(5)(ii)(B)"),
    config_rule="elasticache-auto-minor-version-upgrade-check",
    security_hub="ElastiCache.2",
    remediation="Set auto_minor_version_upgrade on the cluster or its replication group.",
    rationale="Minor versions mend known weaknesses.",
    source=SECURITY_HUB + "#elasticache-2",
    reads=(),
)
def elasticache_minor_upgrades(cluster: CacheCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if cluster.engine == MEMCACHED:
        return not_applicable("AWS's check leaves Memcached out")
    on = cluster.auto_minor_version_upgrade
    return verdict(on, f"AutoMinorVersionUpgrade is {as_aws(on)}", expected="true")


@control(
    "elasticache-own-subnets",
    "ElastiCache clusters do not use the default subnet group",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="elasticache-subnet-group-check",
    security_hub="ElastiCache.7",
    remediation="Create the cluster again in a subnet group of the stack's own, of private subnets.",
    rationale="The default group has the subnets of the default VPC, which are public.",
    source=SECURITY_HUB + "#elasticache-7",
    reads=(),
)
def elasticache_own_subnets(cluster: CacheCluster, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    name = cluster.cache_subnet_group_name
    return verdict(name not in (None, DEFAULT), f"CacheSubnetGroupName is {name or 'not set'}", expected="another")


def _judged_apart(cache: AnyCache) -> str | None:
    """Why the cache is not judged by itself; None where it is."""
    if isinstance(cache, CacheCluster) and cache.replication_group_id is not None:
        return f"it is a node of the replication group {cache.replication_group_id}, which is judged"
    return None


def _memory_only(cache: AnyCache) -> str | None:
    """Why nothing of the cache is on a disk; None where something is."""
    return "Memcached keeps items in memory only, and has no backups" if cache.engine == MEMCACHED else None
