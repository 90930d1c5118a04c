"""Where a subnet's traffic can go."""

from __future__ import annotations

from itertools import chain

from stack_verify.errors import Unanswered
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.snapshot import Snapshot


def route_table(subnet: Subnet, snapshot: Snapshot) -> RouteTable:
    """The route table in force: the one associated with the subnet, or else the VPC's main one.

    Raises:
        Unanswered: when the VPC's route tables could not be read.
    """
    tables = snapshot.within(RouteTable, subnet.vpc_id)
    own = (table for table in tables for use in table.associations if use.subnet_id == subnet.subnet_id)
    main = (table for table in tables for use in table.associations if use.main)
    in_force = next(chain(own, main), None)
    if in_force is None:
        raise Unanswered(f"AWS lists no route table for {subnet.subnet_id}")
    return in_force


def internet_routes(table: RouteTable) -> tuple[str, ...]:
    """The routes to an internet gateway, whatever their destination, as ``destination -> gateway``."""
    return tuple(
        f"{route.destination} -> {route.gateway_id}"
        for route in table.routes
        if route.gateway_id is not None and route.gateway_id.startswith("igw-")
    )
