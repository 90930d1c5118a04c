"""Protocols and ranges of ports."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

# Protocol numbers (IANA), and EC2's own number for all of them.
ALL = -1
ICMP = 1
TCP = 6
UDP = 17
ICMPV6 = 58

NAMES = {ALL: "all traffic", ICMP: "icmp", TCP: "tcp", UDP: "udp", ICMPV6: "icmpv6"}
HIGHEST = 65535


@dataclass(frozen=True, order=True)
class PortRange:
    """The ports from ``first`` to ``last``, both included."""

    first: int
    last: int

    def __contains__(self, port: int) -> bool:
        return self.first <= port <= self.last

    def __str__(self) -> str:
        return str(self.first) if self.first == self.last else f"{self.first}-{self.last}"

    def within(self, ports: Iterable[int]) -> bool:
        """Whether the range holds no port but ``ports``."""
        return self.last - self.first + 1 == sum(port in self for port in set(ports))

    def holds(self, other: PortRange) -> bool:
        """Whether every port of ``other`` is in the range."""
        return self.first <= other.first and other.last <= self.last


EVERY_PORT = PortRange(0, HIGHEST)
# The ports that clients send from and expect answers on, by the kind of client; load balancers, NAT gateways and the
# internet use them all (VPC user guide, "Custom network ACLs: ephemeral ports").
EPHEMERAL = PortRange(1024, HIGHEST)
LINUX = PortRange(32768, 61000)
WINDOWS = PortRange(49152, HIGHEST)


def protocol_name(protocol: int) -> str:
    """The name of a protocol, such as ``tcp``, or its number where it has no common one."""
    return NAMES.get(protocol, f"protocol {protocol}")
