"""Exact sets of packets, all of one protocol and one version of IP, as boxes in the four dimensions rules look at.

A box holds every packet whose two addresses and two ports lie in its four ranges. Sets are unions of boxes that do not
overlap, so that whatever ordered or unordered rules pass is computed without trying any single packet.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, IPv6Network, summarize_address_range
from typing import NamedTuple, TypeAlias

from stack_verify.network.addresses import PRIVATE, Network
from stack_verify.network.ports import HIGHEST, PortRange

Range: TypeAlias = tuple[int, int]
"""The whole numbers from the first to the second, both included."""

IPV4 = 4
LAST_ADDRESS = {4: 2**32 - 1, 6: 2**128 - 1}
ANY_PORT: Range = (0, HIGHEST)


class Box(NamedTuple):
    """The packets of a connection, as its client sends them: from where, to where, from and to which ports."""

    source: Range
    target: Range
    source_port: Range = ANY_PORT
    port: Range = ANY_PORT

    def meet(self, other: Box) -> Box | None:
        """What both boxes hold; None where that is nothing."""
        ranges = list(map(_shared, self, other))
        if any(first > last for first, last in ranges):
            return None
        return Box._make(ranges)

    def minus(self, other: Box) -> Iterator[Box]:
        """What this box holds and the other does not, as boxes that do not overlap."""
        shared = self.meet(other)
        if shared is None:
            yield self
            return
        rest = list(self)
        for axis, (low, high) in enumerate(shared):
            first, last = rest[axis]
            for piece in ((first, low - 1), (high + 1, last)):
                if piece[0] <= piece[1]:
                    yield Box._make((*rest[:axis], piece, *rest[axis + 1 :]))
            rest[axis] = (low, high)


@dataclass(frozen=True)
class Packets:
    """Packets of ``protocol`` (IANA's number) over IP ``version``; ``boxes`` do not overlap."""

    protocol: int
    version: int
    boxes: tuple[Box, ...]

    def __bool__(self) -> bool:
        return bool(self.boxes)

    def __and__(self, box: Box) -> Packets:
        met = (each.meet(box) for each in self.boxes)
        return self.of(each for each in met if each is not None)

    def without(self, box: Box) -> Packets:
        """The packets that are not in ``box``."""
        return self.of(piece for each in self.boxes for piece in each.minus(box))

    def less(self, other: Packets) -> Packets:
        """The packets that are not in ``other``."""
        left = self
        for box in other.boxes:
            left = left.without(box)
        return left

    def plus(self, other: Packets) -> Packets:
        """The packets of both, each once."""
        return self.of((*self.boxes, *other.less(self).boxes))

    def holds(self, source: int, target: int, source_port: int, port: int) -> bool:
        """Whether one packet is in the set; addresses as whole numbers."""
        point = (source, target, source_port, port)
        return any(all(box[axis][0] <= at <= box[axis][1] for axis, at in enumerate(point)) for box in self.boxes)

    @property
    def sources(self) -> tuple[Network, ...]:
        """The addresses that packets come from."""
        return prefixes((box.source for box in self.boxes), self.version)

    @property
    def targets(self) -> tuple[Network, ...]:
        """The addresses that packets go to."""
        return prefixes((box.target for box in self.boxes), self.version)

    @property
    def ports(self) -> tuple[PortRange, ...]:
        """The ports that packets go to."""
        return tuple(PortRange(*each) for each in joined(box.port for box in self.boxes))

    @property
    def source_ports(self) -> tuple[PortRange, ...]:
        """The ports that packets come from, and answers go to."""
        return tuple(PortRange(*each) for each in joined(box.source_port for box in self.boxes))

    def of(self, boxes: Iterable[Box]) -> Packets:
        """Other packets of the same protocol and version; the boxes must not overlap."""
        return Packets(self.protocol, self.version, tuple(boxes))


def _shared(one: Range, other: Range) -> Range:
    return max(one[0], other[0]), min(one[1], other[1])


def span(network: Network) -> Range:
    """The addresses of a prefix."""
    return int(network.network_address), int(network.broadcast_address)


def every(version: int) -> Range:
    """All addresses of a version of IP."""
    return 0, LAST_ADDRESS[version]


def joined(ranges: Iterable[Range]) -> tuple[Range, ...]:
    """The fewest ranges that hold exactly what ``ranges`` hold, sorted."""
    found: list[Range] = []
    for first, last in sorted(ranges):
        if found and first <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return tuple(found)


def rest_of(ranges: Iterable[Range], others: Iterable[Range]) -> tuple[Range, ...]:
    """What ``ranges`` hold and ``others`` do not."""
    left = joined(ranges)
    for first, last in joined(others):
        pieces = ((low, min(high, first - 1)) for low, high in left)
        after = ((max(low, last + 1), high) for low, high in left)
        left = joined(piece for piece in (*pieces, *after) if piece[0] <= piece[1])
    return left


def prefixes(ranges: Iterable[Range], version: int) -> tuple[Network, ...]:
    """The fewest prefixes that hold exactly these addresses."""
    found: list[Network] = []
    for first, last in joined(ranges):
        if version == IPV4:
            found += summarize_address_range(IPv4Address(first), IPv4Address(last))
        else:
            found += summarize_address_range(IPv6Address(first), IPv6Address(last))
    return tuple(found)


def asked(
    protocol: int,
    version: int,
    *,
    source: Iterable[Range],
    target: Iterable[Range],
    source_ports: Range = ANY_PORT,
    port: Range = ANY_PORT,
) -> Packets:
    """Every packet from one of the ``source`` addresses to one of the ``target`` addresses, on these ports."""
    targets = joined(target)
    boxes = (Box(one, other, source_ports, port) for one in joined(source) for other in targets)
    return Packets(protocol, version, tuple(boxes))


def box(
    version: int,
    *,
    source: Range | None = None,
    target: Range | None = None,
    source_port: Range = ANY_PORT,
    port: Range = ANY_PORT,
) -> Box:
    """The box of what is given, and of everything in the dimensions that are not."""
    return Box(source or every(version), target or every(version), source_port, port)


# As numbers, the private prefixes of IPv6 are beyond all addresses of IPv4.
INTERNET_IPV4 = prefixes(rest_of([every(IPV4)], map(span, PRIVATE)), IPV4)
# Of IPv6 only this has been handed out as addresses of the internet (RFC 4291, IANA's registry).
INTERNET_IPV6 = IPv6Network("2000::/3")
