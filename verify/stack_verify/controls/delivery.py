"""Links of the chains that logs and alarms are delivered by: a bucket, its policy, its encryption and its key."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from stack_verify.controls.s3.buckets import policy_of
from stack_verify.errors import KeptElsewhere, Unanswered
from stack_verify.principals.iam_policy import statements
from stack_verify.principals.services import Call, lets
from stack_verify.resources.kms import Key, KeyPolicy, key_arn
from stack_verify.resources.s3 import Bucket, BucketEncryption
from stack_verify.snapshot import Snapshot


class Broken(NamedTuple):
    """What is known of a chain from here: the links that do not let the next one through, and those not known."""

    links: tuple[str, ...]
    unknown: tuple[str, ...] = ()

    def require_known(self) -> None:
        """Raises Unanswered where no link is known to be broken and one is not known."""
        if self.unknown and not self.links:
            raise Unanswered("; ".join(self.unknown))


def into_bucket(bucket: Bucket, calls: tuple[Call, ...], snapshot: Snapshot) -> Broken:
    """Whether the bucket's own policy lets a service make all of ``calls``."""
    policy = policy_of(bucket, snapshot)
    return _of(
        {f"{each.action} by {each.principals[0]}": lets(policy, each) for each in calls}, f"bucket {bucket.name}"
    )


def with_key(name: str, calls: tuple[Call, ...], bucket: Bucket | None, snapshot: Snapshot) -> Broken:
    """Whether the policy of the key that is known by ``name`` lets a service use it; ``bucket`` names it."""
    arn = key_arn(name, bucket.observed_by) if bucket is not None else name
    try:
        key = snapshot.require(Key, arn)
    except KeptElsewhere as reason:
        return Broken((), (str(reason),))
    if key.key_manager != "CUSTOMER":
        return Broken((f"{key.key_arn} is a key of AWS's own, whose policy lets no other service use it",))
    if key.key_state != "Enabled":
        return Broken((f"{key.key_arn} is {key.key_state}",))
    policy = statements(snapshot.require(KeyPolicy, key.key_arn).policy)
    found = {f"{each.action} by {each.principals[0]}": lets(policy, each) for each in calls}
    return _of(found, f"key {key.key_arn}")


def default_encryption(bucket: Bucket, snapshot: Snapshot) -> Iterator[tuple[str, str | None]]:
    """The algorithms that the bucket encrypts new objects with, each with its key where it names one."""
    for each in snapshot.require(BucketEncryption, bucket.name).defaults:
        yield each.sse_algorithm, each.kms_master_key_id


def together(*chains: Broken) -> Broken:
    """Several parts of a chain as one."""
    return Broken(
        tuple(link for chain in chains for link in chain.links),
        tuple(link for chain in chains for link in chain.unknown),
    )


def _of(found: dict[str, bool | None], whose: str) -> Broken:
    refused = tuple(
        f"the policy of {whose} does not allow {what}" for what, allowed in found.items() if allowed is False
    )
    unknown = tuple(
        f"whether the policy of {whose} allows {what} hangs on a condition that is not known here"
        for what, allowed in found.items()
        if allowed is None
    )
    return Broken(refused, unknown)
