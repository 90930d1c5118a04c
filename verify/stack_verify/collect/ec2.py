"""Reads Amazon EC2 networking.

All but endpoints are asked for by filters, of their own id or of their VPC's, so that what is gone does not hide the
rest: at most two calls a kind, however many there are. Endpoints know no filter by id.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.ec2 import (
    EIP,
    VPC,
    FlowLog,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VpcBlockPublicAccess,
    VPCEndpoint,
)
from stack_verify.resources.ec2_placement import InVpc
from stack_verify.resources.ec2_routing import NetworkAcl, PrefixList, RouteTable
from stack_verify.resources.resource import Resource

# A filter takes 200 values (Amazon EC2 API reference, "Filter").
MANY = 200
# AWS goes on listing deleted endpoints for a while; these are the other states.
LIVE_ENDPOINTS = (
    {
        "Name": "vpc-endpoint-state",
        "Values": ["pendingAcceptance", "pending", "available", "rejected", "failed", "expired", "partial"],
    },
)


@dataclass(frozen=True)
class Lookup:
    """How one kind is looked up: its operation, where the answers are, and the filters by own id and by VPC."""

    kind: type[Resource]
    operation: str
    member: str
    id_filter: str
    vpc_filter: str = "vpc-id"
    filters: str = "Filters"
    tags: str = "Tags"
    live: tuple[dict[str, Any], ...] = ()

    def answers(self, reader: Reader, keys: Sequence[str]) -> Answers:
        """The resources with these ids, and those of these VPCs."""
        vpcs = [key for key in keys if key.startswith("vpc-") and self.kind is not VPC]
        ids = [key for key in keys if key not in vpcs]
        if ids:
            yield from ((resource.id, resource) for resource in self._filtered(reader, self.id_filter, ids))
        if vpcs:
            for resource in self._filtered(reader, self.vpc_filter, vpcs):
                yield from ((vpc, resource) for vpc in _vpcs_of(resource) if vpc in vpcs)

    def _filtered(self, reader: Reader, name: str, values: list[str]) -> Iterator[Resource]:
        filters: dict[str, Any] = {self.filters: [{"Name": name, "Values": values}, *self.live]}
        for page in reader.pages("ec2", self.operation, **filters):
            for item in page.items(self.member):
                # EC2 leaves the tags out where there are none.
                yield page.decode(self.kind, item, Tags=tag_map(item.get(self.tags, ())))


def _vpcs_of(resource: Resource) -> tuple[str, ...]:
    match resource:
        case InternetGateway():
            return tuple(attachment.vpc_id for attachment in resource.attachments)
        case FlowLog():
            return (resource.resource_id,)
        case InVpc():
            return (resource.vpc_id,)
    return ()


@collects_many(VPC, "ec2:DescribeVpcs", size=MANY)
def vpcs(reader: Reader, keys: Sequence[str]) -> Answers:
    """The VPCs with these ids."""
    return Lookup(VPC, "DescribeVpcs", "Vpcs", "vpc-id").answers(reader, keys)


@collects(VpcBlockPublicAccess, "ec2:DescribeVpcBlockPublicAccessOptions", "ec2:DescribeVpcBlockPublicAccessExclusions")
def vpc_block_public_access(reader: Reader, region: str) -> Iterator[VpcBlockPublicAccess]:
    """What keeps the VPCs of the region from the internet, and what is excluded from it."""
    pages = list(reader.pages("ec2", "DescribeVpcBlockPublicAccessExclusions"))
    exclusions = [item for page in pages for item in page.items("VpcBlockPublicAccessExclusions")]
    response = reader.call("ec2", "DescribeVpcBlockPublicAccessOptions")
    options = response.item("VpcBlockPublicAccessOptions")
    yield response.decode(VpcBlockPublicAccess, options, Region=region, Exclusions=exclusions)


@collects_many(Subnet, "ec2:DescribeSubnets", size=MANY)
def subnets(reader: Reader, keys: Sequence[str]) -> Answers:
    """The subnets with these ids, or of these VPCs."""
    return Lookup(Subnet, "DescribeSubnets", "Subnets", "subnet-id").answers(reader, keys)


@collects_many(RouteTable, "ec2:DescribeRouteTables", size=MANY)
def route_tables(reader: Reader, keys: Sequence[str]) -> Answers:
    """The route tables with these ids, or of these VPCs."""
    lookup = Lookup(RouteTable, "DescribeRouteTables", "RouteTables", "route-table-id")
    return lookup.answers(reader, keys)


@collects_many(InternetGateway, "ec2:DescribeInternetGateways", size=MANY)
def internet_gateways(reader: Reader, keys: Sequence[str]) -> Answers:
    """The internet gateways with these ids, or attached to these VPCs."""
    return Lookup(
        InternetGateway,
        "DescribeInternetGateways",
        "InternetGateways",
        "internet-gateway-id",
        vpc_filter="attachment.vpc-id",
    ).answers(reader, keys)


@collects_many(NatGateway, "ec2:DescribeNatGateways", size=MANY)
def nat_gateways(reader: Reader, keys: Sequence[str]) -> Answers:
    """The NAT gateways with these ids, or of these VPCs; AWS goes on listing deleted ones for an hour."""
    return Lookup(
        NatGateway,
        "DescribeNatGateways",
        "NatGateways",
        "nat-gateway-id",
        filters="Filter",
        live=({"Name": "state", "Values": ["pending", "available", "failed"]},),
    ).answers(reader, keys)


@collects_many(EIP, "ec2:DescribeAddresses", size=MANY)
def addresses(reader: Reader, keys: Sequence[str]) -> Answers:
    """The Elastic IP addresses with these allocation ids, or those that are these addresses."""
    by_id = [key for key in keys if key.startswith("eipalloc-")]
    if by_id:
        yield from Lookup(EIP, "DescribeAddresses", "Addresses", "allocation-id").answers(reader, by_id)
    if addresses := [key for key in keys if key not in by_id]:
        for _, address in Lookup(EIP, "DescribeAddresses", "Addresses", "public-ip").answers(reader, addresses):
            if isinstance(address, EIP) and address.public_ip is not None:
                yield address.public_ip, address


@collects_many(NetworkAcl, "ec2:DescribeNetworkAcls", size=MANY)
def network_acls(reader: Reader, keys: Sequence[str]) -> Answers:
    """The network ACLs with these ids, or of these VPCs."""
    lookup = Lookup(NetworkAcl, "DescribeNetworkAcls", "NetworkAcls", "network-acl-id")
    return lookup.answers(reader, keys)


@collects_many(NetworkInterface, "ec2:DescribeNetworkInterfaces", size=MANY)
def network_interfaces(reader: Reader, keys: Sequence[str]) -> Answers:
    """The network interfaces with these ids, or of these VPCs."""
    return Lookup(
        NetworkInterface,
        "DescribeNetworkInterfaces",
        "NetworkInterfaces",
        "network-interface-id",
        tags="TagSet",
    ).answers(reader, keys)


@collects_many(VPCEndpoint, "ec2:DescribeVpcEndpoints", size=MANY)
def vpc_endpoints(reader: Reader, keys: Sequence[str]) -> Answers:
    """The endpoints with these ids, and those of these VPCs."""
    vpcs = [key for key in keys if key.startswith("vpc-")]
    ids = [key for key in keys if key not in vpcs]
    if vpcs:
        by_vpc = _endpoints(reader, Filters=[{"Name": "vpc-id", "Values": vpcs}, *LIVE_ENDPOINTS])
        yield from ((endpoint.vpc_id, endpoint) for endpoint in by_vpc or ())
    if ids:
        found = _endpoints(reader, VpcEndpointIds=ids, Filters=list(LIVE_ENDPOINTS))
        if found is None:  # one id that is gone fails the whole call
            alone = ids if len(ids) > 1 else []
            each = (_endpoints(reader, VpcEndpointIds=[key], Filters=list(LIVE_ENDPOINTS)) for key in alone)
            found = [endpoint for endpoints in each for endpoint in endpoints or ()]
        yield from ((endpoint.vpc_endpoint_id, endpoint) for endpoint in found)


def _endpoints(reader: Reader, **by: Any) -> list[VPCEndpoint] | None:  # noqa: ANN401 - the call's parameters
    """The endpoints that AWS describes; None where it knows one of the ids not at all."""
    pages = list(reader.pages("ec2", "DescribeVpcEndpoints", answers=("InvalidVpcEndpointId.NotFound",), **by))
    items = ((page, item) for page in pages for item in page.items("VpcEndpoints"))
    return (
        [page.decode(VPCEndpoint, item, Tags=tag_map(item.get("Tags", ()))) for page, item in items] if pages else None
    )


@collects_many(FlowLog, "ec2:DescribeFlowLogs", size=MANY)
def flow_logs(reader: Reader, keys: Sequence[str]) -> Answers:
    """The flow logs with these ids, or that watch these VPCs as a whole."""
    return Lookup(
        FlowLog,
        "DescribeFlowLogs",
        "FlowLogs",
        "flow-log-id",
        vpc_filter="resource-id",
        filters="Filter",
    ).answers(reader, keys)


@collects_many(SecurityGroup, "ec2:DescribeSecurityGroups", size=MANY)
def security_groups(reader: Reader, keys: Sequence[str]) -> Answers:
    """The security groups with these ids, or of these VPCs."""
    lookup = Lookup(SecurityGroup, "DescribeSecurityGroups", "SecurityGroups", "group-id")
    return lookup.answers(reader, keys)


@collects(PrefixList, "ec2:GetManagedPrefixListEntries")
def prefix_lists(reader: Reader, key: str) -> Iterator[PrefixList]:
    """The entries of a prefix list, the customer's or AWS's."""
    pages = list(reader.pages("ec2", "GetManagedPrefixListEntries", PrefixListId=key))
    entries = [entry for page in pages for entry in page.items("Entries")]
    yield pages[-1].decode(PrefixList, PrefixListId=key, Entries=entries)
