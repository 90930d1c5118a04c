"""AWS IAM: what the stack's roles may do, and who may take them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from stack_verify.controls.kms.own_key import DECRYPTING
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import EQUAL, Principals, Statement, Texts, account_of, matches, statements
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.iam import (
    SERVICE_LINKED,
    AttachedPolicies,
    ManagedPolicy,
    PolicyVersion,
    Role,
    RolePolicy,
    of_aws,
)
from stack_verify.snapshot import Snapshot

TASKS = "ecs-tasks.amazonaws.com"
# Actions of tasks for which AWS defines no resource (Service Authorization Reference), in lower case.
WITHOUT_RESOURCE = frozenset(
    {
        "cloudwatch:putmetricdata",
        "ecr:getauthorizationtoken",
        "ssmmessages:createcontrolchannel",
        "ssmmessages:createdatachannel",
        "ssmmessages:opencontrolchannel",
        "ssmmessages:opendatachannel",
        "xray:getsamplingrules",
        "xray:getsamplingstatisticsummaries",
        "xray:getsamplingtargets",
        "xray:puttelemetryrecords",
        "xray:puttracesegments",
    }
)
# Services in whose ARNs a kind of resource comes first: without a name after it, all of that kind are meant.
OF_KINDS = frozenset({"dynamodb", "ecr", "ecs", "iam", "kms", "lambda", "logs", "rds", "secretsmanager", "ssm"})
# The kinds of what is inside a log group or a table; they stand after its name.
PARTS = frozenset({"index", "log-stream", "stream"})
# Services that tell a role whose resource they act for (each one's guide, "Cross-service confused deputy prevention").
TELLING = frozenset(
    {
        "codebuild.amazonaws.com",
        "config.amazonaws.com",
        TASKS,
        "monitoring.rds.amazonaws.com",
        "scheduler.amazonaws.com",
        "states.amazonaws.com",
        "vpc-flow-logs.amazonaws.com",
    }
)


@control(
    "iam-no-star-star",
    "No managed policy of a role allows everything",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-policy-no-statements-with-admin-access",
    security_hub="IAM.1",
    remediation="Detach the policy from the role, and allow the actions that it needs on the resources that it needs.",
)
def iam_no_star_star(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = attached_policies(role, snapshot)
    found = _where(policies, _allows_everything)
    return verdict(not found, f"{len(policies)} managed policies; {_told(found)}", expected="none with * on *")


@control(
    "iam-inline-no-admin",
    "No inline policy of a role allows everything",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Allow the actions that the role needs on the resources that it needs.",
)
def iam_inline_no_admin(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(role, snapshot)
    found = _where(policies, _allows_everything)
    return verdict(not found, f"{len(policies)} inline policies; {_told(found)}", expected="none with * on *")


@control(
    "iam-no-service-wildcard",
    "No policy of a role allows every action of a service",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-policy-no-statements-with-full-access",
    security_hub="IAM.21",
    remediation="List the actions that the role needs in the place of service:*.",
)
def iam_no_service_wildcard(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(role, snapshot) | attached_policies(role, snapshot)
    found = _where(policies, _allows_a_service)
    return verdict(not found, f"{len(policies)} policies; {_told(found)}", expected="no service:* and no NotAction")


@control(
    "iam-no-kms-wildcard-decrypt",
    "No policy of the customer's own that a role has decrypts with every key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(iv)"),
    config_rule="iam-customer-policy-blocked-kms-actions",
    security_hub="KMS.1",
    remediation="Name the keys' ARNs in the statement's Resource.",
)
def iam_no_kms_wildcard_decrypt(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    attached = attached_policies(role, snapshot)
    policies = {arn: lines for arn, lines in attached.items() if not of_aws(arn)}
    found = _where(policies, _decrypts_with_every_key)
    return verdict(not found, f"{len(policies)} policies of its own; {_told(found)}", expected="named keys only")


@control(
    "iam-inline-no-kms-wildcard-decrypt",
    "No inline policy of a role decrypts with every key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(iv)"),
    config_rule="iam-inline-policy-blocked-kms-actions",
    security_hub="KMS.2",
    remediation="Name the keys' ARNs in the statement's Resource.",
)
def iam_inline_no_kms_wildcard_decrypt(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(role, snapshot)
    found = _where(policies, _decrypts_with_every_key)
    return verdict(not found, f"{len(policies)} inline policies; {_told(found)}", expected="named keys only")


@control(
    "iam-trust-policy-narrow",
    "Nobody may take a role but those it was made for",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Name the service in the trust policy, with this account as aws:SourceAccount; no other principals.",
)
def iam_trust_policy_narrow(role: Role, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if role.path.startswith(SERVICE_LINKED):
        return not_applicable("AWS writes the trust policy of a service-linked role")
    trusts = [line for line in statements(role.assume_role_policy_document) if line.effect == "Allow"]
    wide = [reason for line in trusts for reason in _too_wide(line, role.observed_by.account)]
    trusted = ", ".join(sorted({principal for line in trusts for principal in line.principals})) or "nobody"
    return verdict(
        not wide,
        f"trusts {trusted}; {'; '.join(wide) or 'each narrowly'}",
        expected="services, acting for this account where they tell it; accounts and providers under conditions",
    )


@control(
    "iam-task-role-least-privilege",
    "A task's role acts on named resources only",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(4)(ii)(B)", "164.312(a)(1)"),
    remediation="Name the ARNs of the stack's resources in the statement's Resource.",
)
def iam_task_role_least_privilege(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    trusted = {principal for line in statements(role.assume_role_policy_document) for principal in line.principals}
    if TASKS not in trusted:
        return not_applicable(f"its trust policy does not name {TASKS}: no task can have this role")
    policies = inline_policies(role, snapshot) | attached_policies(role, snapshot)
    found = _where(policies, _acts_on_everything)
    return verdict(not found, f"{len(policies)} policies; {_told(found)}", expected="resources named by their ARNs")


def inline_policies(role: Role, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The role's inline policies by name."""
    policies = snapshot.within(RolePolicy, role.role_name)
    return {policy.id: statements(policy.policy_document) for policy in policies}


def attached_policies(role: Role, snapshot: Snapshot) -> dict[str, tuple[Statement, ...]]:
    """The managed policies that are attached to the role, by ARN, each as its version in force has it."""
    attached = snapshot.require(AttachedPolicies, role.role_name).attached_policies
    policies = [snapshot.require(ManagedPolicy, policy.policy_arn) for policy in attached]
    versions = {policy.id: snapshot.require(PolicyVersion, policy.version_in_force) for policy in policies}
    return {policy: statements(version.document) for policy, version in versions.items()}


def _where(policies: Mapping[str, tuple[Statement, ...]], wide: Callable[[Statement], bool]) -> tuple[str, ...]:
    """The statements that allow too much, each by its policy and its Sid."""
    lines = ((policy, line) for policy, lines in policies.items() for line in lines if line.effect == "Allow")
    return tuple(f"{policy} {line.name}" for policy, line in lines if wide(line))


def _told(found: Iterable[str]) -> str:
    return f"too wide: {', '.join(found) or 'none'}"


def _texts(element: Texts) -> tuple[str, ...]:
    return (element,) if isinstance(element, str) else element


def _allows_everything(line: Statement) -> bool:
    return line.covers_action("*:*") and on_everything(line)


def _allows_a_service(line: Statement) -> bool:
    return bool(line.not_action) or any(matches(text, f"{text.partition(':')[0]}:*") for text in _texts(line.action))


def _decrypts_with_every_key(line: Statement) -> bool:
    return on_everything(line) and any(line.speaks_of(action) for action in DECRYPTING)


def _acts_on_everything(line: Statement) -> bool:
    unnamed = {text.lower() for text in _texts(line.action)} - WITHOUT_RESOURCE
    return on_everything(line) and (bool(line.not_action) or bool(unnamed))


def on_everything(line: Statement) -> bool:
    """Whether it speaks of all resources, or of all of one kind."""
    return bool(line.not_resource) or any(_names_none(text) for text in _texts(line.resource))


def _names_none(resource: str) -> bool:
    # IAM takes the parts that an ARN lacks for wildcards (IAM user guide, "Resource"). What is no ARN may be anything.
    arn = parse_arn(resource)
    if arn is None:
        return True
    words = re.split("[:/]", arn.resource)
    if arn.service in OF_KINDS and len(words) == 1:
        return True
    # A bucket's name comes first in its ARN; elsewhere a kind of resource may.
    names = words if arn.service == "s3" else words[1:] or words
    return all(not name.strip("*?") or name in PARTS for name in names)


def _too_wide(line: Statement, account: str) -> Iterator[str]:
    """What a statement of a trust policy leaves open, a sentence each."""
    told = any(each.names_account(account) or each.names_organisation() for each in line.conditions)
    if line.names_anyone:
        # Not even an address or a network will do: whoever comes from there may be of any account.
        yield from () if told else ("anybody may take it, of whatever account or organisation",)
        return
    named = line.principal if isinstance(line.principal, Principals) else Principals()
    for service in _texts(named.service):
        if service in TELLING and not told:
            yield f"{service} may take it for any account"
    for principal in _texts(named.aws):
        if account_of(principal) != account and not _demands(line, "sts:externalid", _is_named):
            yield f"{principal} of another account may take it without sts:ExternalId"
    for provider in _texts(named.federated):
        if not (_demands(line, ":sub", _identifies) and _demands(line, ":aud", _is_named)):
            yield f"anybody whom {provider} knows may take it"


def _demands(line: Statement, key: str, fit: Callable[[str], bool]) -> bool:
    """Whether ``key`` (or a key that ends so) must have one of some values, all of them ``fit``."""
    named = [each for each in line.conditions if each.operator in EQUAL and each.key.endswith(key)]
    return any(all(fit(value) for value in each.values) for each in named)


def _is_named(value: str) -> bool:
    return bool(value.strip("*?"))


def _identifies(subject: str) -> bool:
    """Whether a token's subject tells an owner apart: ``repo:acme/*`` does, ``repo:*`` and ``repo:acme*`` do not.

    Subjects begin with a kind and then an owner (a service account's, with two words and then its namespace).
    """
    parts = re.split("[:/]", subject)
    owner = 3 if parts[:2] == ["system", "serviceaccount"] else 2
    return all(part and not set(part) & set("*?$") for part in parts[:owner])
