"""A VPC made by hand: subnets behind route tables of their own and one network ACL, and security groups."""

from __future__ import annotations

from collections.abc import Iterable

from hand_made import answered

from verify.resources.ec2 import InternetGateway, NatGateway, NetworkInterface, SecurityGroup, Subnet, VPCEndpoint
from verify.resources.resource import Resource
from verify.resources.routing import NetworkAcl, RouteTable

LISTED = (InternetGateway, NatGateway, NetworkAcl, NetworkInterface, RouteTable, SecurityGroup, Subnet, VPCEndpoint)
NOBODY = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
ALL = [{**NOBODY, "IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
TARGETS = {"nat": "NatGatewayId", "tgw": "TransitGatewayId", "pcx": "VpcPeeringConnectionId"}

Routes = Iterable[tuple[str, str]]


def subnets(*routes: Routes, entries: Iterable[dict[str, object]] = ()) -> tuple[Resource, ...]:
    """A subnet for each set of routes (destination and target), from subnet-1 on, in a VPC with an internet gateway.

    Their network ACL lets all pass that ``entries`` below number 100 do not keep out.
    """
    numbers = range(1, len(routes) + 1)
    own = [answered(Subnet, SubnetId=f"subnet-{at}", VpcId="vpc-1", CidrBlock=f"10.0.{at}.0/24") for at in numbers]
    gateway = answered(InternetGateway, InternetGatewayId="igw-1", Attachments=[{"VpcId": "vpc-1"}])
    acl = answered(
        NetworkAcl,
        NetworkAclId="acl-1",
        VpcId="vpc-1",
        Associations=[{"SubnetId": each.id} for each in own],
        Entries=[*entries, *(entry(100, "allow", egress=out) for out in (True, False))],
    )
    return *own, gateway, acl, *(_table(at, each) for at, each in zip(numbers, routes, strict=True))


def entry(number: int, action: str, protocol: str = "-1", *, egress: bool, **fields: object) -> dict[str, object]:
    known = {"RuleNumber": number, "Egress": egress, "RuleAction": action, "Protocol": protocol}
    return {**known, "CidrBlock": "0.0.0.0/0", **fields}


def _table(at: int, routes: Routes) -> RouteTable:
    made = [("10.0.0.0/16", "local"), *routes]
    return answered(
        RouteTable,
        RouteTableId=f"rtb-{at}",
        VpcId="vpc-1",
        Associations=[{"Main": False, "SubnetId": f"subnet-{at}"}],
        Routes=[
            {
                ("DestinationPrefixListId" if to.startswith("pl-") else "DestinationCidrBlock"): to,
                TARGETS.get(by.split("-")[0], "GatewayId"): by,
                "State": "active",
                "Origin": "CreateRoute",
            }
            for to, by in made
        ],
    )


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
    peers = {"UserIdGroupPairs": [{"GroupId": peer}]} if peer.startswith("sg-") else {"IpRanges": [{"CidrIp": peer}]}
    return {**NOBODY, "IpProtocol": protocol, "FromPort": 0, "ToPort": 65535, **peers}
