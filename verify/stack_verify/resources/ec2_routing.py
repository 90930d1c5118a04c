"""How Amazon EC2 routes and filters packets: route tables, network ACLs and the prefix lists that rules refer to."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.errors import Unanswered
from stack_verify.resources.ec2_placement import InVpc
from stack_verify.resources.identity import Identity, ec2
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource


class PrefixListEntry(Fields, frozen=True, kw_only=True, rename="pascal"):
    """Addresses of a prefix list, IPv4 or IPv6."""

    cidr: str


class PrefixList(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::PrefixList"):
    """The addresses that ``ec2:GetManagedPrefixListEntries`` lists, by PrefixListId; AWS's own lists included."""

    id_field: ClassVar[str] = "prefix_list_id"

    prefix_list_id: str
    entries: tuple[PrefixListEntry, ...]


class Route(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One route; it has one destination and one target of the many that AWS knows."""

    destination_cidr_block: str | None = None
    destination_ipv6_cidr_block: str | None = None
    destination_prefix_list_id: str | None = None
    # An internet gateway (``igw-``), a gateway endpoint (``vpce-``), a virtual private gateway or ``local``.
    gateway_id: str | None = None
    nat_gateway_id: str | None = None
    egress_only_internet_gateway_id: str | None = None
    transit_gateway_id: str | None = None
    vpc_peering_connection_id: str | None = None
    network_interface_id: str | None = None
    instance_id: str | None = None
    local_gateway_id: str | None = None
    carrier_gateway_id: str | None = None
    core_network_arn: str | None = None
    # ``blackhole`` where the target is gone.
    state: Known[str] = UNKNOWN
    # ``EnableVgwRoutePropagation`` for a route that was learnt.
    origin: Known[str] = UNKNOWN

    @property
    def target(self) -> str:
        """What the route leads to, by its id.

        Raises:
            Unanswered: when it is of a kind that is not known.
        """
        targets = (
            self.gateway_id,
            self.nat_gateway_id,
            self.egress_only_internet_gateway_id,
            self.transit_gateway_id,
            self.vpc_peering_connection_id,
            # Of an instance AWS tells the interface too.
            self.network_interface_id,
            self.instance_id,
            self.local_gateway_id,
            self.carrier_gateway_id,
            self.core_network_arn,
        )
        found = next((target for target in targets if target is not None), None)
        if found is None:
            raise Unanswered(
                f"AWS's answer holds no target of a kind that is known for the route to {self.destination}"
            )
        return found

    @property
    def destination(self) -> str:
        """Where the route leads, as AWS writes it."""
        places = (self.destination_cidr_block, self.destination_ipv6_cidr_block, self.destination_prefix_list_id)
        return next((place for place in places if place is not None), "a destination that AWS does not tell")


class RouteTableAssociation(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A subnet that uses a route table, or that the table is the VPC's main one."""

    main: bool
    # None for the main table's own association, and for a gateway's.
    subnet_id: str | None = None
    gateway_id: str | None = None


class RouteTable(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::RouteTable"):
    """One route table of ``ec2:DescribeRouteTables``, by RouteTableId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "rtb",
        "route-table",
        pulumi=("routeTable", "defaultRouteTable"),
        terraform=("aws_route_table", "aws_default_route_table"),
        asff="AwsEc2RouteTable",
    )
    id_field: ClassVar[str] = "route_table_id"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::EC2::PrefixList", "AWS::EC2::VPC")

    route_table_id: str
    routes: tuple[Route, ...]
    associations: tuple[RouteTableAssociation, ...]

    def surroundings(self) -> Iterator[Question]:
        for route in self.routes:
            if route.destination_prefix_list_id is not None:
                yield PrefixList.ask(route.destination_prefix_list_id)


class NetworkAclAssociation(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A subnet that a network ACL guards."""

    subnet_id: str


class NetworkAclPorts(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The ports of an entry, both included."""

    first: int = msgspec.field(name="From")
    last: int = msgspec.field(name="To")


class IcmpTypeCode(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The kind of ICMP messages that an entry is for; the type -1 is all of them."""

    type: int


class NetworkAclEntry(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One entry of a network ACL; ``protocol`` is IANA's number as text, or -1 for all."""

    rule_number: int
    egress: bool
    rule_action: str
    protocol: str
    cidr_block: str | None = None
    ipv6_cidr_block: str | None = None
    # None for protocols without ports, and for all of them.
    port_range: NetworkAclPorts | None = None
    # None for other protocols than ICMP.
    icmp_type_code: IcmpTypeCode | None = None


class NetworkAcl(InVpc, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::NetworkAcl"):
    """One network ACL of ``ec2:DescribeNetworkAcls``, by NetworkAclId or by VpcId."""

    identity: ClassVar[Identity | None] = ec2(
        "acl",
        "network-acl",
        pulumi=("networkAcl", "defaultNetworkAcl"),
        terraform=("aws_network_acl", "aws_default_network_acl"),
        asff="AwsEc2NetworkAcl",
    )
    id_field: ClassVar[str] = "network_acl_id"

    network_acl_id: str
    associations: Known[tuple[NetworkAclAssociation, ...]] = UNKNOWN
    entries: Known[tuple[NetworkAclEntry, ...]] = UNKNOWN
