"""What an ECS service leaves to a default that opens it is not known, and never a pass."""

from __future__ import annotations

import pytest
from stack_verify.controls.ecs.services import ecs_no_public_ip, ecs_service_steady
from stack_verify.controls.network.path import path_task_ingress_only_from_alb
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.resources.ecs import Service
from support.hand_made import answered, arn, judged, observed, snapshot

SERVICE_ARN = arn("ecs", "service/c/web")


def service(network: dict[str, object], **more: object) -> Service:
    return answered(
        Service,
        serviceArn=SERVICE_ARN,
        serviceName="web",
        clusterArn=arn("ecs", "cluster/c"),
        taskDefinition=arn("ecs", "task-definition/web:1"),
        networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1"], **network}},
        **more,
    )


@pytest.mark.parametrize("named", [{}, {"securityGroups": []}])
def test_tasks_of_a_service_that_names_no_groups_are_in_one_that_was_not_judged(named):
    held = snapshot(service(named))
    assert judged(path_task_ingress_only_from_alb, held) == {SERVICE_ARN: Status.ERROR}
    assert "in the VPC's default one" in observed(path_task_ingress_only_from_alb, held)


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.ERROR),
        ({"assignPublicIp": "ENABLED"}, Status.FAILED),
        ({"assignPublicIp": "DISABLED"}, Status.PASSED),
    ],
)
def test_a_service_gives_no_public_address_when_it_says_so(told, status):
    assert judged(ecs_no_public_ip, snapshot(service(told))) == {SERVICE_ARN: status}


def test_the_settings_of_a_service_deployed_by_others_are_its_task_sets():
    external = service({}, deploymentController={"type": "EXTERNAL"})
    with pytest.raises(Unanswered, match="its settings are those of its task sets"):
        list(external.refers_to())


@pytest.mark.parametrize("controller", [{}, {"deploymentController": {"type": "ECS"}}])
def test_the_settings_of_a_service_that_ecs_deploys_are_its_own(controller):
    asked = {question.kind for question in service({}, **controller).refers_to()}
    assert asked == {"AWS::ECS::Cluster", "AWS::ECS::TaskDefinition", "AWS::EC2::Subnet"}


STEADY = {
    "desiredCount": 2,
    "runningCount": 2,
    "deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": True}},
    "deployments": [
        {"status": "ACTIVE", "rolloutState": "FAILED", "failedTasks": 7},
        {"status": "PRIMARY", "rolloutState": "COMPLETED", "failedTasks": 0},
    ],
}


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.PASSED),
        ({"runningCount": 1}, Status.FAILED),
        ({"runningCount": 3}, Status.PASSED),
        ({"desiredCount": 0, "runningCount": 0}, Status.FAILED),
        ({"deploymentConfiguration": {}}, Status.FAILED),
        ({"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": False, "rollback": True}}}, Status.FAILED),
        ({"deploymentConfiguration": {"deploymentCircuitBreaker": {"enable": True, "rollback": False}}}, Status.FAILED),
        ({"deployments": []}, Status.FAILED),
        ({"deployments": [{"status": "PRIMARY", "rolloutState": "IN_PROGRESS", "failedTasks": 0}]}, Status.ERROR),
        ({"deployments": [{"status": "PRIMARY", "rolloutState": "COMPLETED", "failedTasks": 1}]}, Status.FAILED),
        ({"deployments": [{"status": "PRIMARY", "failedTasks": 0}]}, Status.ERROR),
    ],
)
@pytest.mark.parametrize("controller", [{}, {"deploymentController": {"type": "ECS"}}], ids=["unsaid", "ECS"])
def test_a_service_is_steady_when_all_its_tasks_run_and_a_rollout_that_fails_is_undone(controller, told, status):
    held = snapshot(service({}, **{**STEADY, **told}, **controller))
    assert judged(ecs_service_steady, held) == {SERVICE_ARN: status}


@pytest.mark.parametrize(
    ("desired", "running", "status"),
    [
        (2, 2, Status.PASSED),
        (1, 1, Status.PASSED),
        (2, 1, Status.FAILED),
        (0, 0, Status.FAILED),
    ],
)
def test_of_a_service_that_codedeploy_rolls_out_its_tasks_alone_are_counted(desired, running, status):
    counts = {"desiredCount": desired, "runningCount": running}
    held = snapshot(service({}, **counts, deploymentController={"type": "CODE_DEPLOY"}))
    assert judged(ecs_service_steady, held) == {SERVICE_ARN: status}


@pytest.mark.parametrize("strategy", ["BLUE_GREEN", "LINEAR", "CANARY"])
@pytest.mark.parametrize(("state", "status"), [("IN_PROGRESS", Status.PASSED), ("FAILED", Status.FAILED)])
def test_a_rollout_in_two_groups_takes_its_time_and_needs_no_circuit_breaker(strategy, state, status):
    """T05's neighbour: canary and linear deployments run two revisions for hours."""
    rollout = [{"status": "PRIMARY", "rolloutState": state, "failedTasks": 0}]
    told = {**STEADY, "deployments": rollout, "deploymentConfiguration": {"strategy": strategy}, "runningCount": 4}
    assert judged(ecs_service_steady, snapshot(service({}, **told))) == {SERVICE_ARN: status}
