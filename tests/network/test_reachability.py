"""Which packets get through is computed as sets; here one packet after the other is tried, by rules written anew.

The simulator knows nothing of sets. On random networks, both must say the same of the packets at the edges of all that
the network's rules mention: between two parties of a VPC, from and to the internet by its gateway, out through a NAT
gateway or a gateway endpoint, and in from beyond the VPC. HYPOTHESIS_EXAMPLES sets how many networks are tried.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from ipaddress import ip_network
from itertools import product
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack_verify.errors import Unanswered
from stack_verify.network.flow import Lead, arrival, flow, outward
from stack_verify.network.packets import IPV4, Packets, box, every
from stack_verify.network.ports import ALL, EPHEMERAL, EVERY_PORT, ICMP, TCP, UDP, PortRange
from stack_verify.network.rules import Addresses, Members, Rule
from stack_verify.network.topology import Acl, AclEntry, GroupRules, Leg, Party, Place, Routes, Topology
from support.simulator import Packet, UnknownError, gets_in, gets_out, gets_through, has_ports

MANY = int(os.environ.get("HYPOTHESIS_EXAMPLES", "250"))

PREFIXES = {
    4: ["0.0.0.0/0", "0.0.0.0/1", "128.0.0.0/1", "10.0.0.0/28", "10.0.0.0/30", "10.0.0.4/30", "10.0.0.5/32",
        "203.0.113.0/24"],
    6: ["::/0", "::/1", "8000::/1", "2600::/120", "2600::/126", "2600::4/126", "2600::5/128", "2a00::/16"],
}  # fmt: skip
ABROAD = (0, 1, 2, 7)  # those with addresses outside the VPC
SUBNETS = {4: ("10.0.0.0/30", "10.0.0.4/30"), 6: ("2600::/126", "2600::4/126")}


def edges(version):
    """The first and the last address of each prefix, and what comes before and after."""
    blocks = [ip_network(text) for text in PREFIXES[version]]
    near = {
        int(end) + step
        for block in blocks
        for end, step in ((block[0], -1), (block[0], 0), (block[-1], 0), (block[-1], 1))
    }
    kind = type(blocks[0][0])
    return [kind(each) for each in sorted(near) if int(blocks[0][0]) <= each <= int(blocks[0][-1])]


EDGES = {version: edges(version) for version in PREFIXES}
PORTS = (0, 22, 443, 1023, 1024, 5432, 40000, 65535)
PORT_EDGES = sorted({port + step for port in PORTS for step in (-1, 0, 1)} & set(range(65536)))
MOST = 200

# Where routes lead, and how they are written.
STOPS = [("local", "vpc"), ("local", "vpc"), *((stop, "world") for stop in ("igw-1", "nat-1", "tgw-1", "vpce-2"))]
STOPS.append(("vpce-1", "pl-1"))
# Who wants to reach whom, and what is on the way: rules of security groups, access lists and routes of two subnets.
HERE, THERE = (frozenset({f"into {at}", f"out of {at}", f"routes of {at}"}) for at in (0, 1))
OUTSIDE = frozenset({"gateways", "addresses"})
ON_THE_WAY = {
    "inside": HERE | THERE | {"egress", "ingress"},
    "neighbours": frozenset({"egress", "ingress"}),
    "from outside": OUTSIDE | THERE | {"ingress"},
    "to outside": OUTSIDE | HERE | {"egress"},
    "from beyond": THERE | {"ingress"},
    "by NAT": HERE | THERE | {"egress"},
    "by NAT beside": frozenset({"egress", "routes of 0"}),
    "by endpoint": HERE | {"egress"},
}
# Each kind with one part of what is on its way. By a NAT gateway or a gateway endpoint only IPv4 is looked at.
IN_PARTS = {
    version: [
        (kind, part)
        for kind, parts in ON_THE_WAY.items()
        if version == IPV4 or kind[:2] != "by"
        for part in sorted(parts)
    ]
    for version in (4, 6)
}
IN_PARTS[IPV4] += [pair for pair in IN_PARTS[IPV4] if pair[0] == "by NAT"]  # the longest way of all
# What the usual route for all the rest leads to; an internet gateway where it is not one of these.
USUAL = {"by NAT": 3, "by NAT beside": 3, "by endpoint": 6, "from beyond": 4}

# Random networks.


@st.composite
def journeys(draw, version):
    prefixes = st.sampled_from([ip_network(text) for text in PREFIXES[version]])
    abroad = st.sampled_from([ip_network(PREFIXES[version][at]) for at in ABROAD])
    ports = st.tuples(st.sampled_from(PORTS), st.sampled_from(PORTS)).map(lambda ends: PortRange(min(ends), max(ends)))
    protocols = st.sampled_from([ALL, TCP, ALL, TCP, UDP, ICMP])
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

    often, rarely = st.sampled_from([True, True, True, False]), st.sampled_from([False] * 9 + [True])
    world = ip_network(PREFIXES[version][0])
    # An open network with one or two random parts shows what each part does; where all are random, little passes.
    kind, part = draw(st.sampled_from(IN_PARTS[version]))
    parts = sorted(ON_THE_WAY[kind])
    random = draw(st.sampled_from([{part}, {part}, {part}, {part, draw(st.sampled_from(parts))}, set(parts)]))
    stop, written = STOPS[USUAL.get(kind, 2)]

    def rules(part):
        def some(group):
            few = draw(st.lists(rule(group), max_size=4)) if part in random else []
            wide = [Rule(group, ALL, EVERY_PORT, Addresses(str(world), (world,)), None)]
            return GroupRules((*few, *(wide if part not in random or not draw(often) else ())))

        return {group: some(group) for group in ("sg-1", "sg-2", "sg-3")}

    def entries(part):
        numbered = st.lists(st.tuples(st.booleans(), protocols, prefixes, ports), min_size=1, max_size=5)
        made = [AclEntry(10 * (at + 1), *each) for at, each in enumerate(draw(numbered) if part in random else [])]
        wide = [AclEntry(100, True, ALL, world)] if part not in random or draw(st.booleans()) else []
        return (*made, *wide, AclEntry(32767, False, ALL, world))

    stops = st.sampled_from(STOPS)
    legs = st.builds(
        lambda some, stop, active, rank: Leg(tuple(some), stop[1], stop[0], active, rank),
        st.lists(prefixes, min_size=1, max_size=2), stops, st.sampled_from([True, True, True, False]),
        st.integers(0, 2),
    )  # fmt: skip

    def place(at):
        acl = Acl(f"acl-{at}", entries(f"into {at}"), entries(f"out of {at}"))
        own = ip_network(PREFIXES[version][3])
        usual = (Leg((own,), "vpc", "local", active=True, rank=0), Leg((world,), written, stop, active=True, rank=0))
        few = draw(st.lists(legs, min_size=1, max_size=3)) if f"routes of {at}" in random else []
        whole = f"routes of {at}" not in random or draw(st.booleans())
        table = Routes(f"rtb-{at}", (*few, *(usual if whole else ())))
        return Place(f"subnet-{at}", "vpc-1", acl, table)

    places = [place(0), place(1)]

    def party(name, at):
        some = st.frozensets(groups, min_size=0 if draw(rarely) else 1, max_size=2)
        groups_of = draw(some) if draw(often) else None
        public = "addresses" not in random or draw(st.booleans())
        return Party(name, (ip_network(SUBNETS[version][at]),), places[at], groups_of, public)

    gateways = frozenset({"igw-1"} if "gateways" not in random or draw(st.booleans()) else ())
    topology = Topology(rules("ingress"), rules("egress"), {"vpc-1": gateways})
    internet = Party("internet", tuple(ip_network(text) for text in PREFIXES[version][1:3]))
    if kind == "from beyond":
        peer = Party("beyond", (world,), None, draw(st.one_of(st.none(), st.frozensets(groups, max_size=2))))
        return Journey(topology, peer, party("target", 1), arrives=True)
    if kind.startswith("by"):
        relay = {"by endpoint": None, "by NAT": places[1], "by NAT beside": places[0]}[kind]
        outside = Party("outside", tuple(draw(st.lists(abroad, min_size=1, max_size=2))))
        return Journey(topology, party("source", 0), outside, stop, relay)
    source = internet if kind == "from outside" else party("source", 0)
    target = internet if kind == "to outside" else party("target", 0 if kind == "neighbours" else 1)
    return Journey(topology, source, target)


@dataclass(frozen=True)
class Journey:
    """Who wants to reach whom: within the VPC or through the internet gateway, or by ``stop``, or from beyond."""

    topology: Topology
    source: Party
    target: Party
    stop: str | None = None
    relay: Place | None = None
    arrives: bool = False

    def path(self, protocol, ports, version):
        """What is computed of all packets at once."""
        ends = self.topology, self.source, self.target
        if self.arrives:
            return arrival(*ends, protocol, ports, version=version)
        if self.stop is not None:
            leads = Lead(self.stop, lambda leg: leg.target == self.stop)
            return outward(*ends, ports.first, leads=leads, relay=self.relay)
        return flow(*ends, protocol, ports, version=version)

    def passes(self, packet):
        """What becomes of one packet."""
        ends = self.topology, self.source, self.target, packet
        if self.arrives:
            return gets_in(*ends)
        if self.stop is not None:
            return gets_out(*ends, self.stop, self.relay)
        return gets_through(*ends)

    def is_unknown(self, packet):
        try:
            self.passes(packet)
        except UnknownError:
            return True
        return False


@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_set_that_passes_is_what_passes_packet_by_packet(data):
    version = data.draw(st.sampled_from([4, 4, 4, 6]))
    journey = data.draw(journeys(version))
    protocol = TCP if journey.stop else data.draw(st.sampled_from([TCP, TCP, TCP, UDP, ICMP, 50]))
    last = PORTS[:4] if journey.stop else PORTS[4:]
    first = data.draw(st.sampled_from(PORTS[:4]))
    ports = PortRange(first, first if journey.stop else data.draw(st.sampled_from(last)))
    everything = packets(protocol, version, journey, ports)
    try:
        path = journey.path(protocol, ports, version)
    except Unanswered:
        assert any(journey.is_unknown(packet) for packet in everything)
        return
    for packet in sample(everything, data.draw(st.integers(0, 9))):
        place = (int(packet.source), int(packet.target), packet.source_port, packet.port)
        assert path.passed.holds(*place) == journey.passes(packet), (packet, str(path))
    assert path.whole == (bool(path.asked) and not path.asked.less(path.passed))
    assert (path.blocking is None) == (not path.asked.less(path.passed))
    for hop in path.hops:
        assert (hop.change is None) == (not hop.lost)


def packets(protocol, version, journey, ports):
    """The packets at both ends of each stretch that rules can tell apart, of those that are asked for."""
    sources, targets = (
        [address for address in EDGES[version] if any(address in network for network in party.addresses)]
        for party in (journey.source, journey.target)
    )
    numbered = has_ports(protocol)
    source_ports = [port for port in PORT_EDGES if port in EPHEMERAL] if numbered else [0]
    target_ports = [port for port in PORT_EDGES if port in ports] if numbered else [0]
    return [Packet(protocol, *each) for each in product(sources, targets, source_ports, target_ports)]


def sample(everything, seed):
    """As many of them as an everyday run has the time for."""
    return everything if len(everything) <= MOST else Random(seed).sample(everything, MOST)


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
