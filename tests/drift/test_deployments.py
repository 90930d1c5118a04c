"""Deployments move revisions, target groups and weights between what is declared: that is not drift."""

from __future__ import annotations

import pytest
from stack_verify.controls.stack.drift import drift_live_vs_declared
from stack_verify.core.control import Status
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import Listener, ListenerRule
from support.hand_made import answer, answered, arn, denied, of_answers, said_of
from support.made_declarations import declared

BLUE, GREEN, OTHER = (arn("elasticloadbalancing", f"targetgroup/{each}/1") for each in ("blue", "green", "other"))
LISTENER = arn("elasticloadbalancing", "listener/app/web/1/2")
RULE = arn("elasticloadbalancing", "listener-rule/app/web/1/2/3")
SERVICE = arn("ecs", "service/main/web")
IN_GREEN = [{"targetGroupArn": GREEN}]


def service(controller: str = "ECS", *, alternate: str | None = GREEN, **more: object) -> Service:
    advanced = {"advancedConfiguration": {"alternateTargetGroupArn": alternate, "productionListenerRule": RULE}}
    return answered(
        Service,
        serviceArn=SERVICE,
        serviceName="web",
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition="web:1",
        deploymentController={"type": controller},
        enableExecuteCommand=False,
        loadBalancers=[
            {"targetGroupArn": BLUE, "containerName": "web", "containerPort": 80, **(advanced if alternate else {})}
        ],
        **more,
    )


def forward(*groups: tuple[str, int]) -> dict[str, object]:
    shares = [{"TargetGroupArn": each, "Weight": weight} for each, weight in groups]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": shares}}


def listener(*groups: tuple[str, int]) -> Listener:
    return answered(
        Listener,
        ListenerArn=LISTENER,
        LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/app/web/1"),
        Port=80,
        Protocol="HTTP",
        DefaultActions=[forward(*groups)],
    )


def told(live: tuple[tuple[str, int], ...], *around: Service, gaps: tuple[object, ...] = ()) -> Status:
    """What is said of a listener's default action and of its rule, which both are declared to forward to blue."""
    action = {"type": "forward", "targetGroupArn": BLUE}
    own = declared("aws:lb/listener:Listener", Listener.ask(LISTENER), "listener", defaultActions=[action])
    rule = declared(
        "aws:lb/listenerRule:ListenerRule", Listener.ask(LISTENER), "rule", own=False, listenerArn=LISTENER,
        actions=[action],
    )  # fmt: skip
    rules = answered(ListenerRule, RuleArn=RULE, IsDefault=False, Actions=[forward(*live)])
    answers = [answer(LISTENER, listener(*live)), answer(LISTENER, rules), answer("state", own, rule)]
    seen = of_answers(*answers, *(answer(each.id, each) for each in around), gaps=gaps)
    (status,) = {said_of(drift_live_vs_declared, seen, name)[0] for name in ("listener", "rule")}
    return status


@pytest.mark.parametrize(
    "live",
    [((BLUE, 1), (GREEN, 0)), ((GREEN, 1), (BLUE, 0)), ((BLUE, 90), (GREEN, 10)), ((GREEN, 1),)],
    ids=["ready", "moved", "canary", "green only"],
)
@pytest.mark.parametrize(
    "deployed",
    [
        service(),
        service("CODE_DEPLOY", alternate=None, taskSets=[{"status": "PRIMARY", "loadBalancers": IN_GREEN}]),
        service("EXTERNAL", alternate=None, taskSets=[{"status": "ACTIVE", "loadBalancers": IN_GREEN}]),
    ],
    ids=["ECS", "CodeDeploy", "external"],
)  # fmt: skip
def test_a_rule_whose_weights_a_deployment_moves_has_not_drifted(live, deployed):
    """T05: the deployment rewrote the forward to both groups; the state declares one."""
    assert told(live, deployed) is Status.PASSED


def test_a_forward_to_a_group_of_no_deployment_has_drifted():
    """T05's twin: the same rewriting by hand, or to a group that no deployment of the service moves requests to."""
    assert told(((BLUE, 1), (OTHER, 0)), service()) is Status.FAILED
    assert told(((GREEN, 1),), service(alternate=None)) is Status.FAILED
    assert told(((GREEN, 1),)) is Status.FAILED


def test_a_service_that_was_not_read_may_be_the_one_whose_deployment_it_was():
    gap = denied(Service, SERVICE)
    assert told(((GREEN, 1),), gaps=(gap,)) is Status.ERROR
    assert told(((BLUE, 1),), gaps=(gap,)) is Status.PASSED


@pytest.mark.parametrize(("controller", "status"), [("CODE_DEPLOY", Status.PASSED), ("ECS", Status.FAILED)])
def test_the_revision_that_codedeploy_deploys_is_not_drift(controller, status):
    """T05's neighbour: CodeDeploy sets the revision and its target group with each deployment."""
    live = service(controller, alternate=None)
    own = declared("aws:ecs/service:Service", Service.ask(SERVICE), taskDefinition="web:2")
    seen = of_answers(answer(SERVICE, live), answer("state", own))
    assert said_of(drift_live_vs_declared, seen, "urn")[0] is status
