"""Amazon CloudWatch Logs: encryption, retention and access of log groups."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, failed, hipaa, verdict
from verify.controls.encryption import own_key
from verify.iam_policy import open_to_anyone, statements
from verify.policy import Policy
from verify.resources.logs import LogGroup, ResourcePolicies
from verify.snapshot import Snapshot


@control(
    "log-group-encrypted",
    "Log groups are encrypted with the stack's own key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="cloudwatch-log-group-encrypted",
    remediation="Set kms_key_id on the log group; the key's policy must let CloudWatch Logs use it.",
)
def log_group_encrypted(group: LogGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    return own_key(group.kms_key_id, group, snapshot)


@control(
    "log-group-retention",
    "Log groups say how long they keep events, and keep them long enough",
    severity=Severity.HIGH,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)", "164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    config_rule="cw-loggroup-retention-period-check",
    security_hub="CloudWatch.16",
    remediation="Set retention_in_days on the log group.",
)
def log_group_retention(group: LogGroup, _snapshot: Snapshot, policy: Policy) -> Verdict:
    days, expected = group.retention_in_days, f"{policy.min_log_retention_days} days or more"
    if days is None:
        return failed("no retentionInDays: nobody decided how long events are kept", expected=expected)
    return verdict(days >= policy.min_log_retention_days, f"retentionInDays is {days}", expected=expected)


@control(
    "log-group-not-public",
    "No policy of the account's log groups allows anything to everybody",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Name the service in the Logs resource policy, with this account as aws:SourceAccount.",
)
def log_group_not_public(group: LogGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    scopes = (group.observed_by.account, group.log_group_arn)
    policies = [policy for scope in scopes for policy in snapshot.require(ResourcePolicies, scope).resource_policies]
    found = [
        f"{policy.policy_name} {line.name}"
        for policy in policies
        for line in open_to_anyone(statements(policy.policy_document))
        if line.reaches(group.log_group_arn)
    ]
    observed = f"{len(policies)} resource policies; open to everybody: {', '.join(found) or 'none'}"
    return verdict(not found, observed, expected="none")
