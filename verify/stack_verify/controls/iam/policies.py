"""AWS IAM: what the stack's roles, users and groups may do, and who may take the roles."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator

from stack_verify.controls.iam.identity_policies import (
    POLICIES,
    attached_policies,
    inline_policies,
    is_service_linked,
    owned_by_aws,
    permissions_of,
)
from stack_verify.controls.kms.own_key import DECRYPTING
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import EQUAL, Principals, Statement, Texts, matches, statements
from stack_verify.principals.permissions import Permission, names_by_condition, on_everything
from stack_verify.principals.service_authorization import knows_resources
from stack_verify.principals.sharing import Kind, outside
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.iam import IamIdentity, Role, of_aws
from stack_verify.snapshot import Snapshot

__all__ = ["attached_policies", "inline_policies"]

PAGE = "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html"
DEPUTY = "https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html"
KEYS = "https://docs.aws.amazon.com/kms/latest/developerguide/iam-policies-best-practices.html"
WHOLE = "Whoever gets hold of its credentials reaches everything in the account, ePHI included."
TASKS = "ecs-tasks.amazonaws.com"
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
# The metrics of AWS's services are in no dataset, the only resource that these know.
METRICS = frozenset({"cloudwatch:getmetricdata", "cloudwatch:listmetrics", "cloudwatch:putmetricdata"})
# What AWS's own policy cannot be made to do: the remedy is another policy in its place.
NOT_AWS = "Where AWS owns the policy, attach one of your own instead."


@control(
    "iam-no-star-star",
    "No managed policy of a role, user or group allows everything",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-policy-no-statements-with-admin-access",
    security_hub="IAM.1",
    remediation="Detach the policy, and allow the actions that it needs on the resources that it needs.",
    rationale=WHOLE,
    source=PAGE,
    reads=POLICIES,
)
def iam_no_star_star(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = attached_policies(identity, snapshot)
    found = _where(identity, snapshot, policies, lambda each: each.allows_all_of("*:*"))
    return verdict(not found, f"{len(policies)} managed policies; {_told(found)}", expected="none with * on *")


@control(
    "iam-inline-no-admin",
    "No inline policy of a role, user or group allows everything",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Allow the actions that it needs on the resources that it needs.",
    rationale=WHOLE,
    source=PAGE,
    reads=POLICIES,
)
def iam_inline_no_admin(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(identity, snapshot)
    found = _where(identity, snapshot, policies, lambda each: each.allows_all_of("*:*"))
    return verdict(not found, f"{len(policies)} inline policies; {_told(found)}", expected="none with * on *")


@control(
    "iam-no-service-wildcard",
    "No policy of a role, user or group allows every action of a service",
    severity=Severity.LOW,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    config_rule="iam-policy-no-statements-with-full-access",
    security_hub="IAM.21",
    remediation=f"List the actions that it needs instead of service:*. {NOT_AWS}",
    rationale="service:* also allows what the role never needs, such as sharing and deleting data.",
    source=PAGE,
    reads=POLICIES,
)
def iam_no_service_wildcard(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(identity, snapshot) | attached_policies(identity, snapshot)
    found = _where(identity, snapshot, policies, _allows_a_service)
    return verdict(not found, f"{len(policies)} policies; {_told(found)}", expected="no service:* and no NotAction")


@control(
    "iam-no-kms-wildcard-decrypt",
    "No customer-managed policy of a role, user or group decrypts with every key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(iv)"),
    config_rule="iam-customer-policy-blocked-kms-actions",
    security_hub="KMS.1",
    remediation="Name the keys' ARNs in the statement's Resource.",
    rationale="Whoever decrypts with every key reads whatever data they can get at.",
    source=KEYS,
    reads=POLICIES,
)
def iam_no_kms_wildcard_decrypt(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    attached = attached_policies(identity, snapshot)
    policies = {arn: lines for arn, lines in attached.items() if not of_aws(arn)}
    found = _where(identity, snapshot, policies, _decrypts_with_every_key)
    return verdict(not found, f"{len(policies)} policies of its own; {_told(found)}", expected="named keys only")


@control(
    "iam-inline-no-kms-wildcard-decrypt",
    "No inline policy of a role, user or group decrypts with every key",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.312(a)(2)(iv)"),
    config_rule="iam-inline-policy-blocked-kms-actions",
    security_hub="KMS.2",
    remediation="Name the keys' ARNs in the statement's Resource.",
    rationale="Whoever decrypts with every key reads whatever data they can get at.",
    source=KEYS,
    reads=POLICIES,
)
def iam_inline_no_kms_wildcard_decrypt(identity: IamIdentity, snapshot: Snapshot, _policy: Policy) -> Verdict:
    policies = inline_policies(identity, snapshot)
    found = _where(identity, snapshot, policies, _decrypts_with_every_key)
    return verdict(not found, f"{len(policies)} inline policies; {_told(found)}", expected="named keys only")


@control(
    "iam-trust-policy-narrow",
    "Only the principals a role is for can assume it",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)", "164.308(a)(4)(ii)(C)"),
    remediation="Name the principals in the trust policy: this account's, or others with sts:ExternalId or :sub.",
    rationale="Whoever may assume the role gets at all that the role gets at.",
    source="https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html",
    reads=(),
)
def iam_trust_policy_narrow(role: Role, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if is_service_linked(role):
        return not_applicable("AWS writes the trust policy of a service-linked role")
    document = statements(role.assume_role_policy_document)
    wide = dict.fromkeys((*_outsiders(document, role, policy), *_whom_providers_know(document)))
    return verdict(
        not wide,
        f"trusts {_trusted(document)}; {'; '.join(wide) or 'each narrowly'}",
        expected="services; this account's principals; accounts and providers under conditions",
    )


@control(
    "iam-trust-confused-deputy",
    "AWS services assume a role for this account only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Add a condition with this account as aws:SourceAccount to the trust policy.",
    rationale="Without the condition the service could be made to act with the role for another account.",
    source=DEPUTY,
    hardening=True,
    reads=(),
)
def iam_trust_confused_deputy(role: Role, _snapshot: Snapshot, policy: Policy) -> Verdict:
    if is_service_linked(role):
        return not_applicable("AWS writes the trust policy of a service-linked role")
    document = statements(role.assume_role_policy_document)
    services = {name for line in document if line.effect == "Allow" for name in line.services} & TELLING
    if not services:
        return not_applicable("it trusts no service that says which account it acts for")
    found = outside(document, account=role.observed_by.account, trusts=policy)
    loose = sorted({each.who for each in found if each.kind is Kind.SERVICE and each.who.split()[0] in TELLING})
    expected = "aws:SourceAccount or aws:SourceArn of this account"
    return verdict(
        not loose, f"{', '.join(sorted(services))}; {', '.join(loose) or 'each narrowly'}", expected=expected
    )


@control(
    "iam-task-role-least-privilege",
    "A task's role acts on named resources only",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(4)(ii)(B)", "164.312(a)(1)"),
    remediation=f"Name the ARNs of the stack's resources in the statement's Resource. {NOT_AWS}",
    rationale="An application that is broken into acts with its task's role.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html",
    reads=(*POLICIES, TaskDefinition),
)
def iam_task_role_least_privilege(role: Role, snapshot: Snapshot, _policy: Policy) -> Verdict:
    trusted = {principal for line in statements(role.assume_role_policy_document) for principal in line.principals}
    if TASKS not in trusted:
        return not_applicable(f"its trust policy does not name {TASKS}: no task can have this role")
    if _only_starts_tasks(role, snapshot):
        return not_applicable("task definitions name it as their execution role only, which ECS alone uses")
    policies = inline_policies(role, snapshot) | attached_policies(role, snapshot)
    found = _where(role, snapshot, policies, _acts_on_everything)
    return verdict(not found, f"{len(policies)} policies; {_told(found)}", expected="resources named by their ARNs")


def _only_starts_tasks(role: Role, snapshot: Snapshot) -> bool:
    tasks = every(TaskDefinition, snapshot)
    starting = any(task.execution_role_arn == role.role_arn for task in tasks)
    return starting and not any(task.task_role_arn == role.role_arn for task in tasks)


def _where(
    identity: IamIdentity, snapshot: Snapshot, policies: Iterable[str], wide: Callable[[Permission], bool]
) -> tuple[str, ...]:
    """The statements of ``policies`` that allow too much, denials taken away, each by its policy and its Sid."""
    named = set(policies)
    found = (each for each in permissions_of(identity, snapshot) if each.policy in named)
    return tuple(each.name for each in found if wide(each) and not owned_by_aws(each, identity))


def _told(found: Iterable[str]) -> str:
    return f"too wide: {', '.join(found) or 'none'}"


def _allows_a_service(each: Permission) -> bool:
    line = each.statement
    return bool(line.not_action) or any(matches(text, f"{text.partition(':')[0]}:*") for text in line.actions)


def _decrypts_with_every_key(each: Permission) -> bool:
    return on_everything(each.statement) and any(each.allows(action) for action in DECRYPTING)


def _acts_on_everything(each: Permission) -> bool:
    line = each.statement
    if not on_everything(line) or names_by_condition(line):
        return False
    unnamed = (text for text in line.actions if text.lower() not in METRICS and knows_resources(text))
    return bool(line.not_action) or any("*" in text or "?" in text or each.allows(text) for text in unnamed)


def _trusted(document: tuple[Statement, ...]) -> str:
    allowing = (line for line in document if line.effect == "Allow")
    return ", ".join(sorted({principal for line in allowing for principal in line.principals})) or "no principal"


def _outsiders(document: tuple[Statement, ...], role: Role, policy: Policy) -> Iterator[str]:
    """Whom the trust policy lets in from outside without a condition that tells who, a sentence each."""
    for each in outside(document, account=role.observed_by.account, trusts=policy):
        match each.kind:
            # Not even an address or a network will do: whoever comes from there may be of any account.
            case Kind.EVERYONE | Kind.NETWORK:
                yield "anybody may take it, of whatever account or organisation"
            case Kind.ACCOUNT if each.trusted is None and not _demands(each.statement, "sts:externalid", _is_named):
                if not each.statement.names_anyone:
                    yield f"{each.who} of another account may take it without sts:ExternalId"
                else:
                    yield f"{each.who} may take it"
            case Kind.ORGANISATION if each.trusted is None and policy.organization_id:
                yield f"{each.who} is not the policy's organization_id"


def _whom_providers_know(document: tuple[Statement, ...]) -> Iterator[str]:
    for line in document:
        named = line.principal if isinstance(line.principal, Principals) else Principals()
        for provider in _texts(named.federated) if line.effect == "Allow" else ():
            # Whom a provider of SAML lets take the role is in what it asserts, and in no condition.
            told = ":saml-provider/" in provider or _demands(line, ":sub", _identifies)
            if not (told and _demands(line, ":aud", _is_named)):
                yield f"anybody whom {provider} knows may take it"


def _texts(element: Texts) -> tuple[str, ...]:
    return (element,) if isinstance(element, str) else element


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
