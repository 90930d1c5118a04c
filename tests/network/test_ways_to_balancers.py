"""A load balancer is reached, and reaches tasks, over each version of IP that it speaks there."""

from __future__ import annotations

import pytest
from stack_verify.controls.network.reach import reach_alb_to_tasks, reach_internet_to_alb
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import Listener, LoadBalancer, TargetGroup
from support.hand_made import answered, arn, snapshot
from support.made_network import LISTED, entry, group, subnets

BALANCER, TARGETS = (arn("elasticloadbalancing", f"{each}/web/1") for each in ("loadbalancer/app", "targetgroup"))
SERVICE = answered(
    Service,
    serviceArn=arn("ecs", "service/main/web"),
    serviceName="web",
    clusterArn=arn("ecs", "cluster/main"),
    networkConfiguration={
        "awsvpcConfiguration": {
            "subnets": ["subnet-2"],
            "securityGroups": ["sg-1"],
            "assignPublicIp": "DISABLED",
        }
    },
    loadBalancers=[{"targetGroupArn": TARGETS, "containerName": "web", "containerPort": 8080}],
)


def judged(control, clients: str, targets: str = "ipv4", *, also_ipv6: bool, health: str = "traffic-port", more=()):
    """What is said with these types of addresses, where groups admit IPv4 and the routes and access list also IPv6."""
    balancer = answered(
        LoadBalancer,
        LoadBalancerArn=BALANCER,
        Type="application",
        Scheme="internet-facing",
        VpcId="vpc-1",
        IpAddressType=clients,
        AvailabilityZones=[{"SubnetId": "subnet-1"}],
        SecurityGroups=["sg-1"],
    )
    actions = [{"Type": "forward", "TargetGroupArn": TARGETS}]
    listening = {"Port": 443, "Protocol": "HTTPS", "DefaultActions": actions}
    listener = answered(Listener, ListenerArn=arn("elb", "listener/1"), LoadBalancerArn=BALANCER, **listening)
    behind = answered(
        TargetGroup, TargetGroupArn=TARGETS, Port=8080, Protocol="HTTP", HealthCheckPort=health, IpAddressType=targets
    )
    wide = [entry(50, "allow", egress=out, Ipv6CidrBlock="::/0") for out in (True, False)]
    routes = [("0.0.0.0/0", "igw-1"), ("::/0", "igw-1")]
    admitting = group("sg-1", ("-1", "0.0.0.0/0"), *([("-1", "::/0")] if also_ipv6 else []))
    lists = [*((kind, "vpc-1") for kind in LISTED), (Listener, BALANCER), (TargetGroup, BALANCER)]
    held = snapshot(
        balancer, listener, behind, SERVICE, *subnets(routes, routes, entries=wide), admitting, *more, lists=lists
    )
    (found,) = evaluate(held, [control], load_policy("hipaa", "prod"))
    return found.status, found.observed


@pytest.mark.parametrize(
    ("clients", "also_ipv6", "status"),
    [
        ("ipv4", False, Status.PASSED),
        ("dualstack", False, Status.FAILED),
        ("dualstack", True, Status.PASSED),
        ("dualstack-without-public-ipv4", False, Status.FAILED),
        ("dualstack-without-public-ipv4", True, Status.PASSED),
        ("ipv7", True, Status.ERROR),
    ],
)
def test_the_internet_must_reach_it_over_each_version_of_ip_that_it_has_addresses_of(clients, also_ipv6, status):
    found, observed = judged(reach_internet_to_alb, clients, also_ipv6=also_ipv6)
    assert found is status, observed
    assert observed.startswith("which versions of IP the type ipv7") is (clients == "ipv7")


@pytest.mark.parametrize(
    ("targets", "also_ipv6", "status"),
    [
        ("ipv4", False, Status.PASSED),
        ("ipv6", False, Status.FAILED),
        ("ipv6", True, Status.PASSED),
        ("ipv7", True, Status.ERROR),
    ],
)
def test_it_must_reach_tasks_over_the_version_of_its_target_group(targets, also_ipv6, status):
    found, observed = judged(reach_alb_to_tasks, "dualstack", targets, also_ipv6=also_ipv6)
    assert found is status, observed


def test_health_checks_need_a_way_of_their_own():
    assert judged(reach_alb_to_tasks, "ipv4", also_ipv6=False)[1].startswith("1 paths are open")
    assert judged(reach_alb_to_tasks, "ipv4", also_ipv6=False, health="9000")[1].startswith("2 paths are open")


@pytest.mark.parametrize(("leads", "status"), [("local", Status.PASSED), ("vpce-1", Status.ERROR)])
def test_what_a_gateway_leads_to_an_appliance_is_not_known_to_arrive(leads, status):
    """A gateway may have a route table of its own, which leads what comes in for a subnet to a firewall."""
    route = {"DestinationCidrBlock": "10.0.1.0/24", "GatewayId": leads, "State": "active", "Origin": "CreateRoute"}
    associations = [{"Main": False, "GatewayId": "igw-1"}]
    own = answered(RouteTable, RouteTableId="rtb-9", VpcId="vpc-1", Routes=[route], Associations=associations)
    found, observed = judged(reach_internet_to_alb, "ipv4", also_ipv6=False, more=[own])
    assert found is status, observed
    assert judged(reach_alb_to_tasks, "ipv4", also_ipv6=False, more=[own])[0] is Status.PASSED
