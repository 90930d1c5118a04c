"""Subnets made by hand, in the terms of packets: an access list that lets all pass, and the VPC's own route."""

from __future__ import annotations

from ipaddress import ip_network

from stack_verify.network.ports import ALL
from stack_verify.network.topology import Acl, AclEntry, Leg, Place, Routes

WORLD, VPC, HERE, THERE = (ip_network(each) for each in ("0.0.0.0/0", "10.0.0.0/16", "10.0.1.0/24", "10.0.2.0/24"))
OPEN = (AclEntry(100, allow=True, protocol=ALL, network=WORLD),)
LOCAL = Leg((VPC,), "10.0.0.0/16", "local", active=True, rank=0)


def leg(to: str, target: str, *, active: bool = True, rank: int = 0, written: str = "") -> Leg:
    return Leg((ip_network(to),), written or to, target, active, rank)


def place(name: str = "here", *legs: Leg, inbound=OPEN, outbound=OPEN) -> Place:
    return Place(name, "vpc-1", Acl(f"acl-{name}", inbound, outbound), Routes(f"rtb-{name}", (LOCAL, *legs)))
