"""What AWS answers of a VPC is read as the network that it is: routes, access lists, and who stands where."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stack_verify.errors import Unanswered
from stack_verify.network.live import LiveNetwork, protocols
from stack_verify.network.topology import AclEntry, Party
from stack_verify.resources.ec2 import NetworkInterface, Subnet, VPCEndpoint
from stack_verify.resources.ec2_routing import NetworkAcl, PrefixList, RouteTable
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import LoadBalancer
from support.hand_made import answered, arn, snapshot
from support.made_network import LISTED, entry, group, subnets

EVERY = tuple((kind, "vpc-1") for kind in LISTED)


def live(*more: object, entries: object = ()) -> LiveNetwork:
    """A VPC of one subnet, with what else is given."""
    return LiveNetwork("vpc-1", snapshot(*subnets((), entries=entries), *more, lists=EVERY))


def inbound(*entries: dict[str, object]) -> tuple[AclEntry, ...]:
    return live(entries=entries).place("subnet-1").acl.inbound


def test_a_static_route_goes_before_a_learnt_one_and_a_block_before_a_prefix_list():
    learnt = "EnableVgwRoutePropagation"
    routes = [
        {"DestinationCidrBlock": "10.7.1.9/16", "GatewayId": "vgw-1", "State": "active", "Origin": "CreateRoute"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vgw-2", "State": "blackhole", "Origin": "CreateRoute"},
        {"DestinationCidrBlock": "10.8.0.0/16", "GatewayId": "vgw-3", "State": "active", "Origin": learnt},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vgw-4", "State": "active", "Origin": learnt},
    ]
    own = answered(
        RouteTable,
        RouteTableId="rtb-9",
        VpcId="vpc-1",
        Associations=[{"Main": False, "SubnetId": "subnet-9"}],
        Routes=routes,
    )
    place = answered(Subnet, SubnetId="subnet-9", VpcId="vpc-1", CidrBlock="10.0.9.0/24")
    acl = answered(NetworkAcl, NetworkAclId="acl-9", VpcId="vpc-1", Associations=[{"SubnetId": "subnet-9"}], Entries=[])
    listed = answered(PrefixList, PrefixListId="pl-1", Entries=[{"Cidr": "10.9.1.2/16"}])
    legs = live(own, place, acl, listed).place("subnet-9").routes.legs
    assert [(each.target, each.rank, each.active) for each in legs] == [
        ("vgw-1", 0, True),
        ("vgw-2", 1, False),
        ("vgw-3", 2, True),
        ("vgw-4", 3, True),
    ]
    assert [str(network) for leg in legs for network in leg.networks] == [
        "10.7.0.0/16", "10.9.0.0/16", "10.8.0.0/16", "10.9.0.0/16",
    ]  # fmt: skip


def test_the_entries_of_each_direction_are_tried_in_the_order_of_their_numbers():
    some = [entry(20, "deny", "6", egress=True), entry(10, "allow", "17", egress=False, CidrBlock="10.1.2.3/16")]
    acl = (
        live(entries=[*some, entry(5, "deny", "6", egress=False, PortRange={"From": 7, "To": 8})]).place("subnet-1").acl
    )
    assert [(each.number, each.allow) for each in acl.outbound] == [(20, False), (100, True)]
    assert [(each.number, each.protocol, str(each.network), str(each.ports)) for each in acl.inbound] == [
        (5, 6, "0.0.0.0/0", "7-8"),
        (10, 17, "10.1.0.0/16", "0-65535"),
        (100, -1, "0.0.0.0/0", "0-65535"),
    ]


def test_what_keeps_out_some_kinds_of_icmp_keeps_out_no_other_and_what_lets_some_in_lets_in():
    ping = {"IcmpTypeCode": {"Type": 8, "Code": 0}}
    assert [each.number for each in inbound(entry(50, "deny", "1", egress=False, **ping))] == [100]
    assert [each.number for each in inbound(entry(50, "allow", "1", egress=False, **ping))] == [50, 100]
    assert [each.number for each in inbound(entry(50, "deny", "1", egress=False))] == [50, 100]


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({"CidrBlock": None}, "no block for rule 50 of acl-1"),
        ({"protocol": "tcp"}, "rule 50 of acl-1 is for an unknown protocol, tcp"),
    ],
)
def test_an_entry_that_aws_did_not_answer_in_full_is_unanswered(fields, told):
    with pytest.raises(Unanswered, match=told):
        inbound(entry(50, "deny", **{"egress": False, **fields}))


def test_what_aws_lists_nowhere_is_unanswered():
    with pytest.raises(Unanswered, match="no subnet subnet-7 in vpc-1"):
        live().place("subnet-7")
    with pytest.raises(Unanswered, match="SecurityGroup sg-7 is not known"):
        live().topology.ingress["sg-7"]
    bare = answered(Subnet, SubnetId="subnet-7", VpcId="vpc-1", CidrBlock="10.0.7.0/24")
    with pytest.raises(Unanswered, match="no network ACL for subnet-7"):
        live(bare).place("subnet-1")


def test_what_a_group_lets_in_is_not_what_it_lets_out():
    topology = live(group("sg-1", ("6", "10.0.0.0/8"))).topology
    assert [each.protocol for each in topology.ingress["sg-1"].rules] == [6]
    assert [each.protocol for each in topology.egress["sg-1"].rules] == [-1, -1]


def table(gateway: str | None, *targets: str) -> RouteTable:
    routes = [{"DestinationCidrBlock": "10.0.1.0/24", **({"GatewayId": each} if each else {})} for each in targets]
    association = {"Main": False, **({"GatewayId": gateway} if gateway else {"SubnetId": "subnet-8"})}
    return answered(RouteTable, RouteTableId="rtb-8", VpcId="vpc-1", Routes=routes, Associations=[association])


def test_a_gateway_is_diverted_where_any_route_of_its_own_table_leads_elsewhere():
    assert live(table("igw-1", "local", "vpce-1")).topology.diverted == {"igw-1"}
    assert live(table("igw-1", "local")).topology.diverted == set()


def test_where_the_tables_of_subnets_lead_is_not_looked_at_to_tell_whether_a_gateway_is_diverted():
    assert live(table(None, "")).topology.diverted == set()


def test_an_interface_has_its_own_addresses_and_is_public_where_any_is_known_to_the_internet():
    fields = {"VpcId": "vpc-1", "SubnetId": "subnet-1"}
    public = [
        {"PrivateIpAddress": "10.0.1.5"},
        {"PrivateIpAddress": "10.0.1.6", "Association": {"PublicIp": "18.228.0.1"}},
    ]
    one = answered(NetworkInterface, NetworkInterfaceId="eni-1", Groups=[], PrivateIpAddresses=public, **fields)
    other = answered(
        NetworkInterface,
        NetworkInterfaceId="eni-2",
        Groups=[{"GroupId": "sg-1"}],
        PrivateIpAddresses=public[:1],
        Ipv6Addresses=[{"Ipv6Address": "2600:0:0:1::5"}],
        **fields,
    )
    network = live(one, other)
    place = network.place("subnet-1")
    five, six, ipv6 = ip_network("10.0.1.5"), ip_network("10.0.1.6"), ip_network("2600:0:0:1::5")
    assert network.interfaces == (
        Party("eni-1", (five, six), place, None, public=True),
        Party("eni-2", (five, ipv6), place, frozenset({"sg-1"}), public=False),
    )


@pytest.mark.parametrize(("listed", "groups"), [([], None), (["sg-1"], {"sg-1"})], ids=["without groups", "in one"])
def test_an_endpoint_and_a_balancer_are_in_their_groups_or_have_none(listed, groups):
    endpoint = answered(
        VPCEndpoint,
        VpcEndpointId="vpce-1",
        VpcId="vpc-1",
        ServiceName="com.amazonaws.sa-east-1.kms",
        SubnetIds=["subnet-1"],
        Groups=[{"GroupId": each} for each in listed],
    )
    balancer = answered(
        LoadBalancer,
        LoadBalancerArn=arn("elasticloadbalancing", "loadbalancer/net/web/1"),
        Type="network",
        Scheme="internet-facing",
        VpcId="vpc-1",
        AvailabilityZones=[{"SubnetId": "subnet-1"}],
        SecurityGroups=listed,
    )
    (its,) = live().endpoint(endpoint)
    assert (its.name, its.groups, its.public) == ("vpce-1 (com.amazonaws.sa-east-1.kms) in subnet-1", groups, False)
    (node,) = live().balancer(balancer)
    assert (node.name, node.groups, node.public) == ("net/web/1 in subnet-1", groups, True)


def test_tasks_on_their_hosts_network_stand_nowhere_of_their_own():
    key = arn("ecs", "service/main/web")
    assert (
        live().tasks(answered(Service, serviceArn=key, serviceName="web", clusterArn=arn("ecs", "cluster/main"))) == ()
    )


def test_protocols_are_those_that_rules_and_entries_name_and_the_highest_that_none_does():
    network = live(group("sg-1", ("50", "0.0.0.0/0"), ("-1", "10.0.0.0/8")), entries=[
        entry(10, "deny", "255", egress=True), entry(20, "deny", "254", egress=False),
    ])  # fmt: skip
    place = network.place("subnet-1")
    party = Party("any", place.networks, place, frozenset({"sg-1"}))
    assert protocols(network.topology, party) == (1, 6, 17, 50, 58, 253, 254, 255)
    assert protocols(network.topology, Party("any", (), place)) == (1, 6, 17, 58, 253, 254, 255)
    assert protocols(network.topology, Party("any", (), None, frozenset({"sg-1"}))) == (1, 6, 17, 50, 58, 255)
