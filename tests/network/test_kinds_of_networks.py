"""Kinds of clients and networks: ephemeral ports, Block Public Access, and the callers of tasks."""

from __future__ import annotations

import pytest
from msgspec import structs
from network.test_reach import (
    BALANCER,
    DB,
    DB_FOR_WEB,
    JOBS,
    LISTS,
    NETWORK,
    OPEN_DB,
    TARGETS,
    WEB,
    WORLD,
    balancer,
    database,
    entry,
    group,
    held,
    listener,
    revision,
    service,
    told,
)
from stack_verify.controls.network.path import path_task_ingress_only_from_alb
from stack_verify.controls.network.reach import (
    reach_alb_to_tasks,
    reach_internet_not_to_tasks_or_rds,
    reach_internet_to_alb,
    reach_tasks_to_rds,
)
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import BlockPublicAccessExclusion, VpcBlockPublicAccess
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.elbv2 import LoadBalancer, TargetGroup, TargetGroupAttributes
from stack_verify.resources.resource import Resource
from support.hand_made import answered, judged, snapshot
from support.made_network import blocking, subnets


def answers(first: int, last: int) -> list[dict[str, object]]:
    """A network ACL that lets TCP answers into every subnet on these ports only, and requests on 5432 and 8080."""
    let = [(first, last), (5432, 5432), (8080, 8080)]
    allowed = [
        entry(10 + at, "allow", "6", egress=False, PortRange={"From": begin, "To": end})
        for at, (begin, end) in enumerate(let)
    ]
    return [*allowed, entry(50, "deny", egress=False)]


@pytest.mark.parametrize(
    ("defined", "ports", "status"),
    [
        (revision(), (32768, 65535), Status.PASSED),
        (revision(), (32768, 61000), Status.PASSED),
        (revision(), (49152, 65535), Status.FAILED),
        (revision("WINDOWS_SERVER_2022_CORE"), (49152, 65535), Status.PASSED),
        (revision("WINDOWS_SERVER_2022_CORE"), (32768, 61000), Status.FAILED),
        (revision(None), (32768, 65535), Status.PASSED),
        (revision(None), (32768, 61000), Status.FAILED),
        (revision(ports="1024 65535"), (32768, 65535), Status.FAILED),
        (revision(ports="50000 50999"), (50000, 50999), Status.PASSED),
    ],
    ids=[
        "Linux", "Linux's default", "Windows' only", "Windows", "too few for Windows", "unknown", "too few for both",
        "Linux that uses more", "Linux that uses less",
    ],
)  # fmt: skip
def test_answers_need_the_ports_that_this_kind_of_client_sends_from(defined, ports, status):
    """T40: the clients of a database are Linux tasks, which send from 32768 on."""
    standing = DB, DB_FOR_WEB, WEB, service("web"), defined
    assert told(reach_tasks_to_rds, *standing, entries=answers(*ports)) is status


@pytest.mark.parametrize(("ports", "status"), [((32768, 65535), Status.FAILED), ((1024, 65535), Status.PASSED)])
def test_answers_to_a_load_balancer_need_all_its_ports(ports, status):
    """T40: the nodes of a load balancer send from 1024 on."""
    targets = answered(
        TargetGroup, TargetGroupArn=TARGETS, Port=8080, HealthCheckPort="traffic-port", IpAddressType="ipv4"
    )
    standing = balancer(), targets, group("sg-alb"), group("sg-web", ("tcp", "sg-alb")), service("web", 8080)
    assert told(reach_alb_to_tasks, *standing, entries=answers(*ports)) is status


def under(block: VpcBlockPublicAccess, *standing: Resource):
    around = [each for each in subnets(WORLD, WORLD) if not isinstance(each, VpcBlockPublicAccess)]
    return snapshot(*around, block, *standing, lists=LISTS)


SERVED = balancer(), listener(443), group("sg-alb", ("tcp", "0.0.0.0/0"))


@pytest.mark.parametrize(
    ("block", "status"),
    [
        (blocking("off"), Status.PASSED),
        (blocking("block-ingress"), Status.FAILED),
        (blocking("block-bidirectional"), Status.FAILED),
        (blocking("block-bidirectional", subnet_1="allow-bidirectional"), Status.PASSED),
        (blocking("block-ingress", subnet_1="allow-bidirectional"), Status.PASSED),
        (blocking("block-bidirectional", subnet_1="allow-egress"), Status.FAILED),
        (blocking("block-bidirectional", subnet_2="allow-bidirectional"), Status.FAILED),
        (structs.replace(blocking("block-ingress"), state="update-in-progress"), Status.ERROR),
    ],
    ids=["off", "ingress", "both", "excluded", "excluded from ingress", "egress only", "another excluded", "changing"],
)
def test_block_public_access_keeps_the_internet_out(block, status):
    """T41: VPC Block Public Access is on."""
    (found,) = judged(reach_internet_to_alb, under(block, *SERVED)).values()
    assert found is status


def test_what_block_public_access_keeps_out_does_not_reach_a_public_database():
    """T41's twin: with the block a public address is unreachable, and without it the finding is back."""
    standing = NETWORK, database(public=True), OPEN_DB
    assert set(judged(reach_internet_not_to_tasks_or_rds, under(blocking("block-ingress"), *standing)).values()) == {
        Status.PASSED
    }
    assert set(judged(reach_internet_not_to_tasks_or_rds, under(blocking("off"), *standing)).values()) == {
        Status.FAILED
    }


@pytest.mark.parametrize(
    ("mode", "own", "inward", "translated", "passes"),
    [
        ("block-ingress", None, False, True, True),
        ("block-ingress", None, False, False, False),
        ("block-bidirectional", None, False, True, False),
        ("block-bidirectional", "allow-egress", False, True, True),
        ("block-bidirectional", "allow-egress", True, False, False),
        ("block-bidirectional", "allow-bidirectional", True, False, True),
    ],
)
def test_what_block_public_access_lets_out(mode, own, inward, translated, passes):
    exclusions = (
        BlockPublicAccessExclusion(
            resource_arn="arn:aws:ec2:r:1:vpc/vpc-1", internet_gateway_exclusion_mode=own, state="create-complete"
        ),
    )
    block = structs.replace(blocking(mode), exclusions=exclusions if own else ())
    assert block.lets_pass(("vpc-1", "subnet-1"), inward=inward, translated=translated) is passes


def calling(*admitted: tuple[str, str], **policy: object) -> Status:
    """What is said of a backend without a load balancer whose group admits these; the front service is ``web``."""
    mapped = [{"name": "web", "image": "web", "portMappings": [{"containerPort": 8080}]}]
    runs = answered(TaskDefinition, taskDefinitionArn=revision().id, family="web", containerDefinitions=mapped)
    backend, standing = group("sg-jobs", *admitted), (service("jobs"), service("web"), WEB, runs)
    found = judged(path_task_ingress_only_from_alb, held(on_port(backend), *standing), **policy)
    return found[service("jobs").id]


def on_port(of: object, port: int = 8080):
    permissions = tuple(structs.replace(each, from_port=port, to_port=port) for each in of.ip_permissions)
    return structs.replace(of, ip_permissions=permissions)


def test_the_stacks_own_services_may_call_each_other_on_the_ports_of_their_containers():
    """T14: a backend without a load balancer is reached by the front service's group on one port."""
    assert calling(("tcp", "sg-web")) is Status.PASSED
    assert calling() is Status.PASSED


def test_others_may_call_tasks_where_the_policy_names_them():
    """T14: a policy parameter names others; T14's twins: others, addresses and other protocols fail."""
    assert calling(("tcp", "sg-odd")) is Status.FAILED
    assert calling(("tcp", "sg-odd"), task_client_groups=("sg-odd",)) is Status.PASSED
    assert calling(("tcp", "10.0.0.0/16")) is Status.FAILED
    assert calling(("udp", "sg-web")) is Status.FAILED


@pytest.mark.parametrize(
    ("peer", "preserved", "status"),
    [
        ("10.0.1.0/24", "false", Status.PASSED),
        ("0.0.0.0/0", "true", Status.PASSED),
        ("0.0.0.0/0", "false", Status.FAILED),
        ("10.0.2.0/24", "false", Status.FAILED),
    ],
)
def test_a_network_load_balancer_without_groups_reaches_tasks_by_its_addresses_or_its_clients(peer, preserved, status):
    front = structs.replace(balancer(kind="network"), security_groups=())
    targets = answered(TargetGroup, TargetGroupArn=TARGETS, Port=8080, Protocol="TCP")
    kept = answered(TargetGroupAttributes, **{"TargetGroup": TARGETS, "preserve_client_ip.enabled": preserved})
    mapped = [{"name": "web", "image": "web", "portMappings": [{"containerPort": 8080}]}]
    runs = answered(TaskDefinition, taskDefinitionArn=revision().id, family="web", containerDefinitions=mapped)
    web = service("web", 8080)
    seen = held(front, targets, kept, on_port(group("sg-web", ("tcp", peer))), JOBS, runs, web)
    assert isinstance(front, LoadBalancer)
    assert front.load_balancer_arn == BALANCER
    assert judged(path_task_ingress_only_from_alb, seen)[web.id] is status
