"""The network's numbers and edges, one by one, in literal values: protocols, ports, prefixes and who is the world."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stack_verify.errors import Unanswered
from stack_verify.network.addresses import Network, covers, is_world, union
from stack_verify.network.exposure import exposures
from stack_verify.network.ports import TCP, PortRange
from stack_verify.network.rules import Addresses, Members, Rule, egress, ingress, passing
from stack_verify.resources.ec2 import SecurityGroup
from stack_verify.resources.ec2_routing import PrefixList
from support.hand_made import answered, snapshot

WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}


def group(protocol: str, ports: dict[str, int], **peers: object) -> SecurityGroup:
    nobody = {"IpRanges": [], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
    permission = {"IpProtocol": protocol, **ports, **nobody, **peers}
    fields = {"GroupId": "sg-1", "GroupName": "web", "VpcId": "vpc-1"}
    return answered(SecurityGroup, **fields, IpPermissions=[permission], IpPermissionsEgress=[])


def rules(protocol: str, ports: dict[str, int], *held, **peers: object) -> tuple[Rule, ...]:
    return ingress([group(protocol, ports, **peers)], snapshot(*held))


@pytest.mark.parametrize(
    ("written", "number", "first", "last"),
    [
        ("-1", -1, 0, 65535),
        ("icmp", 1, 0, 65535),
        ("1", 1, 0, 65535),
        ("tcp", 6, 22, 23),
        ("6", 6, 22, 23),
        ("udp", 17, 22, 23),
        ("17", 17, 22, 23),
        ("50", 50, 0, 65535),
        ("icmpv6", 58, 0, 65535),
        ("58", 58, 0, 65535),
    ],
)
def test_a_protocol_has_ianas_number_however_it_is_written(written, number, first, last):
    (rule,) = rules(written, {"FromPort": 22, "ToPort": 23}, **WORLD)
    assert (rule.protocol, rule.ports.first, rule.ports.last) == (number, first, last)


@pytest.mark.parametrize("ports", [{}, {"FromPort": 22}, {"ToPort": 22}], ids=["neither", "the first", "the last"])
@pytest.mark.parametrize("protocol", ["tcp", "17"])
def test_ports_that_aws_did_not_answer_are_not_guessed(protocol, ports):
    with pytest.raises(Unanswered, match="no ports"):
        rules(protocol, ports, **WORLD)


def test_what_lets_in_lets_nothing_out():
    assert egress([group("tcp", {"FromPort": 22, "ToPort": 22}, **WORLD)], snapshot()) == ()


@pytest.mark.parametrize(
    ("peers", "written", "network"),
    [
        ({"IpRanges": [{"CidrIp": "10.1.2.3/16"}]}, "10.1.2.3/16", "10.1.0.0/16"),
        ({"Ipv6Ranges": [{"CidrIpv6": "2001:db8::1/64"}]}, "2001:db8::1/64", "2001:db8::/64"),
        ({"PrefixListIds": [{"PrefixListId": "pl-1"}]}, "pl-1", "10.1.0.0/16"),
    ],
)
def test_an_address_within_a_prefix_stands_for_the_prefix(peers, written, network):
    listed = answered(PrefixList, PrefixListId="pl-1", Entries=[{"Cidr": "10.1.2.3/16"}])
    (rule,) = rules("-1", {}, listed, **peers)
    assert rule.peer == Addresses(written, (ip_network(network),))
    assert rule.networks == (ip_network(network),)


def to(peer: Addresses | Members, first: int = 443, last: int = 443, protocol: int = 6) -> Rule:
    return Rule("sg-1", protocol, PortRange(first, last), peer, None)


def block(text: str) -> Addresses:
    return Addresses(text, (ip_network(text),))


@pytest.mark.parametrize(
    ("protocol", "port", "admitted"),
    [(6, 442, False), (6, 443, True), (6, 444, True), (6, 445, False), (17, 443, False)],
)
def test_a_rule_admits_its_protocol_on_its_ports_both_ends_included(protocol, port, admitted):
    assert to(Members("sg-2"), 443, 444).admits(protocol, port) is admitted
    assert to(Members("sg-2"), 443, 444, protocol=-1).admits(protocol, port) is (443 <= port <= 444)


def test_what_is_reached_by_addresses_is_told_by_the_rules_of_addresses_alone():
    near, far, other = to(block("10.0.0.0/25")), to(block("10.0.0.128/25")), to(Members("sg-9"))
    asked = {"groups": ["sg-2"], "networks": [ip_network("10.0.0.0/24")]}
    assert passing([near, other, far], TCP, 443, **asked) == (near, far)
    assert passing([near, other], TCP, 443, **asked) == ()
    assert passing([near, far, to(Members("sg-2"))], TCP, 443, **asked) == (to(Members("sg-2")),)
    assert passing([near, far], TCP, 443, groups=["sg-2"], networks=[]) == ()


@pytest.mark.parametrize(
    ("prefixes", "world"),
    [
        (["11.0.0.0/8"], False),
        (["11.0.0.0/8", "12.0.0.0/32"], True),
        (["10.0.0.0/7"], False),
        (["8.0.0.0/6"], True),
        (["10.1.0.0/16", "192.168.4.0/24"], False),
        (["10.0.0.0/8", "11.0.0.0/8"], False),
        (["10.1.0.0/16", "11.0.0.0/8"], False),
        (["2600::/32"], False),
        (["2600::/31"], True),
        (["fc00::/6"], True),
        (["11.0.0.0/8", "2600::/32"], False),
    ],
)
def test_the_world_is_more_of_the_internet_than_one_organisation_has(prefixes, world):
    assert is_world(ip_network(text) for text in prefixes) is world


@pytest.mark.parametrize(
    ("networks", "wanted", "covered"),
    [
        (["10.0.0.0/25", "10.0.0.128/25"], "10.0.0.0/24", True),
        (["10.0.0.0/25"], "10.0.0.0/24", False),
        (["10.0.0.0/8"], "10.0.0.0/24", True),
        (["::/0"], "10.0.0.0/24", False),
        (["0.0.0.0/0"], "2001:db8::/64", False),
        (["2001:db8::/65", "2001:db8:0:0:8000::/65", "0.0.0.0/0"], "2001:db8::/64", True),
        ([], "10.0.0.0/24", False),
    ],
)
def test_a_prefix_is_covered_by_those_of_its_own_version_together(networks, wanted, covered):
    assert covers([ip_network(text) for text in networks], ip_network(wanted)) is covered


def test_a_union_is_of_one_version():
    both: list[Network] = [ip_network("10.0.0.0/25"), ip_network("::/1"), ip_network("10.0.0.128/25")]
    assert union(both, 4) == (ip_network("10.0.0.0/24"),)
    assert union(both, 6) == (ip_network("::/1"),)


@pytest.mark.parametrize(
    ("first", "last", "allowed", "within"),
    [(80, 80, {80}, True), (80, 81, {80}, False), (80, 81, {80, 81, 443}, True), (79, 80, {80, 81}, False)],
)
def test_a_range_is_within_some_ports_when_it_holds_no_other(first, last, allowed, within):
    assert PortRange(first, last).within(allowed) is within


def opened(*some: Rule) -> list[tuple[int, int, int, int]]:
    """What is open: protocol, first and last port, and by how many rules."""
    return [(each.protocol, each.ports.first, each.ports.last, len(each.rules)) for each in exposures(some)]


def test_ports_that_touch_are_one_exposure_where_the_same_rules_open_them():
    anybody = block("0.0.0.0/0")
    assert opened(to(anybody, 20, 22), to(anybody, 23, 25)) == [(6, 20, 22, 1), (6, 23, 25, 1)]
    assert opened(to(anybody, 20, 25), to(anybody, 22, 23)) == [(6, 20, 21, 1), (6, 22, 23, 2), (6, 24, 25, 1)]
    assert opened(to(anybody, 20, 25), to(block("10.0.0.0/8"), 22, 23)) == [(6, 20, 25, 1)]
    assert opened(to(anybody, 20, 21), to(anybody, 30, 31)) == [(6, 20, 21, 1), (6, 30, 31, 1)]


def test_a_rule_for_a_group_is_no_proof_that_strangers_get_through():
    half, one, other = to(block("0.0.0.0/1")), to(block("11.0.0.0/8")), to(block("12.0.0.0/8"))
    assert opened(one, to(Members("sg-2"), 0, 65535), other) == [(6, 443, 443, 2)]
    assert opened(half, to(Members("sg-2"), 443, 443)) == [(6, 443, 443, 1)]


def test_a_rule_for_everything_is_told_of_each_protocol_with_ports_and_of_all_others():
    anybody = block("0.0.0.0/0")
    assert opened(to(anybody, 0, 65535, protocol=-1)) == [(-1, 0, 65535, 1), (6, 0, 65535, 1), (17, 0, 65535, 1)]
    assert opened(to(anybody, 0, 65535, protocol=1)) == [(1, 0, 65535, 1)]
    assert opened(to(Members("sg-2"), 0, 65535, protocol=-1)) == []
