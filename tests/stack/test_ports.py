"""A port is written once: whatever ports are set, everything that speaks of them agrees."""

import json
from dataclasses import dataclass

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.stack_deployment import DEV, EXISTING, ISSUED, Deployment, deploy

from stack.ports import Ports

WORLD = "0.0.0.0/0"


@dataclass(frozen=True)
class Passage:
    """One rule: from whom to whom, on which port."""

    source: str
    target: str
    port: int


def group(identifier: str) -> str:
    return identifier.removeprefix("SecurityGroup/healthcare-").removesuffix("-blue7")


def passages(stack: Deployment, kind: str) -> set[Passage]:
    """The rules of one direction, each read to the full: a rule of a range or another protocol fails the reading."""
    found = set()
    for rule in stack.of(kind):
        inputs = rule.inputs
        peers = [inputs[key] for key in ("referencedSecurityGroupId", "cidrIpv4", "prefixListId") if key in inputs]
        (peer,) = map(group, peers)
        owner = group(inputs["securityGroupId"])
        assert (inputs["ipProtocol"], inputs["fromPort"]) == ("tcp", inputs["toPort"])
        assert inputs["description"].endswith(f"on {inputs['toPort']:.0f}")
        ends = (peer, owner) if kind == "SecurityGroupIngressRule" else (owner, peer)
        found.add(Passage(*ends, int(inputs["toPort"])))
    assert len(found) == len(stack.of(kind))
    return found


def check_coherence(stack: Deployment, public: set[int], container: int, database: int) -> None:
    between = {
        Passage("alb", "tasks", container),
        Passage("tasks", "database", database),
        Passage("tasks", "endpoints", 443),
    }
    assert passages(stack, "SecurityGroupIngressRule") == {Passage(WORLD, "alb", port) for port in public} | between
    assert passages(stack, "SecurityGroupEgressRule") == {Passage("tasks", "pl-s3", 443)} | between
    assert {listener.inputs["port"] for listener in stack.of("Listener")} == public
    (definition,) = json.loads(stack.one("TaskDefinition").inputs["containerDefinitions"])
    assert definition["portMappings"] == [{"containerPort": container, "hostPort": container, "protocol": "tcp"}]
    variables = {variable["name"]: variable["value"] for variable in definition["environment"]}
    assert (variables["PORT"], variables["DATABASE_PORT"]) == (str(container), str(database))
    assert stack.one("TargetGroup").inputs["port"] == container
    assert stack.one("TargetGroup").inputs["healthCheck"]["port"] == "traffic-port"
    assert [target["containerPort"] for target in stack.one("Service").inputs["loadBalancers"]] == [container]
    assert stack.one("Instance").inputs["port"] == database
    assert (stack.outputs["containerPort"], stack.outputs["databasePort"]) == (container, database)


@settings(max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    environment=st.sampled_from(["dev", "prod"]),
    container=st.integers(1024, 65535),
    database=st.integers(1150, 65535),
)
def test_listeners_targets_containers_and_security_groups_agree_on_any_ports(environment, container, database):
    base = {"dev": DEV, "prod": ISSUED}[environment]
    stack = deploy({**base, "containerPort": str(container), "databasePort": str(database)})
    check_coherence(stack, {"dev": {80}, "prod": {80, 443}}[environment], container, database)


@pytest.mark.parametrize("container", [1024, 65535])
@pytest.mark.parametrize("database", [1150, 65535])
def test_the_extreme_ports_are_deployed(container, database):
    stack = deploy({**DEV, "containerPort": str(container), "databasePort": str(database)})
    check_coherence(stack, {80}, container, database)


def test_the_default_ports(dev: Deployment, prod_existing: Deployment):
    check_coherence(dev, {80}, 8080, 5432)
    check_coherence(prod_existing, {80, 443}, 8080, 5432)


def test_the_listener_port_is_exported(dev: Deployment, prod: Deployment):
    assert (dev.outputs["listenerPort"], prod.outputs["listenerPort"]) == (80, 443)


@given(production=st.booleans(), container=st.integers(1, 65535), database=st.integers(1, 65535))
def test_production_is_https_with_a_redirect_and_development_http(production, container, database):
    ports = Ports.of(production=production, container=container, database=database)
    assert ports.public == ((443, 80) if production else (80,))
    assert (ports.container, ports.database) == (container, database)


def test_only_a_setting_opens_the_internet_to_the_tasks():
    stack = deploy({**DEV, "allowInternetEgress": "true"})
    (opened,) = passages(stack, "SecurityGroupEgressRule") - passages(deploy(DEV), "SecurityGroupEgressRule")
    assert opened == Passage("tasks", WORLD, 443)


def test_no_group_has_rules_inline(any_stack: Deployment):
    inline = [g.name for g in any_stack.of("SecurityGroup") if {"ingress", "egress"} & set(g.inputs)]
    assert inline == []
    assert sorted(group(g.id) for g in any_stack.of("SecurityGroup")) == ["alb", "database", "endpoints", "tasks"]


def test_the_default_security_group_lets_nothing_pass(any_stack: Deployment):
    closed = any_stack.one("DefaultSecurityGroup").inputs
    assert (closed["vpcId"], closed["ingress"], closed["egress"]) == ("Vpc/healthcare-vpc-blue7", [], [])


def test_existing_certificates_open_the_same_ports_as_issued_ones(prod: Deployment, prod_existing: Deployment):
    assert EXISTING["environment"] == "prod"
    for kind in ("SecurityGroupIngressRule", "SecurityGroupEgressRule"):
        assert passages(prod, kind) == passages(prod_existing, kind)
