"""What a bucket's policy says: who may deliver into it, and that everybody speaks to it over current TLS."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pulumi

from stack.policy_document import Condition, Statement, allow, deny, document

TLS_FLOOR = "1.2"


@dataclass(frozen=True)
class Delivery:
    """A service that writes logs called `what` into the bucket, below `path`, as far as `condition` holds.

    `reads_acl` is for a service that looks at the bucket's access control list before it writes.
    """

    what: str
    service: str
    path: str = ""
    condition: Condition | None = None
    reads_acl: bool = False


def bucket_policy(bucket_arn: pulumi.Output[str], deliveries: Sequence[Delivery]) -> pulumi.Output[str]:
    """Return the policy of a bucket that only `deliveries` reach from outside their own role."""
    delivered = [statement for each in deliveries for statement in _delivery(bucket_arn, each)]
    return document(*delivered, *_current_tls(bucket_arn))


def _delivery(bucket_arn: pulumi.Output[str], delivery: Delivery) -> Iterator[Statement]:
    principal = {"Service": delivery.service}
    if delivery.reads_acl:
        sid = f"ReadAclFor{delivery.what}"
        yield allow(sid, ["s3:GetBucketAcl"], bucket_arn, principal=principal, condition=delivery.condition)
    below = pulumi.Output.concat(bucket_arn, f"/{delivery.path}*")
    sid = f"Deliver{delivery.what}"
    yield allow(sid, ["s3:PutObject"], below, principal=principal, condition=delivery.condition)


def _current_tls(bucket_arn: pulumi.Output[str]) -> tuple[Statement, Statement]:
    everything = [bucket_arn, pulumi.Output.concat(bucket_arn, "/*")]
    in_clear: Condition = {"Bool": {"aws:SecureTransport": "false"}}
    outdated: Condition = {"NumericLessThan": {"s3:TlsVersion": TLS_FLOOR}}
    return (
        deny("TlsOnly", ["s3:*"], everything, condition=in_clear),
        deny("CurrentTlsOnly", ["s3:*"], everything, condition=outdated),
    )
