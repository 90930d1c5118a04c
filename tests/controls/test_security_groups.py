"""What a security group may open to the world."""

from __future__ import annotations

import pytest
from msgspec import structs
from stack_verify.controls.ec2.security_groups import (
    sg_egress_restricted,
    sg_no_open_ssh,
    sg_only_authorized_open_ports,
    sg_open_only_on_alb,
)
from stack_verify.core.control import Status
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.elbv2 import Listener, LoadBalancer
from support.hand_made import answered, arn, judged, snapshot

BALANCER_ARN = arn("elasticloadbalancing", "loadbalancer/app/web/1")


def to_the_world(protocol: str, first: int | None = None, last: int | None = None) -> dict[str, object]:
    ports = {} if first is None else {"FromPort": first, "ToPort": first if last is None else last}
    peers = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    return {"IpProtocol": protocol, **ports, **peers}


def group(*ingress: dict[str, object], egress: tuple[dict[str, object], ...] = ()) -> SecurityGroup:
    rules = {"IpPermissions": list(ingress), "IpPermissionsEgress": list(egress)}
    return answered(SecurityGroup, GroupId="sg-1", GroupName="web", VpcId="vpc-1", **rules)


def listener(port: int | None) -> Listener:
    fields = {"LoadBalancerArn": BALANCER_ARN, "DefaultActions": [{"Type": "fixed-response"}], "Port": port}
    return answered(Listener, ListenerArn=f"{BALANCER_ARN}/{port}", **fields)


def balancer(scheme: str) -> LoadBalancer:
    fields = {"Type": "application", "VpcId": "vpc-1", "AvailabilityZones": [], "SecurityGroups": ["sg-1"]}
    return answered(LoadBalancer, LoadBalancerArn=BALANCER_ARN, Scheme=scheme, **fields)


TCP_443 = to_the_world("tcp", 443)


@pytest.mark.parametrize(
    ("rule", "status"),
    [
        (TCP_443, Status.PASSED),
        (to_the_world("icmp"), Status.PASSED),
        (to_the_world("icmpv6"), Status.PASSED),
        (to_the_world("udp", 443), Status.FAILED),
        (to_the_world("50"), Status.FAILED),
        (to_the_world("tcp", 443, 444), Status.FAILED),
        (to_the_world("-1"), Status.FAILED),
    ],
    ids=["TCP 443", "ICMP", "ICMPv6", "UDP 443", "ESP", "TCP 443-444", "everything"],
)
def test_authorized_are_ports_of_tcp_alone_and_icmp_which_has_none(rule, status):
    assert judged(sg_only_authorized_open_ports, snapshot(group(rule))) == {"sg-1": status}
    assert judged(sg_egress_restricted, snapshot(group(egress=(rule,)))) == {"sg-1": status}


@pytest.mark.parametrize(("protocol", "status"), [("tcp", Status.FAILED), ("udp", Status.PASSED)])
def test_ssh_is_spoken_over_tcp(protocol, status):
    assert judged(sg_no_open_ssh, snapshot(group(to_the_world(protocol, 22)))) == {"sg-1": status}


@pytest.mark.parametrize(
    ("scheme", "ports", "status"),
    [
        ("internet-facing", [443], Status.PASSED),
        ("internet-facing", [443, None], Status.PASSED),
        ("internet-facing", [80], Status.FAILED),
        ("internet-facing", [], Status.FAILED),
        ("internal", [443], Status.FAILED),
    ],
)
def test_a_group_is_open_where_a_load_balancer_that_faces_the_internet_listens(scheme, ports, status):
    held = snapshot(group(TCP_443), balancer(scheme), *map(listener, ports), lists=[(Listener, BALANCER_ARN)])
    assert judged(sg_open_only_on_alb, held) == {"sg-1": status}


def test_a_policy_may_authorise_nothing():
    policy = structs.replace(load_policy("hipaa", "prod"), public_ports=())
    opened = group(TCP_443)
    verdict = sg_only_authorized_open_ports.check(opened, snapshot(opened), policy)
    assert (verdict.status, verdict.expected) == (Status.FAILED, "tcp nothing at most")
