"""Sets of addresses, IPv4 and IPv6, as the prefixes that make them up."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPV4LENGTH, IPV6LENGTH, IPv4Network, IPv6Network, collapse_addresses, ip_network
from typing import TypeAlias

from stack_verify.util.prefixes import WIDEST_PREFIX

Network: TypeAlias = IPv4Network | IPv6Network

# No addresses of the internet (IANA's registries of special-purpose addresses, RFC 1918, 6598, 3927, 4193, 4291).
PRIVATE = tuple(
    ip_network(text)
    for text in (
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "fc00::/7",
        "fe80::/10",
    )
)

MOST_ADDRESSES = {
    version: 2 ** (length - WIDEST_PREFIX[version]) for version, length in ((4, IPV4LENGTH), (6, IPV6LENGTH))
}


def union(networks: Iterable[Network], version: int) -> tuple[Network, ...]:
    """The fewest prefixes of IP ``version`` that hold exactly the addresses of ``networks``, none overlapping."""
    if version == 4:  # noqa: PLR2004 - the version of the protocol
        return tuple(collapse_addresses(network for network in networks if isinstance(network, IPv4Network)))
    return tuple(collapse_addresses(network for network in networks if isinstance(network, IPv6Network)))


def covers(networks: Iterable[Network], wanted: Network) -> bool:
    """Whether every address of ``wanted`` is in one of ``networks``."""
    # A prefix that several smaller ones cover together is one prefix, or part of one, in their union.
    return any(_inside(wanted, network) for network in union(networks, wanted.version))


def is_world(networks: Iterable[Network]) -> bool:
    """Whether ``networks`` together admit strangers: more of the internet than any one organisation holds.

    So ``0.0.0.0/0`` is the world, and so are its two halves, one half, or all but one address of it.
    """
    known = tuple(networks)
    return any(_public_size(union(known, version)) > most for version, most in MOST_ADDRESSES.items())


def _public_size(disjoint: tuple[Network, ...]) -> int:
    return sum(network.num_addresses - _private_size(network) for network in disjoint)


def _private_size(network: Network) -> int:
    # Of two prefixes that overlap, one holds the other, so the smaller is what they share.
    shared = (min(network, private, key=_size) for private in PRIVATE if _overlap(network, private))
    return sum(prefix.num_addresses for prefix in shared)


def _size(network: Network) -> int:
    return network.num_addresses


def _overlap(one: Network, other: Network) -> bool:
    return _inside(one, other) or _inside(other, one)


def _inside(inner: Network, outer: Network) -> bool:
    if isinstance(inner, IPv4Network) and isinstance(outer, IPv4Network):
        return inner.subnet_of(outer)
    return isinstance(inner, IPv6Network) and isinstance(outer, IPv6Network) and inner.subnet_of(outer)
