"""Fields of what runs and answers: ECS and Elastic Load Balancing."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stack_verify.drift.deployments import as_declared, by_ecs
from stack_verify.drift.field import Compare, Found, Live, Silence, Table, Value, apart, field, own, set_of, types
from stack_verify.drift.normalize import last_part, many, yes, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.errors import Unanswered
from stack_verify.resources.ecs import ContainerDefinition
from stack_verify.resources.ecs import LoadBalancer as ServiceBalancer
from stack_verify.resources.ecs_cluster import ClusterSetting
from stack_verify.resources.elbv2 import (
    Action,
    AvailabilityZone,
    Listener,
    ListenerCertificates,
    ListenerRule,
    LoadBalancer,
    LoadBalancerAttributes,
)
from stack_verify.snapshot import Snapshot

_NETWORK = "network_configuration.awsvpc_configuration"
_BREAKER = "deployment_configuration.deployment_circuit_breaker"
# The modules that Elastic Load Balancing's types have been in.
_MODULES = ("lb", "alb", "applicationloadbalancing", "elasticloadbalancingv2")


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


def _actions(actions: list[Mapping[str, Any]]) -> Value:
    return set_of(*(_action(action) for action in actions))


def _action(action: Mapping[str, Any]) -> str:
    redirect, forward = _block(action.get("redirect")), _block(action.get("forward"))
    if redirect:
        return _redirect(redirect.get("protocol"), redirect.get("port"), redirect["statusCode"])
    groups = {group["arn"] for group in forward.get("targetGroups") or ()}
    return _told(action["type"], groups | ({action["targetGroupArn"]} if action.get("targetGroupArn") else set()))


def _block(value: Any) -> Mapping[str, Any]:  # noqa: ANN401 - JSON of a state file
    """A block that can be there once, which older versions hold as a list of one."""
    held: Mapping[str, Any] = (value[0] if value else {}) if isinstance(value, list) else value or {}
    return held


def _live_actions(actions: tuple[Action, ...]) -> Value:
    return set_of(*(_live_action(action) for action in actions))


def _default_actions(found: Found, snapshot: Snapshot) -> Value:
    """What the listener does by default; forwards that a deployment moves are spelt as they are declared."""
    (listener,) = found
    if not isinstance(listener, Listener):
        raise Unanswered(f"{listener.id} is not a listener")
    return as_declared(_live_actions(listener.default_actions), listener, "defaultActions", snapshot)


def _live_action(action: Action) -> str:
    redirect = action.redirect_config
    if redirect is not None:
        return _redirect(redirect.protocol, redirect.port, redirect.status_code)
    return _told(action.type, action.target_groups)


def _redirect(protocol: str | None, port: str | None, status: str) -> str:
    return f"redirect to {protocol or '#{protocol}'} {port or '#{port}'} with {status}"


def _told(kind: str, groups: set[str] | frozenset[str]) -> str:
    return f"{kind} {' '.join(sorted(groups))}".rstrip()


def _rule(actions: list[Mapping[str, Any]]) -> Value:
    return (_in_turn(_actions(actions)),)


def _in_turn(actions: Value) -> str:
    """All that one rule does. AWS takes one order alone: whom it is comes before where to."""
    return " and ".join(actions or ())


def _rules(found: Found, snapshot: Snapshot) -> Value:
    """What the rules of a listener do, but for the one that repeats the listener's own actions."""
    rules = snapshot.within(ListenerRule, found[0].id)
    live = set_of(*(_in_turn(_live_actions(each.actions)) for each in rules if not each.is_default))
    return as_declared(live, found[0], "rules", snapshot)


def _zones(zones: tuple[AvailabilityZone, ...]) -> Value:
    return set_of(*(zone.subnet_id for zone in zones))


def _attribute(name: str) -> Live:
    return apart(LoadBalancerAttributes, name)


def _of_application(name: str) -> Live:
    """An attribute that Application Load Balancers alone have."""

    def live(found: Found, snapshot: Snapshot) -> Value | Silence:
        if isinstance(found[0], LoadBalancer) and not found[0].is_application:
            return Silence.NOT_COMPARED
        return apart(LoadBalancerAttributes, name)(found, snapshot)

    return live


def _certificates(found: Found, snapshot: Snapshot) -> Value:
    """The certificates of a listener; one without TLS has none."""
    (listener,) = found
    if not isinstance(listener, Listener):
        raise Unanswered(f"{listener.id} is no listener")
    return set_of(*snapshot.require(ListenerCertificates, listener.listener_arn).arns) if listener.encrypts else ()


def _ssl_policy(found: Found, _snapshot: Snapshot) -> Value:
    (listener,) = found
    return listener.ssl_policy if isinstance(listener, Listener) and listener.encrypts else None


def _of_elb(name: str, kind: str) -> tuple[str, ...]:
    return types(*(f"{module}/{name}:{kind}" for module in _MODULES))


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
    Table(
        _of_elb("loadBalancer", "LoadBalancer"),
        (
            field("internal", own("scheme", yes_where("internal")), "false"),
            field("securityGroups", "security_groups"),
            field("subnets", own("availability_zones", _zones)),
            field("enableDeletionProtection", _attribute("deletion_protection_enabled"), "false"),
            field("dropInvalidHeaderFields", _of_application("drop_invalid_header_fields_enabled"), "false"),
            field("desyncMitigationMode", _of_application("desync_mitigation_mode")),
            field("accessLogs.enabled", _attribute("access_logs_enabled")),
            field("accessLogs.bucket", _attribute("access_logs_bucket")),
            TAGS,
        ),
    ),
    Table(
        _of_elb("listener", "Listener"),
        (
            field("port", "port"),
            field("protocol", "protocol"),
            field("sslPolicy", _ssl_policy),
            field("certificates", _certificates, (), spell=many, of="certificateArn"),
            field("defaultActions", _default_actions, spell=_actions),
            # A listener lists no rules itself: all are resources of their own.
            field("rules", _rules, (), spell=lambda _: None),
            TAGS,
        ),
    ),
    Table(
        _of_elb("listenerRule", "ListenerRule"),
        (field("rules", _rules, spell=_rule, compare=Compare.AT_LEAST, of="actions"),),
        kind=Listener,
        key="listenerArn",
    ),
    Table(
        _of_elb("listenerCertificate", "ListenerCertificate"),
        (field("certificates", _certificates, spell=many, compare=Compare.AT_LEAST, of="certificateArn"),),
        kind=Listener,
        key="listenerArn",
    ),
    Table(
        _of_elb("targetGroup", "TargetGroup"),
        (
            field("port", "port"),
            field("protocol", "protocol"),
            field("healthCheck.port", "health_check_port"),
            TAGS,
        ),
    ),
)
