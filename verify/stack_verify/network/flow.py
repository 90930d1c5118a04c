"""Whether packets get from one party to another and their answers back: exactly which, by which rules, and if not, why.

All is computed from what Describe calls tell; no packet is sent. What they do not tell raises Unanswered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from stack_verify.errors import Unanswered, Unmodelled
from stack_verify.network.hops import Hop, Way, addresses, is_local, is_opaque, listed, routed, secured, told
from stack_verify.network.packets import ANY_PORT, IPV4, Packets, Range, asked, span
from stack_verify.network.ports import TCP, UDP, PortRange
from stack_verify.network.topology import Leg, Party, Place, Topology

# How a step tells that nothing passes it, and what does not.
BLOCKED = "blocked at "
PARTLY = ", but not "


@dataclass(frozen=True)
class Lead:
    """Routes to follow: those that ``by`` holds of, and what to call them."""

    goal: str
    by: Callable[[Leg], bool]


Step = Callable[[Packets], tuple[Packets, Hop]]


@dataclass(frozen=True)
class Path:
    """The way from ``source`` to ``target``: of the packets ``asked`` for those that ``passed``, hop by hop.

    A connection counts as passed where its answers get back too. Hops end where nothing is left to pass.
    """

    source: str
    target: str
    asked: Packets
    passed: Packets
    hops: tuple[Hop, ...]

    @property
    def whole(self) -> bool:
        """Whether everything asked for passes, and that is something."""
        return bool(self.asked) and not any(hop.lost for hop in self.hops)

    @property
    def blocking(self) -> Hop | None:
        """The first hop that something is lost at."""
        return next((hop for hop in self.hops if hop.lost), None)

    @property
    def admitting(self) -> tuple[str, ...]:
        """The rules of security groups that let it in: without them it would be closed."""
        return tuple(rule for hop in self.hops[1:] if hop.of_groups for rule in hop.rules)

    @property
    def steps(self) -> tuple[str, ...]:
        """The path from end to end as lines for a person; it ends at the target where anything gets there."""
        if self.passed:
            return (self.source, *(self._told(hop) for hop in self.hops), self.target)
        stop = () if self.blocking is None else (f"{BLOCKED}{self.hops[-1].at}: {self._lost(self.hops[-1])}",)
        return (self.source, *(self._told(hop) for hop in self.hops[:-1]), *stop)

    def _told(self, hop: Hop) -> str:
        return f"{hop}{PARTLY}{self._lost(hop)}" if hop.lost else str(hop)

    def _lost(self, hop: Hop) -> str:
        """The packets that a hop lets not pass, and in what they are not all that were asked for."""
        lost, asked_for = hop.lost, self.asked
        source = f" from {addresses(lost.sources)}" if lost.sources != asked_for.sources else ""
        target = f" to {addresses(lost.targets)}" if lost.targets != asked_for.targets else ""
        ports = ", ".join(str(each) for each in lost.source_ports)
        answers = f", answers to {ports}" if lost.source_ports != asked_for.source_ports else ""
        return f"{told(lost.protocol, lost.ports)}{source}{target}{answers}"

    def __str__(self) -> str:
        return " -> ".join(self.steps)


def flow(
    topology: Topology,
    source: Party,
    target: Party,
    protocol: int,
    ports: PortRange,
    *,
    version: int = IPV4,
    source_ports: PortRange | None = None,
) -> Path:
    """The path of the packets of ``protocol`` over IP ``version`` from ``source`` to ``ports`` of ``target``.

    Takes ends of which one may be the internet; a NAT gateway is an end of its own. ``source_ports`` are those that
    the client may send from, where not those of its kind; of protocols without ports, both are of no matter.

    Raises:
        Unanswered: when the parties are of different VPCs, or a route leads where AWS does not tell what happens.
    """
    wanted = _wanted(source, target, protocol, ports, version=version, source_ports=source_ports or source.client_ports)
    return _walk(source.name, target.name, wanted, _steps(topology, source, target))


def arrival(topology: Topology, source: Party, target: Party, protocol: int, ports: PortRange, *, version: int) -> Path:
    """The last part of the way from beyond the VPC to ``target``: from the edge of its subnet on, and back to there.

    Takes as ``source`` the addresses that a peer, a transit gateway or a VPN leads to, and as its groups those out
    there that rules may refer to. How they get to the VPC, AWS does not tell; what of them the target admits is exact,
    as is whether its subnet routes the answers out of the VPC again.
    """
    wanted = _wanted(source, target, protocol, ports, version=version, source_ports=source.client_ports)
    return _walk(source.name, target.name, wanted, _admission(topology, source, target))


def outward(
    topology: Topology, source: Party, target: Party, port: int, *, leads: Lead, relay: Place | None = None
) -> Path:
    """The way of TCP over IPv4 from ``source`` to addresses outside the VPC, by the routes that ``leads`` names.

    Takes the subnet that a NAT gateway stands in as ``relay``, or None for a gateway endpoint, which stands in none.
    The NAT gateway's own way on is another path, with the NAT gateway as its source.
    """
    wanted = _wanted(source, target, TCP, PortRange(port, port), version=IPV4, source_ports=source.client_ports)
    return _walk(source.name, target.name, wanted, _outward(topology, source, target, leads, relay))


def _wanted(
    source: Party, target: Party, protocol: int, ports: PortRange, *, version: int, source_ports: PortRange
) -> Packets:
    return asked(
        protocol,
        version,
        source=_ranges(source, version),
        target=_ranges(target, version),
        source_ports=(source_ports.first, source_ports.last) if protocol in (TCP, UDP) else ANY_PORT,
        port=(ports.first, ports.last) if protocol in (TCP, UDP) else ANY_PORT,
    )


def _walk(source: str, target: str, wanted: Packets, steps: Iterable[Step]) -> Path:
    left, hops = wanted, []
    for step in steps if wanted else ():
        left, hop = step(left)
        hops.append(hop)
        # What is behind a closed hop need not be known.
        if not left:
            break
    return Path(source, target, wanted, left, tuple(hops))


def _ranges(party: Party, version: int) -> Iterable[Range]:
    return (span(network) for network in party.addresses if network.version == version)


def _steps(topology: Topology, source: Party, target: Party) -> Iterable[Step]:
    if source.place is None and target.place is None:
        raise Unanswered(f"neither {source.name} nor {target.name} stands in a VPC that was read")
    if source.groups is not None:
        yield lambda packets: secured(source, target, topology.egress.__getitem__, Way.REQUEST_OUT, packets)
    yield from _between(topology, source, target)
    if target.groups is not None:
        yield lambda packets: secured(target, source, topology.ingress.__getitem__, Way.REQUEST_IN, packets)
    yield from _back(topology, source, target)


def _between(topology: Topology, source: Party, target: Party) -> Iterable[Step]:
    """What requests pass between the security groups of both ends.

    Traffic within a subnet meets neither its access list nor its routes (VPC user guide, "Network ACL basics").
    """
    here, there = source.place, target.place
    if here is not None and there is not None and here.vpc != there.vpc:
        raise Unmodelled(f"{source.name} and {target.name} stand in different VPCs", here.vpc, there.vpc)
    if here == there:
        return
    if here is not None:
        yield lambda packets: listed(here, Way.REQUEST_OUT, packets)
        yield _route(topology, here, there, Way.REQUEST_OUT)
        if there is None:
            yield _gateway(topology, source, here, inward=False)
    if there is not None:
        if here is None:
            yield _gateway(topology, target, there, inward=True)
        yield lambda packets: listed(there, Way.REQUEST_IN, packets)


def _admission(topology: Topology, source: Party, target: Party) -> Iterable[Step]:
    there = target.place
    if there is not None:
        yield lambda packets: listed(there, Way.REQUEST_IN, packets)
    if target.groups is not None:
        yield lambda packets: secured(target, source, topology.ingress.__getitem__, Way.REQUEST_IN, packets)
    if there is not None:
        yield lambda packets: listed(there, Way.ANSWER_OUT, packets)
        yield lambda packets: routed(there, Way.ANSWER_OUT, packets, is_opaque, "what is beyond the VPC")


def _outward(topology: Topology, source: Party, target: Party, leads: Lead, relay: Place | None) -> Iterable[Step]:
    here = source.place
    if here is None:
        raise Unanswered(f"{source.name} stands in no subnet")
    if source.groups is not None:
        yield lambda packets: secured(source, target, topology.egress.__getitem__, Way.REQUEST_OUT, packets)
    if relay == here:
        yield lambda packets: routed(here, Way.REQUEST_OUT, packets, leads.by, leads.goal)
        return
    yield lambda packets: listed(here, Way.REQUEST_OUT, packets)
    yield lambda packets: routed(here, Way.REQUEST_OUT, packets, leads.by, leads.goal)
    if relay is not None:
        yield lambda packets: listed(relay, Way.REQUEST_IN, packets)
        yield lambda packets: listed(relay, Way.ANSWER_OUT, packets)
        yield lambda packets: routed(relay, Way.ANSWER_OUT, packets, is_local, "local")
    yield lambda packets: listed(here, Way.ANSWER_IN, packets)


def _back(topology: Topology, source: Party, target: Party) -> Iterable[Step]:
    """What answers pass: security groups remember the connection, the rest does not."""
    here, there = source.place, target.place
    if here == there:
        return
    if there is not None:
        yield lambda packets: listed(there, Way.ANSWER_OUT, packets)
        yield _route(topology, there, here, Way.ANSWER_OUT)
    if here is not None:
        yield lambda packets: listed(here, Way.ANSWER_IN, packets)


def _route(topology: Topology, here: Place, there: Place | None, way: Way) -> Step:
    """The routes of ``here`` towards ``there``, which may be the internet."""
    if there is not None:
        return lambda packets: routed(here, way, packets, is_local, "local")
    gateways = topology.gateways.get(here.vpc, frozenset())

    def leads_out(leg: Leg) -> bool:
        return leg.target in gateways

    return lambda packets: routed(here, way, packets, leads_out, "the internet gateway")


def _gateway(topology: Topology, inside: Party, place: Place, *, inward: bool) -> Step:
    """The internet gateway: it translates public IPv4 addresses, and knows nobody who has none."""
    gateways = topology.gateways.get(place.vpc, frozenset())

    def step(packets: Packets) -> tuple[Packets, Hop]:
        name = ", ".join(sorted(gateways)) or f"no internet gateway of {place.vpc}"
        if gateways and (inside.public or packets.version != IPV4):
            if gateways & topology.diverted:
                reason = f"{name} leads what comes in to an appliance, and AWS does not tell what becomes of it"
                raise Unmodelled(reason, *sorted(gateways & topology.diverted))
            if withheld := topology.withheld(inside, inward):
                change = f"exclude {place.subnet} or {place.vpc} from VPC Block Public Access"
                return packets.of(()), Hop(withheld, (), packets, change)
            return packets, Hop(f"{name} translates", (), packets.of(()))
        lacking = "attach an internet gateway" if not gateways else f"give {inside.name} a public address"
        return packets.of(()), Hop(name, (), packets, lacking)

    return step
