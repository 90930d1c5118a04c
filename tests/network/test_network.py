"""What the network lets pass is counted exactly: addresses, ports, rules and what they open to the world together."""

from __future__ import annotations

from datetime import UTC, datetime
from ipaddress import IPv4Network, ip_network

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stack_verify.errors import Unanswered
from stack_verify.inquiry import Answer, Caller, Stack
from stack_verify.network.addresses import covers, is_world, union
from stack_verify.network.exposure import exposures
from stack_verify.network.ports import ALL, EVERY_PORT, ICMP, TCP, UDP, PortRange
from stack_verify.network.routes import internet_routes, route_table
from stack_verify.network.rules import Addresses, Members, Rule, egress, ingress, passing
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ec2_routing import PrefixList, RouteTable
from stack_verify.resources.resource import ApiCall, Question
from stack_verify.snapshot import Snapshot

NOW = datetime(2026, 1, 2, tzinfo=UTC)
CALL = ApiCall(api="ec2:Describe", account="123456789012", region="sa-east-1", request_id="r", at=NOW)

# Sixteen addresses are few enough to count one by one, and enough for prefixes to nest, touch and leave holes.
TINY = [IPv4Network((first, bits)) for bits in range(28, 33) for first in range(0, 16, 2 ** (32 - bits))]
tiny_networks = st.lists(st.sampled_from(TINY), max_size=8)

networks = st.builds(
    lambda address, bits: ip_network((address, bits), strict=False), st.integers(0, 2**32 - 1), st.integers(0, 32)
)
port_ranges = st.tuples(st.integers(0, 12), st.integers(0, 12)).map(lambda ends: PortRange(min(ends), max(ends)))


def rule(protocol=TCP, ports=EVERY_PORT, peer="0.0.0.0/0"):
    known = Addresses(peer, (ip_network(peer),)) if "/" in peer else Members(peer)
    return Rule("sg-1", protocol, ports, known, None)


rules = st.builds(
    rule,
    st.sampled_from([ALL, TCP, UDP, ICMP]),
    port_ranges,
    st.sampled_from(["0.0.0.0/0", "::/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/8", "198.51.100.7/32", "sg-2"]),
)


@given(tiny_networks)
def test_a_union_holds_the_same_addresses_and_none_twice(some):
    found = union(some, 4)
    addresses = [address for network in found for address in network]
    assert sorted(addresses) == sorted({address for network in some for address in network})


@given(tiny_networks, st.sampled_from(TINY))
def test_networks_cover_a_prefix_when_each_of_its_addresses_is_in_one(some, wanted):
    assert covers(some, wanted) == all(any(address in network for network in some) for address in wanted)


@pytest.mark.parametrize(
    "prefixes",
    [
        ["0.0.0.0/0"],
        ["::/0"],
        ["2000::/3"],
        ["2600::/12"],
        ["2800::/12"],
        ["2600:1f00::/24"],
        ["0.0.0.0/1", "128.0.0.0/1"],
        ["0.0.0.0/2", "64.0.0.0/2", "128.0.0.0/2", "192.0.0.0/2"],
        ["128.0.0.0/1"],
        [str(network) for network in ip_network("0.0.0.0/0").address_exclude(ip_network("198.51.100.7/32"))],
        [f"{first}.0.0.0/8" for first in range(11, 100)],
    ],
)
def test_strangers_are_the_world_however_it_is_written(prefixes):
    assert is_world(ip_network(prefix) for prefix in prefixes)


@pytest.mark.parametrize(
    "prefixes",
    [
        [],
        ["198.51.100.0/24"],
        ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10"],
        ["fc00::/7", "fe80::/10"],
        ["2001:db8::/32"],
        ["11.0.0.0/8"],
    ],
)
def test_private_networks_and_one_organisation_are_not_the_world(prefixes):
    assert not is_world(ip_network(prefix) for prefix in prefixes)


@given(st.lists(networks, max_size=6), networks)
def test_admitting_more_addresses_never_closes_what_was_open(some, more):
    assert is_world([*some, more]) >= is_world(some)


@given(networks)
def test_a_prefix_is_the_world_exactly_when_its_two_halves_are(network):
    if network.prefixlen < 32:
        assert is_world(network.subnets()) == is_world([network])


@given(st.lists(rules, max_size=6), st.sampled_from([TCP, UDP, ICMP]), st.integers(0, 13))
def test_a_port_is_exposed_exactly_when_all_rules_that_admit_it_admit_the_world(some, protocol, port):
    admitted = [network for each in some if each.admits(protocol, port) for network in each.networks]
    found = [each for each in exposures(some) if each.protocol == protocol and port in each.ports]
    # A rule for all protocols says nothing of ICMP by name: it is reported as all traffic.
    by_all = [each for each in exposures(some) if each.protocol == ALL and port in each.ports]
    assert bool(found or (protocol == ICMP and by_all)) == is_world(admitted)


@given(st.lists(rules, max_size=6))
def test_no_port_is_exposed_twice_and_each_exposure_names_rules_that_prove_it(some):
    found = exposures(some)
    spans = [(each.protocol, port) for each in found for port in range(each.ports.first, each.ports.last + 1)]
    assert len(spans) == len(set(spans))
    for each in found:
        assert is_world(network for proof in each.rules for network in proof.networks)
        assert all(proof in some and proof.ports.holds(each.ports) for proof in each.rules)


def test_a_rule_for_all_traffic_opens_every_port_of_tcp_and_of_udp_and_all_else():
    found = {(each.protocol, str(each.ports)) for each in exposures([rule(ALL)])}
    assert found == {(ALL, "0-65535"), (TCP, "0-65535"), (UDP, "0-65535")}


def test_rules_that_are_the_world_only_together_open_the_ports_they_share():
    parts = [rule(ports=PortRange(20, 30), peer="11.0.0.0/8"), rule(ports=PortRange(25, 40), peer="12.0.0.0/8")]
    (found,) = exposures(parts)
    assert (found.protocol, found.ports, found.rules) == (TCP, PortRange(25, 30), tuple(parts))


def test_a_rule_for_a_group_opens_nothing_to_the_world():
    assert exposures([rule(ALL, peer="sg-2")]) == ()


@given(port_ranges, st.sets(st.integers(0, 12)))
def test_a_range_is_within_ports_when_each_of_its_own_is_one_of_them(ports, allowed):
    assert ports.within(allowed) == (set(range(ports.first, ports.last + 1)) <= allowed)


def test_a_group_is_reached_by_reference_or_by_all_of_its_addresses():
    by_group = rule(ports=PortRange(8080, 8080), peer="sg-2")
    near, far = rule(peer="10.0.0.0/17"), rule(peer="10.0.128.0/17")
    subnets = [ip_network("10.0.127.0/24"), ip_network("10.0.128.0/24")]
    asked = {"groups": ["sg-2"], "networks": subnets}
    assert passing([by_group, near], TCP, 8080, **asked) == (by_group,)
    assert passing([near, far], TCP, 8080, **asked) == (near, far)
    assert passing([near], TCP, 8080, **asked) == ()
    assert passing([by_group], TCP, 8081, **asked) == ()
    assert passing([by_group], UDP, 8080, **asked) == ()
    assert passing([], TCP, 8080, groups=[], networks=[]) == ()


def snapshot(*resources, lists=()):
    answers = [
        Answer(question=Question(each.kind(), key), call=CALL, ids=((each.kind(), each.id),), in_stack=True)
        for each in resources
        for key in (each.id,)
    ]
    answers += [
        Answer(
            question=Question(kind.kind(), key),
            call=CALL,
            ids=tuple((each.kind(), each.id) for each in resources if isinstance(each, kind)),
            in_stack=False,
        )
        for kind, key in lists
    ]
    return Snapshot(
        taken_at=NOW,
        caller=Caller(account="123456789012", arn="arn:aws:iam::123456789012:root", region="sa-east-1"),
        stack=Stack(source="flat-outputs.json"),
        resources=resources,
        answers=tuple(answers),
    )


def observed(kind, **fields):
    return msgspec.convert({**fields, "ObservedBy": CALL}, kind)


def permission(protocol, first=None, last=None, **peers):
    empty = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    ports = {} if first is None else {"FromPort": first, "ToPort": last}
    return {"IpProtocol": protocol, **ports, **empty, **peers}


def group(*permissions, out=()):
    return observed(
        SecurityGroup,
        GroupId="sg-1",
        GroupName="g",
        VpcId="vpc-1",
        IpPermissions=list(permissions),
        IpPermissionsEgress=list(out),
    )


def test_each_peer_of_a_permission_is_a_rule_with_its_description():
    tcp = permission(
        "tcp", 443, 443,
        IpRanges=[{"CidrIp": "198.51.100.0/24", "Description": "office"}],
        Ipv6Ranges=[{"CidrIpv6": "2001:db8::/32"}],
        UserIdGroupPairs=[{"GroupId": "sg-1"}],
        PrefixListIds=[{"PrefixListId": "pl-1"}],
    )  # fmt: skip
    listed = observed(PrefixList, PrefixListId="pl-1", Entries=[{"Cidr": "0.0.0.0/1"}, {"Cidr": "128.0.0.0/1"}])
    found = ingress([group(tcp)], snapshot(listed))
    ports = PortRange(443, 443)
    assert set(found) == {
        Rule("sg-1", TCP, ports, Addresses("198.51.100.0/24", (ip_network("198.51.100.0/24"),)), "office"),
        Rule("sg-1", TCP, ports, Addresses("2001:db8::/32", (ip_network("2001:db8::/32"),)), None),
        Rule("sg-1", TCP, ports, Members("sg-1"), None),
        Rule("sg-1", TCP, ports, Addresses("pl-1", (ip_network("0.0.0.0/1"), ip_network("128.0.0.0/1"))), None),
    }
    assert [str(each) for each in exposures(found)] == ["tcp 443 open by sg-1: tcp 443, pl-1"]


@pytest.mark.parametrize(("written", "number"), [("-1", ALL), ("icmp", ICMP), ("50", 50)])
def test_protocols_without_ports_pass_whatever_the_rule_says_of_ports(written, number):
    (found,) = egress([group(out=[permission(written, 3, 4, UserIdGroupPairs=[{"GroupId": "sg-2"}])])], snapshot())
    assert (found.protocol, found.ports) == (number, EVERY_PORT)


@pytest.mark.parametrize(
    "unclear",
    [
        permission("tcp", IpRanges=[{"CidrIp": "0.0.0.0/0"}]),
        permission("carrier-pigeon", IpRanges=[{"CidrIp": "0.0.0.0/0"}]),
        permission("tcp", 22, 22, PrefixListIds=[{"PrefixListId": "pl-unread"}]),
        permission("tcp", 22, 22, UserIdGroupPairs=[{"UserId": "123456789012"}]),
        {name: value for name, value in permission("-1").items() if name != "Ipv6Ranges"},
    ],
)
def test_a_rule_that_aws_did_not_answer_in_full_is_unanswered_and_not_closed(unclear):
    with pytest.raises(Unanswered):
        ingress([group(unclear)], snapshot())


SUBNET = observed(Subnet, SubnetId="subnet-1", VpcId="vpc-1")


def table(name, routes=(), **association):
    return observed(
        RouteTable,
        RouteTableId=name,
        VpcId="vpc-1",
        Routes=list(routes),
        Associations=[{"Main": False, **association}],
    )


def test_the_route_table_in_force_is_the_subnets_own_or_else_the_main_one():
    own, main = table("rtb-own", SubnetId="subnet-1"), table("rtb-main", Main=True)
    other = table("rtb-other", SubnetId="subnet-2")
    lists = [(RouteTable, "vpc-1")]
    assert route_table(SUBNET, snapshot(main, other, own, lists=lists)) == own
    assert route_table(SUBNET, snapshot(main, other, lists=lists)) == main
    with pytest.raises(Unanswered):
        route_table(SUBNET, snapshot(other, lists=lists))


def test_any_route_to_an_internet_gateway_counts_and_no_other():
    routes = [
        {"DestinationCidrBlock": "10.0.0.0/16", "GatewayId": "local"},
        {"DestinationCidrBlock": "0.0.0.0/0", "NatGatewayId": "nat-1"},
        {"DestinationPrefixListId": "pl-1", "GatewayId": "vpce-1"},
        {"DestinationIpv6CidrBlock": "::/0", "EgressOnlyInternetGatewayId": "eigw-1"},
    ]
    assert internet_routes(table("rtb-1", routes)) == ()
    narrow = {"DestinationCidrBlock": "198.51.100.0/24", "GatewayId": "igw-1"}
    assert internet_routes(table("rtb-1", [*routes, narrow])) == ("198.51.100.0/24 -> igw-1",)
