"""The ways of one packet, hop by hop, in literal values: which hops there are, where it stops, and what people read."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_network

import pytest
from stack_verify.errors import Unanswered
from stack_verify.network.flow import Lead, Path, arrival, flow, outward
from stack_verify.network.hops import Hop
from stack_verify.network.packets import Box, Packets
from stack_verify.network.ports import ALL, EVERY_PORT, ICMP, TCP, UDP, PortRange
from stack_verify.network.rules import Addresses, Rule
from stack_verify.network.topology import AclEntry, GroupRules, Party, Topology
from support.made_places import leg, place

HTTPS = PortRange(443, 443)
WORLD = Addresses("0.0.0.0/0", (ip_network("0.0.0.0/0"),))
SIX = Addresses("::/0", (ip_network("::/0"),))
OUT = leg("0.0.0.0/0", "igw-1")
NAT = leg("0.0.0.0/0", "nat-1")
HERE, THERE = place("here", OUT), place("there", OUT)
CLIENT = Party("client", (ip_network("10.0.1.1"), ip_network("2600:0:0:1::1")), HERE, frozenset({"sg-c"}), public=True)
SERVER = Party("server", (ip_network("10.0.2.2"), ip_network("2600:0:0:2::2")), THERE, frozenset({"sg-s"}), public=True)
OUTSIDE = Party("outside", (ip_network("9.9.9.9"), ip_network("2a00::9")))


def group(name: str) -> GroupRules:
    return GroupRules(tuple(Rule(name, ALL, EVERY_PORT, each, None) for each in (WORLD, SIX)))


GROUPS = {name: group(name) for name in ("sg-c", "sg-s")}
TOPOLOGY = Topology(GROUPS, GROUPS, {"vpc-1": frozenset({"igw-1"})})
NONE = {name: GroupRules(()) for name in GROUPS}


def went(path: Path) -> list[str]:
    return [hop.at for hop in path.hops]


INTO = ["acl-there of there lets requests in", "sg-s lets requests in", "acl-there of there lets answers out"]
INSIDE = [
    "sg-c lets requests out",
    "acl-here of here lets requests out",
    "rtb-here of here routes requests",
    *INTO,
    "rtb-there of there routes answers",
    "acl-here of here lets answers in",
]


def test_a_way_between_subnets_has_both_groups_both_access_lists_and_both_routes():
    path = flow(TOPOLOGY, CLIENT, SERVER, TCP, HTTPS)
    assert (went(path), path.whole, path.blocking) == (INSIDE, True, None)
    assert path.asked == path.passed
    assert path.asked.boxes == (Box((167772417, 167772417), (167772674, 167772674), (1024, 65535), (443, 443)),)
    assert path.admitting == ("sg-s: all traffic, 0.0.0.0/0",)
    assert path.steps[0] == "client"
    assert path.steps[-1] == "server"
    assert len(path.steps) == len(INSIDE) + 2


def test_neighbours_meet_groups_alone_and_who_has_none_meets_nothing():
    neighbour = replace(SERVER, place=HERE)
    assert went(flow(TOPOLOGY, CLIENT, neighbour, TCP, HTTPS)) == ["sg-c lets requests out", "sg-s lets requests in"]
    bare = flow(TOPOLOGY, replace(CLIENT, groups=None), replace(neighbour, groups=None), TCP, HTTPS)
    assert (bare.hops, bare.whole) == ((), True)


def test_the_way_in_and_out_of_the_vpc_is_by_its_gateway():
    assert went(flow(TOPOLOGY, OUTSIDE, SERVER, TCP, HTTPS)) == [
        "igw-1 translates",
        *INTO,
        "rtb-there of there routes answers",
    ]
    assert went(flow(TOPOLOGY, CLIENT, OUTSIDE, TCP, HTTPS)) == [
        *INSIDE[:3],
        "igw-1 translates",
        "acl-here of here lets answers in",
    ]


@pytest.mark.parametrize(
    ("protocol", "source_ports", "ports"),
    [(TCP, (1024, 65535), (443, 443)), (UDP, (1024, 65535), (443, 443)), (ICMP, (0, 65535), (0, 65535))],
)
def test_ports_are_asked_of_protocols_that_have_them(protocol, source_ports, ports):
    path = flow(TOPOLOGY, CLIENT, SERVER, protocol, HTTPS)
    assert (path.asked.boxes[0].source_port, path.asked.boxes[0].port, path.whole) == (source_ports, ports, True)


def test_a_way_over_ipv6_is_asked_of_ipv6_addresses_alone_and_needs_no_public_ipv4_address():
    wide = tuple(AclEntry(100, allow=True, protocol=ALL, network=each) for each in (*WORLD.networks, *SIX.networks))
    open_place = place("there", OUT, leg("::/0", "igw-1"), inbound=wide, outbound=wide)
    server = replace(SERVER, place=open_place, public=False)
    path = flow(TOPOLOGY, OUTSIDE, server, TCP, HTTPS, version=6)
    assert (path.whole, path.asked.sources, path.asked.targets) == (
        True, (ip_network("2a00::9"),), (ip_network("2600:0:0:2::2"),),
    )  # fmt: skip
    assert not flow(TOPOLOGY, OUTSIDE, server, TCP, HTTPS).passed


def test_without_a_public_address_or_a_gateway_nothing_comes_in():
    inner = Party("inner", SERVER.addresses, THERE, SERVER.groups)
    path = flow(TOPOLOGY, OUTSIDE, inner, TCP, HTTPS)
    assert (path.steps, path.whole) == (("outside", "blocked at igw-1: tcp 443"), False)
    assert path.blocking == Hop("igw-1", (), path.asked, "give inner a public address")
    lone = replace(TOPOLOGY, gateways={})
    assert flow(lone, OUTSIDE, SERVER, TCP, HTTPS).hops == (
        Hop("no internet gateway of vpc-1", (), path.asked, "attach an internet gateway"),
    )
    assert not flow(lone, CLIENT, OUTSIDE, TCP, HTTPS).passed


def test_a_gateway_that_leads_elsewhere_is_not_known_to_let_through_and_another_vpcs_matters_not():
    with pytest.raises(Unanswered, match="igw-1 leads what comes in to an appliance"):
        flow(replace(TOPOLOGY, diverted=frozenset({"igw-1"})), OUTSIDE, SERVER, TCP, HTTPS)
    assert flow(replace(TOPOLOGY, diverted=frozenset({"igw-2"})), OUTSIDE, SERVER, TCP, HTTPS).whole


def test_ends_of_different_vpcs_or_of_none_are_not_judged():
    with pytest.raises(Unanswered, match="client and server stand in different VPCs"):
        flow(TOPOLOGY, CLIENT, replace(SERVER, place=replace(THERE, vpc="vpc-2")), TCP, HTTPS)
    with pytest.raises(Unanswered, match="neither outside nor outside stands in a VPC"):
        flow(TOPOLOGY, OUTSIDE, OUTSIDE, TCP, HTTPS)
    with pytest.raises(Unanswered, match="outside stands in no subnet"):
        outward(TOPOLOGY, OUTSIDE, OUTSIDE, 443, leads=Lead("nat-1", lambda each: each.target == "nat-1"))


def test_what_lies_behind_a_closed_hop_need_not_be_known():
    abroad = replace(SERVER, place=replace(THERE, vpc="vpc-2"))
    path = flow(replace(TOPOLOGY, egress=NONE), CLIENT, abroad, TCP, HTTPS)
    assert path.steps == ("client", "blocked at sg-c lets requests out: tcp 443")


def test_nobody_is_no_whole_path():
    path = flow(TOPOLOGY, replace(CLIENT, addresses=()), SERVER, TCP, HTTPS)
    assert (path.whole, path.hops, path.steps) == (False, (), ("client",))


def test_hops_end_where_nothing_is_left_and_the_path_tells_where():
    path = flow(replace(TOPOLOGY, egress=NONE), CLIENT, SERVER, TCP, HTTPS)
    assert path.steps == ("client", "blocked at sg-c lets requests out: tcp 443")
    path = flow(replace(TOPOLOGY, ingress=NONE), CLIENT, SERVER, TCP, HTTPS)
    assert path.steps[:2] == ("client", "sg-c lets requests out by sg-c: all traffic, 0.0.0.0/0")
    assert path.steps[4:] == (str(path.hops[3]), "blocked at sg-s lets requests in: tcp 443")
    assert path.blocking == path.hops[-1]


def test_a_hop_that_some_packets_pass_tells_in_what_the_others_are_special():
    few = {"sg-s": GroupRules((Rule("sg-s", TCP, HTTPS, Addresses("9.9.9.8/32", (ip_network("9.9.9.8"),)), None),))}
    pair = Party("pair", (ip_network("9.9.9.8/31"),))
    path = flow(replace(TOPOLOGY, ingress=few), pair, SERVER, TCP, HTTPS)
    assert path.steps[3] == "sg-s lets requests in by sg-s: tcp 443, 9.9.9.8/32, but not tcp 443 from 9.9.9.9/32"
    assert (path.whole, bool(path.passed), path.steps[-1]) == (False, True, "server")
    assert path.blocking == path.hops[2]


def test_what_is_special_may_be_the_target_or_the_ports_that_answers_go_to():
    low = (AclEntry(10, allow=True, protocol=TCP, network=WORLD.networks[0], ports=PortRange(1024, 2000)),)
    narrow = replace(SERVER, place=place("there", OUT, outbound=low))
    path = flow(TOPOLOGY, OUTSIDE, narrow, TCP, HTTPS)
    assert path.steps[4].endswith("10: allow tcp 1024-2000 0.0.0.0/0, but not tcp 443, answers to 2001-65535")
    split = Party("outside", (ip_network("9.9.9.8/31"),))
    away = place("here", OUT, leg("9.9.9.9/32", "tgw-1", active=False))
    path = flow(TOPOLOGY, replace(CLIENT, place=away), split, TCP, HTTPS)
    assert path.steps[3] == "rtb-here of here routes requests by 0.0.0.0/0 -> igw-1, but not tcp 443 to 9.9.9.9/32"


def test_the_answers_to_a_subnet_must_be_let_out_and_back_in():
    shut = replace(SERVER, place=place("there", OUT, outbound=()))
    assert flow(TOPOLOGY, CLIENT, shut, TCP, HTTPS).hops[-1].at == "acl-there of there lets answers out"
    deaf = replace(CLIENT, place=place("here", OUT, inbound=()))
    assert flow(TOPOLOGY, deaf, SERVER, TCP, HTTPS).hops[-1].at == "acl-here of here lets answers in"


def test_rules_of_the_clients_group_do_not_admit_to_the_server():
    open_hop = Hop("sg", ("rule",), Packets(TCP, 4, ()), of_groups=True)
    other = replace(open_hop, rules=("entry",), of_groups=False)
    none = Packets(TCP, 4, ())
    assert Path("a", "b", none, none, (open_hop, replace(open_hop, rules=("in",)), other)).admitting == ("in",)


def test_from_beyond_the_vpc_the_way_begins_at_the_subnets_edge():
    beyond = Party("beyond", (ip_network("172.16.0.0/16"),))
    inner = replace(SERVER, place=place("there", leg("172.16.0.0/16", "pcx-1")))
    path = arrival(TOPOLOGY, beyond, inner, TCP, HTTPS, version=4)
    assert (went(path), path.whole) == ([*INTO, "rtb-there of there routes answers"], True)
    path = arrival(TOPOLOGY, beyond, SERVER, TCP, HTTPS, version=4)
    assert path.hops[-1].change == (
        "route 172.16.0.0/16 to what is beyond the VPC in rtb-there in place of 0.0.0.0/0 -> igw-1"
    )
    groupless = arrival(TOPOLOGY, beyond, replace(inner, groups=None), TCP, HTTPS, version=4)
    assert went(groupless) == [INTO[0], INTO[2], "rtb-there of there routes answers"]
    assert went(arrival(TOPOLOGY, beyond, replace(inner, place=None), TCP, HTTPS, version=4)) == [INTO[1]]


BY_NAT = Lead("nat-1", lambda each: each.target == "nat-1")


def test_to_a_nat_gateway_packets_pass_the_access_lists_of_two_subnets_and_answers_come_back_by_the_local_route():
    led = replace(CLIENT, place=place("here", NAT))
    path = outward(TOPOLOGY, led, OUTSIDE, 443, leads=BY_NAT, relay=THERE)
    assert went(path) == [
        *INSIDE[:3],
        "acl-there of there lets requests in",
        "acl-there of there lets answers out",
        "rtb-there of there routes answers",
        "acl-here of here lets answers in",
    ]
    assert (path.whole, path.asked.ports) == (True, (HTTPS,))
    assert path.hops[5].rules == ("10.0.0.0/16 -> local",)


def test_a_nat_gateway_beside_the_tasks_is_reached_by_the_route_alone_and_an_endpoint_stands_in_no_subnet():
    beside = replace(CLIENT, place=place("here", NAT))
    path = outward(TOPOLOGY, beside, OUTSIDE, 443, leads=BY_NAT, relay=beside.place)
    assert (went(path), path.whole) == (["sg-c lets requests out", "rtb-here of here routes requests"], True)
    path = outward(TOPOLOGY, replace(beside, groups=None), OUTSIDE, 443, leads=BY_NAT)
    assert (went(path), path.whole) == ([*INSIDE[1:3], "acl-here of here lets answers in"], True)
    blocked = outward(TOPOLOGY, CLIENT, OUTSIDE, 443, leads=BY_NAT).hops[-1].change
    assert blocked == "route 9.9.9.9/32 to nat-1 in rtb-here in place of 0.0.0.0/0 -> igw-1"
