"""What a network is made of, as far as packets care: groups, access lists, routes, and who stands where."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from stack_verify.network.addresses import Network
from stack_verify.network.ports import EPHEMERAL, EVERY_PORT, PortRange, protocol_name
from stack_verify.network.rules import Members, Rule

LOCAL = "local"


@dataclass(frozen=True)
class AclEntry:
    """One numbered entry of a network ACL, of one direction."""

    number: int
    allow: bool
    protocol: int
    network: Network
    ports: PortRange = EVERY_PORT

    def __str__(self) -> str:
        ports = "" if self.ports == EVERY_PORT else f" {self.ports}"
        verb = "allow" if self.allow else "deny"
        return f"rule {self.number}: {verb} {protocol_name(self.protocol)}{ports} {self.network}"


@dataclass(frozen=True)
class Acl:
    """A network ACL: the entries of each direction, in the order in which they are tried."""

    name: str
    inbound: tuple[AclEntry, ...]
    outbound: tuple[AclEntry, ...]


@dataclass(frozen=True)
class Leg:
    """A route: where packets for ``networks`` go next. ``rank`` settles which of two routes of one length wins."""

    networks: tuple[Network, ...]
    written: str
    target: str
    active: bool
    rank: int

    def __str__(self) -> str:
        state = "" if self.active else " (blackhole)"
        return f"{self.written} -> {self.target}{state}"


@dataclass(frozen=True)
class Routes:
    """A route table."""

    name: str
    legs: tuple[Leg, ...]

    @cached_property
    def ordered(self) -> tuple[tuple[Network, Leg], ...]:
        """Each prefix with its route, in the order of precedence, of each version of IP: the longest prefix first."""
        every = [(network, leg) for leg in self.legs for network in leg.networks]
        return tuple(sorted(every, key=lambda each: (each[0].num_addresses, each[1].rank, each[1].target)))


@dataclass(frozen=True)
class Place:
    """A subnet, with the access list and the routes in force in it."""

    subnet: str
    vpc: str
    acl: Acl
    routes: Routes
    networks: tuple[Network, ...] = ()


@dataclass(frozen=True)
class Party:
    """An end of traffic: addresses in a subnet, or, without a ``place``, out in the internet.

    ``groups`` is None for what has no security groups. ``public`` tells whether it has a public IPv4 address; an IPv6
    address is public by itself. ``client_ports`` are those that it sends requests from. ``translates`` tells a NAT
    gateway, which lets nothing in but answers.
    """

    name: str
    addresses: tuple[Network, ...]
    place: Place | None = None
    groups: frozenset[str] | None = None
    public: bool = False
    client_ports: PortRange = EPHEMERAL
    translates: bool = False


@dataclass(frozen=True)
class GroupRules:
    """The rules of one direction of one security group, found by whom they speak of."""

    rules: tuple[Rule, ...]
    by_address: tuple[Rule, ...] = field(init=False)
    by_group: Mapping[str, tuple[Rule, ...]] = field(init=False)

    def __post_init__(self) -> None:
        members: dict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            if isinstance(rule.peer, Members):
                members[rule.peer.group].append(rule)
        object.__setattr__(self, "by_address", tuple(rule for rule in self.rules if rule.networks))
        object.__setattr__(self, "by_group", {group: tuple(rules) for group, rules in members.items()})

    def about(self, party: Party) -> tuple[Rule, ...]:
        """The rules that may speak of ``party``: all by address, and those that refer to one of its groups."""
        referring = (rule for group in sorted(party.groups or ()) for rule in self.by_group.get(group, ()))
        return (*self.by_address, *referring)


@dataclass(frozen=True)
class Topology:
    """What is between the parties: the rules of each security group, and the internet gateways of each VPC.

    ``diverted`` are those gateways that have a route table of their own, which leads what comes in elsewhere.
    ``withheld`` says what keeps a party from the internet, given whether the connection comes in; None where nothing.
    """

    ingress: Mapping[str, GroupRules]
    egress: Mapping[str, GroupRules]
    gateways: Mapping[str, frozenset[str]]
    diverted: frozenset[str] = frozenset()
    withheld: Callable[[Party, bool], str | None] = lambda _party, _inward: None
