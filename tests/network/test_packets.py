"""Boxes of packets in literal numbers: what two of them share, what is left, and which prefixes that is."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from stack_verify.network.packets import (
    INTERNET_IPV4,
    INTERNET_IPV6,
    Box,
    Packets,
    asked,
    box,
    every,
    joined,
    prefixes,
    rest_of,
    span,
)
from stack_verify.network.ports import PortRange

WHOLE = Box((10, 19), (30, 39), (1024, 65535), (440, 449))


def packets(*boxes: Box) -> Packets:
    return Packets(6, 4, boxes)


def test_a_box_that_says_nothing_of_ports_holds_all_65536():
    assert Box((0, 1), (2, 3)) == Box((0, 1), (2, 3), (0, 65535), (0, 65535))
    assert box(4) == Box((0, 4294967295), (0, 4294967295), (0, 65535), (0, 65535))
    assert box(6, port=(443, 443)).target == (0, 340282366920938463463374607431768211455)
    assert box(4, source=(1, 2), target=(3, 4), source_port=(5, 6), port=(7, 8)) == Box((1, 2), (3, 4), (5, 6), (7, 8))
    assert every(6) == (0, 340282366920938463463374607431768211455)


@pytest.mark.parametrize(
    ("other", "shared"),
    [
        (WHOLE, WHOLE),
        (Box((15, 99), (0, 35), (0, 2000), (449, 449)), Box((15, 19), (30, 35), (1024, 2000), (449, 449))),
        (Box((19, 19), (30, 30)), Box((19, 19), (30, 30), (1024, 65535), (440, 449))),
        (Box((20, 99), (30, 39)), None),
        (Box((10, 19), (0, 29)), None),
        (Box((10, 19), (30, 39), (0, 1023)), None),
        (Box((10, 19), (30, 39), (0, 65535), (450, 450)), None),
    ],
)
def test_two_boxes_share_what_they_share_in_every_dimension(other, shared):
    assert WHOLE.meet(other) == shared
    assert other.meet(WHOLE) == shared
    assert packets(WHOLE) & other == packets(*([shared] if shared else []))


def test_what_is_left_of_a_box_is_cut_along_each_dimension():
    middle = Box((12, 14), (30, 34), (1024, 65535), (449, 449))
    assert set(WHOLE.minus(middle)) == {
        Box((10, 11), (30, 39), (1024, 65535), (440, 449)),
        Box((15, 19), (30, 39), (1024, 65535), (440, 449)),
        Box((12, 14), (35, 39), (1024, 65535), (440, 449)),
        Box((12, 14), (30, 34), (1024, 65535), (440, 448)),
    }
    assert list(WHOLE.minus(WHOLE)) == []
    assert list(WHOLE.minus(Box((20, 99), (30, 39)))) == [WHOLE]


def test_sets_of_packets_are_lessened_and_joined_without_counting_any_twice():
    low, high = Box((10, 14), (30, 39)), Box((13, 19), (30, 39))
    assert packets(low).without(high) == packets(Box((10, 12), (30, 39)))
    assert packets(low).less(packets(Box((10, 10), (30, 39)), Box((12, 14), (30, 39)))) == packets(
        Box((11, 11), (30, 39))
    )
    assert packets(low).plus(packets(high)) == packets(low, Box((15, 19), (30, 39)))
    assert not packets(low).less(packets(low))
    assert packets(low)


@pytest.mark.parametrize(
    ("packet", "held"),
    [
        ((10, 30, 1024, 440), True),
        ((19, 39, 65535, 449), True),
        ((9, 30, 1024, 440), False),
        ((20, 30, 1024, 440), False),
        ((10, 40, 1024, 440), False),
        ((10, 30, 1023, 440), False),
        ((10, 30, 1024, 450), False),
        ((50, 60, 7, 7), True),
    ],
)
def test_a_packet_is_held_where_one_box_holds_it_in_every_dimension(packet, held):
    assert packets(WHOLE, Box((50, 50), (60, 60))).holds(*packet) is held


@pytest.mark.parametrize(
    ("ranges", "one"),
    [
        ([(5, 9), (1, 4)], ((1, 9),)),
        ([(1, 3), (5, 9)], ((1, 3), (5, 9))),
        ([(1, 9), (2, 3), (9, 12)], ((1, 12),)),
        ([(1, 9), (2, 3)], ((1, 9),)),
        ([(1, 2), (5, 6), (7, 9)], ((1, 2), (5, 9))),
        ([(1, 2), (5, 9), (6, 7)], ((1, 2), (5, 9))),
        ([], ()),
    ],
)
def test_ranges_that_touch_or_overlap_are_one(ranges, one):
    assert joined(ranges) == one


@pytest.mark.parametrize(
    ("others", "left"),
    [
        ([], ((0, 9), (20, 29))),
        ([(0, 9)], ((20, 29),)),
        ([(3, 5)], ((0, 2), (6, 9), (20, 29))),
        ([(5, 24)], ((0, 4), (25, 29))),
        ([(1, 1), (28, 40)], ((0, 0), (2, 9), (20, 27))),
        ([(9, 20)], ((0, 8), (21, 29))),
        ([(10, 19)], ((0, 9), (20, 29))),
    ],
)
def test_the_rest_of_ranges_is_what_others_leave(others, left):
    assert rest_of([(20, 29), (0, 9)], others) == left


def test_ranges_of_addresses_are_told_by_the_fewest_prefixes():
    (first, last), (low, high) = span(ip_network("10.0.0.0/25")), span(ip_network("2001:db8::/64"))
    assert (last - first, high - low) == (127, 2**64 - 1)
    assert prefixes([(first, last), (last + 1, last + 1)], 4) == (ip_network("10.0.0.0/25"), ip_network("10.0.0.128"))
    assert prefixes([(low, high)], 6) == (ip_network("2001:db8::/64"),)
    every_packet = Packets(6, 4, (Box((first, last), (first, first), (1024, 1025), (80, 80)),))
    further = Packets(6, 4, (*every_packet.boxes, Box((first, last), (last, last), (1026, 1026), (443, 444))))
    assert further.sources == (ip_network("10.0.0.0/25"),)
    assert further.targets == (ip_network("10.0.0.0/32"), ip_network("10.0.0.127/32"))
    assert further.ports == (PortRange(80, 80), PortRange(443, 444))
    assert further.source_ports == (PortRange(1024, 1026),)


def test_what_is_asked_for_is_every_packet_from_one_of_these_to_one_of_those():
    found = asked(17, 6, source=[(1, 1), (2, 2), (9, 9)], target=[(5, 6)], source_ports=(7, 8), port=(53, 53))
    assert (found.protocol, found.version) == (17, 6)
    assert found.boxes == (Box((1, 2), (5, 6), (7, 8), (53, 53)), Box((9, 9), (5, 6), (7, 8), (53, 53)))
    assert asked(1, 4, source=[(1, 1)], target=[(2, 2)]).boxes == (Box((1, 1), (2, 2), (0, 65535), (0, 65535)),)


@pytest.mark.parametrize(
    ("address", "of_the_internet"),
    [
        ("9.255.255.255", True),
        ("10.0.0.0", False),
        ("10.255.255.255", False),
        ("11.0.0.0", True),
        ("127.0.0.1", False),
        ("172.15.255.255", True),
        ("172.16.0.0", False),
        ("192.168.255.255", False),
        ("192.169.0.0", True),
    ],
)
def test_the_internet_is_what_is_not_private(address, of_the_internet):
    assert any(ip_network(address).subnet_of(each) for each in INTERNET_IPV4) is of_the_internet
    assert str(INTERNET_IPV6) == "2000::/3"
