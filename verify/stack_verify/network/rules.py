"""Security-group rules, one for each peer, with what they refer to resolved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import ip_network
from typing import TypeAlias

from stack_verify.errors import Unanswered
from stack_verify.network.addresses import Network, covers
from stack_verify.network.ports import ALL, EVERY_PORT, ICMP, ICMPV6, TCP, UDP, PortRange, protocol_name
from stack_verify.resources.ec2 import IpPermission, SecurityGroup
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.snapshot import Snapshot

NUMBERS = {"-1": ALL, "icmp": ICMP, "tcp": TCP, "udp": UDP, "icmpv6": ICMPV6}


@dataclass(frozen=True)
class Addresses:
    """Peers by address. ``written`` is the prefix, or the id of the prefix list, as the rule has it."""

    written: str
    networks: tuple[Network, ...]


@dataclass(frozen=True)
class Members:
    """Peers by membership of a security group, possibly of the rule's own."""

    group: str


Peer: TypeAlias = Addresses | Members


@dataclass(frozen=True)
class Rule:
    """What one rule of ``group`` lets pass: traffic of ``protocol`` (-1 is all) to ``ports``, from or to ``peer``."""

    group: str
    protocol: int
    ports: PortRange
    peer: Peer
    description: str | None

    def admits(self, protocol: int, port: int) -> bool:
        """Whether it lets ``protocol`` pass to ``port``."""
        return self.protocol in (ALL, protocol) and port in self.ports

    @property
    def networks(self) -> tuple[Network, ...]:
        """The addresses it lets pass; none where it refers to a group."""
        return self.peer.networks if isinstance(self.peer, Addresses) else ()

    def __str__(self) -> str:
        ports = f" {self.ports}" if self.protocol in (TCP, UDP) else ""
        peer = self.peer.group if isinstance(self.peer, Members) else self.peer.written
        described = f" ({self.description})" if self.description else ""
        return f"{self.group}: {protocol_name(self.protocol)}{ports}, {peer}{described}"


def ingress(groups: Iterable[SecurityGroup], snapshot: Snapshot) -> tuple[Rule, ...]:
    """What the groups together let in.

    Raises:
        Unanswered: when AWS did not answer a part of a rule, or a prefix list that one refers to.
    """
    return tuple(rule for group in groups for rule in _rules(group.group_id, group.ip_permissions, snapshot))


def egress(groups: Iterable[SecurityGroup], snapshot: Snapshot) -> tuple[Rule, ...]:
    """What the groups together let out.

    Raises:
        Unanswered: as ``ingress``.
    """
    return tuple(rule for group in groups for rule in _rules(group.group_id, group.ip_permissions_egress, snapshot))


def passing(
    rules: Iterable[Rule], protocol: int, port: int, *, groups: Iterable[str], networks: Iterable[Network]
) -> tuple[Rule, ...]:
    """The rules that let ``protocol`` pass to ``port`` of all that is in one of ``groups``, or else in ``networks``.

    Empty where none does: an endpoint that is reached by addresses is reached only when all ``networks`` are covered.
    """
    admitting = tuple(rule for rule in rules if rule.admits(protocol, port))
    members = frozenset(groups)
    by_group = tuple(rule for rule in admitting if isinstance(rule.peer, Members) and rule.peer.group in members)
    if by_group:
        return by_group
    wanted, admitted = tuple(networks), tuple(network for rule in admitting for network in rule.networks)
    if wanted and all(covers(admitted, network) for network in wanted):
        return tuple(rule for rule in admitting if rule.networks)
    return ()


def told(rules: Iterable[Rule]) -> str:
    """The rules for a person."""
    return "; ".join(str(rule) for rule in rules) or "no rule"


def _rules(group: str, permissions: Iterable[IpPermission], snapshot: Snapshot) -> Iterator[Rule]:
    for permission in permissions:
        protocol = _protocol(group, permission)
        ports = _ports(group, protocol, permission)
        for peer, description in _peers(permission, snapshot):
            yield Rule(group, protocol, ports, peer, description)


def _protocol(group: str, permission: IpPermission) -> int:
    text = permission.ip_protocol
    if text not in NUMBERS and not text.isdecimal():
        raise Unanswered(f"a rule of {group} is for an unknown protocol, {text}")
    return NUMBERS[text] if text in NUMBERS else int(text)


def _ports(group: str, protocol: int, permission: IpPermission) -> PortRange:
    # Other protocols have no ports; all their traffic passes, whatever a rule says of ports (EC2 API, IpPermission).
    if protocol not in (TCP, UDP):
        return EVERY_PORT
    if permission.from_port is None or permission.to_port is None:
        raise Unanswered(f"AWS's answer holds no ports for a rule of {group} for {permission.ip_protocol}")
    return PortRange(permission.from_port, permission.to_port)


def _peers(permission: IpPermission, snapshot: Snapshot) -> Iterator[tuple[Peer, str | None]]:
    for v4 in permission.ip_ranges:
        yield Addresses(v4.cidr_ip, (ip_network(v4.cidr_ip, strict=False),)), v4.description
    for v6 in permission.ipv6_ranges:
        yield Addresses(v6.cidr_ipv6, (ip_network(v6.cidr_ipv6, strict=False),)), v6.description
    for listed in permission.prefix_list_ids:
        entries = snapshot.require(PrefixList, listed.prefix_list_id).entries
        networks = tuple(ip_network(entry.cidr, strict=False) for entry in entries)
        yield Addresses(listed.prefix_list_id, networks), listed.description
    for pair in permission.user_id_group_pairs:
        yield Members(pair.group_id), pair.description
