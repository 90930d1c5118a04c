"""Of two target groups that a deployment moves requests between, the one that gets them is judged."""

from __future__ import annotations

import pytest
from msgspec import convert
from stack_verify.controls.elbv2.targets import target_health_healthy
from stack_verify.controls.network.path import path_alb_egress_reaches_targets, path_tg_port_equals_container_port
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.network.production import production_groups
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ecs import LoadBalancer as Registration
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import Listener, ListenerRule, LoadBalancer, TargetGroup, TargetGroupHealth
from stack_verify.snapshot import Snapshot
from support.hand_made import answered, arn, denied, judged, observed, snapshot
from support.made_network import group

BLUE, GREEN = (arn("elasticloadbalancing", f"targetgroup/{each}/1") for each in ("blue", "green"))
BALANCER = arn("elasticloadbalancing", "loadbalancer/app/web/1")
LISTENER, RULE = (
    arn("elasticloadbalancing", "listener/app/web/1/2"),
    arn("elasticloadbalancing", "listener-rule/app/web/1/2/3"),
)
REVISION = arn("ecs", "task-definition/web:1")  # fmt: skip


def entry(target: str, alternate: str | None = None, rule: str = RULE) -> dict[str, object]:
    advanced = {"alternateTargetGroupArn": alternate, "productionListenerRule": rule}
    known = {"advancedConfiguration": advanced} if alternate else {}
    return {"targetGroupArn": target, "containerName": "web", "containerPort": 8080, **known}


def service(*entries: dict[str, object], controller: str = "ECS", **more: object) -> Service:
    return answered(
        Service,
        serviceArn=arn("ecs", "service/main/web"),
        serviceName="web",
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition=REVISION,
        deploymentController={"type": controller},
        desiredCount=1,
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-web"]}},
        loadBalancers=entries,
        **more,
    )


def forwarding(blue: int, green: int) -> dict[str, object]:
    shares = [{"TargetGroupArn": BLUE, "Weight": blue}, {"TargetGroupArn": GREEN, "Weight": green}]
    return {"Type": "forward", "ForwardConfig": {"TargetGroups": shares}}


def held(deployed: Service, blue: int, green: int, *, well: str = GREEN, rules: bool = True) -> Snapshot:
    """The stack with all tasks in ``well``; the group that has none has another health check port, too."""
    health = {"Target": {"Id": "10.0.1.8", "Port": 8080}, "TargetHealth": {"State": "healthy"}}
    targets = [
        resource
        for each in (BLUE, GREEN)
        for resource in (
            answered(TargetGroup, TargetGroupArn=each, Port=(80, 8080)[each == well], HealthCheckPort="traffic-port"),
            answered(TargetGroupHealth, TargetGroup=each, TargetHealthDescriptions=[health] * (each == well)),
        )
    ]  # fmt: skip
    rule = answered(ListenerRule, RuleArn=RULE, IsDefault=False, Actions=[forwarding(blue, green)])
    standing = {"VpcId": "vpc-1", "AvailabilityZones": [], "SecurityGroups": ["sg-alb"]}
    balancer = answered(LoadBalancer, LoadBalancerArn=BALANCER, Type="application", **standing)
    mapped = [{"name": "web", "image": "web", "portMappings": [{"containerPort": 8080}]}]
    revision = answered(TaskDefinition, taskDefinitionArn=REVISION, family="web", containerDefinitions=mapped)
    subnet = answered(Subnet, SubnetId="subnet-1", VpcId="vpc-1", CidrBlock="10.0.1.0/24")
    around = (balancer, revision, subnet, group("sg-alb"), group("sg-web"), *([rule] if rules else []))
    lists = ((TargetGroup, BALANCER), *(((ListenerRule, LISTENER),) if rules else ()))
    return snapshot(deployed, *targets, *around, lists=lists, gaps=() if rules else (denied(ListenerRule, LISTENER),))


def serving(controller: str, target: str) -> Service:
    """A service that another controller rolls out: its task set in production is registered in ``target``."""
    sets = [
        {"status": "DRAINING", "taskDefinition": REVISION, "loadBalancers": [entry(BLUE)]},
        {
            "status": "PRIMARY",
            "taskDefinition": REVISION,
            "loadBalancers": [entry(target)],
            "networkConfiguration": {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-web"]}},
        },
    ]
    return service(entry(BLUE), controller=controller, taskSets=sets)


MOVED = [
    (service(entry(BLUE, GREEN)), 0, 1),
    (serving("CODE_DEPLOY", GREEN), 0, 1),
    (serving("EXTERNAL", GREEN), 0, 1),
]


@pytest.mark.parametrize(("deployed", "blue", "green"), MOVED, ids=["ECS", "CodeDeploy", "external"])
def test_after_a_deployment_the_alternate_group_is_judged_and_the_first_is_idle(deployed, blue, green):
    """T04: the tasks are in the alternate group, and the first is empty."""
    seen = held(deployed, blue, green)
    for control in (target_health_healthy, path_tg_port_equals_container_port):
        assert judged(control, seen, "dev") == {BLUE: Status.NOT_APPLICABLE, GREEN: Status.PASSED}
    assert observed(path_alb_egress_reaches_targets, seen).startswith("to tcp 8080 of web by ")


@pytest.mark.parametrize(("deployed", "blue", "green"), MOVED, ids=["ECS", "CodeDeploy", "external"])
def test_a_group_that_gets_requests_and_has_no_tasks_fails_wherever_they_are(deployed, blue, green):
    """T04's twin: the tasks are in the group that gets no requests."""
    found = judged(target_health_healthy, held(deployed, blue, green, well=BLUE), "dev")
    assert found == {BLUE: Status.NOT_APPLICABLE, GREEN: Status.FAILED}


def test_of_a_canary_both_groups_get_requests():
    found = judged(target_health_healthy, held(service(entry(BLUE, GREEN)), 90, 10), "dev")
    assert found == {BLUE: Status.FAILED, GREEN: Status.PASSED}


def test_a_rule_that_sends_to_neither_leaves_none_idle():
    found = judged(target_health_healthy, held(service(entry(BLUE, GREEN)), 0, 0), "dev")
    assert found == {BLUE: Status.FAILED, GREEN: Status.PASSED}


def test_which_group_is_idle_is_not_guessed():
    found = judged(target_health_healthy, held(service(entry(BLUE, GREEN)), 0, 1, rules=False), "dev")
    assert found == {BLUE: Status.ERROR, GREEN: Status.ERROR}


def test_of_a_network_load_balancer_the_listener_itself_is_the_rule():
    known = answered(Listener, ListenerArn=LISTENER, LoadBalancerArn=BALANCER, DefaultActions=[forwarding(0, 1)])
    pair = convert(entry(BLUE, GREEN, LISTENER), Registration)
    assert production_groups(pair, snapshot(known)) == (GREEN,)


def test_a_service_of_an_external_controller_without_tasks_in_production_is_not_known():
    with pytest.raises(Unanswered, match="none of them is PRIMARY"):
        list(service(controller="EXTERNAL").refers_to())
