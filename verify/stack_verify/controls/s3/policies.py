"""Amazon S3: what the policies of buckets refuse to everybody, and what they leave to other accounts."""

from __future__ import annotations

from collections.abc import Callable

from stack_verify.controls.s3.buckets import policy_of
from stack_verify.controls.s3.public import acls_off
from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, Statement
from stack_verify.principals.sharing import outside, untrusted
from stack_verify.resources.s3 import Bucket, BucketAcl, BucketOwnershipControls, BucketPolicy
from stack_verify.snapshot import Snapshot

# What changes who may do what with a bucket (Security Hub control S3.6).
CHANGES = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)
# The user that CloudFront delivers access logs as (CloudFront developer guide, "Standard logging (legacy)").
LOG_DELIVERY = "c4c1ede66af53448b93c283ce9448c4ba468c9432aa01d700d3878632f77d2d0"


@control(
    "s3-tls-only",
    "Buckets refuse requests without TLS",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="s3-bucket-ssl-requests-only",
    security_hub="S3.5",
    remediation="Deny every principal s3:* on the bucket and its objects where aws:SecureTransport is false.",
    rationale="What travels in clear can be read on its way.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/security-best-practices.html",
    reads=(BucketPolicy,),
)
def s3_tls_only(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    in_clear = Condition("Bool", "aws:securetransport", ("false",))
    return _denied(bucket, snapshot, "where aws:SecureTransport is false", lambda line: line == in_clear)


@control(
    "s3-tls-minimum-version",
    "Buckets refuse outdated TLS",
    severity=Severity.LOW,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Deny every principal s3:* on the bucket and its objects where s3:TlsVersion is less than 1.2.",
    rationale="TLS 1.0 and 1.1 can be broken.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-bucket-policies.html",
    reads=(BucketPolicy,),
)
def s3_tls_minimum_version(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    least = policy.min_tls_version
    return _denied(bucket, snapshot, f"where s3:TlsVersion is less than {least}", lambda line: _refuses(line, least))


@control(
    "s3-cross-account-policy",
    "Only named accounts have access to buckets",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Remove the principals of other accounts, or name their accounts in the policy file, in [accounts].",
    rationale="An account that reads the bucket has its data, whoever runs it.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/example-walkthroughs-managing-access-example2.html",
    reads=(BucketPolicy,),
)
def s3_cross_account_policy(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    found = outside(policy_of(bucket, snapshot), account=bucket.observed_by.account, trusts=policy)
    # What is for everybody is judged as public, where it is in effect.
    others = [str(each) for each in untrusted(found) if not each.public]
    named = sorted({f"{each.who} ({each.trusted})" for each in found if each.trusted is not None})
    observed = f"others have access: {'; '.join(others) or 'none'}"
    observed += f"; named in the policy: {', '.join(named)}" if named else ""
    return verdict(not others, observed, expected="none that the policy does not name")


@control(
    "s3-cross-account-acl",
    "No access control list shares a bucket with another account",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Set object ownership to BucketOwnerEnforced, or remove the grant from the ACL.",
    rationale="An ACL gives access that no policy shows.",
    source="https://docs.aws.amazon.com/AmazonS3/latest/userguide/acl-overview.html",
    reads=(BucketAcl, BucketOwnershipControls),
)
def s3_cross_account_acl(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    # An ACL knows accounts by their canonical ids only.
    acl, known = snapshot.require(BucketAcl, bucket.name), {LOG_DELIVERY, *policy.trusted_principals}
    users = [each for each in acl.grants if each.grantee.id is not None and each.grantee.id not in known]
    others = [each for each in users if each.grantee.id != acl.owner.id]
    found = ", ".join(f"{each.permission} to canonical user {each.grantee.id}" for each in others) or "nothing"
    void = acls_off(bucket, snapshot) if others else None
    observed = f"given to others: {found}" if void is None else f"left over: {found}, void by {void}"
    return verdict(not others or void is not None, observed, expected="nothing, or ACLs turned off")


@control(
    "s3-cross-account-permission-changes",
    "No other account changes who may do what with buckets",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="s3-bucket-blacklisted-actions-prohibited",
    security_hub="S3.6",
    remediation="Remove the principals of other accounts from the statement, or the actions that change access.",
    rationale="Whoever changes the policy of a bucket gives its data to anybody.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/s3-controls.html#s3-6",
    reads=(BucketPolicy,),
)
def s3_cross_account_permission_changes(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    others = untrusted(outside(policy_of(bucket, snapshot), account=bucket.observed_by.account, trusts=policy))
    able = ((each, [action for action in CHANGES if each.allows(action)]) for each in others)
    found = [f"{', '.join(actions)} to {each.who} by statement {each.sid}" for each, actions in able if actions]
    return verdict(not found, f"given to others: {'; '.join(found) or 'nothing'}", expected="nothing")


def _refuses(line: Condition, least: str) -> bool:
    """Whether every version of TLS below ``least`` satisfies the condition."""
    if line.key != "s3:tlsversion" or line.operator != "NumericLessThan" or len(line.values) != 1:
        return False
    (value,) = line.values
    return value.replace(".", "", 1).isdecimal() and float(value) >= float(least)


def _denied(bucket: Bucket, snapshot: Snapshot, where: str, when: Callable[[Condition], bool]) -> Verdict:
    """Whether the policy denies everybody everything on the bucket and its objects, where ``when`` is met."""
    denials = [statement for statement in policy_of(bucket, snapshot) if _denies_all(statement, when)]
    everything = (bucket.bucket_arn, f"{bucket.bucket_arn}/*")
    missing = [what for what in everything if not any(denial.covers_resource(what) for denial in denials)]
    observed = f"statements that deny it: {', '.join(denial.name for denial in denials) or 'none'}"
    return verdict(
        not missing,
        f"{observed}; not denied on {', '.join(missing)}" if missing else observed,
        expected=f"everything denied {where}, on the bucket and its objects",
    )


def _denies_all(statement: Statement, when: Callable[[Condition], bool]) -> bool:
    everybody = statement.effect == "Deny" and "*" in statement.principals and statement.not_principal is None
    # IfExists denies requests without the key too.
    conditions = [line._replace(operator=line.operator.removesuffix("IfExists")) for line in statement.conditions]
    return everybody and statement.covers_action("s3:*") and [when(line) for line in conditions] == [True]
