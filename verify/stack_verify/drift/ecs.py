"""Fields of Amazon ECS: clusters, services, task definitions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stack_verify.drift.deployments import by_ecs
from stack_verify.drift.field import Compare, Table, Value, field, own, set_of, types
from stack_verify.drift.normalize import last_part, yes, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.resources.ecs import ContainerDefinition
from stack_verify.resources.ecs import LoadBalancer as ServiceBalancer
from stack_verify.resources.ecs_cluster import ClusterSetting

_NETWORK = "network_configuration.awsvpc_configuration"


_BREAKER = "deployment_configuration.deployment_circuit_breaker"


def _settings(settings: list[Mapping[str, Any]]) -> Value:
    return set_of(*(f"{each['name']}={each['value']}" for each in settings))


def _live_settings(settings: tuple[ClusterSetting, ...]) -> Value:
    return set_of(*(f"{each.name}={each.value}" for each in settings))


def _balancers(balancers: list[Mapping[str, Any]]) -> Value:
    return set_of(
        *(f"{each['containerName']}:{each['containerPort']} in {each['targetGroupArn']}" for each in balancers)
    )


def _live_balancers(balancers: tuple[ServiceBalancer, ...]) -> Value:
    return set_of(*(f"{each.container_name}:{each.container_port} in {each.target_group_arn}" for each in balancers))


def _containers(text: str) -> Value:
    """What a task definition's containers are, without any value of their environment."""
    return set_of(*(line for container in json.loads(text) for line in _lines(container)))


def _lines(container: Mapping[str, Any]) -> Iterator[str]:
    name = container["name"]
    log = container.get("logConfiguration") or {}
    facts = {
        "image": container["image"],
        "user": container.get("user"),
        "privileged": bool(container.get("privileged")),
        "readonlyRootFilesystem": bool(container.get("readonlyRootFilesystem")),
        "logs to": (log.get("options") or {}).get("awslogs-group"),
        "memory": container.get("memory"),
        "memoryReservation": container.get("memoryReservation"),
    }
    capabilities = (container.get("linuxParameters") or {}).get("capabilities") or {}
    yield from (f"{name} {fact} {value}" for fact, value in facts.items())
    yield from (f"{name} environment {each['name']}" for each in container.get("environment") or ())
    yield from (f"{name} secret {each['name']} from {each['valueFrom']}" for each in container.get("secrets") or ())
    yield from (f"{name} port {each.get('containerPort')}" for each in container.get("portMappings") or ())
    yield from (f"{name} adds {capability}" for capability in capabilities.get("add") or ())


def _live_containers(containers: tuple[ContainerDefinition, ...]) -> Value:
    return set_of(*(line for container in containers for line in _live_lines(container)))


def _live_lines(container: ContainerDefinition) -> Iterator[str]:
    name, log = container.name, container.log_configuration
    yield f"{name} image {container.image}"
    yield f"{name} user {container.user}"
    yield f"{name} privileged {bool(container.privileged)}"
    yield f"{name} readonlyRootFilesystem {bool(container.readonly_root_filesystem)}"
    yield f"{name} logs to {log.options.awslogs_group if log else None}"
    yield f"{name} memory {container.memory}"
    yield f"{name} memoryReservation {container.memory_reservation}"
    yield from (f"{name} environment {each.name}" for each in container.environment)
    yield from (f"{name} secret {each.name} from {each.value_from}" for each in container.secrets)
    yield from (f"{name} port {each.container_port}" for each in container.port_mappings)
    yield from (f"{name} adds {capability}" for capability in container.linux_parameters.capabilities.add)


TABLES = (
    Table(
        types("ecs/cluster:Cluster"),
        (field("settings", own("settings", _live_settings), spell=_settings, compare=Compare.AT_LEAST), TAGS),
    ),
    Table(
        types("ecs/service:Service"),
        (
            field("cluster", "cluster_arn", spell=last_part),
            field("taskDefinition", by_ecs("task_definition", last_part), spell=last_part),
            field("platformVersion", by_ecs("platform_version")),
            field("enableExecuteCommand", "enable_execute_command", "false"),
            field("networkConfiguration.assignPublicIp", by_ecs(f"{_NETWORK}.assign_public_ip", yes_where("ENABLED"))),
            field("networkConfiguration.securityGroups", by_ecs(f"{_NETWORK}.security_groups")),
            field("networkConfiguration.subnets", by_ecs(f"{_NETWORK}.subnets")),
            field("loadBalancers", by_ecs("load_balancers", _live_balancers), (), spell=_balancers),
            field("deploymentCircuitBreaker.enable", own(f"{_BREAKER}.enable", yes)),
            field("deploymentCircuitBreaker.rollback", own(f"{_BREAKER}.rollback", yes)),
            TAGS,
        ),
    ),
    Table(
        types("ecs/taskDefinition:TaskDefinition"),
        (
            field("family", "family"),
            field("taskRoleArn", "task_role_arn", None),
            field("executionRoleArn", "execution_role_arn", None),
            field("networkMode", "network_mode", None),
            field("pidMode", "pid_mode", None),
            field("runtimePlatform.operatingSystemFamily", "runtime_platform.operating_system_family"),
            field("containerDefinitions", own("container_definitions", _live_containers), spell=_containers),
            TAGS,
        ),
    ),
)
