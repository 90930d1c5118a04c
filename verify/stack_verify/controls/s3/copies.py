"""Amazon S3: where objects of buckets are copied to, and who hears of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase

from stack_verify.core.control import (
    Severity,
    Verdict,
    control,
    hipaa,
    not_applicable,
    verdict,
    verified_elsewhere,
)
from stack_verify.ownership.keepers import is_named, keeper
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import account_of
from stack_verify.principals.sharing import trust_in, unnamed_accounts
from stack_verify.resources.s3 import Bucket, BucketNotification, BucketReplication, ReplicationDestination
from stack_verify.snapshot import Snapshot

REPLICATION = "https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication.html"


@control(
    "s3-replication-to-named-accounts",
    "Buckets are replicated to named accounts only",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Remove the replication rule, or name the account in the policy file, in [accounts].",
    rationale="An account that gets a copy of every object has the data, whoever runs it.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-walkthrough-2.html",
    reads=(BucketReplication,),
)
def s3_replication_to_named_accounts(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    destinations = tuple(_destinations(bucket, snapshot))
    if not destinations:
        return not_applicable("no rule replicates it")
    others = {each: _owner(each, snapshot) for each in destinations if _is_others(each, bucket, snapshot)}
    strange = [each for each, account in others.items() if not _is_trusted(account, policy)]
    untold = [each for each, account in others.items() if account is None]
    if strange or not untold:
        kept = sorted({keeper(account, policy) for account in others.values()})
        observed = f"replicated to {_named(destinations)}{f'; of others: {_named(others)}' if others else ''}"
        observed = "; ".join((observed, *kept))
        return verdict(not strange, observed, expected="buckets of this account, or of accounts that the policy names")
    return verified_elsewhere(f"replicated to {_named(untold)}, not of this account", keeper=keeper(None, policy))


@control(
    "s3-replication",
    "Replication of buckets is enabled",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(A)", "164.308(a)(7)(ii)(B)"),
    config_rule="s3-bucket-replication-enabled",
    remediation="Give the bucket a replication rule with the status Enabled, to a bucket that exists.",
    rationale="A second copy, best in another region, survives what destroys the first.",
    source=REPLICATION,
    hardening=True,
    reads=(BucketReplication,),
)
def s3_replication(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    rules = snapshot.require(BucketReplication, bucket.name).rules
    if not rules and not any(fnmatchcase(bucket.name, glob) for glob in policy.buckets_to_replicate):
        return not_applicable("no rule replicates it, and the policy does not ask for that")
    live = [
        each.bucket_name
        for each in _destinations(bucket, snapshot)
        if _is_others(each, bucket, snapshot) or snapshot.find(Bucket.ask(each.bucket_name))
    ]
    told = "; ".join(f"rule {rule.id} to {rule.destination.bucket_name} is {rule.status}" for rule in rules)
    return verdict(bool(live), told or "no replication rule", expected="an enabled rule to a bucket that exists")


@control(
    "s3-notifications-to-named-accounts",
    "Events of buckets are sent to named accounts only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the notification, or name the account in the policy file, in [accounts].",
    rationale="An event names the object, and names of objects tell of patients.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/EventNotifications.html",
    reads=(BucketNotification,),
)
def s3_notifications_to_named_accounts(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    found = snapshot.require(BucketNotification, bucket.name)
    arns = found.destinations
    if not arns and found.event_bridge_configuration is None:
        return not_applicable("nothing hears of its events")
    account = bucket.observed_by.account
    strangers = unnamed_accounts(map(account_of, arns), account=account, trusts=policy)
    strange = [arn for arn in arns if account_of(arn) in strangers]
    told = [*arns, *(["this account's event bus"] if found.event_bridge_configuration is not None else [])]
    observed = f"events go to {', '.join(told)}"
    return verdict(not strange, observed, expected="this account, or accounts that the policy names")


def _destinations(bucket: Bucket, snapshot: Snapshot) -> Iterator[ReplicationDestination]:
    """Where enabled rules copy to."""
    rules = snapshot.require(BucketReplication, bucket.name).rules
    yield from dict.fromkeys(rule.destination for rule in rules if rule.is_enabled)


def _is_others(destination: ReplicationDestination, bucket: Bucket, snapshot: Snapshot) -> bool:
    """Whether the copy goes to another account. To a bucket that does not exist nothing is copied."""
    if destination.account is not None:
        return destination.account != bucket.observed_by.account
    return snapshot.elsewhere(Bucket.ask(destination.bucket_name)) is not None


def _owner(destination: ReplicationDestination, snapshot: Snapshot) -> str | None:
    """The account of a bucket of another's; None where neither the rule nor AWS says it."""
    if destination.account is not None:
        return destination.account
    kept = snapshot.elsewhere(Bucket.ask(destination.bucket_name))
    return None if kept is None else kept.account


def _named(destinations: Iterable[ReplicationDestination]) -> str:
    return ", ".join(each.bucket_name for each in destinations)


def _is_trusted(account: str | None, policy: Policy) -> bool:
    return is_named(None, policy) if account is None else trust_in(account, account, policy) is not None
