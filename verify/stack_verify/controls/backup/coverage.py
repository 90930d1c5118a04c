"""What controls of backups have in common: what must be backed up, and what a plan's selections speak of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from stack_verify.controls.s3.buckets import is_audit_bucket, is_log_bucket
from stack_verify.network.endpoints import every
from stack_verify.resources.backup import BackupPlan, BackupSelection, TagCondition
from stack_verify.resources.config import DeliveryChannel
from stack_verify.resources.rds import DBCluster, DBInstance
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.tagging import Tagged
from stack_verify.snapshot import Snapshot

RESOURCE_TAG = "aws:ResourceTag/"


def stateful(snapshot: Snapshot) -> tuple[tuple[str, Tagged], ...]:
    """The databases of the stack and its buckets of data, with their ARNs.

    Buckets that only hold records of others are none: those of access logs, of a trail, and of AWS Config.

    Raises:
        Unanswered: when some could not be read, or not what a bucket is for.
    """
    channels = {channel.s3_bucket_name for channel in every(DeliveryChannel, snapshot)}
    buckets = (bucket for bucket in every(Bucket, snapshot) if bucket.name not in channels)
    databases = [(db.db_instance_arn, db) for db in every(DBInstance, snapshot) if _has_backups_of_its_own(db)]
    clusters = [(cluster.db_cluster_arn, cluster) for cluster in every(DBCluster, snapshot)]
    return (
        *databases,
        *clusters,
        *((bucket.bucket_arn, bucket) for bucket in buckets if _holds_data(bucket, snapshot)),
    )


def _has_backups_of_its_own(db: DBInstance) -> bool:
    """Whether it is neither a member of a cluster, which is backed up as a whole, nor a replica without backups."""
    replica = db.read_replica_source_db_instance_identifier is not None and db.backup_retention_period == 0
    return db.db_cluster_identifier is None and not replica


def selections(snapshot: Snapshot) -> tuple[BackupSelection, ...]:
    """The selections of all backup plans of the stack.

    Raises:
        Unanswered: when some could not be read.
    """
    plans = every(BackupPlan, snapshot)
    return tuple(each for plan in plans for each in snapshot.within(BackupSelection, plan.backup_plan_id))


def selecting(
    arn: str, resource: Tagged, among: tuple[BackupSelection, ...], snapshot: Snapshot
) -> tuple[BackupSelection, ...]:
    """The selections that the resource is in.

    Raises:
        Unanswered: when that depends on tags that could not be read.
    """
    return tuple(selection for selection in among if _selects(selection, arn, resource, snapshot))


def _holds_data(bucket: Bucket, snapshot: Snapshot) -> bool:
    return not is_log_bucket(bucket, snapshot) and not is_audit_bucket(bucket, snapshot)


def _selects(selection: BackupSelection, arn: str, resource: Tagged, snapshot: Snapshot) -> bool:
    """Whether the resource is in the selection (AWS Backup API reference, "BackupSelection").

    One of the ARNs or one of the listed tags will do; where there are neither, everything is meant. All conditions
    must hold besides, and what NotResources names is out.
    """
    if _named(arn, selection.not_resources):
        return False
    if selection.resources or selection.list_of_tags:
        named = _named(arn, selection.resources)
        if not named and not _has_any(selection.list_of_tags, resource, snapshot):
            return False
    checks = tuple(_conditions(selection))
    tags = snapshot.tags_of(resource) if checks else {}
    return all(_holds(condition, tags, like=like) is wanted for condition, like, wanted in checks)


def _named(arn: str, patterns: tuple[str, ...]) -> bool:
    return any(_like(arn, pattern) for pattern in patterns)


def _has_any(listed: tuple[TagCondition, ...], resource: Tagged, snapshot: Snapshot) -> bool:
    tags = snapshot.tags_of(resource) if listed else {}
    return any(tags.get(each.condition_key) == each.condition_value for each in listed)


def _conditions(selection: BackupSelection) -> Iterator[tuple[TagCondition, bool, bool]]:
    """Each condition, whether it takes wildcards, and whether it must hold or must not."""
    of = selection.conditions
    yield from ((each, False, True) for each in of.string_equals)
    yield from ((each, False, False) for each in of.string_not_equals)
    yield from ((each, True, True) for each in of.string_like)
    yield from ((each, True, False) for each in of.string_not_like)


def _holds(condition: TagCondition, tags: Mapping[str, str], *, like: bool) -> bool:
    value = tags.get(condition.condition_key.removeprefix(RESOURCE_TAG))
    if value is None:
        return False
    wanted = condition.condition_value
    return _like(value, wanted) if like else value == wanted


def _like(text: str, pattern: str) -> bool:
    """Whether ``pattern`` means ``text``; ``*`` is any characters but spaces, all others are themselves."""
    return re.fullmatch(r"\S*".join(map(re.escape, pattern.split("*"))), text) is not None
