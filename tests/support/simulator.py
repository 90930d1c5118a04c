"""One packet on its way through a VPC, from rule to rule, written anew in the words of AWS's documentation.

It knows nothing of sets of packets, and nothing of how ``stack_verify.network`` works: it takes one packet, with two
addresses and two ports, looks at every rule there is, and says whether the packet arrives and its answer comes back.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address

from stack_verify.network.rules import Members
from stack_verify.network.topology import AclEntry, Party, Place, Routes, Topology

TCP, UDP, ALL = 6, 17, -1


@dataclass(frozen=True)
class Packet:
    protocol: int
    source: IPv4Address | IPv6Address
    target: IPv4Address | IPv6Address
    source_port: int
    port: int

    def answer(self) -> Packet:
        return Packet(self.protocol, self.target, self.source, self.port, self.source_port)


class UnknownError(Exception):
    """A route leads to something of which AWS does not tell what it does with packets."""


def has_ports(protocol: int) -> bool:
    return protocol in (TCP, UDP)


def is_for(protocol: int, first: int, last: int, packet: Packet) -> bool:
    """A rule for a protocol with ports is for those ports; one for another protocol is for all of it."""
    if protocol == ALL:
        return True
    return protocol == packet.protocol and (not has_ports(protocol) or first <= packet.port <= last)


def lets_out(topology: Topology, party: Party, other: Party, packet: Packet) -> bool:
    return _group_admits(topology.egress, party, other, packet.target, packet)


def lets_in(topology: Topology, party: Party, other: Party, packet: Packet) -> bool:
    return _group_admits(topology.ingress, party, other, packet.source, packet)


def _group_admits(rules_of, party: Party, other: Party, address, packet: Packet) -> bool:
    """Any rule of any group will do; a rule speaks of addresses or of the members of a group."""
    if party.groups is None:
        return True
    for group in party.groups:
        for rule in rules_of[group].rules:
            if not is_for(rule.protocol, rule.ports.first, rule.ports.last, packet):
                continue
            if isinstance(rule.peer, Members):
                if other.groups is not None and rule.peer.group in other.groups:
                    return True
            elif any(address in network for network in rule.peer.networks):
                return True
    return False


def acl_admits(entries: tuple[AclEntry, ...], address, packet: Packet) -> bool:
    """Entries are tried from the lowest number up, and the first that matches decides."""
    for entry in sorted(entries, key=lambda entry: entry.number):
        if address in entry.network and is_for(entry.protocol, entry.ports.first, entry.ports.last, packet):
            return entry.allow
    return False


def leaves(place: Place, packet: Packet) -> bool:
    return acl_admits(place.acl.outbound, packet.target, packet)


def enters(place: Place, packet: Packet) -> bool:
    return acl_admits(place.acl.inbound, packet.source, packet)


def next_stop(routes: Routes, address) -> tuple[str, str] | None:
    """Where a packet goes next and how the route is written: the longest prefix holds; then the lowest rank."""
    best = None
    for leg in routes.legs:
        for network in leg.networks:
            if address in network:
                key = (-network.prefixlen, leg.rank, leg.target)
                if best is None or key < best[0]:
                    best = (key, leg)
    if best is None or not best[1].active:
        return None
    return best[1].target, best[1].written


def is_unknown(stop: tuple[str, str]) -> bool:
    """Whether it is a peer, another network's gateway or an appliance; a prefix list leads to AWS's own service."""
    target, written = stop
    kind = target.split("-")[0]
    return kind in ("tgw", "pcx", "eni") or (kind == "vpce" and not written.startswith("pl-"))


def goes(place: Place, address, allowed: frozenset[str]) -> bool:
    stop = next_stop(place.routes, address)
    if stop is None:
        return False
    if stop[0] in allowed:
        return True
    if is_unknown(stop):
        raise UnknownError
    return False


LOCAL = frozenset({"local"})


def gets_through(  # noqa: PLR0911 - it is the way of a packet, from end to end
    topology: Topology, source: Party, target: Party, packet: Packet
) -> bool:
    """Between two parties of a VPC, or one of them and the internet: there, and the answer back."""
    here, there, answer = source.place, target.place, packet.answer()
    if not lets_out(topology, source, target, packet):
        return False
    if here is not None and there is not None and here.subnet == there.subnet:
        return lets_in(topology, target, source, packet)
    gateways = topology.gateways["vpc-1"]
    inside = target if here is None else source
    outside = here is None or there is None
    translated = bool(gateways) and (inside.public or packet.source.version == 6)
    stops = gateways if outside else LOCAL
    if here is not None and not (leaves(here, packet) and goes(here, packet.target, stops)):
        return False
    if outside and not translated:
        return False
    if there is not None and not enters(there, packet):
        return False
    if not lets_in(topology, target, source, packet):
        return False
    if there is not None and not (leaves(there, answer) and goes(there, answer.target, stops)):
        return False
    return here is None or enters(here, answer)


def gets_out(topology: Topology, source: Party, target: Party, packet: Packet, stop: str, relay: Place | None) -> bool:
    """From a party to the NAT gateway or the gateway endpoint ``stop``, and the answer back from there.

    A NAT gateway has no security group, and stands in the subnet ``relay``; an endpoint stands in none.
    """
    here, answer = source.place, packet.answer()
    if not lets_out(topology, source, target, packet):
        return False
    if relay is not None and relay.subnet == here.subnet:
        return goes(here, packet.target, frozenset({stop}))
    if not (leaves(here, packet) and goes(here, packet.target, frozenset({stop}))):
        return False
    if relay is not None and not (enters(relay, packet) and leaves(relay, answer)):
        return False
    if relay is not None and not goes(relay, answer.target, LOCAL):
        return False
    return enters(here, answer)


def gets_in(topology: Topology, source: Party, target: Party, packet: Packet) -> bool:
    """From beyond the VPC, wherever that is, to a party in it; the answer must leave for beyond the VPC, too."""
    there, answer = target.place, packet.answer()
    if not (enters(there, packet) and lets_in(topology, target, source, packet) and leaves(there, answer)):
        return False
    stop = next_stop(there.routes, answer.target)
    return stop is not None and is_unknown(stop)
