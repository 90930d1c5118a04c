"""Whose ways are looked at, and which of them must be open or closed, in a network where all is open but groups."""

from __future__ import annotations

import pytest
from msgspec import convert, structs
from stack_verify.controls.network.reach import (
    reach_alb_to_tasks,
    reach_internet_not_to_tasks_or_rds,
    reach_internet_to_alb,
    reach_nothing_else_to_rds,
    reach_tasks_egress_route,
    reach_tasks_to_rds,
)
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import VPC, NetworkInterface, Subnet, VPCEndpoint
from stack_verify.resources.ec2_routing import Route, RouteTable
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import Listener, LoadBalancer, TargetGroup
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource
from support.hand_made import FOREIGN, answered, arn, judged, observed, own_vpc, snapshot
from support.made_network import LISTED, entry, group, subnets

BALANCER, TARGETS = (arn("elasticloadbalancing", f"{each}/web/1") for each in ("loadbalancer/app", "targetgroup"))
WORLD = (("0.0.0.0/0", "igw-1"),)
LISTS = (*((kind, "vpc-1") for kind in LISTED), (Listener, BALANCER), (TargetGroup, BALANCER))


def service(name: str, *ports: int | None, subnet: str = "subnet-2", public: str = "DISABLED", on_host: bool = False):
    """A service in the group sg-NAME, registered in the target group with each of these ports."""
    interface = {"subnets": [subnet], "securityGroups": [f"sg-{name}"], "assignPublicIp": public}
    registered = [
        {"targetGroupArn": TARGETS, "containerName": "web", **({"containerPort": port} if port else {})}
        for port in ports
    ]
    return answered(
        Service,
        serviceArn=arn("ecs", f"service/main/{name}"),
        serviceName=name,
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition=arn("ecs", "task-definition/web:1"),
        networkConfiguration={} if on_host else {"awsvpcConfiguration": interface},
        loadBalancers=registered,
    )


def database(*, public: bool = False, vpc: str = "vpc-1") -> DBInstance:
    """A database in the group sg-db."""
    return answered(
        DBInstance,
        DBInstanceIdentifier="db",
        DBInstanceArn=arn("rds", "db:db"),
        Engine="postgres",
        PubliclyAccessible=public,
        DBParameterGroups=[{"DBParameterGroupName": "db"}],
        Endpoint={"Address": "db.example", "Port": 5432},
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db"}],
        DBSubnetGroup={"DBSubnetGroupName": "db", "VpcId": vpc, "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
    )


def balancer(*, kind: str = "application", scheme: str = "internet-facing", vpc: str = "vpc-1") -> LoadBalancer:
    return answered(
        LoadBalancer,
        LoadBalancerArn=BALANCER,
        Type=kind,
        Scheme=scheme,
        VpcId=vpc,
        IpAddressType="ipv4",
        AvailabilityZones=[{"SubnetId": "subnet-1"}],
        SecurityGroups=["sg-alb"],
    )


def listener(port: int | None, protocol: str = "HTTPS") -> Listener:
    fields = {} if port is None else {"Port": port, "Protocol": protocol}
    return answered(
        Listener,
        ListenerArn=arn("elasticloadbalancing", f"listener/app/web/1/{port}"),
        LoadBalancerArn=BALANCER,
        DefaultActions=[{"Type": "forward", "TargetGroupArn": TARGETS}],
        **fields,
    )


REVISION = arn("ecs", "task-definition/web:1")


def revision(family: str | None = "LINUX", ports: str | None = None) -> TaskDefinition:
    """What all services run: containers of this operating system, which may send from these ports only."""
    controls = [{"namespace": "net.ipv4.ip_local_port_range", "value": ports}] if ports else []
    return answered(
        TaskDefinition,
        taskDefinitionArn=REVISION,
        family="web",
        containerDefinitions=[{"name": "web", "image": "web", "systemControls": controls}],
        **({"runtimePlatform": {"operatingSystemFamily": family}} if family else {}),
    )


def held(*standing: Resource, entries: object = ()):
    runs = () if any(isinstance(each, TaskDefinition) for each in standing) else (revision(),)
    network = () if any(isinstance(each, VPC) for each in standing) else (own_vpc(),)
    return snapshot(*network, *subnets(WORLD, WORLD, entries=entries), *standing, *runs, lists=LISTS)


def told(control, *standing: Resource, entries: object = (), **policy: object) -> Status:
    (status,) = judged(control, held(*standing, entries=entries), **policy).values()
    return status


DB = database()
DB_FOR_WEB, NOBODY = group("sg-db", ("tcp", "sg-web")), group("sg-db")
WEB, JOBS = group("sg-web"), group("sg-jobs")


@pytest.mark.parametrize(
    ("services", "status"),
    [
        ([service("web")], Status.PASSED),
        ([service("jobs")], Status.FAILED),
        ([service("jobs"), service("web")], Status.PASSED),
        ([service("web"), service("jobs")], Status.PASSED),
        ([service("web", on_host=True)], Status.NOT_APPLICABLE),
        ([service("web", on_host=True), service("jobs")], Status.FAILED),
        ([], Status.NOT_APPLICABLE),
    ],
)
def test_some_service_must_reach_the_database(services, status):
    assert told(reach_tasks_to_rds, DB, DB_FOR_WEB, WEB, JOBS, *services) is status


def test_of_services_that_do_not_reach_it_the_first_is_told_of():
    told_of = observed(reach_tasks_to_rds, held(DB, NOBODY, WEB, JOBS, service("web"), service("jobs")))
    assert told_of.startswith("1 of 1 paths are broken, of which: tasks of web in subnet-2 -> ")
    assert told_of.endswith("smallest change: let sg-db in from sg-web on tcp 5432")


@pytest.mark.parametrize(
    ("found", "status"),
    [
        ({"kind": "network"}, Status.NOT_APPLICABLE),
        ({"scheme": "internal"}, Status.NOT_APPLICABLE),
        ({}, Status.PASSED),
    ],
)
def test_the_internet_is_to_reach_application_load_balancers_that_face_it(found, status):
    assert (
        told(reach_internet_to_alb, balancer(**found), listener(443), group("sg-alb", ("tcp", "0.0.0.0/0"))) is status
    )


@pytest.mark.parametrize("listeners", [[], [listener(None)]])
def test_a_load_balancer_that_listens_nowhere_is_not_reached(listeners):
    assert told(reach_internet_to_alb, balancer(), group("sg-alb", ("tcp", "0.0.0.0/0")), *listeners) is Status.FAILED


def test_the_path_to_the_encrypted_listener_is_shown_first_though_its_port_is_higher():
    listeners = listener(80, "HTTP"), listener(443), listener(8443)
    told_of = observed(reach_internet_to_alb, held(balancer(), group("sg-alb", ("tcp", "0.0.0.0/0")), *listeners))
    assert told_of.startswith("3 paths are open, of which: internet -> ")
    shut = observed(reach_internet_to_alb, held(balancer(), group("sg-alb"), *listeners))
    assert shut.endswith("on tcp 443")
    assert shut.startswith("3 of 3 paths are broken, of which: internet -> ")


@pytest.mark.parametrize(
    ("kept_out", "status"),
    [
        ([entry(10, "deny", egress=False, CidrBlock="11.0.0.0/8")], Status.PASSED),
        ([entry(10, "deny", "6", egress=True, PortRange={"From": 2000, "To": 2000})], Status.FAILED),
        ([entry(10, "deny", egress=False)], Status.FAILED),
    ],
    ids=["some clients", "some ports of each client", "everybody"],
)
def test_a_load_balancer_serves_where_some_clients_get_through_whatever_port_they_send_from(kept_out, status):
    standing = balancer(), listener(443), group("sg-alb", ("tcp", "0.0.0.0/0"))
    assert told(reach_internet_to_alb, *standing, entries=kept_out) is status


def targets(health: str = "traffic-port") -> TargetGroup:
    return answered(
        TargetGroup, TargetGroupArn=TARGETS, Port=8080, Protocol="HTTP", HealthCheckPort=health, IpAddressType="ipv4"
    )


def test_tasks_are_reached_on_each_port_that_they_register():
    standing = balancer(), targets(), group("sg-alb"), group("sg-web", ("tcp", "sg-alb"))
    assert observed(reach_alb_to_tasks, held(*standing, service("web", 8080, 9090))).startswith("2 paths are open")
    assert told(reach_alb_to_tasks, *standing, service("web", None)) is Status.FAILED
    also = service("web", 8080, 7000)
    elsewhere = structs.replace(also.load_balancers[1], target_group_arn=f"{TARGETS}2")
    also = structs.replace(also, load_balancers=(also.load_balancers[0], elsewhere))
    assert observed(reach_alb_to_tasks, held(*standing, also)).startswith("1 paths are open")
    assert told(reach_alb_to_tasks, *standing, service("web")) is Status.NOT_APPLICABLE


def test_tasks_in_the_network_of_their_hosts_are_told_as_not_modelled_once_and_may_be_accepted():
    """T41: bridge and host tasks are one error a service, that a policy entry accepts."""
    web = service("web", 8080, on_host=True)
    for control in (reach_alb_to_tasks, reach_tasks_egress_route, reach_tasks_to_rds):
        expected = Status.ERROR if control is reach_alb_to_tasks else Status.NOT_APPLICABLE
        assert told(control, web, *([DB] if control is reach_tasks_to_rds else [])) is expected
    assert "name one of web, arn:" in observed(reach_alb_to_tasks, held(web))
    assert told(reach_alb_to_tasks, web, accept_unmodelled=("web",)) is Status.NOT_APPLICABLE
    assert told(reach_alb_to_tasks, web, accept_unmodelled=("jobs",)) is Status.ERROR


def test_the_services_of_aws_are_reached_by_tasks_with_a_place_of_their_own():
    assert told(reach_tasks_egress_route, service("web", on_host=True)) is Status.NOT_APPLICABLE


def eni(*groups: str, subnet: str = "subnet-1", address: str = "10.0.1.77", public: bool = False) -> NetworkInterface:
    known = {"Association": {"PublicIp": "18.228.0.9"}} if public else {}
    return answered(
        NetworkInterface,
        NetworkInterfaceId="eni-1",
        VpcId="vpc-1",
        SubnetId=subnet,
        Groups=[{"GroupId": each} for each in groups],
        PrivateIpAddresses=[{"PrivateIpAddress": address, **known}],
    )


ENDPOINT = answered(
    VPCEndpoint,
    VpcEndpointId="vpce-1",
    VpcId="vpc-1",
    ServiceName="com.amazonaws.sa-east-1.kms",
    SubnetIds=["subnet-2"],
    Groups=[{"GroupId": "sg-odd"}],
)
ODD, FOR_ODD = group("sg-odd"), group("sg-db", ("tcp", "sg-odd"))


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        ([service("web"), WEB, DB_FOR_WEB, eni("sg-web"), ODD], Status.PASSED),
        ([service("web"), WEB, DB_FOR_WEB, eni("sg-odd"), ODD], Status.PASSED),
        ([eni("sg-odd"), ODD, FOR_ODD], Status.FAILED),
        ([eni("sg-odd", "sg-web"), service("web"), WEB, ODD, FOR_ODD], Status.PASSED),
        ([ENDPOINT, ODD, FOR_ODD], Status.FAILED),
        ([balancer(), group("sg-alb"), group("sg-db", ("tcp", "sg-alb"))], Status.FAILED),
        ([balancer(vpc="vpc-2"), group("sg-alb"), group("sg-db", ("tcp", "sg-alb"))], Status.PASSED),
        ([group("sg-db", ("tcp", "10.0.2.0/24"))], Status.FAILED),
        ([group("sg-db", ("tcp", "10.0.9.0/24"))], Status.PASSED),
        ([group("sg-db", ("udp", "0.0.0.0/0"))], Status.PASSED),
    ],
    ids=[
        "a task", "another that is not let in", "another that is", "a task that is in another group too", "an endpoint",
        "a load balancer", "a load balancer elsewhere", "a subnet", "no subnet", "another protocol",
    ],
)  # fmt: skip
def test_nothing_but_tasks_reaches_the_database(standing, status):
    assert told(reach_nothing_else_to_rds, DB, *standing) is status


def seen(*standing: Resource) -> tuple[str, str | None]:
    """What was looked at around the database, and what is expected."""
    (found,) = evaluate(held(DB, *standing), [reach_nothing_else_to_rds], load_policy("hipaa", "prod"))
    return found.observed, found.expected


def test_the_ways_that_were_looked_at_are_counted_and_the_first_is_told():
    """The internet and any address of both subnets over both versions; routes to the VPC and to gateways are not."""
    looked_at, _ = seen(NOBODY)
    assert looked_at.startswith("6 ways looked at, none open, as internet -> blocked at igw-1: tcp 5432")
    looked_at, _ = seen(DB_FOR_WEB, WEB, JOBS, service("web"), service("jobs"), eni("sg-odd"), ODD)
    assert looked_at.startswith("7 ways looked at, none open, as internet -> blocked at igw-1: tcp 5432")


@pytest.mark.parametrize(("state", "ways"), [("active", 7), ("blackhole", 6)])
def test_what_is_beyond_a_blackhole_does_not_get_in(state, ways):
    route = answered_route("172.16.0.0/16", "pcx-1", state)
    standing = [
        structs.replace(each, routes=(*each.routes, route)) if isinstance(each, RouteTable) else each
        for each in (*subnets(WORLD, WORLD), DB, NOBODY)
    ]
    assert observed(reach_nothing_else_to_rds, snapshot(own_vpc(), *standing, lists=LISTS)).startswith(
        f"{ways} ways looked at"
    )


def answered_route(to: str, by: str, state: str) -> Route:
    fields = {"DestinationCidrBlock": to, "VpcPeeringConnectionId": by, "State": state, "Origin": "CreateRoute"}
    return convert(fields, Route)


def test_a_database_without_any_subnet_is_not_called_closed():
    nowhere = structs.replace(DB, db_subnet_group=structs.replace(DB.db_subnet_group, subnets=()))
    assert observed(reach_nothing_else_to_rds, held(nowhere, NOBODY)).startswith("AWS tells no place of what must not")


def test_a_database_of_ipv4_alone_is_looked_at_over_ipv4_alone():
    standing = [
        structs.replace(each, ipv6_cidr_block_association_set=()) if each.id == "subnet-1" else each
        for each in (*subnets(WORLD, WORLD), DB, NOBODY)
    ]
    assert observed(reach_nothing_else_to_rds, snapshot(own_vpc(), *standing, lists=LISTS)).startswith(
        "3 ways looked at"
    )


def test_in_a_vpc_that_is_shared_what_gets_in_is_told_and_nothing_is_certain_that_others_have_there():
    shared = own_vpc(OwnerId=FOREIGN)
    assert told(reach_nothing_else_to_rds, shared, DB, group("sg-db", ("tcp", "10.0.0.0/16"))) is Status.FAILED
    assert observed(reach_nothing_else_to_rds, held(shared, DB, NOBODY)).startswith(f"account {FOREIGN} shares vpc-1")


def test_of_many_that_get_in_the_first_is_told_and_all_are_named():
    admitting = group("sg-db", ("tcp", "10.0.0.0/16"))
    looked_at, wanted = seen(admitting, eni("sg-odd"), ODD)
    assert wanted == "only members of no group get there"
    assert looked_at.startswith(
        "open from eni-1, any address of subnet-1, any address of subnet-2: eni-1 -> sg-odd lets requests out"
    )
    assert looked_at.endswith("; rules to remove: sg-db: tcp 0-65535, 10.0.0.0/16")
    assert seen(admitting, service("web"), service("jobs"))[1] == "only members of sg-jobs, sg-web get there"


def test_groups_that_the_policy_names_may_reach_the_database_as_well():
    standing = DB, eni("sg-odd"), ODD, FOR_ODD
    assert told(reach_nothing_else_to_rds, *standing, database_client_groups=("sg-odd",)) is Status.PASSED
    assert told(reach_nothing_else_to_rds, *standing, database_client_groups=("sg-web",)) is Status.FAILED


OPEN_DB, OPEN_WEB = group("sg-db", ("-1", "0.0.0.0/0")), group("sg-web", ("-1", "0.0.0.0/0"))
NETWORK = own_vpc()
AWAY = answered(Subnet, SubnetId="subnet-9", VpcId="vpc-2", CidrBlock="10.9.0.0/24")


@pytest.mark.parametrize(
    ("standing", "status"),
    [
        ([], Status.NOT_APPLICABLE),
        ([DB, OPEN_DB], Status.PASSED),
        ([database(public=True), OPEN_DB], Status.FAILED),
        ([database(public=True), NOBODY], Status.PASSED),
        ([database(public=True, vpc="vpc-2"), OPEN_DB], Status.NOT_APPLICABLE),
        ([service("web"), OPEN_WEB], Status.PASSED),
        ([service("web", public="ENABLED"), OPEN_WEB], Status.FAILED),
        ([service("web", public="ENABLED"), WEB], Status.PASSED),
        ([service("web", public="ENABLED", subnet="subnet-9"), AWAY, OPEN_WEB], Status.NOT_APPLICABLE),
        ([service("web", on_host=True), OPEN_WEB], Status.NOT_APPLICABLE),
        ([service("web"), OPEN_WEB, eni("sg-web", public=True)], Status.FAILED),
        ([service("web"), OPEN_WEB, eni(public=True)], Status.PASSED),
        ([service("web"), OPEN_WEB, eni("sg-odd", public=True), group("sg-odd", ("-1", "0.0.0.0/0"))], Status.PASSED),
    ],
    ids=[
        "nothing", "a database inside", "a public database", "a public database that admits nobody", "one elsewhere",
        "tasks inside", "public tasks", "public tasks that admit nobody", "tasks elsewhere", "tasks on hosts",
        "a task with a public address of its own", "an interface of no group", "another's interface",
    ],
)  # fmt: skip
def test_the_internet_reaches_neither_tasks_nor_databases(standing, status):
    assert told(reach_internet_not_to_tasks_or_rds, NETWORK, *standing) is status
