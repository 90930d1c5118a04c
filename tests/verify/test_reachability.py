"""Which packets get through is computed as sets; here one packet after the other is tried, by rules written anew.

The simulator below knows nothing of sets: it takes one packet, with two addresses and two ports, from rule to rule. On
random networks, both must say the same of every packet at the edge of anything that the network's rules mention.
HYPOTHESIS_EXAMPLES sets how many networks are tried.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_address, ip_network
from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from verify.errors import Unanswered
from verify.network.flow import EPHEMERAL, flow
from verify.network.packets import Packets, box, every
from verify.network.ports import ALL, EVERY_PORT, ICMP, TCP, UDP, PortRange
from verify.network.rules import Addresses, Members, Rule
from verify.network.topology import Acl, AclEntry, GroupRules, Leg, Party, Place, Routes, Topology

MANY = int(os.environ.get("HYPOTHESIS_EXAMPLES", "100"))

PREFIXES = {
    4: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/28", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.5/32",
        "203.0.113.0/24"],
    6: ["::/0", "::/1", "8000::/1", "2600::/120", "2600::/126", "2600::4/126", "2600::5/128", "2a00::/16"],
}  # fmt: skip
SUBNETS = {4: ("10.0.0.0/30", "10.0.0.4/30"), 6: ("2600::/126", "2600::4/126")}
EDGES = {
    version: sorted({int(end) for text in texts for end in (ip_network(text)[0], ip_network(text)[-1])})
    for version, texts in PREFIXES.items()
}
PORTS = (0, 22, 443, 1023, 1024, 5432, 40000, 65535)


# The simulator: one packet against one rule, in the words of AWS's documentation.


@dataclass(frozen=True)
class Packet:
    protocol: int
    source: object
    target: object
    source_port: int
    port: int

    def answer(self):
        return Packet(self.protocol, self.target, self.source, self.port, self.source_port)


class UnknownError(Exception):
    """A route leads to something that does with packets what AWS does not tell."""


def has_ports(protocol):
    return protocol in (6, 17)


def applies(protocol, ports, packet):
    if protocol == -1:
        return not has_ports(packet.protocol) or ports.first <= packet.port <= ports.last
    return protocol == packet.protocol and (not has_ports(protocol) or ports.first <= packet.port <= ports.last)


def group_admits(party, other, address, packet, rules_of):
    """Any rule of any group will do; a rule speaks of addresses or of the members of a group."""
    if party.groups is None:
        return True
    for group in party.groups:
        for rule in rules_of[group].rules:
            if not applies(rule.protocol, rule.ports, packet):
                continue
            if isinstance(rule.peer, Members):
                if other.groups is not None and rule.peer.group in other.groups:
                    return True
            elif any(address in network for network in rule.peer.networks):
                return True
    return False


def acl_admits(entries, address, packet):
    """Entries are tried from the lowest number up, and the first that matches decides."""
    for entry in sorted(entries, key=lambda entry: entry.number):
        ports = entry.ports if entry.protocol in (6, 17) else EVERY_PORT
        if address in entry.network and applies(entry.protocol, ports, packet):
            return entry.allow
    return False


def next_stop(routes, address):
    """The longest prefix holds; then the lowest rank."""
    best = None
    for leg in routes.legs:
        for network in leg.networks:
            if address in network:
                key = (-network.prefixlen, leg.rank, leg.target)
                if best is None or key < best[0]:
                    best = (key, leg)
    if best is None:
        return None
    return best[1].target if best[1].active else "nowhere"


def goes(place, address, allowed):
    stop = next_stop(place.routes, address)
    if stop in allowed:
        return True
    if stop is not None and stop.split("-")[0] in ("tgw", "pcx", "eni"):
        raise UnknownError
    return False


def gets_through(  # noqa: C901, PLR0911 - it is the way of a packet, from end to end
    topology, source, target, packet
):
    here, there = source.place, target.place
    answer = packet.answer()
    if not group_admits(source, target, packet.target, packet, topology.egress):
        return False
    if here is not None and there is not None and here.subnet == there.subnet:
        return group_admits(target, source, packet.source, packet, topology.ingress)
    gateways = topology.gateways["vpc-1"]
    inside = target if here is None else source
    outside = here is None or there is None
    translated = bool(gateways) and (inside.public or packet.source.version == 6)
    stops = gateways if outside else {"local"}
    if here is not None:
        if not acl_admits(here.acl.outbound, packet.target, packet):
            return False
        if not goes(here, packet.target, stops):
            return False
    if outside and not translated:
        return False
    if there is not None and not acl_admits(there.acl.inbound, packet.source, packet):
        return False
    if not group_admits(target, source, packet.source, packet, topology.ingress):
        return False
    if there is not None:
        if not acl_admits(there.acl.outbound, answer.target, answer):
            return False
        if not goes(there, answer.target, stops):
            return False
    return here is None or acl_admits(here.acl.inbound, answer.source, answer)


# Random networks.


@st.composite
def networks(draw, version):
    prefixes = st.sampled_from([ip_network(text) for text in PREFIXES[version]])
    ports = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda ends: PortRange(min(ends), max(ends)))
    protocols = st.sampled_from([ALL, TCP, TCP, UDP, ICMP])
    groups = st.sampled_from(["sg-1", "sg-2", "sg-3"])
    lists = st.lists(prefixes, max_size=3).map(lambda some: Addresses("pl-1", tuple(some)))
    peers = st.one_of(prefixes.map(lambda one: Addresses(str(one), (one,))), lists, groups.map(Members))

    def rule(group):
        return st.builds(
            lambda protocol, some, peer: Rule(
                group, protocol, some if protocol in (TCP, UDP) else EVERY_PORT, peer, None
            ),
            protocols, ports, peers,
        )  # fmt: skip

    # Mostly open networks with holes in them: where nothing passes anyway, there is little to get wrong.
    often = st.sampled_from([True, True, True, False])
    world = ip_network(PREFIXES[version][0])

    def rules():
        def some(group):
            wide = [Rule(group, ALL, EVERY_PORT, Addresses(str(world), (world,)), None)] if draw(often) else []
            return GroupRules((*draw(st.lists(rule(group), max_size=4)), *wide))

        return {group: some(group) for group in ("sg-1", "sg-2", "sg-3")}

    def entries():
        numbered = draw(st.lists(st.tuples(st.booleans(), protocols, prefixes, ports), max_size=5))
        made = [AclEntry(10 * (at + 1), *each) for at, each in enumerate(numbered)]
        wide = [AclEntry(100, True, ALL, world)] if draw(often) else []
        return (*made, *wide, AclEntry(32767, False, ALL, world))

    stops = st.sampled_from(["local", "local", "igw-1", "igw-1", "nat-1", "tgw-1"])
    legs = st.builds(
        lambda some, target, active, rank: Leg(tuple(some), "written", target, active, rank),
        st.lists(prefixes, min_size=1, max_size=2), stops, st.sampled_from([True, True, True, False]),
        st.integers(0, 2),
    )  # fmt: skip

    def place(at):
        acl = Acl(f"acl-{at}", entries(), entries())
        usual = (Leg((ip_network(PREFIXES[version][3]),), "vpc", "local"), Leg((world,), "world", "igw-1"))
        table = Routes(f"rtb-{at}", (*draw(st.lists(legs, max_size=3)), *(usual if draw(often) else ())))
        return Place(f"subnet-{at}", "vpc-1", acl, table)

    places = [place(0), place(1)]

    def party(name, at):
        groups_of = draw(st.one_of(st.none(), st.frozensets(groups, max_size=2)))
        return Party(name, (ip_network(SUBNETS[version][at]),), places[at], groups_of, draw(often))

    internet = Party("internet", tuple(ip_network(text) for text in PREFIXES[version][1:3]))
    kind = draw(st.sampled_from(["inside", "inside", "neighbours", "from outside", "to outside"]))
    source = internet if kind == "from outside" else party("source", 0)
    target = internet if kind == "to outside" else party("target", 0 if kind == "neighbours" else 1)
    gateways = draw(often.map(lambda one: frozenset({"igw-1"}) if one else frozenset()))
    return Topology(rules(), rules(), {"vpc-1": gateways}), source, target


@pytest.mark.parametrize("version", [4, 6])
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_set_that_passes_is_what_passes_packet_by_packet(version, data):
    topology, source, target = data.draw(networks(version))
    protocol = data.draw(st.sampled_from([TCP, TCP, UDP, ICMP, 50]))
    ports = PortRange(data.draw(st.sampled_from(PORTS[:4])), data.draw(st.sampled_from(PORTS[4:])))
    try:
        path = flow(topology, source, target, protocol, ports, version=version)
    except Unanswered:
        routes = [leg.target for party in (source, target) if party.place for leg in party.place.routes.legs]
        assert "tgw-1" in routes
        return
    for packet in packets(protocol, version, source, target, ports):
        place = (int(packet.source), int(packet.target), packet.source_port, packet.port)
        assert path.passed.holds(*place) == gets_through(topology, source, target, packet), (packet, str(path))
    assert path.whole == (bool(path.asked) and not path.asked.less(path.passed))
    assert (path.blocking is None) == (not path.asked.less(path.passed))
    for hop in path.hops:
        assert (hop.change is None) == (not hop.lost)


def packets(protocol, version, source, target, ports):
    """The packets at the edges of everything, of those that are asked for."""
    numbered = has_ports(protocol)
    ways = product(
        within(source, version), within(target, version), PORTS if numbered else [0], PORTS if numbered else [0]
    )
    for one, other, from_port, port in ways:
        if not numbered or (from_port in EPHEMERAL and port in ports):
            yield Packet(protocol, one, other, from_port, port)


def within(party, version):
    kind = ip_address("0.0.0.0" if version == 4 else "::").__class__
    found = [kind(edge) for edge in EDGES[version] if any(kind(edge) in network for network in party.addresses)]
    return found or [party.addresses[0][0]]


spans = st.tuples(st.integers(0, 9), st.integers(0, 9)).map(lambda ends: (min(ends), max(ends)))
boxes = st.builds(lambda one, other, port: box(4, source=one, target=other, port=port), spans, spans, spans)


@given(st.lists(boxes, max_size=5), boxes, st.tuples(*[st.integers(0, 9)] * 3))
def test_sets_are_joined_met_and_lessened_as_their_packets_are(some, other, point):
    one, two, port = point
    held = Packets(TCP, 4, ())
    for each in some:
        held = held.plus(Packets(TCP, 4, (each,)))
    inside = any(each.meet(box(4, source=(one, one), target=(two, two), port=(port, port))) for each in some)
    in_other = bool(other.meet(box(4, source=(one, one), target=(two, two), port=(port, port))))
    at = (one, two, 5000, port)
    assert held.holds(*at) == inside
    assert (held & other).holds(*at) == (inside and in_other)
    assert held.without(other).holds(*at) == (inside and not in_other)
    assert sum(each.meet(other) is not None for each in held.boxes) == len((held & other).boxes)
    assert every(4) == (0, 2**32 - 1)
