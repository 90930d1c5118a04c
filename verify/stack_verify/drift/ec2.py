"""Fields of Amazon EC2: the network, which is subnets, routes, security groups, endpoints, flow logs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from stack_verify.drift.field import ALL, Compare, Found, Live, Silence, Spell, Table, Value, field, own, set_of, types
from stack_verify.drift.normalize import log_group, many, policy, rule
from stack_verify.drift.tags import TAGS
from stack_verify.resources.ec2 import (
    FlowLog,
    GroupIdentifier,
    InternetGateway,
    InternetGatewayAttachment,
    IpPermission,
    NatGatewayAddress,
    SecurityGroup,
    VPCEndpoint,
)
from stack_verify.resources.ec2_routing import Route, RouteTable, RouteTableAssociation
from stack_verify.resources.partitions import partition
from stack_verify.snapshot import Snapshot

_DESTINATIONS = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId", "cidrBlock")


_TARGETS = (
    "gatewayId",
    "natGatewayId",
    "egressOnlyGatewayId",
    "transitGatewayId",
    "vpcPeeringConnectionId",
    "networkInterfaceId",
    "vpcEndpointId",
    "instanceId",
    "localGatewayId",
    "carrierGatewayId",
    "coreNetworkArn",
)


def _route(route: Mapping[str, Any]) -> str:
    return f"{_first(route, (*_DESTINATIONS, 'ipv6CidrBlock'))} to {_first(route, _TARGETS)}"


def _first(properties: Mapping[str, Any], names: Iterable[str]) -> str:
    """The first of the properties that has a value.

    Raises:
        KeyError: when none has.
    """
    for name in names:
        if properties.get(name):
            return str(properties[name])
    raise KeyError(f"none of {', '.join(names)}")


def _declared_routes(routes: list[Mapping[str, Any]]) -> Value:
    """The routes that are declared, but for the VPC's own, which Terraform's provider also takes."""
    return set_of(*(_route(route) for route in routes if route.get("gatewayId") != "local"))


def _live_routes(routes: tuple[Route, ...]) -> Value:
    """The routes that somebody made: not the VPC's own, and not that of a gateway endpoint."""
    made = (route for route in routes if route.target != "local" and not _of_endpoint(route))
    return set_of(*(f"{route.destination} to {route.target}" for route in made))


def _of_endpoint(route: Route) -> bool:
    return route.destination_prefix_list_id is not None and route.target.startswith("vpce-")


def _subnets(associations: tuple[RouteTableAssociation, ...]) -> Value:
    return set_of(*(each.subnet_id for each in associations if each.subnet_id is not None))


def _rules_of(direction: str) -> Live:
    """The rules of a security group, in one of the directions ``ip_permissions`` and ``ip_permissions_egress``."""

    def live(found: Found, _snapshot: Snapshot) -> Value:
        (group,) = found
        permissions: tuple[IpPermission, ...] = getattr(group, direction)
        return set_of(*(text for permission in permissions for text in _rules(permission, group.id)))

    return live


def _rules(permission: IpPermission, group: str) -> Iterator[str]:
    peers = (
        *(each.cidr_ip for each in permission.ip_ranges),
        *(each.cidr_ipv6 for each in permission.ipv6_ranges),
        *(each.prefix_list_id for each in permission.prefix_list_ids),
        *(_peer(each.group_id, group) for each in permission.user_id_group_pairs),
    )
    for peer in peers:
        yield rule(permission.ip_protocol, permission.from_port, permission.to_port, peer)


def _peer(peer: str, group: str) -> str:
    """A group's own members are its ``self``: a rule of the group's own list cannot name its id."""
    return "self" if peer == group else peer


def _inline(rules: list[Mapping[str, Any]]) -> Value:
    """The rules that a security group of Pulumi's lists itself."""
    return set_of(
        *(
            rule(each["protocol"], each.get("fromPort"), each.get("toPort"), peer)
            for each in rules
            for peer in _peers(each)
        )
    )


def _alone(inputs: Mapping[str, Any]) -> Value:
    """A rule that is a resource of its own, ``vpc/securityGroupIngressRule``."""
    peers = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
    whom = _peer(_first(inputs, peers), inputs["securityGroupId"])
    return (rule(inputs["ipProtocol"], inputs.get("fromPort"), inputs.get("toPort"), whom),)


def _older(direction: str) -> Spell:
    """A rule that is a resource of the older kind, ``ec2/securityGroupRule``, which is of either direction."""

    def spell(inputs: Mapping[str, Any]) -> Value:
        if inputs["type"] != direction:
            return None
        peers = (_peer(peer, inputs["securityGroupId"]) for peer in _peers(inputs))
        return set_of(*(rule(inputs["protocol"], inputs["fromPort"], inputs["toPort"], peer) for peer in peers))

    return spell


def _peers(inputs: Mapping[str, Any]) -> Iterator[str]:
    for name in ("cidrBlocks", "ipv6CidrBlocks", "prefixListIds", "securityGroups"):
        yield from inputs.get(name) or ()
    if inputs.get("sourceSecurityGroupId"):
        yield inputs["sourceSecurityGroupId"]
    if inputs.get("self"):
        yield "self"


def _groups(groups: tuple[GroupIdentifier, ...]) -> Value:
    return set_of(*(group.group_id for group in groups))


def _vpcs(attachments: tuple[InternetGatewayAttachment, ...]) -> Value:
    return set_of(*(attachment.vpc_id for attachment in attachments))


def _connectivity(public: object) -> Value:
    return "public" if public else "private"


def _allocations(addresses: tuple[NatGatewayAddress, ...]) -> Value:
    return set_of(*(each.allocation_id for each in addresses if each.allocation_id is not None))


def _private_dns(found: Found, snapshot: Snapshot) -> Value | Silence:
    """Whether an endpoint answers to the service's own name; a gateway endpoint has no name at all."""
    (endpoint,) = found
    if isinstance(endpoint, VPCEndpoint) and endpoint.vpc_endpoint_type != "Interface":
        return Silence.NOT_COMPARED
    return own("private_dns_enabled")(found, snapshot)


def _log_destination(found: Found, snapshot: Snapshot) -> Value | Silence:
    """Where a flow log goes; one that goes to a log group may tell its name alone."""
    (flow_log,) = found
    if not isinstance(flow_log, FlowLog) or flow_log.log_group_name is None or flow_log.log_destination is not None:
        return own("log_destination", log_group)(found, snapshot)
    call = flow_log.observed_by
    return f"arn:{partition(call.region)}:logs:{call.region}:{call.account}:log-group:{flow_log.log_group_name}"


_INGRESS, _EGRESS = _rules_of("ip_permissions"), _rules_of("ip_permissions_egress")


_ROUTES, _SUBNETS = own("routes", _live_routes), own("associations", _subnets)


_VPCS = own("attachments", _vpcs)


TABLES = (
    Table(
        types("ec2/vpc:Vpc", "ec2/defaultVpc:DefaultVpc"),
        (
            field("cidrBlock", "cidr_block"),
            field("instanceTenancy", "instance_tenancy"),
            TAGS,
        ),
    ),
    # A gateway that names no VPC may be attached by another stack, as the provider leaves it.
    Table(types("ec2/internetGateway:InternetGateway"), (field("vpcId", _VPCS, spell=many), TAGS)),
    Table(
        types("ec2/internetGatewayAttachment:InternetGatewayAttachment"),
        (field("vpcId", _VPCS, spell=many, compare=Compare.AT_LEAST),),
        kind=InternetGateway,
        key="internetGatewayId",
    ),
    Table(
        types("ec2/natGateway:NatGateway"),
        (
            field("subnetId", "subnet_id"),
            field("connectivityType", own("is_public", _connectivity), "public"),
            # A gateway may have more addresses than its first.
            field("allocationId", own("nat_gateway_addresses", _allocations), spell=many, compare=Compare.AT_LEAST),
            TAGS,
        ),
    ),
    Table(types("ec2/eip:Eip"), (TAGS,)),
    Table(
        types("ec2/networkAcl:NetworkAcl", "ec2/defaultNetworkAcl:DefaultNetworkAcl"), (field("vpcId", "vpc_id"), TAGS)
    ),
    Table(types("ec2/networkInterface:NetworkInterface"), (field("subnetId", "subnet_id"), TAGS)),
    Table(
        types("ec2/subnet:Subnet", "ec2/defaultSubnet:DefaultSubnet"),
        (
            field("vpcId", "vpc_id"),
            field("cidrBlock", "cidr_block"),
            field("availabilityZone", "availability_zone"),
            field("mapPublicIpOnLaunch", "map_public_ip_on_launch", "false"),
            TAGS,
        ),
    ),
    Table(
        types("ec2/routeTable:RouteTable"),
        (
            field("vpcId", "vpc_id"),
            field("routes", _ROUTES, (), spell=_declared_routes),
            field("subnets", _SUBNETS, ()),
            TAGS,
        ),
    ),
    Table(
        types("ec2/route:Route"),
        (
            field(
                "routes",
                _ROUTES,
                spell=lambda inputs: (_route(inputs),),
                compare=Compare.AT_LEAST,
                of=ALL,
            ),
        ),
        kind=RouteTable,
        key="routeTableId",
    ),
    Table(
        types("ec2/routeTableAssociation:RouteTableAssociation"),
        (field("subnets", _SUBNETS, spell=set_of, compare=Compare.AT_LEAST, of="subnetId"),),
        kind=RouteTable,
        key="routeTableId",
    ),
    Table(
        types("ec2/securityGroup:SecurityGroup", "ec2/defaultSecurityGroup:DefaultSecurityGroup"),
        (
            field("vpcId", "vpc_id"),
            field("ingress", _INGRESS, (), spell=_inline),
            field("egress", _EGRESS, (), spell=_inline),
            TAGS,
        ),
    ),
    Table(
        types("vpc/securityGroupIngressRule:SecurityGroupIngressRule"),
        (field("ingress", _INGRESS, spell=_alone, compare=Compare.AT_LEAST, of=ALL),),
        kind=SecurityGroup,
        key="securityGroupId",
    ),
    Table(
        types("vpc/securityGroupEgressRule:SecurityGroupEgressRule"),
        (field("egress", _EGRESS, spell=_alone, compare=Compare.AT_LEAST, of=ALL),),
        kind=SecurityGroup,
        key="securityGroupId",
    ),
    Table(
        types("ec2/securityGroupRule:SecurityGroupRule"),
        (
            field("ingress", _INGRESS, spell=_older("ingress"), compare=Compare.AT_LEAST, of=ALL),
            field("egress", _EGRESS, spell=_older("egress"), compare=Compare.AT_LEAST, of=ALL),
        ),
        kind=SecurityGroup,
        key="securityGroupId",
    ),
    Table(
        types("ec2/vpcEndpoint:VpcEndpoint"),
        (
            field("vpcId", "vpc_id"),
            field("serviceName", "service_name"),
            field("vpcEndpointType", "vpc_endpoint_type", "Gateway"),
            field("privateDnsEnabled", _private_dns, "false"),
            field("policy", "policy_document", spell=policy),
            field("securityGroupIds", own("groups", _groups)),
            TAGS,
        ),
    ),
    Table(
        types("ec2/flowLog:FlowLog"),
        (
            field("vpcId", "resource_id"),
            field("trafficType", "traffic_type", "ALL"),
            field("logDestinationType", "log_destination_type", "cloud-watch-logs"),
            field("logDestination", _log_destination, spell=log_group),
            TAGS,
        ),
    ),
)
