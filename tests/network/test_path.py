"""The path of a request, from listener to container to database: every part of it must agree with the next."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import pytest
from stack_verify.controls.network.path import (
    path_alb_egress_reaches_targets,
    path_listener_sg_coherent,
    path_rds_ingress_only_from_tasks,
    path_task_egress_reaches_rds,
    path_task_ingress_only_from_alb,
    path_tg_port_equals_container_port,
)
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import Listener, LoadBalancer, TargetGroup
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource
from support.hand_made import answered, arn, judged, snapshot

NOTHING = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
BALANCER, TARGETS = (arn("elasticloadbalancing", f"{each}/web/1") for each in ("loadbalancer/app", "targetgroup"))
OTHERS = arn("elasticloadbalancing", "targetgroup/others/2")
WEB, JOBS = "web", "jobs"
Rules = Iterable[tuple[str, int, int, str]]


def rule(protocol: str, first: int, last: int, peer: str) -> dict[str, object]:
    peers = {"UserIdGroupPairs": [{"GroupId": peer}]} if peer.startswith("sg-") else {"IpRanges": [{"CidrIp": peer}]}
    return {**NOTHING, "IpProtocol": protocol, "FromPort": first, "ToPort": last, **peers}


def group(name: str, into: Rules = (), out: Rules = ()) -> SecurityGroup:
    into, out = ([rule(*each) for each in rules] for rules in (into, out))
    fields = {"GroupId": name, "GroupName": name, "VpcId": "vpc-1"}
    return answered(SecurityGroup, **fields, IpPermissions=into, IpPermissionsEgress=out)


def balancer(kind: str = "application", groups: tuple[str, ...] = ("sg-alb",)) -> LoadBalancer:
    fields = {"LoadBalancerArn": BALANCER, "Type": kind, "VpcId": "vpc-1", "AvailabilityZones": []}
    return answered(LoadBalancer, **fields, SecurityGroups=groups)


def listener(port: int | None) -> Listener:
    fields = {} if port is None else {"Port": port, "Protocol": "HTTPS"}
    key = arn("elasticloadbalancing", f"listener/app/web/1/{port}")
    return answered(
        Listener, ListenerArn=key, LoadBalancerArn=BALANCER, DefaultActions=[{"Type": "fixed-response"}], **fields
    )


def targets(port: int = 8080, health: str = "traffic-port") -> TargetGroup:
    return answered(TargetGroup, TargetGroupArn=TARGETS, Port=port, Protocol="HTTP", HealthCheckPort=health)


def service(
    name: str, *registered: tuple[str | None, int | None], network: bool = True, containers: str = "web"
) -> Service:
    """A service that registers ports in target groups, in subnets and with a group of its own unless on its host's."""
    interface = {"subnets": ["subnet-1"], "securityGroups": [f"sg-{name}"], "assignPublicIp": "DISABLED"}
    return answered(
        Service,
        serviceArn=arn("ecs", f"service/main/{name}"),
        serviceName=name,
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition=task_arn(containers),
        enableExecuteCommand=False,
        networkConfiguration={"awsvpcConfiguration": interface} if network else {},
        loadBalancers=[
            {
                "containerName": "app",
                **({"targetGroupArn": to} if to else {}),
                **({"containerPort": port} if port else {}),
            }
            for to, port in registered
        ],
    )


def task_arn(name: str) -> str:
    return arn("ecs", f"task-definition/{name}:1")


def task(name: str, **ports: int) -> TaskDefinition:
    containers = [
        {"name": each, "image": "web:1", "portMappings": [{"containerPort": port}]} for each, port in ports.items()
    ]
    return answered(
        TaskDefinition, taskDefinitionArn=task_arn(name), family=name, status="ACTIVE", containerDefinitions=containers
    )


SUBNET = answered(Subnet, SubnetId="subnet-1", VpcId="vpc-1", CidrBlock="10.0.1.0/24", AvailabilityZone="sa-east-1a")
DB = answered(
    DBInstance,
    DBInstanceIdentifier="db",
    DBInstanceArn=arn("rds", "db:db"),
    Engine="postgres",
    DBParameterGroups=[{"DBParameterGroupName": "db", "ParameterApplyStatus": "in-sync"}],
    Endpoint={"Address": "db.example", "Port": 5432},
    VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db", "Status": "active"}],
    DBSubnetGroup={"DBSubnetGroupName": "db", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
)


def told(control, *resources: Resource) -> Status:
    lists = [(Listener, BALANCER), (TargetGroup, BALANCER)]
    (status,) = judged(control, snapshot(SUBNET, *resources, lists=lists)).values()
    return status


@pytest.mark.parametrize(
    ("into", "status"),
    [
        ([("tcp", 443, 443, "0.0.0.0/0"), ("tcp", 80, 80, "0.0.0.0/0")], Status.PASSED),
        ([("tcp", 443, 443, "0.0.0.0/0")], Status.FAILED),
        ([("tcp", 80, 443, "0.0.0.0/0")], Status.FAILED),
        ([("-1", -1, -1, "0.0.0.0/0")], Status.FAILED),
    ],
)
def test_the_balancer_admits_what_it_listens_on_and_nothing_else(into, status):
    held = balancer(), listener(443), listener(80), listener(None), group("sg-alb", into)
    assert told(path_listener_sg_coherent, *held) is status


def test_a_network_load_balancer_may_have_no_security_groups():
    assert told(path_listener_sg_coherent, balancer("network")) is Status.NOT_APPLICABLE
    held = targets(), service(WEB, (TARGETS, 8080))
    assert told(path_alb_egress_reaches_targets, balancer("network", ()), *held) is Status.NOT_APPLICABLE
    reaching = group("sg-alb", out=[("tcp", 8080, 8080, "sg-web")])
    assert told(path_alb_egress_reaches_targets, balancer("network"), reaching, *held) is Status.PASSED
    assert told(path_alb_egress_reaches_targets, balancer("network"), group("sg-alb"), *held) is Status.FAILED


def test_an_application_load_balancer_always_has_them():
    held = targets(), service(WEB, (TARGETS, 8080))
    assert told(path_alb_egress_reaches_targets, balancer(groups=()), *held) is Status.FAILED


@pytest.mark.parametrize(
    ("health", "out", "status"),
    [
        ("traffic-port", [("tcp", 8080, 8080, "sg-web")], Status.PASSED),
        ("traffic-port", [("tcp", 8080, 8080, "10.0.0.0/16")], Status.PASSED),
        ("traffic-port", [("tcp", 8080, 8080, "sg-jobs")], Status.FAILED),
        ("9000", [("tcp", 8080, 8080, "sg-web")], Status.FAILED),
        ("9000", [("tcp", 9000, 9000, "sg-web")], Status.FAILED),
        ("9000", [("tcp", 8080, 8080, "sg-web"), ("tcp", 9000, 9000, "sg-web")], Status.PASSED),
    ],
)
def test_the_balancer_reaches_its_targets_for_requests_and_for_health_checks(health, out, status):
    bystanders = service(JOBS, (OTHERS, 7000), (None, 7000), (TARGETS, None))
    held = balancer(), targets(health=health), service(WEB, (TARGETS, 8080)), bystanders, group("sg-alb", out=out)
    assert told(path_alb_egress_reaches_targets, *held) is status


def test_of_two_services_with_one_name_each_must_be_reached():
    elsewhere = msgspec.structs.replace(service(JOBS, (TARGETS, 8080)), service_name=WEB)
    held = balancer(), targets(), service(WEB, (TARGETS, 8080)), elsewhere
    both = [("tcp", 8080, 8080, "sg-web"), ("tcp", 8080, 8080, "sg-jobs")]
    assert told(path_alb_egress_reaches_targets, *held, group("sg-alb", out=both)) is Status.PASSED
    assert told(path_alb_egress_reaches_targets, *held, group("sg-alb", out=both[:1])) is Status.FAILED
    assert told(path_alb_egress_reaches_targets, *held, group("sg-alb", out=both[1:])) is Status.FAILED


@pytest.mark.parametrize("services", [(), (service(JOBS),), (service(JOBS, (OTHERS, 8080)),)])
def test_a_balancer_without_a_service_behind_it_has_no_targets_to_reach(services):
    held = balancer(), targets(), group("sg-alb"), *services
    assert told(path_alb_egress_reaches_targets, *held) is Status.NOT_APPLICABLE
    assert told(path_tg_port_equals_container_port, targets(), *services) is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("port", "registered", "containers", "status"),
    [
        (8080, 8080, {"app": 8080}, Status.PASSED),
        (8080, 8080, {"app": 8080, "proxy": 9000}, Status.PASSED),
        (80, 8080, {"app": 8080}, Status.PASSED),
        (8080, 8080, {"app": 9000}, Status.FAILED),
        (8080, 8080, {"app": 9000, "proxy": 8080}, Status.FAILED),
    ],
)
def test_the_port_that_a_service_registers_is_one_that_its_container_listens_on(port, registered, containers, status):
    held = targets(port), service(WEB, (TARGETS, registered), (OTHERS, 7000)), task("web", **containers)
    assert told(path_tg_port_equals_container_port, *held) is status


@pytest.mark.parametrize("first", [WEB, JOBS])
def test_one_service_that_does_not_agree_is_enough(first):
    second = JOBS if first == WEB else WEB
    wrong, right = service(first, (TARGETS, 9000), containers="odd"), service(second, (TARGETS, 8080))
    held = targets(), wrong, right, task("web", app=8080), task("odd", app=9001)
    assert told(path_tg_port_equals_container_port, *held) is Status.FAILED


@pytest.mark.parametrize(
    ("into", "status"),
    [
        ([("tcp", 8080, 8080, "sg-alb")], Status.PASSED),
        ([("tcp", 8080, 8080, "sg-alb"), ("udp", 8080, 8080, "sg-alb")], Status.FAILED),
        ([("tcp", 8080, 8080, "sg-alb"), ("tcp", 8080, 8080, "10.0.0.0/16")], Status.FAILED),
        ([("tcp", 8080, 8081, "sg-alb")], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_tasks_are_reached_from_their_balancer_alone(into, status):
    held = balancer(), targets(), service(WEB, (TARGETS, 8080), (TARGETS, None)), group("sg-web", into)
    assert told(path_task_ingress_only_from_alb, *held) is status


def test_tasks_on_their_hosts_network_have_no_groups_of_their_own():
    assert told(path_task_ingress_only_from_alb, service(WEB, network=False)) is Status.NOT_APPLICABLE
    assert told(path_task_egress_reaches_rds, DB, service(WEB, network=False)) is Status.NOT_APPLICABLE


OUT, INTO = ("tcp", 5432, 5432, "sg-db"), ("tcp", 5432, 5432, "sg-web")


@pytest.mark.parametrize(
    ("out", "into", "status"),
    [
        ([OUT], [INTO], Status.PASSED),
        ([OUT], [], Status.FAILED),
        ([], [INTO], Status.FAILED),
        ([("tcp", 5432, 5432, "10.0.1.0/24")], [("tcp", 5432, 5432, "10.0.1.0/24")], Status.PASSED),
        ([("tcp", 443, 443, "sg-db")], [INTO], Status.FAILED),
    ],
)
def test_some_service_reaches_the_database(out, into, status):
    others = service(JOBS), group("sg-jobs"), service("host", network=False)
    held = DB, service(WEB), *others, group("sg-web", out=out), group("sg-db", into)
    assert told(path_task_egress_reaches_rds, *held) is status


@pytest.mark.parametrize(
    ("into", "status"),
    [
        ([INTO], Status.PASSED),
        ([], Status.PASSED),
        ([INTO, ("udp", 5432, 5432, "sg-web")], Status.FAILED),
        ([INTO, ("tcp", 22, 22, "sg-web")], Status.FAILED),
        ([("tcp", 5432, 5432, "sg-alb")], Status.FAILED),
    ],
)
def test_the_database_is_reached_from_tasks_alone(into, status):
    assert told(path_rds_ingress_only_from_tasks, DB, service(WEB), group("sg-db", into)) is status
