"""Who may open a shell in a task, and what a task may do in its host's network."""

from __future__ import annotations

import pytest
from stack_verify.controls.ecs.services import (
    ecs_container_insights,
    ecs_exec_restricted,
    ecs_host_mode_user,
    ecs_latest_platform,
    ecs_memory_limit,
    ecs_no_public_ip,
    ecs_role_separation,
    ecs_tasks_in_private_subnets,
)
from stack_verify.core.control import Status
from stack_verify.resources.ecs import Cluster, Service, TaskDefinition
from stack_verify.resources.kms import Key
from support.hand_made import answered, arn, judged, snapshot

CLUSTER, SERVICE, TASK = arn("ecs", "cluster/main"), arn("ecs", "service/main/web"), arn("ecs", "task-definition/web:1")
KEY = arn("kms", "key/1")
GROUP = {"cloudWatchLogGroupName": "shells", "cloudWatchEncryptionEnabled": True}
BUCKET = {"s3BucketName": "shells", "s3EncryptionEnabled": True}


def service(**fields: object) -> Service:
    named = {"serviceArn": SERVICE, "serviceName": "web", "clusterArn": CLUSTER, "taskDefinition": TASK}
    return answered(Service, **named, **{"enableExecuteCommand": True, "networkConfiguration": {}, **fields})


def told(logging: str, log: dict[str, object] | None, key: Key | None) -> Status:
    sessions = {"kmsKeyId": KEY, "logging": logging, **({"logConfiguration": log} if log is not None else {})}
    fields = {"clusterName": "main", "clusterArn": CLUSTER, "settings": []}
    cluster = answered(Cluster, **fields, configuration={"executeCommandConfiguration": sessions})
    held = snapshot(service(), cluster, *([key] if key else []))
    return judged(ecs_exec_restricted, held, "dev")[SERVICE]


@pytest.mark.parametrize("log", [GROUP, BUCKET, {**GROUP, **BUCKET}])
def test_sessions_that_are_logged_encrypted_are_judged_by_their_key(log):
    fields = {"KeyId": "1", "Arn": KEY, "KeyManager": "AWS", "KeyState": "Enabled"}
    aws_own = answered(Key, **fields, KeyUsage="ENCRYPT_DECRYPT", KeySpec="SYMMETRIC_DEFAULT", Origin="AWS_KMS")
    assert told("OVERRIDE", log, aws_own) is Status.FAILED
    assert told("OVERRIDE", log, None) is Status.ERROR


@pytest.mark.parametrize(
    ("logging", "log"),
    [
        ("DEFAULT", GROUP),
        ("NONE", GROUP),
        ("DEFAULT", None),
        ("OVERRIDE", None),
        ("OVERRIDE", {}),
        ("OVERRIDE", {**GROUP, "cloudWatchEncryptionEnabled": False}),
        ("OVERRIDE", {**GROUP, **BUCKET, "s3EncryptionEnabled": False}),
        ("OVERRIDE", {**GROUP, **BUCKET, "cloudWatchEncryptionEnabled": False}),
    ],
)
def test_sessions_that_are_not_logged_encrypted_everywhere_fail_whatever_their_key(logging, log):
    assert told(logging, log, None) is Status.FAILED


@pytest.mark.parametrize("control", [ecs_no_public_ip, ecs_tasks_in_private_subnets])
def test_tasks_in_their_hosts_network_have_no_interface_to_judge(control):
    assert judged(control, snapshot(service())) == {SERVICE: Status.NOT_APPLICABLE}


def test_tasks_on_ec2_have_no_platform_version():
    assert judged(ecs_latest_platform, snapshot(service())) == {SERVICE: Status.NOT_APPLICABLE}
    assert judged(ecs_latest_platform, snapshot(service(platformVersion="1.3.0"))) == {SERVICE: Status.FAILED}


def task(*containers: dict[str, object], **fields: object) -> TaskDefinition:
    definitions = [{"name": f"app{number}", "image": "web:1", **each} for number, each in enumerate(containers)]
    named = {"taskDefinitionArn": TASK, "family": "web", "status": "ACTIVE", "containerDefinitions": definitions}
    return answered(TaskDefinition, **named, **fields)


@pytest.mark.parametrize(
    ("mode", "container", "status"),
    [
        ("host", {"user": "1000"}, Status.PASSED),
        ("host", {"user": "1000", "privileged": True}, Status.FAILED),
        ("host", {"user": "root"}, Status.FAILED),
        ("host", {}, Status.FAILED),
        ("awsvpc", {"privileged": True}, Status.PASSED),
    ],
)
def test_in_the_hosts_network_nobody_is_root_or_privileged(mode, container, status):
    assert judged(ecs_host_mode_user, snapshot(task(container, networkMode=mode))) == {TASK: status}


@pytest.mark.parametrize(
    ("containers", "fields", "status"),
    [
        ([{}], {"memory": "512"}, Status.PASSED),
        ([{"memory": 256}, {"memory": 256}], {}, Status.PASSED),
        ([{"memory": 256}, {}], {}, Status.FAILED),
    ],
)
def test_memory_is_limited_for_the_task_or_for_each_container(containers, fields, status):
    assert judged(ecs_memory_limit, snapshot(task(*containers, **fields))) == {TASK: status}


@pytest.mark.parametrize(
    ("roles", "status"),
    [
        ({"taskRoleArn": "a", "executionRoleArn": "b"}, Status.PASSED),
        ({"taskRoleArn": "a", "executionRoleArn": "a"}, Status.FAILED),
        ({"taskRoleArn": "a"}, Status.FAILED),
        ({"executionRoleArn": "b"}, Status.FAILED),
    ],
)
def test_a_task_has_a_role_of_its_own(roles, status):
    assert judged(ecs_role_separation, snapshot(task({}, **roles))) == {TASK: status}


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ([{"name": "containerInsights", "value": "enabled"}], Status.PASSED),
        ([{"name": "containerInsights", "value": "disabled"}], Status.FAILED),
        ([{"name": "another", "value": "enabled"}], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_container_insights_is_a_setting_of_its_own(settings, status):
    cluster = answered(Cluster, clusterName="main", clusterArn=CLUSTER, settings=settings)
    assert set(judged(ecs_container_insights, snapshot(cluster)).values()) == {status}
