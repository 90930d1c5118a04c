"""How ElastiCache's replication groups and clusters are protected, and what of each kind of cache is judged."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.controls.elasticache.caches import (
    elasticache_authenticated,
    elasticache_backups,
    elasticache_encrypted,
    elasticache_failover,
    elasticache_minor_upgrades,
    elasticache_own_subnets,
    elasticache_tls,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.elasticache import CacheCluster, ReplicationGroup
from support.hand_made import ACCOUNT, REGION, OneClient, answered, arn, judged, read, snapshot

GROUP, CLUSTER = arn("elasticache", "replicationgroup:sessions"), arn("elasticache", "cluster:sessions-001")
WELL = {
    "Engine": "redis",
    "AtRestEncryptionEnabled": True,
    "TransitEncryptionEnabled": True,
    "AuthTokenEnabled": False,
    "SnapshotRetentionLimit": 7,
}
OF_BOTH = [elasticache_encrypted, elasticache_tls, elasticache_authenticated, elasticache_backups]


def group(**fields: object) -> ReplicationGroup:
    told = {"ReplicationGroupId": "sessions", "ARN": GROUP, "AutomaticFailover": "enabled", "UserGroupIds": ["users"]}
    return answered(ReplicationGroup, **WELL | told | fields)


def cluster(**fields: object) -> CacheCluster:
    told = {"CacheClusterId": "sessions-001", "ARN": CLUSTER, "CacheSubnetGroupName": "private"}
    return answered(CacheCluster, **WELL | told | {"AutoMinorVersionUpgrade": True} | fields)


@pytest.mark.parametrize(
    ("control", "fields", "status"),
    [
        *((control, {}, Status.PASSED) for control in OF_BOTH),
        (elasticache_encrypted, {"AtRestEncryptionEnabled": False}, Status.FAILED),
        (elasticache_tls, {"TransitEncryptionEnabled": False}, Status.FAILED),
        (elasticache_authenticated, {"UserGroupIds": []}, Status.FAILED),
        (elasticache_authenticated, {"UserGroupIds": [], "AuthTokenEnabled": True}, Status.PASSED),
        (elasticache_backups, {"SnapshotRetentionLimit": 0}, Status.FAILED),
        (elasticache_failover, {}, Status.PASSED),
        (elasticache_failover, {"AutomaticFailover": "enabling"}, Status.PASSED),
        (elasticache_failover, {"AutomaticFailover": "disabled"}, Status.FAILED),
    ],
)
def test_a_replication_group_is_protected(control, fields, status):
    assert judged(control, snapshot(group(**fields))) == {"sessions": status}


@pytest.mark.parametrize("control", OF_BOTH)
def test_what_aws_does_not_answer_is_no_pass(control):
    told = {"ReplicationGroupId": "sessions", "ARN": GROUP}
    assert judged(control, snapshot(answered(ReplicationGroup, **told))) == {"sessions": Status.ERROR}


@pytest.mark.parametrize("control", OF_BOTH)
def test_a_node_of_a_group_is_judged_with_it_and_one_of_its_own_by_itself(control):
    clear = {"AtRestEncryptionEnabled": False, "TransitEncryptionEnabled": False, "SnapshotRetentionLimit": 0}
    of_group = snapshot(cluster(ReplicationGroupId="sessions", **clear))
    assert judged(control, of_group) == {"sessions-001": Status.NOT_APPLICABLE}
    assert judged(control, snapshot(cluster(**clear))) == {"sessions-001": Status.FAILED}


@pytest.mark.parametrize(
    ("control", "status"),
    [
        (elasticache_encrypted, Status.NOT_APPLICABLE),
        (elasticache_backups, Status.NOT_APPLICABLE),
        (elasticache_authenticated, Status.NOT_APPLICABLE),
        (elasticache_minor_upgrades, Status.NOT_APPLICABLE),
        (elasticache_tls, Status.FAILED),
    ],
)
def test_of_memcached_is_judged_what_it_can_have(control, status):
    held = snapshot(cluster(Engine="memcached", TransitEncryptionEnabled=False))
    assert judged(control, held) == {"sessions-001": status}


@pytest.mark.parametrize(
    ("control", "fields", "status"),
    [
        (elasticache_minor_upgrades, {}, Status.PASSED),
        (elasticache_minor_upgrades, {"AutoMinorVersionUpgrade": False}, Status.FAILED),
        (elasticache_own_subnets, {}, Status.PASSED),
        (elasticache_own_subnets, {"CacheSubnetGroupName": "default"}, Status.FAILED),
        (elasticache_own_subnets, {"CacheSubnetGroupName": None}, Status.FAILED),
    ],
)
def test_nodes_are_upgraded_and_in_subnets_of_the_stacks_own(control, fields, status):
    assert judged(control, snapshot(cluster(**fields))) == {"sessions-001": status}


@pytest.mark.parametrize(
    ("kind", "operation", "code"),
    [
        (ReplicationGroup, "describe_replication_groups", "ReplicationGroupNotFoundFault"),
        (CacheCluster, "describe_cache_clusters", "CacheClusterNotFound"),
    ],
)
def test_what_is_gone_is_absent(kind, operation, code):
    session = OneClient("elasticache")
    with Stubber(session.only) as stub:
        stub.add_client_error(operation, code, http_status_code=404)
        assert read(COLLECTORS[kind.kind()], session, "sessions") == []


@pytest.mark.parametrize(
    ("value", "question"),
    [
        (GROUP, ReplicationGroup.ask("sessions")),
        (CLUSTER, CacheCluster.ask("sessions-001")),
        ("master.sessions.abc123.use1.cache.amazonaws.com", ReplicationGroup.ask("sessions")),
    ],
)
def test_it_is_recognised_by_its_arn_and_host(value, question):
    assert recognise("cache", value, account=ACCOUNT, region=REGION) == question
