"""An endpoint counts as there when the tasks' requests do go through it."""

from __future__ import annotations

import pytest
from stack_verify.controls.ec2.vpcs import vpc_endpoints_present
from stack_verify.resources.ec2 import Subnet, VPCEndpoint
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.ecs import Service
from support.hand_made import REGION, answered, arn, observed, own_vpc, snapshot

LISTS = ((VPCEndpoint, "vpc-1"), (RouteTable, "vpc-1"))
SERVICE = answered(
    Service,
    serviceArn=arn("ecs", "service/c/web"),
    serviceName="web",
    clusterArn=arn("ecs", "cluster/c"),
    networkConfiguration={"awsvpcConfiguration": {"subnets": ["subnet-1", "subnet-2"]}},
)


def endpoint(service: str, kind: str, **more: object) -> VPCEndpoint:
    fields = {"VpcEndpointId": "vpce-1", "VpcId": "vpc-1", "ServiceName": service, "VpcEndpointType": kind}
    return answered(VPCEndpoint, **fields, **{"State": "available", **more})


def table(number: int, *, leading: bool) -> RouteTable:
    route = {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1" if leading else "vpce-2"}
    used_by = [{"Main": False, "SubnetId": f"subnet-{number}"}]
    return answered(RouteTable, RouteTableId=f"rtb-{number}", VpcId="vpc-1", Routes=[route], Associations=used_by)


def told(*resources, region: str = REGION) -> str:
    vpc = own_vpc()
    return observed(vpc_endpoints_present, snapshot(vpc, *resources, lists=LISTS, region=region))


@pytest.mark.parametrize(
    ("first", "second", "usable"),
    [(True, True, "s3"), (True, False, "none"), (False, False, "none")],
    ids=["every table of the tasks", "one table of two", "no table"],
)
def test_a_gateway_endpoint_is_used_where_the_tasks_subnets_route_to_it(first, second, usable):
    subnets = [answered(Subnet, SubnetId=f"subnet-{number}", VpcId="vpc-1") for number in (1, 2)]
    tables = table(1, leading=first), table(2, leading=second)
    gateway = endpoint("com.amazonaws.sa-east-1.s3", "Gateway")
    assert told(gateway, SERVICE, *subnets, *tables).startswith(f"usable endpoints: {usable};")


@pytest.mark.parametrize(("leading", "usable"), [(True, "s3"), (False, "none")])
def test_a_gateway_endpoint_that_nothing_routes_to_is_none_even_without_tasks(leading, usable):
    gateway = endpoint("com.amazonaws.sa-east-1.s3", "Gateway")
    assert told(gateway, table(1, leading=leading)).startswith(f"usable endpoints: {usable};")


@pytest.mark.parametrize(("state", "usable"), [("Available", "kms"), ("pending", "none"), ("deleting", "none")])
def test_an_endpoint_is_used_once_it_is_available(state, usable):
    interface = endpoint("com.amazonaws.sa-east-1.kms", "Interface", PrivateDnsEnabled=True, State=state)
    assert told(interface).startswith(f"usable endpoints: {usable};")


def test_tasks_in_another_vpc_need_no_route_to_the_endpoint():
    subnets = answered(Subnet, SubnetId="subnet-1", VpcId="vpc-1"), answered(Subnet, SubnetId="subnet-2", VpcId="vpc-2")
    elsewhere = answered(RouteTable, RouteTableId="rtb-2", VpcId="vpc-2", Routes=[], Associations=[{"Main": True}])
    gateway, here = endpoint("com.amazonaws.sa-east-1.s3", "Gateway"), table(1, leading=True)
    lists = ((VPCEndpoint, "vpc-1"), (RouteTable, "vpc-1"), (RouteTable, "vpc-2"))
    held = snapshot(own_vpc(), gateway, SERVICE, *subnets, here, elsewhere, lists=lists)
    assert observed(vpc_endpoints_present, held).startswith("usable endpoints: s3;")


@pytest.mark.parametrize(("private", "usable"), [(True, "kms"), (False, "none")])
@pytest.mark.parametrize(("prefix", "region"), [("", "sa-east-1"), ("cn.", "cn-north-1")])
def test_an_interface_endpoint_is_used_by_the_services_own_name(private, usable, prefix, region):
    interface = endpoint(f"{prefix}com.amazonaws.{region}.kms", "Interface", PrivateDnsEnabled=private)
    assert told(interface, region=region).startswith(f"usable endpoints: {usable};")
