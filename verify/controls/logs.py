"""Amazon CloudWatch Logs: encryption and retention of log groups."""

from __future__ import annotations

from verify.control import Severity, Verdict, control, failed, hipaa, verdict
from verify.controls.encryption import own_key
from verify.policy import Policy
from verify.resources.logs import LogGroup
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
