"""Amazon CloudWatch Logs: encryption, retention and access of log groups."""

from __future__ import annotations

import re
from collections.abc import Iterator

from stack_verify.controls.iam.identity_policies import permissions_of
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Severity, Verdict, as_aws, control, hipaa, not_applicable, passed, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.principals.sharing import outsiders, untrusted
from stack_verify.resources.iam import SERVICE_LINKED, AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup, ResourcePolicies
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

# The group in which Container Insights keeps a cluster's metrics (CloudWatch user guide, "Container Insights").
INSIGHTS = re.compile(r"/aws/(?:ecs|eks)/?containerinsights/[^/]+/performance|/aws/containerinsights/[^/]+/performance")
# What takes events away before their time.
REMOVING = ("logs:DeleteLogGroup", "logs:DeleteLogStream", "logs:PutRetentionPolicy")


@control(
    "log-group-encrypted",
    "Log groups are encrypted with a customer-managed key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(2)(iv)"),
    config_rule="cloudwatch-log-group-encrypted",
    remediation="Set kms_key_id on the log group; the key's policy must let CloudWatch Logs use it.",
    rationale="Only a customer-managed key lets its owner decide who reads the log.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/cloudwatch-log-group-encrypted.html",
    reads=(DeclaredResource, Key, StackOutput, TaggedResource),
)
def log_group_encrypted(group: LogGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if INSIGHTS.fullmatch(group.log_group_name):
        return not_applicable("Container Insights' own group: AWS makes it, and it holds metrics only")
    return own_key(group.kms_key_id, group, snapshot)


@control(
    "log-group-retention",
    "Log groups keep events long enough",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(b)", "164.308(a)(1)(ii)(D)", "164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    config_rule="cw-loggroup-retention-period-check",
    security_hub="CloudWatch.16",
    rationale="Events that expire early cannot be examined when an incident is found months later.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/cw-loggroup-retention-period-check.html",
    remediation="Set retention_in_days on the log group.",
    reads=(),
)
def log_group_retention(group: LogGroup, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if INSIGHTS.fullmatch(group.log_group_name):
        return not_applicable("Container Insights' own group: AWS makes it, and it holds metrics only")
    days, expected = group.retention_in_days, f"{policy.min_log_retention_days} days or more"
    if days is None:
        observed = "no retentionInDays: events never expire"
        return verdict(not policy.require_log_expiry, observed, expected=f"{expected}, and an end")
    return verdict(days >= policy.min_log_retention_days, f"retentionInDays is {days}", expected=expected)


@control(
    "log-group-not-public",
    "Log groups are not public and not shared with unnamed accounts",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Name the service in the Logs resource policy, with this account as aws:SourceAccount.",
    rationale="Logs hold what requests were about.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html",
    reads=(ResourcePolicies,),
)
def log_group_not_public(group: LogGroup, snapshot: Snapshot, policy: Policy) -> Verdict:
    scopes = (group.observed_by.account, group.log_group_arn)
    policies = [each for scope in scopes for each in snapshot.require(ResourcePolicies, scope).resource_policies]
    found = [
        f"{each.policy_name}: {access}"
        for each in policies
        for access in untrusted(outsiders(each.policy_document, account=group.observed_by.account, trusts=policy))
        if access.statement.reaches(group.log_group_arn)
    ]
    observed = f"{len(policies)} resource policies; open to others: {', '.join(found) or 'none'}"
    return verdict(not found, observed, expected="none")


@control(
    "log-group-deletion-protected",
    "No role of the stack can delete its logs",
    severity=Severity.LOW,
    citations=hipaa("164.316(b)(1)(ii)", "164.316(b)(2)(i)"),
    remediation="Turn deletion protection of the log group on, or take these actions from the role.",
    hardening=True,
    rationale="An intruder deletes the log first.",
    source="https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/iam-access-control-overview-cwl.html",
    reads=(AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy),
)
def log_group_deletion_protected(group: LogGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if group.deletion_protection_enabled:
        return passed("deletionProtectionEnabled is true")
    roles = [role for role in every(Role, snapshot) if not role.path.startswith(SERVICE_LINKED)]
    able = [f"{role.role_name} by {action}" for role in roles for action in _removes(role, group, snapshot)]
    observed = f"deletionProtectionEnabled is {as_aws(group.deletion_protection_enabled)}"
    observed += f"; of {len(roles)} roles these can remove events: {', '.join(able) or 'none'}"
    return verdict(not able, observed, expected="deletion protection, or no such role")


def _removes(role: Role, group: LogGroup, snapshot: Snapshot) -> Iterator[str]:
    """The actions by which whoever has the role removes events of the group."""
    allowing = permissions_of(role, snapshot)
    for action in REMOVING:
        if any(each.allows(action) and each.statement.reaches(group.log_group_arn) for each in allowing):
            yield action
