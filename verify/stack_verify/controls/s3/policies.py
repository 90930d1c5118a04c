"""Amazon S3: what the policies of buckets refuse to everybody, and what they leave to other accounts."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from stack_verify.controls.s3.buckets import policy_of
from stack_verify.core.control import Severity, Verdict, control, hipaa, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import Condition, Statement
from stack_verify.resources.s3 import Bucket
from stack_verify.snapshot import Snapshot

# What changes who may do what with a bucket (Security Hub control S3.6).
CHANGES = (
    "s3:DeleteBucketPolicy",
    "s3:PutBucketAcl",
    "s3:PutBucketPolicy",
    "s3:PutEncryptionConfiguration",
    "s3:PutObjectAcl",
)


@control(
    "s3-tls-only",
    "Buckets refuse requests without TLS",
    severity=Severity.HIGH,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="s3-bucket-ssl-requests-only",
    security_hub="S3.5",
    remediation="Deny everybody s3:* on the bucket and its objects where aws:SecureTransport is false.",
)
def s3_tls_only(bucket: Bucket, snapshot: Snapshot, _policy: Policy) -> Verdict:
    in_clear = Condition("Bool", "aws:securetransport", ("false",))
    return _denied(bucket, snapshot, "where aws:SecureTransport is false", lambda line: line == in_clear)


@control(
    "s3-tls-minimum-version",
    "Buckets refuse outdated TLS",
    severity=Severity.LOW,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    remediation="Deny everybody s3:* on the bucket and its objects where s3:TlsVersion is less than 1.2.",
)
def s3_tls_minimum_version(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    least = policy.min_tls_version
    return _denied(bucket, snapshot, f"where s3:TlsVersion is less than {least}", lambda line: _refuses(line, least))


@control(
    "s3-cross-account-policy",
    "No other account changes who may do what with buckets",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="s3-bucket-blacklisted-actions-prohibited",
    security_hub="S3.6",
    remediation="Take the principals of other accounts out of the statement, or the actions that change access.",
)
def s3_cross_account_policy(bucket: Bucket, snapshot: Snapshot, policy: Policy) -> Verdict:
    own = {bucket.observed_by.account, *policy.allowed_accounts}
    found = [text for statement in policy_of(bucket, snapshot) for text in _given(statement, own)]
    return verdict(not found, f"given to others: {'; '.join(found) or 'nothing'}", expected="nothing")


def _given(statement: Statement, own: set[str]) -> Iterator[str]:
    """The actions that change access and that the statement allows to principals outside the accounts ``own``."""
    actions = [action for action in CHANGES if statement.speaks_of(action)]
    strangers = set.intersection(*(set(statement.strangers(account)) for account in own))
    if actions and strangers and not any(_only(line, own) for line in statement.conditions):
        yield f"{', '.join(actions)} to {', '.join(sorted(strangers))} by statement {statement.name}"


def _only(line: Condition, own: set[str]) -> bool:
    """Whether nobody outside the accounts ``own`` satisfies the condition."""
    return line.operator == "StringEquals" and line.key == "aws:principalaccount" and set(line.values) <= own


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
