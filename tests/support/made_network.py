"""A VPC made by hand: subnets behind route tables of their own and one network ACL, and security groups."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.resources.ec2 import (
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VpcBlockPublicAccess,
    VPCEndpoint,
)
from stack_verify.resources.ec2_routing import NetworkAcl, RouteTable
from stack_verify.resources.resource import Resource
from support.hand_made import REGION, answered

LISTED = (InternetGateway, NatGateway, NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Subnet, VPCEndpoint)
NOBODY = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
ALL = [{**NOBODY, "IpProtocol": "-1", **WORLD}]
TARGETS = {"nat": "NatGatewayId", "tgw": "TransitGatewayId", "pcx": "VpcPeeringConnectionId"}

Routes = Iterable[tuple[str, str]]


def subnets(*routes: Routes, entries: Iterable[dict[str, object]] = ()) -> tuple[Resource, ...]:
    """A subnet for each set of routes (destination and target), from subnet-1 on, in a VPC with an internet gateway.

    Their network ACL lets all pass that ``entries`` below number 100 do not keep out.
    """
    numbers = range(1, len(routes) + 1)
    own = [_subnet(at) for at in numbers]
    gateway = answered(InternetGateway, InternetGatewayId="igw-1", Attachments=[{"VpcId": "vpc-1"}])
    acl = answered(
        NetworkAcl,
        NetworkAclId="acl-1",
        VpcId="vpc-1",
        Associations=[{"SubnetId": each.id} for each in own],
        Entries=[*entries, *(entry(100, "allow", egress=out) for out in (True, False))],
    )
    return *own, gateway, acl, blocking("off"), *(_table(at, each) for at, each in zip(numbers, routes, strict=True))


def blocking(mode: str, **excluded: str) -> VpcBlockPublicAccess:
    """VPC Block Public Access of the region in this mode; the VPCs and subnets that are excluded, each in its own."""
    exclusions = [
        {
            "ResourceArn": f"arn:aws:ec2:{REGION}:123456789012:subnet/{name.replace('_', '-')}",
            "InternetGatewayExclusionMode": own,
            "State": "create-complete",
        }
        for name, own in excluded.items()
    ]
    fields = {"InternetGatewayBlockMode": mode, "State": "update-complete", "Exclusions": exclusions}
    return answered(VpcBlockPublicAccess, Region=REGION, **fields)


def _subnet(at: int) -> Subnet:
    ipv6 = [{"Ipv6CidrBlock": f"2600:0:0:{at}::/64"}]
    blocks = {"CidrBlock": f"10.0.{at}.0/24", "Ipv6CidrBlockAssociationSet": ipv6}
    return answered(Subnet, SubnetId=f"subnet-{at}", VpcId="vpc-1", **blocks)


def entry(number: int, action: str, protocol: str = "-1", *, egress: bool, **fields: object) -> dict[str, object]:
    known = {"RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": protocol}
    return {**known, "CidrBlock": "0.0.0.0/0", **fields}


def _table(at: int, routes: Routes) -> RouteTable:
    made = [("10.0.0.0/16", "local"), ("2600::/56", "local"), *routes]
    return answered(
        RouteTable,
        RouteTableId=f"rtb-{at}",
        VpcId="vpc-1",
        Associations=[{"Main": False, "SubnetId": f"subnet-{at}"}],
        Routes=[
            {
                _destination(to): to,
                TARGETS.get(by.split("-")[0], "GatewayId"): by,
                "State": "active",
                "Origin": "CreateRoute",
            }
            for to, by in made
        ],
    )


def _destination(to: str) -> str:
    if to.startswith("pl-"):
        return "DestinationPrefixListId"
    return "DestinationIpv6CidrBlock" if ":" in to else "DestinationCidrBlock"


def group(name: str, *admitted: tuple[str, str]) -> SecurityGroup:
    """A group that lets out everything, and in protocols on any port, each from a prefix or another group."""
    return answered(
        SecurityGroup,
        GroupId=name,
        GroupName=name,
        VpcId="vpc-1",
        IpPermissions=[_permission(*each) for each in admitted],
        IpPermissionsEgress=ALL,
    )


def _permission(protocol: str, peer: str) -> dict[str, object]:
    kinds = {"sg-": ("UserIdGroupPairs", "GroupId"), "::/": ("Ipv6Ranges", "CidrIpv6")}
    listed, key = kinds.get(peer[:3], ("IpRanges", "CidrIp"))
    return {**NOBODY, "IpProtocol": protocol, "FromPort": 0, "ToPort": 65535, listed: [{key: peer}]}
