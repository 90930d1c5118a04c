"""Network and Gateway Load Balancers are judged by what they are, and ICMP opens no port."""

from __future__ import annotations

import pytest
from stack_verify.controls.elbv2.access_logs import alb_access_logs
from stack_verify.controls.elbv2.load_balancers import alb_listener_tls
from stack_verify.controls.network.path import path_alb_egress_reaches_targets, path_listener_sg_coherent
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.elbv2 import Listener, LoadBalancer, LoadBalancerAttributes, TargetGroup
from support.hand_made import answered, arn, judged, snapshot

LETTERS = {"application": "app", "network": "net", "gateway": "gwy"}
EMPTY = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def balancer_arn(kind: str) -> str:
    return arn("elasticloadbalancing", f"loadbalancer/{LETTERS[kind]}/web/1")


def balancer(kind: str, *groups: str) -> LoadBalancer:
    return answered(
        LoadBalancer,
        LoadBalancerArn=balancer_arn(kind),
        Type=kind,
        VpcId="vpc-1",
        AvailabilityZones=[],
        SecurityGroups=groups,
    )


def listener(kind: str) -> Listener:
    return answered(
        Listener,
        ListenerArn=arn("elasticloadbalancing", f"listener/{LETTERS[kind]}/web/1/2"),
        LoadBalancerArn=balancer_arn(kind),
        Port=443,
        Protocol="HTTPS",
        DefaultActions=[{"Type": "fixed-response"}],
    )


def permission(protocol: str, first: int, last: int) -> dict[str, object]:
    return {**EMPTY, "IpProtocol": protocol, "FromPort": first, "ToPort": last, **WORLD}


@pytest.mark.parametrize(
    ("beside", "status"),
    [
        ((), Status.PASSED),
        ((permission("icmp", 3, 4),), Status.PASSED),
        ((permission("icmpv6", 2, 0),), Status.PASSED),
        ((permission("tcp", 8443, 8443),), Status.FAILED),
        ((permission("udp", 443, 443),), Status.FAILED),
    ],
    ids=["nothing", "ICMP", "ICMPv6", "another port", "UDP"],
)
def test_what_a_balancer_admits_beside_its_listeners_is_a_fault_but_for_icmp(beside, status):
    group = answered(
        SecurityGroup,
        GroupId="sg-1",
        GroupName="web",
        VpcId="vpc-1",
        IpPermissions=[permission("tcp", 443, 443), *beside],
        IpPermissionsEgress=[],
    )
    held = snapshot(
        balancer("application", "sg-1"),
        listener("application"),
        group,
        lists=((Listener, balancer_arn("application")),),
    )
    assert judged(path_listener_sg_coherent, held) == {balancer_arn("application"): status}


def test_a_network_load_balancer_without_security_groups_lets_everything_out():
    name = balancer_arn("network")
    held = snapshot(balancer("network"), lists=((TargetGroup, name),))
    assert judged(path_alb_egress_reaches_targets, held) == {name: Status.NOT_APPLICABLE}


@pytest.mark.parametrize("control", [alb_access_logs, alb_listener_tls], ids=lambda each: each.id)
def test_a_gateway_load_balancer_serves_no_requests_to_encrypt_or_to_log(control):
    assert judged(control, snapshot(balancer("gateway"))) == {balancer_arn("gateway"): Status.NOT_APPLICABLE}


def attributes(kind: str, **told: str) -> LoadBalancerAttributes:
    return answered(LoadBalancerAttributes, **{"LoadBalancer": balancer_arn(kind), **told})


def test_the_attributes_of_a_gateway_load_balancer_lead_to_no_bucket():
    assert list(attributes("gateway").refers_to()) == []


@pytest.mark.parametrize("kind", ["application", "network"])
def test_the_attributes_of_others_say_whether_they_lead_to_one(kind):
    with pytest.raises(Unanswered, match=r"access_logs\.s3\.enabled"):
        list(attributes(kind).refers_to())
