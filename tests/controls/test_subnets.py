"""What is concluded of a VPC's subnets: how they are spread, and which of them the internet has a route to."""

from __future__ import annotations

import pytest
from stack_verify.controls.ec2.vpcs import (
    route_no_unrestricted_igw,
    subnet_multi_az,
    subnet_no_auto_public_ip,
    subnet_public_private_separated,
)
from stack_verify.controls.rds.subnets import rds_subnets_private
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot
from support.hand_made import ACCOUNT, answered, judged, observed, own_vpc, snapshot

NETWORK = own_vpc()
TABLES = ((RouteTable, "vpc-1"), (RouteTable, "vpc-2"))


def subnet(name: str, zone: str, vpc: str = "vpc-1", *, public: bool = False) -> Subnet:
    fields = {"SubnetId": f"subnet-{name}", "VpcId": vpc, "AvailabilityZone": f"sa-east-1{zone}"}
    return answered(Subnet, **fields, MapPublicIpOnLaunch=public)


def table(name: str, *subnets: str, gateway: str | None = None, main: bool = False) -> RouteTable:
    """A route table of some subnets; ``gateway`` is where it sends everything."""
    uses = [{"Main": False, "SubnetId": f"subnet-{each}"} for each in subnets]
    routes = [{"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": gateway}] if gateway else []
    fields = {"RouteTableId": f"rtb-{name}", "VpcId": "vpc-1", "Routes": routes}
    return answered(RouteTable, **fields, Associations=[*uses, *([{"Main": True}] if main else [])])


def database(*subnets: str) -> DBInstance:
    inside = [{"SubnetIdentifier": f"subnet-{each}"} for each in subnets]
    return answered(
        DBInstance,
        DBInstanceIdentifier="db",
        DBInstanceArn=f"arn:aws:rds:sa-east-1:{ACCOUNT}:db:db",
        Engine="postgres",
        DBSubnetGroup={"DBSubnetGroupName": "data", "VpcId": "vpc-1", "Subnets": inside},
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
        DBParameterGroups=[{"DBParameterGroupName": "p"}],
    )


def held(*resources) -> Snapshot:
    return snapshot(NETWORK, *resources, lists=TABLES)


PRIVATE = (subnet("a", "a"), subnet("b", "b"), table("private", main=True))
PUBLIC = (subnet("c", "a"), subnet("d", "b"), table("public", "c", "d", gateway="igw-1"))


@pytest.mark.parametrize(
    ("subnets", "status"),
    [
        ((*PRIVATE, *PUBLIC), Status.PASSED),
        (PRIVATE, Status.PASSED),
        ((*PRIVATE, subnet("c", "a"), table("public", "c", gateway="igw-1")), Status.FAILED),
        ((subnet("a", "a"), subnet("b", "a"), table("private", main=True)), Status.FAILED),
        ((), Status.NOT_APPLICABLE),
    ],
    ids=["two tiers in two zones", "one tier", "the public one in one zone", "two subnets in one zone", "none"],
)
def test_each_tier_of_subnets_spans_zones(subnets, status):
    assert judged(subnet_multi_az, held(*subnets)) == {"vpc-1": status}


def test_the_subnets_of_another_vpc_spread_nothing():
    elsewhere = answered(RouteTable, RouteTableId="rtb-2", VpcId="vpc-2", Routes=[], Associations=[{"Main": True}])
    two = held(subnet("a", "a"), table("private", main=True), subnet("z", "b", vpc="vpc-2"), elsewhere)
    assert observed(subnet_multi_az, two) == "private: sa-east-1a"


@pytest.mark.parametrize(
    ("resources", "status"),
    [
        ((*PRIVATE, *PUBLIC, database("a", "b")), Status.PASSED),
        ((*PRIVATE, *PUBLIC, database("a", "c")), Status.FAILED),
        ((*PRIVATE, database("a", "b")), Status.PASSED),
        ((*PUBLIC, database("c")), Status.FAILED),
        ((*PRIVATE, *PUBLIC), Status.NOT_APPLICABLE),
    ],
    ids=["apart", "a database in a public one", "none public", "none private", "no database"],
)
def test_databases_stand_apart_from_public_subnets(resources, status):
    assert judged(subnet_public_private_separated, held(*resources)) == {"vpc-1": status}


@pytest.mark.parametrize(
    ("of", "status"), [(("a", "b"), Status.PASSED), (("a", "c"), Status.FAILED), (("c", "d"), Status.FAILED)]
)
def test_no_subnet_of_a_database_has_a_route_to_an_internet_gateway(of, status):
    assert judged(rds_subnets_private, held(*PRIVATE, *PUBLIC, database(*of))) == {"db": status}


def test_a_route_table_is_judged_where_tasks_or_databases_use_it():
    unused = table("unused", gateway="igw-1")
    assert judged(route_no_unrestricted_igw, held(*PRIVATE, *PUBLIC, unused, database("a", "c"))) == {
        "rtb-private": Status.PASSED,
        "rtb-public": Status.FAILED,
        "rtb-unused": Status.NOT_APPLICABLE,
    }


def test_public_addresses_are_a_matter_of_the_subnets_that_hold_something():
    subnets = subnet("a", "a"), subnet("b", "b", public=True), subnet("c", "c", public=True)
    assert judged(subnet_no_auto_public_ip, held(*subnets, table("private", main=True), database("a", "b"))) == {
        "subnet-a": Status.PASSED,
        "subnet-b": Status.FAILED,
        "subnet-c": Status.NOT_APPLICABLE,
    }
