"""Who takes part in the stack's traffic, and where."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stack_verify.network.endpoints import balancers_of, blocks, interface, service_groups, service_subnets
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import LoadBalancer, TargetGroup
from support.hand_made import ACCOUNT, REGION, answer, answered, of_answers

ELB = f"arn:aws:elasticloadbalancing:{REGION}:{ACCOUNT}"
ECS = f"arn:aws:ecs:{REGION}:{ACCOUNT}"
FIRST, SECOND = (f"{ELB}:loadbalancer/app/{name}/1" for name in ("first", "second"))
OF_FIRST, OF_SECOND = (f"{ELB}:targetgroup/{name}/1" for name in ("first", "second"))
AWSVPC = {"awsvpcConfiguration": {"subnets": ["subnet-1"], "securityGroups": ["sg-1"]}}


def service(*targets: str, **network: object) -> Service:
    return answered(
        Service,
        serviceArn=f"{ECS}:service/main/web",
        serviceName="web",
        clusterArn=f"{ECS}:cluster/main",
        taskDefinition=f"{ECS}:task-definition/web:1",
        loadBalancers=[{"containerName": "app", "containerPort": 8080, "targetGroupArn": each} for each in targets],
        **network,
    )


def balancer(key: str) -> LoadBalancer:
    return answered(LoadBalancer, LoadBalancerArn=key, Type="application", VpcId="vpc-1", AvailabilityZones=[])


def target_group(key: str) -> TargetGroup:
    return answered(TargetGroup, TargetGroupArn=key, Port=8080, Protocol="HTTP", HealthCheckPort="traffic-port")


@pytest.mark.parametrize("network", [{}, {"networkConfiguration": {}}], ids=["left out", "empty"])
def test_tasks_on_their_hosts_network_have_no_interface(network):
    on_host = service(**network)
    assert (interface(on_host), service_groups(on_host), service_subnets(on_host)) == (None, frozenset(), frozenset())


def test_tasks_with_an_interface_are_in_its_groups_and_subnets():
    web = service(networkConfiguration=AWSVPC)
    assert (service_groups(web), service_subnets(web)) == ({"sg-1"}, {"subnet-1"})


@pytest.mark.parametrize(
    ("targets", "found"),
    [((), []), ((OF_FIRST,), [FIRST]), ((OF_SECOND,), [SECOND]), ((OF_FIRST, OF_SECOND), [FIRST, SECOND])],
)
def test_the_load_balancers_of_a_service_are_those_of_its_target_groups(targets, found):
    web, ways = service(*targets), {FIRST: OF_FIRST, SECOND: OF_SECOND}
    answers = [answer(key, each) for key, group in ways.items() for each in (balancer(key), target_group(group))]
    seen = of_answers(answer(web.service_arn, web), *answers)
    assert [each.load_balancer_arn for each in balancers_of(web, seen)] == found


def test_a_subnet_of_ipv6_alone_has_no_ipv4_block():
    fields = {"VpcId": "vpc-1", "AvailabilityZone": "sa-east-1a"}
    old = answered(Subnet, SubnetId="subnet-1", CidrBlock="10.0.1.0/24", **fields)
    new = answered(Subnet, SubnetId="subnet-2", **fields)
    seen = of_answers(answer("subnet-1", old), answer("subnet-2", new))
    assert blocks(["subnet-2", "subnet-1"], seen) == (ip_network("10.0.1.0/24"),)
