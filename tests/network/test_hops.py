"""What each thing on the way lets pass, in literal values: by which rules, and what would let pass the rest."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stack_verify.errors import Unanswered
from stack_verify.network.hops import (
    Hop,
    Way,
    addresses,
    is_local,
    is_of_gateway_endpoint,
    is_opaque,
    listed,
    routed,
    secured,
    told,
)
from stack_verify.network.packets import INTERNET_IPV4, Box, Packets
from stack_verify.network.ports import ALL, ICMP, TCP, UDP, PortRange
from stack_verify.network.rules import Addresses, Members, Rule
from stack_verify.network.topology import AclEntry, GroupRules, Leg, Party, Place, Routes
from support.made_places import HERE, OPEN, THERE, WORLD, leg, place

HTTPS = PortRange(443, 443)
ONE, OTHER = (int(ip_network(each)[0]) for each in ("10.0.1.1", "10.0.2.2"))


def packets(source_port=(1024, 65535), port=(443, 443), protocol: int = TCP) -> Packets:
    """The packets of a client at 10.0.1.1 for a server at 10.0.2.2."""
    return Packets(protocol, 4, (Box((ONE, ONE), (OTHER, OTHER), source_port, port),))


def rule(group: str, peer: Addresses | Members, first: int = 443, last: int = 443, protocol: int = TCP) -> Rule:
    return Rule(group, protocol, PortRange(first, last), peer, None)


def known(*rules: Rule):
    """The rules of each group; a group that is not named has none."""
    return lambda group: GroupRules(tuple(each for each in rules if each.group == group))


NEAR = Addresses("10.0.1.0/24", (HERE,))
FAR = Addresses("10.0.2.0/24", (THERE,))
CLIENT = Party("client", (ip_network("10.0.1.1"),), None, frozenset({"sg-c"}))
SERVER = Party("server", (ip_network("10.0.2.2"),), None, frozenset({"sg-s", "sg-t"}))
STRANGER = Party("stranger", (ip_network("10.0.2.2"),))


@pytest.mark.parametrize(
    ("protocol", "ports", "words"),
    [
        (TCP, (HTTPS, PortRange(80, 81)), "tcp 443, 80-81"),
        (UDP, (HTTPS,), "udp 443"),
        (ICMP, (PortRange(0, 65535),), "icmp"),
        (50, (PortRange(0, 65535),), "protocol 50"),
    ],
)
def test_ports_are_told_of_protocols_that_have_them(protocol, ports, words):
    assert told(protocol, ports) == words


@pytest.mark.parametrize(
    ("count", "words"),
    [
        (1, "10.0.0.0/32"),
        (4, "10.0.0.0/32, 10.0.0.1/32, 10.0.0.2/32, 10.0.0.3/32"),
        (5, "10.0.0.0/32, 10.0.0.1/32, 10.0.0.2/32, 10.0.0.3/32 and 1 more"),
        (7, "10.0.0.0/32, 10.0.0.1/32, 10.0.0.2/32, 10.0.0.3/32 and 3 more"),
    ],
)
def test_four_prefixes_are_told_and_how_many_more_there_are(count, words):
    assert addresses(tuple(ip_network(f"10.0.0.{at}") for at in range(count))) == words


def test_the_internet_is_told_in_one_word():
    assert addresses(INTERNET_IPV4) == "0.0.0.0/0"


@pytest.mark.parametrize(
    ("target", "written", "opaque", "of_endpoint"),
    [
        ("vpce-1", "pl-1", False, True),
        ("vpce-1", "10.9.0.0/16", True, False),
        ("tgw-1", "pl-1", True, False),
        ("i-1", "0.0.0.0/0", True, False),
        ("local", "10.0.0.0/16", False, False),
        ("igw-1", "0.0.0.0/0", False, False),
        ("nat-1", "pl-1", False, False),
    ],
)
def test_a_gateway_endpoint_is_routed_to_by_prefix_list_and_nothing_opaque(target, written, opaque, of_endpoint):
    one = leg("10.9.0.0/16", target, written=written)
    assert (is_opaque(one), is_of_gateway_endpoint(one)) == (opaque, of_endpoint)
    assert is_local(one) is (target == "local")


@pytest.mark.parametrize(
    ("way", "facts"),
    [
        (Way.REQUEST_OUT, (True, True, False)),
        (Way.REQUEST_IN, (False, False, False)),
        (Way.ANSWER_OUT, (True, False, True)),
        (Way.ANSWER_IN, (False, True, True)),
    ],
)
def test_each_way_has_its_direction_its_far_end_and_its_ports(way, facts):
    outward_, by_target, answers = facts
    assert (way.outward, way.by_target, way.is_answer) == facts
    found = way.box(HERE, (5, 6))
    far = (int(HERE[0]), int(HERE[-1]))
    assert (found.target == far, found.source == far) == (by_target, not by_target)
    assert (found.source_port == (5, 6), found.port == (5, 6)) == (answers, not answers)
    assert outward_ is (way in {Way.REQUEST_OUT, Way.ANSWER_OUT})


def test_a_group_lets_pass_what_any_of_its_rules_does_and_the_rest_is_lost():
    ours = rule("sg-c", FAR, protocol=UDP), rule("sg-c", FAR, 0, 442), rule("sg-c", FAR, 443, 500)
    passed, hop = secured(CLIENT, STRANGER, known(*ours), Way.REQUEST_OUT, packets(port=(440, 600)))
    assert passed.ports == (PortRange(440, 500),)
    assert hop == Hop(
        "sg-c lets requests out",
        ("sg-c: tcp 0-442, 10.0.2.0/24", "sg-c: tcp 443-500, 10.0.2.0/24"),
        packets(port=(501, 600)),
        "let sg-c out to 10.0.2.2/32 on tcp 501-600",
        of_groups=True,
    )


def test_a_rule_is_told_once_though_two_groups_of_the_peer_are_meant():
    by_group = rule("sg-c", Members("sg-s"))
    passed, hop = secured(CLIENT, SERVER, known(by_group, by_group), Way.REQUEST_OUT, packets())
    assert (passed, hop.rules, hop.change) == (packets(), ("sg-c: tcp 443, sg-s",), None)


def test_what_no_rule_lets_in_is_told_with_the_groups_of_the_peer_or_its_addresses():
    none = Packets(TCP, 4, ())
    passed, hop = secured(SERVER, CLIENT, known(), Way.REQUEST_IN, packets())
    assert (passed, hop.change) == (none, "let sg-s, sg-t in from sg-c on tcp 443")
    assert hop.at == "sg-s, sg-t lets requests in"
    passed, hop = secured(CLIENT, SERVER, known(), Way.REQUEST_OUT, packets())
    assert (passed, hop.change) == (none, "let sg-c out to sg-s, sg-t on tcp 443")
    stranger = Party("stranger", (ip_network("10.0.1.1"),))
    passed, hop = secured(SERVER, stranger, known(), Way.REQUEST_IN, packets())
    assert (passed, hop.change) == (none, "let sg-s, sg-t in from 10.0.1.1/32 on tcp 443")


@pytest.mark.parametrize("groups", [None, frozenset()])
def test_a_party_in_no_group_is_let_nothing(groups):
    alone = Party("alone", (ip_network("10.0.1.1"),), None, groups)
    passed, hop = secured(alone, STRANGER, known(rule("", FAR)), Way.REQUEST_OUT, packets())
    assert (bool(passed), hop.at) == (False, " lets requests out")


def entry(
    number: int, network: str, first: int = 0, last: int = 65535, *, allow: bool, protocol: int = TCP
) -> AclEntry:
    return AclEntry(number, allow, protocol, ip_network(network), PortRange(first, last))


@pytest.mark.parametrize(
    ("way", "change"),
    [
        (Way.REQUEST_OUT, "outbound before rule 10: allow tcp 443 to 10.0.2.2/32"),
        (Way.REQUEST_IN, "inbound before rule 10: allow tcp 443 from 10.0.1.1/32"),
        (Way.ANSWER_OUT, "outbound before rule 10: allow tcp 1024-65535 to 10.0.1.1/32"),
        (Way.ANSWER_IN, "inbound before rule 10: allow tcp 1024-65535 from 10.0.2.2/32"),
    ],
)
def test_what_an_access_list_denies_is_to_be_allowed_before_the_first_entry_that_denies_it(way, change):
    entries = (entry(10, "0.0.0.0/0", allow=False), entry(20, "0.0.0.0/0", allow=False), *OPEN)
    shut = place(inbound=entries, outbound=OPEN) if not way.outward else place(inbound=OPEN, outbound=entries)
    passed, hop = listed(shut, way, packets())
    assert (bool(passed), hop.lost) == (False, packets())
    assert hop == Hop(f"acl-here of here {way.value}", (), packets(), f"add to acl-here {change}")


def test_the_first_entry_that_matches_decides_of_each_packet():
    entries = (
        entry(10, "10.0.2.0/24", 440, 441, allow=True),
        entry(20, "10.0.2.0/24", 441, 442, allow=False),
        entry(25, "10.0.2.0/24", 443, 443, allow=False),
        entry(30, "10.0.2.0/24", 440, 445, allow=True),
        AclEntry(40, allow=True, protocol=UDP, network=WORLD),
        AclEntry(50, allow=True, protocol=ALL, network=ip_network("::/0")),
    )
    passed, hop = listed(place(outbound=entries), Way.REQUEST_OUT, packets(port=(440, 446)))
    assert passed.ports == (PortRange(440, 441), PortRange(444, 445))
    assert hop.lost.ports == (PortRange(442, 443), PortRange(446, 446))
    assert hop.rules == ("rule 10: allow tcp 440-441 10.0.2.0/24", "rule 30: allow tcp 440-445 10.0.2.0/24")
    assert hop.change == "add to acl-here outbound before rule 20: allow tcp 442-443, 446 to 10.0.2.2/32"


def test_entries_after_which_nothing_is_left_are_not_told():
    passed, hop = listed(place(outbound=(*OPEN, entry(200, "0.0.0.0/0", allow=True))), Way.REQUEST_OUT, packets())
    assert (passed, hop.rules, hop.change) == (packets(), ("rule 100: allow all traffic 0.0.0.0/0",), None)


def test_an_access_list_without_a_matching_entry_lets_nothing_pass():
    passed, hop = listed(place(outbound=()), Way.REQUEST_OUT, packets(protocol=ICMP, port=(0, 65535)))
    assert (bool(passed), hop.change) == (False, "add to acl-here outbound: allow icmp to 10.0.2.2/32")


def test_ports_of_an_entry_are_nothing_to_a_protocol_without_ports():
    icmp = packets(source_port=(0, 65535), port=(0, 65535), protocol=ICMP)
    only = (entry(10, "0.0.0.0/0", 7, 7, allow=True, protocol=ICMP),)
    assert listed(place(outbound=only), Way.REQUEST_OUT, icmp)[0] == icmp


@pytest.mark.parametrize(("protocol", "passing"), [(TCP, (80, 80)), (UDP, (80, 80))])
def test_ports_of_an_entry_bind_protocols_that_have_them(protocol, passing):
    only = (entry(10, "0.0.0.0/0", 80, 80, allow=True, protocol=protocol),)
    passed, _ = listed(place(outbound=only), Way.REQUEST_OUT, packets(port=(79, 81), protocol=protocol))
    assert passed == packets(port=passing, protocol=protocol)


def follow(*legs: Leg, way: Way = Way.REQUEST_OUT) -> tuple[Packets, Hop]:
    """What ``legs`` besides the VPC's own send to nat-1."""
    return routed(place("here", *legs), way, packets(), lambda each: each.target == "nat-1", "nat-1")


@pytest.mark.parametrize(
    "legs",
    [
        [leg("10.0.2.0/24", "nat-1")],
        [leg("10.0.2.2/32", "nat-1"), leg("10.0.2.0/24", "tgw-1")],
        [leg("10.0.2.0/24", "nat-1", rank=1), leg("10.0.2.0/24", "tgw-1", rank=2)],
        [leg("10.0.2.0/24", "tgw-1", rank=2), leg("10.0.2.0/24", "nat-1", rank=1)],
    ],
    ids=["longer than the VPC's", "the longest", "the better rank", "the better rank, last"],
)
def test_the_route_that_holds_is_the_longest_and_then_the_one_of_the_best_rank(legs):
    passed, hop = follow(*legs)
    assert (passed, hop.lost, hop.change) == (packets(), packets().of(()), None)
    assert (hop.at, len(hop.rules)) == ("rtb-here of here routes requests", 1)


def test_a_blackhole_holds_too_and_is_to_be_replaced():
    passed, hop = follow(leg("10.0.2.0/24", "nat-1", active=False), leg("10.0.0.0/8", "nat-1"))
    assert (bool(passed), hop.lost, hop.rules) == (False, packets(), ())
    assert hop.change == "route 10.0.2.2/32 to nat-1 in rtb-here in place of 10.0.2.0/24 -> nat-1 (blackhole)"
    assert follow(leg("10.0.2.0/24", "tgw-1", active=False))[1].change == (
        "route 10.0.2.2/32 to nat-1 in rtb-here in place of 10.0.2.0/24 -> tgw-1 (blackhole)"
    )


def test_what_a_route_leads_elsewhere_is_lost_and_what_leads_nobody_knows_where_is_unanswered():
    assert follow()[1].change == "route 10.0.2.2/32 to nat-1 in rtb-here in place of 10.0.0.0/16 -> local"
    with pytest.raises(Unanswered, match=r"rtb-here sends packets by 10.0.2.0/24 -> tgw-1"):
        follow(leg("10.0.2.0/24", "tgw-1"))
    assert follow(leg("10.0.3.0/24", "tgw-1"), leg("::/0", "tgw-1"))[0] == packets().of(())


def test_packets_without_a_route_are_to_be_given_one():
    lost = place("here")
    bare = Place(lost.subnet, lost.vpc, lost.acl, Routes("rtb-here", (leg("::/0", "local"),)))
    passed, hop = routed(bare, Way.ANSWER_OUT, packets(), is_local, "local")
    assert (bool(passed), hop.at) == (False, "rtb-here of here routes answers")
    assert hop.change == "route 10.0.1.1/32 to local in rtb-here"


def test_two_halves_of_one_route_are_told_once():
    split = Leg((ip_network("10.0.2.2/32"), ip_network("10.0.2.3/32")), "pl-1", "nat-1", active=True, rank=0)
    both = Packets(TCP, 4, (Box((ONE, ONE), (OTHER, OTHER + 1), (1024, 65535), (443, 443)),))
    passed, hop = routed(place("here", split), Way.REQUEST_OUT, both, lambda each: each.target == "nat-1", "nat-1")
    assert (passed.targets, hop.rules) == (both.targets, ("pl-1 -> nat-1",))
    _, hop = routed(place("here", split), Way.REQUEST_OUT, both, is_local, "local")
    assert hop.change == "route 10.0.2.2/31 to local in rtb-here in place of pl-1 -> nat-1"
