"""The stack as a whole: what it promised is there, is named and tagged as its own, and holds nothing provisional."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec
from msgspec import structs

from stack_verify.controls.stack.last_change import told
from stack_verify.core.control import (
    Severity,
    Status,
    Verdict,
    control,
    failed,
    hipaa,
    not_applicable,
    passed,
    verdict,
    verified_elsewhere,
)
from stack_verify.detect.placeholders import placeholder_in
from stack_verify.detect.references import irregular
from stack_verify.errors import Unanswered
from stack_verify.ownership.keepers import keeper
from stack_verify.policy import Policy
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.cloudwatch import Alarm
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.ecr import Repository
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import LoadBalancer, TargetGroup
from stack_verify.resources.iam import SERVICE_LINKED, ManagedPolicy, Role, of_aws
from stack_verify.resources.iam_users import User
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Evidence, Question, reading_of, unrecorded
from stack_verify.resources.s3 import Bucket
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.sns import Topic
from stack_verify.resources.stack import DeclaredResource, StackOutput, StackOutputs
from stack_verify.resources.tagging import Tagged, TaggedResource, TagList
from stack_verify.snapshot import Snapshot


@control(
    "outputs-resolve-live",
    "Every resource that the outputs name exists",
    severity=Severity.CRITICAL,
    citations=hipaa("164.308(a)(8)"),
    remediation="Deploy the stack again, or correct the output: what it names does not exist.",
    rationale="An output that names nothing live makes every later check of it empty.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/laws-regulations/index.html",
    where=lambda output: output.reference is not None or parse_arn(output.value) is not None,
)
def outputs_resolve_live(output: StackOutput, snapshot: Snapshot, policy: Policy) -> Verdict:
    arn, caller = parse_arn(output.value), snapshot.caller
    found = snapshot.find(output.reference) if output.reference is not None else ()
    if arn and arn.account not in ("", "aws", caller.account) and not any(each.arn == output.value for each in found):
        observed = f"{output.value} belongs to account {arn.account}, and nothing of it is read from here"
        return verified_elsewhere(observed, keeper=keeper(arn.account, policy))
    existing = _exists(output.reference, snapshot, policy)
    kind = irregular(output.value)
    if kind is not None and existing.status is not Status.PASSED and existing.elsewhere is None:
        raise Unanswered(f"it cannot be recognised as {kind}: its id does not look like one, and AWS knows none such")
    return existing


@control(
    "outputs-complete",
    "No output that the stack's program promises is missing",
    severity=Severity.CRITICAL,
    citations=hipaa("164.308(a)(8)"),
    remediation="Export the outputs of the deployed stack again; whatever they lack is not verified.",
    rationale="What the outputs leave out is not verified, and nobody notices.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/laws-regulations/index.html",
    reads=(),
)
def outputs_complete(outputs: StackOutputs, _snapshot: Snapshot, policy: Policy) -> Verdict:
    promised = {*(outputs.in_state or ()), *policy.required_outputs}
    if not promised:
        return not_applicable("no state was given, and the policy requires no outputs by name")
    missing = sorted(promised - set(outputs.names))
    observed = f"{len(outputs.names)} outputs, {len(promised)} promised; missing: {', '.join(missing) or 'none'}"
    return verdict(not missing, observed, expected="none")


@control(
    "inventory-in-state-not-in-account",
    "Every resource that the state declares exists",
    severity=Severity.HIGH,
    citations=hipaa("164.310(d)(2)(iii)", "164.308(a)(7)(ii)(B)"),
    remediation="Refresh the stack's state and deploy again; find out who removed the resource.",
    rationale="A safeguard that the state declares and nobody finds protects nothing.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/resource-config-reference.html",
    where=lambda declared: declared.reference is not None,
)
def inventory_in_state_not_in_account(declared: DeclaredResource, snapshot: Snapshot, policy: Policy) -> Verdict:
    existing = _exists(declared.reference, snapshot, policy)
    if existing.status is not Status.FAILED or declared.reference is None:
        return existing
    return structs.replace(existing, observed=f"{existing.observed}; {told(snapshot, declared.reference)}")


@control(
    "required-tags",
    "Every resource of the stack carries the required tags",
    severity=Severity.MEDIUM,
    citations=hipaa("164.310(d)(2)(iii)"),
    config_rule="required-tags",
    remediation="Add the missing tags to the resource in the program.",
    rationale="Who owns what, and what holds ePHI, is known in an incident only if it is written on the resource.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/required-tags.html",
    reads=(DeclaredResource, StackOutput, TagList, TaggedResource),
)
def required_tags(resource: Tagged, snapshot: Snapshot, policy: Policy) -> Verdict:
    reason = _not_the_stacks(resource, snapshot)
    if reason is not None:
        return not_applicable(reason)
    if not policy.required_tags:
        return not_applicable("the policy requires no tags")
    tags = snapshot.tags_of(resource)
    missing = [key for key in policy.required_tags if not tags.get(key)]
    observed = f"tags {', '.join(tags) or 'none'}; missing: {', '.join(missing) or 'none'}"
    return verdict(not missing, observed, expected=f"all of {', '.join(policy.required_tags)}")


@control(
    "env-suffix-in-names",
    "Every name that the stack chose carries its environment suffix",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Build the name from the environment suffix; most resources are replaced when they are renamed.",
    rationale="A name without its environment is changed or deleted in the wrong one.",
    source="https://docs.aws.amazon.com/whitepapers/latest/tagging-best-practices/tagging-best-practices.html",
    reads=(DeclaredResource, StackOutput, TagList, TaggedResource),
)
def env_suffix_in_names(resource: Tagged, snapshot: Snapshot, _policy: Policy) -> Verdict:
    suffix = snapshot.stack.environment_suffix
    if suffix is None:
        return not_applicable("the outputs name no environment suffix")
    reason = _not_the_stacks(resource, snapshot)
    if reason is not None:
        return not_applicable(reason)
    name = _chosen_name(resource) or snapshot.tags_of(resource).get("Name")
    if name is None:
        return not_applicable("it has no name")
    # A word of the name: "prod" is not in "production".
    carried = re.search(rf"(?<![A-Za-z0-9]){re.escape(suffix)}(?![A-Za-z0-9])", name)
    return verdict(carried is not None, f"its name is {name}", expected=f"a name with {suffix}")


@control(
    "no-placeholder-values",
    "No live configuration holds a placeholder",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Set the real value in the stack's settings and deploy again.",
    rationale="A value that was to be replaced is one that nobody chose, and that attackers try first.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/laws-regulations/index.html",
    reads=(DeclaredResource, StackOutput, TagList, TaggedResource),
)
def no_placeholder_values(resource: Tagged, snapshot: Snapshot, _policy: Policy) -> Verdict:
    reason = _not_the_stacks(resource, snapshot)
    if reason is not None:
        return not_applicable(reason)
    texts = [*_texts(resource), *((f"Tags {key}", value) for key, value in snapshot.tags_of(resource).items())]
    found = sorted({f"{field}: {placeholder}" for field, text in texts if (placeholder := placeholder_in(text))})
    call = resource.observed_by
    field = f"{resource.id} every field"
    reading_of(Evidence(api=call.api, request_id=call.request_id, at=call.at, field=field, value=found))
    return verdict(not found, f"{len(texts)} texts, placeholders: {', '.join(found) or 'none'}", expected="none")


def _exists(reference: Question | None, snapshot: Snapshot, policy: Policy) -> Verdict:
    if reference is None:
        return not_applicable("it names a resource of a kind that is not read")
    found = snapshot.find(reference)
    named = f"{reference.kind} {reference.key}"
    if not found:
        return failed(f"AWS answers that there is no {named}", expected="a live resource")
    kept = snapshot.elsewhere(reference)
    if kept is not None:
        return verified_elsewhere(kept.text(), keeper=keeper(kept.account, policy))
    for task in found:
        if isinstance(task, TaskDefinition) and task.status != "ACTIVE":
            return failed(f"{named} is {task.status}", expected="a live resource")
    where = {each.observed_by.region for each in found} - {snapshot.caller.region}
    return passed(f"{named} exists{f' in {min(where)}' if where else ''}")


def _not_the_stacks(resource: Tagged, snapshot: Snapshot) -> str | None:
    """Why the resource's name and tags are not the stack's to choose; None where they are."""
    with unrecorded():
        match resource:
            case Secret() if resource.owning_service is not None:
                return f"the service {resource.owning_service} made and manages it"
            case Key() if resource.key_manager != "CUSTOMER":
                return "it is a key of AWS's own"
            case Role() if resource.path.startswith(SERVICE_LINKED):
                return "AWS made it for one of its services"
            case ManagedPolicy() if of_aws(resource.policy_arn):
                return "it is a policy of AWS's own"
    return None if snapshot.names(resource) else "neither the outputs nor the state nor the stack's tags name it"


def _chosen_name(resource: Tagged) -> str | None:  # noqa: C901, PLR0911, PLR0912 - a line for each kind
    """The name that whoever makes the resource gives it; None for a kind that AWS names, or where AWS named it."""
    match resource:
        case Alarm():
            return resource.alarm_name
        case Bucket() | Secret() | Trail():
            return resource.name
        case Cluster():
            return resource.cluster_name
        case DBInstance():
            return resource.db_instance_identifier
        case LoadBalancer():
            return resource.load_balancer_arn.split("/")[2]
        case LogGroup():
            return resource.log_group_name
        case Repository():
            return resource.repository_name
        case Role():
            return resource.role_name
        case SecurityGroup():
            return None if resource.group_name == "default" else resource.group_name
        case Service():
            return resource.service_name
        case TargetGroup():
            return resource.target_group_arn.split("/")[1]
        case TaskDefinition():
            return resource.family
        case Topic():
            return resource.topic_arn.rpartition(":")[2]
        case User():
            return resource.user_name
    return None


def _texts(resource: Tagged) -> Iterator[tuple[str, str]]:
    """Every text in the resource's fields, each with the field it is in; the evidence for them is of one piece."""
    fields = msgspec.to_builtins(resource)
    for field in fields.keys() - {"ObservedBy", "ResourceType", "Tags"}:
        yield from ((field, text) for text in _within(fields[field]))


def _within(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for item in value.values() for text in _within(item))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _within(item))
