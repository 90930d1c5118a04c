"""Declared versus live: what the state says of the stack is what AWS says, and there is nothing besides."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.controls.stack.last_change import told
from stack_verify.core.control import (
    Severity,
    Verdict,
    control,
    failed,
    hipaa,
    not_applicable,
    passed,
    verified_elsewhere,
)
from stack_verify.detect.references import kind_of_type
from stack_verify.drift import table_of
from stack_verify.drift.compare import compare
from stack_verify.errors import Unanswered
from stack_verify.network.standing import DEFAULT
from stack_verify.ownership.keepers import keeper
from stack_verify.ownership.owners import Owner, Ownership, of_tags
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import (
    VPC,
    FlowLog,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VPCEndpoint,
)
from stack_verify.resources.ec2_placement import InVpc
from stack_verify.resources.ec2_routing import NetworkAcl, RouteTable
from stack_verify.resources.ec2_storage import EbsSnapshot, Volume
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.ecs_cluster import Cluster
from stack_verify.resources.elbv2 import Listener, LoadBalancer, TargetGroup
from stack_verify.resources.iam import SERVICE_LINKED, ManagedPolicy, Role, of_aws
from stack_verify.resources.kms import Key
from stack_verify.resources.rds import DatabasesOfVpc, DBInstance
from stack_verify.resources.resource import Question, unrecorded
from stack_verify.resources.secretsmanager import Secret
from stack_verify.resources.stack import NO_STATE, DeclaredResource
from stack_verify.resources.tagging import Tagged
from stack_verify.snapshot import Snapshot

# The controls that compare what the state declares with what is live.
DRIFT = frozenset({"drift-live-vs-declared", "ecs-running-revision-is-declared", "inventory-in-account-not-in-state"})


def _can_be_declared(resource: Tagged) -> bool:
    """Whether somebody makes such resources, rather than AWS for one of its services."""
    match resource:
        case Secret():
            made_by_aws = resource.owning_service is not None
        case Key():
            made_by_aws = resource.key_manager != "CUSTOMER"
        case ManagedPolicy():
            made_by_aws = of_aws(resource.policy_arn)
        case Role():
            made_by_aws = resource.path.startswith(SERVICE_LINKED)
        case SecurityGroup():
            made_by_aws = resource.group_name == DEFAULT
        case RouteTable():
            made_by_aws = any(association.main for association in resource.associations)
        case VPCEndpoint():
            made_by_aws = resource.requester_managed
        case Volume():
            # Most are disks of instances, which declare them as a part.
            made_by_aws = resource.is_attached
        case _:
            # Backups of many kinds make snapshots, with the tags of the volume.
            made_by_aws = isinstance(resource, EbsSnapshot | NetworkAcl | NetworkInterface)
    return not made_by_aws


@control(
    "drift-live-vs-declared",
    "Live resources match the declared state",
    severity=Severity.HIGH,
    citations=hipaa("164.312(c)(1)", "164.308(a)(8)"),
    remediation="Find out who changed it (CloudTrail). Deploy again to undo it, or declare it and have it reviewed.",
    rationale="A change that no state declares was not reviewed.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/guidance/index.html",
    where=lambda declared: table_of(declared.type) is not None or declared.by_cloudformation,
)
def drift_live_vs_declared(  # noqa: PLR0911 - a line for each case
    declared: DeclaredResource, snapshot: Snapshot, policy: Policy
) -> Verdict:
    if declared.by_cloudformation:
        return not_applicable("CloudFormation's own drift detection compares properties; not compared here")
    table = table_of(declared.type)
    if table is None or declared.about is None:
        return not_applicable("it names nothing that could be read")
    found = snapshot.find(declared.about)
    kept = snapshot.elsewhere(declared.about)
    if kept is not None:
        return verified_elsewhere(kept.text(), keeper=keeper(kept.account, policy))
    named = f"{declared.about.kind} {declared.about.key}"
    if not found:
        return _gone(declared, declared.about, snapshot)
    compared, differences = compare(declared, table, found, snapshot)
    if differences:
        each_one = "; ".join(f"{each.path}: declared {each.declared}, live {each.live}" for each in differences)
        return failed(f"{named}: {each_one}; {told(snapshot, declared.about)}", expected="as the state declares it")
    if declared.unread_properties:
        raise Unanswered(f"the state holds {', '.join(declared.unread_properties)} in a form that is not known")
    secret = f"; secret and not compared: {', '.join(declared.secret_properties)}" if declared.secret_properties else ""
    if not compared:
        return not_applicable(f"it declares nothing that is compared{secret}")
    return passed(f"{named}: {compared} properties are as declared{secret}")


def _gone(declared: DeclaredResource, about: Question, snapshot: Snapshot) -> Verdict:
    named = f"{about.kind} {about.key}"
    if declared.reference is not None:
        return not_applicable(f"there is no {named}, as inventory-in-state-not-in-account says")
    gone = f"AWS answers that there is no {named}; {told(snapshot, about)}"
    return failed(gone, expected="what the state declares of it")


@control(
    "inventory-in-account-not-in-state",
    "The state declares every resource of the stack in the account",
    severity=Severity.HIGH,
    citations=hipaa("164.310(d)(2)(iii)", "164.308(a)(1)(ii)(A)"),
    remediation="Declare the resource and import it into the state, or delete it; find out who made it.",
    rationale="What no program declares no review and no next deployment sees.",
    source="https://www.hhs.gov/hipaa/for-professionals/security/guidance/index.html",
    where=_can_be_declared,
)
def inventory_in_account_not_in_state(resource: Tagged, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not snapshot.of(DeclaredResource):
        _every_stack_known(snapshot)
        return not_applicable(NO_STATE)
    strangers = tuple(_strangers(resource, snapshot)) if isinstance(resource, VPC) else ()
    if strangers:
        for kind in sorted({each.kind for each in strangers}):
            _all_declared_known(kind, snapshot)
        named = ", ".join(f"{each.kind} {each.key}" for each in strangers)
        return failed(
            f"the state does not declare {named} in it; {told(snapshot, *strangers)}", expected="nothing undeclared"
        )
    if snapshot.declares(resource):
        return passed("the state declares it")
    why = _belongs(resource, snapshot)
    if why is None:
        return not_applicable("the stack uses it, and nothing tells that it is its own")
    _all_declared_known(resource.kind(), snapshot)
    if (owned := _others(resource, snapshot)) is not None:
        return not_applicable(owned.why)
    who = told(snapshot, Question(resource.kind(), resource.id))
    return failed(f"the state does not declare it, though {why}; {who}", expected="declared by the stack's state")


def _every_stack_known(snapshot: Snapshot) -> None:
    """That CloudFormation answered for every stack that declares resources.

    Raises:
        Unanswered: when it did not.
    """
    for gap in snapshot.gaps:
        if gap.question.kind == DeclaredResource.kind():
            raise Unanswered(f"what stack {gap.question.key} declares is not known: {gap.text()}")


def _all_declared_known(kind: str, snapshot: Snapshot) -> None:
    """That AWS answered for all of the kind that the state declares: what it did not may be the one at hand.

    Raises:
        Unanswered: when it did not.
    """
    _every_stack_known(snapshot)
    with unrecorded():
        asked = {each.reference for each in snapshot.of(DeclaredResource) if each.reference is not None}
        unnamed = [each.type for each in snapshot.of(DeclaredResource) if each.reference is None]
    for gap in snapshot.gaps:
        if gap.question in asked and gap.question.kind == kind:
            raise Unanswered(f"{kind} {gap.question.key}, which the state declares, is not known: {gap.text()}")
    if any(kind_of_type(each) == kind for each in unnamed):
        raise Unanswered(f"the state declares a {kind} that cannot be recognised, which may be this one")


def _belongs(resource: Tagged, snapshot: Snapshot) -> str | None:  # noqa: PLR0911 - a line for each way
    """Why the resource is the stack's own; None where nothing tells that it is."""
    if snapshot.tags(resource):
        return "it carries the stack's tags"
    match resource:
        case Listener():
            return _attached(LoadBalancer.ask(resource.load_balancer_arn), snapshot)
        case Service():
            return _attached(Cluster.ask(resource.cluster_arn), snapshot)
        case DBInstance():
            return _attached(VPC.ask(resource.db_subnet_group.vpc_id), snapshot)
        case LoadBalancer() | InVpc():
            return _attached(VPC.ask(resource.vpc_id), snapshot)
        case TaskDefinition():
            return _run_by(resource, snapshot)
        case TargetGroup():
            return _served_by(resource, snapshot)
    return None


def _others(resource: Tagged, snapshot: Snapshot) -> Ownership | None:
    """That AWS made the resource for one of its services, or another stack made it; None where nothing says so."""
    forms = [each for name in ("group_name", "service_name") if (each := getattr(resource, name, None))]
    found = of_tags(snapshot.tags_of(resource), *forms, stack=snapshot.stack.name)
    return None if found is None or found.owner is Owner.STACK else found


def _attached(parent: Question, snapshot: Snapshot) -> str | None:
    found = snapshot.find(parent)
    return f"it is in {parent.key}, which it declares" if any(snapshot.declares(each) for each in found) else None


def _run_by(task: TaskDefinition, snapshot: Snapshot) -> str | None:
    with unrecorded():
        services = [each for each in snapshot.subjects(Service) if each.revision == task.task_definition_arn]
    return next((f"{each.service_name} runs it" for each in services if snapshot.declares(each)), None)


def _served_by(group: TargetGroup, snapshot: Snapshot) -> str | None:
    with unrecorded():
        balancers = [each for each in snapshot.subjects(LoadBalancer) if snapshot.declares(each)]
    served = ((each, snapshot.within(TargetGroup, each.load_balancer_arn)) for each in balancers)
    return next((f"{each.load_balancer_arn} forwards to it" for each, groups in served if group in groups), None)


def _strangers(vpc: VPC, snapshot: Snapshot) -> Iterator[Question]:
    """What stands in a declared VPC, is no part of the stack that would be judged itself, and is not declared."""
    if not snapshot.declares(vpc):
        return
    for kind in (SecurityGroup, Subnet, RouteTable, InternetGateway, NatGateway, VPCEndpoint, FlowLog):
        judged = snapshot.subjects(kind)
        for each in snapshot.within(kind, vpc.vpc_id):
            if not _can_be_declared(each) or each in judged or snapshot.declares(each):
                continue
            if _others(each, snapshot) is None:
                yield Question(each.kind(), each.id)
    with unrecorded():
        known = {each.db_instance_arn for each in snapshot.subjects(DBInstance)}
    found = snapshot.require(DatabasesOfVpc, vpc.vpc_id).db_instance_arns
    yield from (DBInstance.ask(arn) for arn in found if arn not in known)
