"""Who takes part in the stack's traffic: load balancers, tasks and databases, with their groups and subnets."""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import ip_network
from typing import TypeVar

from stack_verify.errors import Unanswered
from stack_verify.network.addresses import Network
from stack_verify.resources import kinds_of, leading_to
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ecs import AwsVpcConfiguration, Service
from stack_verify.resources.elbv2 import LoadBalancer, TargetGroup
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource, reading_of
from stack_verify.snapshot import Snapshot

R = TypeVar("R", bound=Resource)


def every(kind: type[R], snapshot: Snapshot) -> tuple[R, ...]:
    """Every resource of ``kind`` in the stack.

    Raises:
        Unanswered: when one could not be read, or what leads to one, so that the list may lack some.
    """
    kinds = kinds_of(kind)
    hiding = kinds | leading_to(kinds)
    for gap in snapshot.gaps:
        if gap.question.kind in hiding:
            reading_of(gap.question)
            raise Unanswered(f"{gap.question.kind} {gap.question.key} is not known: {gap.text()}")
    return snapshot.subjects(kind)


def interface(service: Service) -> AwsVpcConfiguration | None:
    """Where the service's tasks have their network interfaces; None where they share their host's."""
    return service.network


def service_groups(service: Service) -> frozenset[str]:
    """The ids of the security groups of the service's tasks; none where they have no interface of their own.

    Raises:
        Unanswered: when the service names none, and its tasks are in the VPC's default one.
    """
    network = interface(service)
    return frozenset() if network is None else frozenset(network.groups)


def service_subnets(service: Service) -> frozenset[str]:
    """The ids of the subnets of the service's tasks."""
    network = interface(service)
    return frozenset() if network is None else frozenset(network.subnets)


def database_groups(db: DBInstance) -> frozenset[str]:
    """The ids of the security groups of the database."""
    return frozenset(group.vpc_security_group_id for group in db.vpc_security_groups)


def database_subnets(db: DBInstance) -> frozenset[str]:
    """The ids of the subnets that the database may stand in."""
    return frozenset(subnet.subnet_identifier for subnet in db.db_subnet_group.subnets)


def inner_subnets(snapshot: Snapshot) -> frozenset[str]:
    """The ids of the subnets that hold tasks or databases.

    Raises:
        Unanswered: when a service or a database could not be read.
    """
    tasks = [subnet for service in every(Service, snapshot) for subnet in service_subnets(service)]
    data = [subnet for db in every(DBInstance, snapshot) for subnet in database_subnets(db)]
    return frozenset((*tasks, *data))


def balancers_of(service: Service, snapshot: Snapshot) -> tuple[LoadBalancer, ...]:
    """The load balancers that send requests to the service.

    Raises:
        Unanswered: when a load balancer or its target groups could not be read.
    """
    targets = {arn for entry in service.registrations for arn in entry.target_groups}
    return tuple(
        balancer
        for balancer in every(LoadBalancer, snapshot)
        if targets & {group.target_group_arn for group in snapshot.within(TargetGroup, balancer.load_balancer_arn)}
    )


def groups(ids: Iterable[str], snapshot: Snapshot) -> tuple[SecurityGroup, ...]:
    """The security groups with these ids, sorted by id.

    Raises:
        Unanswered: when one could not be read, or is gone.
    """
    return tuple(snapshot.require(SecurityGroup, key) for key in sorted(ids))


def blocks(ids: Iterable[str], snapshot: Snapshot) -> tuple[Network, ...]:
    """The IPv4 blocks of the subnets with these ids.

    Raises:
        Unanswered: when one could not be read, or is gone.
    """
    found = (snapshot.require(Subnet, key).cidr_block for key in sorted(ids))
    return tuple(ip_network(block) for block in found if block is not None)
