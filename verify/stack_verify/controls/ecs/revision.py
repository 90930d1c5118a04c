"""Amazon ECS: the revision that runs and the one that the state declares."""

from __future__ import annotations

from stack_verify.controls.stack.last_change import told
from stack_verify.core.control import Severity, Verdict, control, failed, hipaa, not_applicable, passed
from stack_verify.policy import Policy
from stack_verify.resources.cloudtrail import LastChange
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.resource import unrecorded
from stack_verify.resources.stack import NO_STATE, DeclaredResource
from stack_verify.snapshot import Snapshot


@control(
    "ecs-running-revision-is-declared",
    "The service runs the task definition revision that the state declares",
    severity=Severity.HIGH,
    citations=hipaa("164.312(c)(1)", "164.308(a)(8)"),
    remediation="Deploy again, so that the service runs the declared revision; find out who deployed the other.",
    rationale="A revision that no state declares was not reviewed.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_definitions.html",
    reads=(DeclaredResource, LastChange, TaskDefinition),
)
def ecs_running_revision_is_declared(service: Service, snapshot: Snapshot, _policy: Policy) -> Verdict:
    with unrecorded():
        states = snapshot.of(DeclaredResource)
        references = [each.reference for each in states if each.reference is not None]
    revisions = {reference.key for reference in references if reference.kind == TaskDefinition.kind()}
    if not states:
        return not_applicable(NO_STATE)
    if not snapshot.declares(service):
        return not_applicable("the state does not declare the service, as inventory-in-account-not-in-state says")
    if service.controller != "ECS":
        return not_applicable(f"its deployment controller is {service.controller}, which decides what it runs")
    latest = {each.task_definition for each in service.deployments if each.status == "PRIMARY"}
    latest.add(service.task_definition)
    older = {each.task_definition for each in service.deployments if each.running_count} - latest
    observed = f"it runs {', '.join(sorted(latest | older))}"
    if latest <= revisions and older - revisions and _under_way(service):
        # A canary or a linear deployment takes its time; the revision before it leaves in the end.
        return passed(f"{observed}; a rollout of the declared revision is under way")
    if latest | older <= revisions:
        return passed(observed)
    who = told(snapshot, Service.ask(service.service_arn))
    return failed(f"{observed}; {who}", expected=f"none but {', '.join(sorted(revisions)) or 'none'}")


def _under_way(service: Service) -> bool:
    return any(each.status == "PRIMARY" and each.rollout_state == "IN_PROGRESS" for each in service.deployments)
