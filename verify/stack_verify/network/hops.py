"""What each thing on the way of a packet lets pass, by which rule, and what would open it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import Enum

from stack_verify.errors import Unmodelled
from stack_verify.network.addresses import Network
from stack_verify.network.packets import ANY_PORT, INTERNET_IPV4, Box, Packets, Range, box, span
from stack_verify.network.ports import ALL, TCP, UDP, PortRange, protocol_name
from stack_verify.network.rules import Rule
from stack_verify.network.topology import LOCAL, AclEntry, GroupRules, Leg, Party, Place

# Targets that do with a packet for an address of the VPC, or of the internet, what no Describe call tells: appliances
# behind an endpoint, an interface or an instance, peers, and gateways to other networks.
OPAQUE = ("vpce-", "eni-", "i-", "pcx-", "tgw-", "vgw-", "lgw-", "cagw-", "arn:")

# Between a hop and the rules by which packets pass it.
BY = " by "


class Way(Enum):
    """Which packets a stateless filter looks at: the client's, or the answers to them, and in which direction."""

    REQUEST_OUT = "lets requests out"
    REQUEST_IN = "lets requests in"
    ANSWER_OUT = "lets answers out"
    ANSWER_IN = "lets answers in"

    @property
    def outward(self) -> bool:
        """Whether the packets leave the subnet."""
        return self in (Way.REQUEST_OUT, Way.ANSWER_OUT)

    @property
    def by_target(self) -> bool:
        """Whether the far end is the connection's target; else it is its source."""
        return self in (Way.REQUEST_OUT, Way.ANSWER_IN)

    @property
    def is_answer(self) -> bool:
        """Whether the packets are answers, which go to the ports that the requests came from."""
        return self in (Way.ANSWER_OUT, Way.ANSWER_IN)

    def box(self, network: Network, ports: Range) -> Box:
        """The connections whose packets of this way have their far end in ``network``, and go to ``ports``."""
        near = {"source_port" if self.is_answer else "port": ports}
        far = {"target" if self.by_target else "source": span(network)}
        return box(network.version, **near, **far)


@dataclass(frozen=True)
class Hop:
    """One thing on the way: what it is and does, the rules by which packets pass, and the packets that do not.

    ``change`` is the smallest change that would let those pass; None where nothing is lost. ``of_groups`` tells the
    security groups from all else.
    """

    at: str
    rules: tuple[str, ...]
    lost: Packets
    change: str | None = None
    of_groups: bool = False

    def __str__(self) -> str:
        by = f"{BY}{'; '.join(self.rules)}" if self.rules else ""
        return f"{self.at}{by}"


def secured(here: Party, there: Party, known: GroupRulesOf, way: Way, packets: Packets) -> tuple[Packets, Hop]:
    """What the security groups of ``here`` let pass. They are stateful: the answers to what passes do too.

    A rule that refers to a group admits the private addresses of the interfaces in it; a packet that came through the
    internet has none (VPC user guide, "Security group rules"; EC2 user guide, "Security group connection tracking").
    """
    passed, used = packets.of(()), []
    rules = [rule for group in sorted(here.groups or ()) for rule in known(group).about(there)]
    for rule in rules:
        if rule.protocol not in (ALL, packets.protocol):
            continue
        ports = (rule.ports.first, rule.ports.last)
        met = [packets & each for each in _boxes(rule, way, ports, packets.version)]
        if any(met):
            used.append(str(rule))
        for each in met:
            passed = passed.plus(each)
    lost = packets.less(passed)
    names = ", ".join(sorted(here.groups or ()))
    direction = "out to" if way.outward else "in from"
    peer = (
        ", ".join(sorted(there.groups)) if there.groups else addresses(lost.targets if way.by_target else lost.sources)
    )
    change = f"let {names} {direction} {peer} on {told(packets.protocol, lost.ports)}" if lost else None
    return passed, Hop(f"{names} {way.value}", tuple(dict.fromkeys(used)), lost, change, of_groups=True)


GroupRulesOf = Callable[[str], GroupRules]


def _boxes(rule: Rule, way: Way, ports: Range, version: int) -> Iterable[Box]:
    if not rule.networks:
        return (box(version, port=ports),)
    return (way.box(network, ports) for network in rule.networks if network.version == version)


def listed(place: Place, way: Way, packets: Packets) -> tuple[Packets, Hop]:
    """What the subnet's network ACL lets pass: the first entry that matches decides, and without one nothing passes.

    It is stateless: answers pass it as packets of their own (VPC user guide, "Network ACL basics").
    """
    acl = place.acl
    left, passed, used, denied = packets, packets.of(()), [], None
    for entry in acl.outbound if way.outward else acl.inbound:
        if entry.protocol not in (ALL, packets.protocol) or entry.network.version != packets.version:
            continue
        where = way.box(entry.network, _ports(entry))
        if met := left & where:
            left = left.without(where)
            used.append(entry)
            if entry.allow:
                passed = passed.plus(met)
            elif denied is None:
                denied = entry
    lost = packets.less(passed)
    allowed = tuple(str(entry) for entry in used if entry.allow)
    change = _allowing(place, way, lost, denied) if lost else None
    return passed, Hop(f"{acl.name} of {place.subnet} {way.value}", allowed, lost, change)


def _ports(entry: AclEntry) -> Range:
    return (entry.ports.first, entry.ports.last) if entry.protocol in (TCP, UDP) else ANY_PORT


def _allowing(place: Place, way: Way, lost: Packets, denied: AclEntry | None) -> str:
    far, near = ("to", lost.targets) if way is Way.REQUEST_OUT else ("from", lost.sources)
    if way is Way.ANSWER_OUT:
        far = "to"
    elif way is Way.ANSWER_IN:
        near = lost.targets
    before = f" before rule {denied.number}" if denied else ""
    ports = lost.source_ports if way.is_answer else lost.ports
    direction = "outbound" if way.outward else "inbound"
    return f"add to {place.acl.name} {direction}{before}: allow {told(lost.protocol, ports)} {far} {addresses(near)}"


def routed(place: Place, way: Way, packets: Packets, wanted: Callable[[Leg], bool], goal: str) -> tuple[Packets, Hop]:
    """What the subnet's route table sends by a route that is ``wanted``; ``goal`` says to people which those are.

    Of the routes that match a packet the one with the longest prefix holds, be it a blackhole; of two alike, one for a
    CIDR block before one for a prefix list, a static one before a propagated one (VPC user guide, "Route priority").

    Raises:
        Unmodelled: when a route in force leads to something of which AWS does not tell what it does with the packets.
    """
    left, passed, used, away = packets, packets.of(()), [], []
    for network, leg in place.routes.ordered:
        if network.version != packets.version:
            continue
        where = way.box(network, ANY_PORT)
        met = left & where
        if not met:
            continue
        left = left.without(where)
        if leg.active and wanted(leg):
            passed = passed.plus(met)
            used.append(str(leg))
        elif leg.active and is_opaque(leg):
            reason = f"{place.routes.name} sends packets by {leg}, and AWS does not tell what becomes of them"
            raise Unmodelled(reason, leg.target, place.routes.name)
        else:
            away.append(str(leg))
    lost = packets.less(passed)
    places = addresses(lost.targets if way.by_target else lost.sources)
    instead = f" in place of {'; '.join(dict.fromkeys(away))}" if away else ""
    change = f"route {places} to {goal} in {place.routes.name}{instead}" if lost else None
    verb = "routes answers" if way.is_answer else "routes requests"
    return passed, Hop(f"{place.routes.name} of {place.subnet} {verb}", tuple(dict.fromkeys(used)), lost, change)


def is_opaque(leg: Leg) -> bool:
    """Whether a route leads to something of which AWS does not tell what it does with packets."""
    return leg.target.startswith(OPAQUE) and not is_of_gateway_endpoint(leg)


def is_of_gateway_endpoint(leg: Leg) -> bool:
    """Whether a route leads to a gateway endpoint, which is routed to by prefix list and leads to its service alone."""
    return leg.target.startswith("vpce-") and leg.written.startswith("pl-")


def is_local(leg: Leg) -> bool:
    """Whether a route stays in the VPC."""
    return leg.target == LOCAL


def told(protocol: int, ports: tuple[PortRange, ...]) -> str:
    """A protocol and its ports for a person."""
    written = f" {', '.join(str(each) for each in ports)}" if protocol in (TCP, UDP) else ""
    return f"{protocol_name(protocol)}{written}"


MOST_PREFIXES = 4


def addresses(networks: tuple[Network, ...]) -> str:
    """Prefixes for a person: the first few, and how many more there are; the internet in one word."""
    if networks == INTERNET_IPV4:
        return "0.0.0.0/0"
    more = f" and {len(networks) - MOST_PREFIXES} more" if len(networks) > MOST_PREFIXES else ""
    return ", ".join(str(network) for network in networks[:MOST_PREFIXES]) + more
