"""The VPC: public, private and isolated subnets in each zone, and the routes that make them so."""

import ipaddress
from dataclasses import dataclass
from enum import StrEnum

import pulumi
import pulumi_aws as aws

from stack import exports
from stack.location import Location
from stack.naming import Naming

ANYWHERE = "0.0.0.0/0"
# The VPC is cut into sixteen blocks; each tier has room for five zones, so a zone added later moves no subnet.
BLOCK_BITS = 4
BLOCKS_PER_TIER = 5


class Tier(StrEnum):
    """What a subnet can reach and be reached from."""

    PUBLIC = "public"
    PRIVATE = "private"
    ISOLATED = "isolated"


def subnet_cidrs(vpc_cidr: str, tier: Tier, zones: int) -> list[str]:
    """Return the blocks of a tier's subnets, one a zone."""
    blocks = list(ipaddress.IPv4Network(vpc_cidr).subnets(prefixlen_diff=BLOCK_BITS))
    first = list(Tier).index(tier) * BLOCKS_PER_TIER
    return [str(block) for block in blocks[first : first + zones]]


@dataclass(frozen=True)
class NetworkArgs:
    """What the network is asked to be."""

    naming: Naming
    location: Location
    vpc_cidr: str
    nat_gateways: int


class Network(pulumi.ComponentResource):
    """A VPC whose isolated subnets have no route out of it, and whose default security group lets nothing pass."""

    def __init__(self, name: str, args: NetworkArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("healthcare:network:Network", name, None, opts)
        self._args = args
        self._child = pulumi.ResourceOptions(parent=self)
        self.vpc = self._vpc()
        self.default_security_group = self._closed_default_security_group()
        self.public_subnets = self._subnets(Tier.PUBLIC)
        self.private_subnets = self._subnets(Tier.PRIVATE)
        self.isolated_subnets = self._subnets(Tier.ISOLATED)
        self.internet_gateway = self._internet_gateway()
        self.nat_gateways = [self._nat_gateway(index) for index in range(args.nat_gateways)]
        self.public_route_table = self._public_routes()
        self.private_route_tables = [self._private_routes(index) for index in range(len(self.private_subnets))]
        self.isolated_route_table = self._route_table("isolated", self.isolated_subnets)
        self.outputs = {
            exports.VPC_ID: self.vpc.id,
            exports.PUBLIC_SUBNET_IDS: [subnet.id for subnet in self.public_subnets],
            exports.PRIVATE_SUBNET_IDS: [subnet.id for subnet in self.private_subnets],
            exports.ISOLATED_SUBNET_IDS: [subnet.id for subnet in self.isolated_subnets],
            exports.INTERNET_GATEWAY_ID: self.internet_gateway.id,
            exports.NAT_GATEWAY_IDS: [gateway.id for gateway in self.nat_gateways],
            exports.ROUTE_TABLE_IDS: [table.id for table in self._route_tables()],
            exports.DEFAULT_SECURITY_GROUP_ID: self.default_security_group.id,
        }
        self.register_outputs(self.outputs)

    def _route_tables(self) -> list[aws.ec2.RouteTable]:
        return [self.public_route_table, *self.private_route_tables, self.isolated_route_table]

    def _vpc(self) -> aws.ec2.Vpc:
        name = self._args.naming.name("vpc")
        return aws.ec2.Vpc(
            name,
            cidr_block=self._args.vpc_cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _closed_default_security_group(self) -> aws.ec2.DefaultSecurityGroup:
        # Adopting it without rules removes the ones that AWS gives it.
        name = self._args.naming.name("default-closed")
        return aws.ec2.DefaultSecurityGroup(
            name, vpc_id=self.vpc.id, ingress=[], egress=[], tags=self._args.naming.tags(name), opts=self._child
        )

    def _subnets(self, tier: Tier) -> list[aws.ec2.Subnet]:
        zones = self._args.location.zones
        blocks = subnet_cidrs(self._args.vpc_cidr, tier, len(zones))
        return [
            self._subnet(f"{tier}-{number}", zone, block)
            for number, (zone, block) in enumerate(zip(zones, blocks, strict=True), start=1)
        ]

    def _subnet(self, part: str, zone: str, block: str) -> aws.ec2.Subnet:
        name = self._args.naming.name(part)
        return aws.ec2.Subnet(
            name,
            vpc_id=self.vpc.id,
            availability_zone=zone,
            cidr_block=block,
            # Not even the public ones: the load balancer and the NAT gateways bring addresses of their own.
            map_public_ip_on_launch=False,
            tags=self._args.naming.tags(name),
            opts=self._child,
        )

    def _internet_gateway(self) -> aws.ec2.InternetGateway:
        name = self._args.naming.name("internet-gateway")
        return aws.ec2.InternetGateway(name, vpc_id=self.vpc.id, tags=self._args.naming.tags(name), opts=self._child)

    def _nat_gateway(self, index: int) -> aws.ec2.NatGateway:
        name = self._args.naming.name(f"nat-{index + 1}")
        tags = self._args.naming.tags(name)
        after_gateway = pulumi.ResourceOptions(parent=self, depends_on=[self.internet_gateway])
        address = aws.ec2.Eip(name, domain="vpc", tags=tags, opts=after_gateway)
        subnet = self.public_subnets[index]
        return aws.ec2.NatGateway(name, allocation_id=address.id, subnet_id=subnet.id, tags=tags, opts=after_gateway)

    def _public_routes(self) -> aws.ec2.RouteTable:
        table = self._route_table("public", self.public_subnets)
        aws.ec2.Route(
            self._args.naming.name("public-default"),
            route_table_id=table.id,
            destination_cidr_block=ANYWHERE,
            gateway_id=self.internet_gateway.id,
            opts=self._child,
        )
        return table

    def _private_routes(self, index: int) -> aws.ec2.RouteTable:
        part = f"private-{index + 1}"
        table = self._route_table(part, [self.private_subnets[index]])
        if self.nat_gateways:
            aws.ec2.Route(
                self._args.naming.name(f"{part}-default"),
                route_table_id=table.id,
                destination_cidr_block=ANYWHERE,
                nat_gateway_id=self.nat_gateways[index % len(self.nat_gateways)].id,
                opts=self._child,
            )
        return table

    def _route_table(self, part: str, subnets: list[aws.ec2.Subnet]) -> aws.ec2.RouteTable:
        name = self._args.naming.name(part)
        table = aws.ec2.RouteTable(name, vpc_id=self.vpc.id, tags=self._args.naming.tags(name), opts=self._child)
        for number, subnet in enumerate(subnets, start=1):
            aws.ec2.RouteTableAssociation(
                self._args.naming.name(f"{part}-association-{number}"),
                route_table_id=table.id,
                subnet_id=subnet.id,
                opts=self._child,
            )
        return table
