"""Which ports are open to the world, exactly: by all rules together, for every protocol and both versions of IP."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import pairwise

from stack_verify.network.addresses import is_world
from stack_verify.network.ports import ALL, TCP, UDP, PortRange, protocol_name
from stack_verify.network.rules import Rule, told


@dataclass(frozen=True)
class Exposure:
    """Ports of a protocol that strangers get through to, and the rules that together let them."""

    protocol: int
    ports: PortRange
    rules: tuple[Rule, ...]

    def __str__(self) -> str:
        ports = f" {self.ports}" if self.protocol in (TCP, UDP) else ""
        return f"{protocol_name(self.protocol)}{ports} open by {told(self.rules)}"


def exposures(rules: Iterable[Rule]) -> tuple[Exposure, ...]:
    """What ``rules``, all of one direction, open to the world, sorted by protocol and port; no ports twice.

    A rule for all protocols opens TCP and UDP, and the protocols without ports as the protocol -1.
    """
    by_address = tuple(rule for rule in rules if rule.networks)
    protocols = {rule.protocol for rule in by_address}
    if ALL in protocols:
        protocols |= {TCP, UDP}
    return tuple(exposure for protocol in sorted(protocols) for exposure in _of(protocol, by_address))


def _of(protocol: int, rules: tuple[Rule, ...]) -> Iterator[Exposure]:
    alike = [rule for rule in rules if rule.protocol in (ALL, protocol)]
    found: Exposure | None = None
    for ports in _pieces(rule.ports for rule in alike):
        proof = _proof([rule for rule in alike if rule.ports.holds(ports)])
        if found is not None and proof != found.rules:
            yield found
            found = None
        if proof:
            first = ports.first if found is None else found.ports.first
            found = Exposure(protocol, PortRange(first, ports.last), proof)
    if found is not None:
        yield found


def _pieces(ranges: Iterable[PortRange]) -> Iterator[PortRange]:
    """The stretches between the ends of ``ranges``, in each of which the same ranges hold, without a gap."""
    known = tuple(ranges)
    starts = sorted({edge for ports in known for edge in (ports.first, ports.last + 1)})
    yield from (PortRange(first, after - 1) for first, after in pairwise(starts))


def _proof(rules: list[Rule]) -> tuple[Rule, ...]:
    """The rules that let strangers pass: those that do by themselves, or else all together; none where they do not."""
    alone = tuple(rule for rule in rules if is_world(rule.networks))
    if alone:
        return alone
    together = (network for rule in rules for network in rule.networks)
    return tuple(rules) if is_world(together) else ()
