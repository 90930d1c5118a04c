"""Amazon S3 access points: whom the further doors to a bucket let in."""

from __future__ import annotations

from stack_verify.controls.s3.buckets import policy_of
from stack_verify.controls.s3.public import SETTINGS
from stack_verify.core.control import Severity, Verdict, control, hipaa, passed, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import EQUAL, Statement
from stack_verify.principals.sharing import Access, outside, outsiders, untrusted
from stack_verify.resources.account import AccountPublicAccessBlock
from stack_verify.resources.s3 import Bucket, BucketPolicy
from stack_verify.resources.s3_access_points import AccessPoint, AccessPointPolicy
from stack_verify.snapshot import Snapshot

# The keys of conditions by which a bucket's policy leaves it to access points who comes in (S3 user guide,
# "Delegating access control to access points").
_DELEGATING = ("s3:dataaccesspointaccount", "s3:dataaccesspointarn", "s3:accesspointnetworkorigin")


@control(
    "s3-access-point-policy",
    "Only named accounts have access through access points",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Remove the principals of others from the access point's policy, or name their accounts in the policy "
    "file, in [accounts].",
    rationale="Where the bucket's policy leaves access to its access points, their policies decide who has its data.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-points-policies.html",
    reads=(AccessPointPolicy, AccountPublicAccessBlock, Bucket, BucketPolicy),
)
def s3_access_point_policy(point: AccessPoint, snapshot: Snapshot, policy: Policy) -> Verdict:
    document = snapshot.require(AccessPointPolicy, point.access_point_arn).policy
    if document is None:
        return passed("no policy: what IAM and the bucket's policy allow counts")
    found = untrusted(outsiders(document, account=point.observed_by.account, trusts=policy))
    told = "; ".join(map(str, found)) or "none"
    void = _void(point, found, snapshot) if found else None
    observed = f"others have access: {told}" if void is None else f"left over: {told}, void by {void}"
    return verdict(not found or void is not None, observed, expected="none that the policy does not name")


@control(
    "s3-access-point-public-access-block",
    "Public access is blocked at access points",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    config_rule="s3-access-point-public-access-blocks",
    security_hub="S3.19",
    remediation="Make the access point again with all four settings of Block Public Access, which cannot be changed "
    "later, or block public access for the account.",
    rationale="A policy that is opened by mistake then opens nothing.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-19",
    reads=(AccountPublicAccessBlock,),
)
def s3_access_point_public_access_block(point: AccessPoint, snapshot: Snapshot, _policy: Policy) -> Verdict:
    missing = [name for name in SETTINGS if _blocked(point, snapshot, name) is None]
    observed = f"off at the access point and the account: {', '.join(missing) or 'none'}"
    return verdict(not missing, observed, expected="all four on, at the access point or the account")


def _void(point: AccessPoint, found: tuple[Access, ...], snapshot: Snapshot) -> str | None:
    """What keeps those out whom the access point's policy lets in; None where nothing does.

    A request through an access point has to be allowed by the bucket's policy too (S3 user guide, "Configuring IAM
    policies for using access points").
    """
    if all(each.public for each in found) and (by := _blocked(point, snapshot, "RestrictPublicBuckets")):
        return by
    bucket = snapshot.require(Bucket, point.bucket)
    policy = policy_of(bucket, snapshot)
    if outside(policy, account=point.observed_by.account) or any(map(_delegates, policy)):
        return None
    return "the bucket's policy, which lets in nobody of another account"


def _blocked(point: AccessPoint, snapshot: Snapshot, setting: str) -> str | None:
    """Where a setting of Block Public Access is on: S3 applies the stricter one."""
    if getattr(point.public_access_block_configuration, SETTINGS[setting]):
        return f"{setting} of the access point"
    account = snapshot.require(AccountPublicAccessBlock, point.observed_by.account)
    return f"{setting} of the account" if getattr(account, SETTINGS[setting]) else None


def _delegates(line: Statement) -> bool:
    """Whether a statement leaves it to access points who comes in."""
    named = (each.key for each in line.conditions if each.operator in EQUAL)
    return line.effect == "Allow" and any(key in _DELEGATING for key in named)
