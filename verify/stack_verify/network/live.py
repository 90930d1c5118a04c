"""The network of a VPC as AWS describes it: a snapshot's answers in the terms of packets, and who stands in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from ipaddress import ip_network

from stack_verify.errors import Unanswered, Unmodelled
from stack_verify.network.addresses import Network
from stack_verify.network.endpoints import database_groups, database_subnets, interface, service_groups, service_subnets
from stack_verify.network.packets import INTERNET_IPV4, INTERNET_IPV6
from stack_verify.network.ports import ALL, EVERY_PORT, ICMP, ICMPV6, LINUX, TCP, UDP, WINDOWS, PortRange
from stack_verify.network.routes import route_table
from stack_verify.network.rules import egress, ingress
from stack_verify.network.topology import LOCAL, Acl, AclEntry, GroupRules, Leg, Party, Place, Routes, Topology
from stack_verify.resources.ec2 import (
    InternetGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VpcBlockPublicAccess,
    VPCEndpoint,
)
from stack_verify.resources.ec2_routing import NetworkAcl, NetworkAclEntry, PrefixList, Route, RouteTable
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import unrecorded
from stack_verify.snapshot import Snapshot

EVERY_TYPE = -1
LEARNT = "EnableVgwRoutePropagation"
EVERYWHERE = ("0.0.0.0/0", "::/0")
# The kernel parameter by which a container sets the ports that it sends from, as "first last".
LOCAL_PORTS = "net.ipv4.ip_local_port_range"


class _Rules(dict[str, GroupRules]):
    """The rules of one direction, worked out for those groups alone that somebody asks for."""

    def __init__(self, groups: Mapping[str, SecurityGroup], snapshot: Snapshot, *, inward: bool) -> None:
        super().__init__()
        self._groups, self._snapshot, self._read = groups, snapshot, ingress if inward else egress

    def __missing__(self, group: str) -> GroupRules:
        # A group of another VPC that is associated with this one is not listed here, and known by its own id.
        found = self._groups.get(group) or self._snapshot.require(SecurityGroup, group)
        # The answers that list the groups and the entries of prefix lists are evidence; each rule of each is too much.
        with unrecorded():
            self[group] = GroupRules(self._read([found], self._snapshot))
        return self[group]


@dataclass(frozen=True)
class LiveNetwork:
    """One VPC of a snapshot. What is not asked for is not looked at, so that it cannot stand in the way.

    Raises:
        Unanswered: from everything, where AWS did not answer what is needed.
    """

    vpc: str
    snapshot: Snapshot

    @cached_property
    def topology(self) -> Topology:
        """The security groups and internet gateways of the VPC."""
        listed, attached = (
            self.snapshot.within(SecurityGroup, self.vpc),
            self.snapshot.within(InternetGateway, self.vpc),
        )
        groups = {group.id: group for group in listed}
        gateways = frozenset(gateway.id for gateway in attached)
        return Topology(
            _Rules(groups, self.snapshot, inward=True),
            _Rules(groups, self.snapshot, inward=False),
            {self.vpc: gateways},
            self._diverted(),
            self._withheld,
        )

    def _withheld(self, party: Party, inward: bool) -> str | None:
        """What VPC Block Public Access does to connections of the party with the internet; None where it lets them."""
        block = self.snapshot.require(VpcBlockPublicAccess, self.snapshot.caller.region)
        where = (self.vpc,) if party.place is None else (self.vpc, party.place.subnet)
        if block.lets_pass(where, inward=inward, translated=party.translates):
            return None
        return f"VPC Block Public Access ({block.internet_gateway_block_mode})"

    def _diverted(self) -> frozenset[str]:
        """The gateways whose own route table leads elsewhere (VPC user guide, "Gateway route tables")."""
        tables = self.snapshot.within(RouteTable, self.vpc)
        with unrecorded():
            uses = [(use.gateway_id, table) for table in tables for use in table.associations if use.gateway_id]
            return frozenset(key for key, table in uses if any(route.target != LOCAL for route in table.routes))

    @cached_property
    def places(self) -> Mapping[str, Place]:
        """Every subnet of the VPC by its id."""
        subnets = self.snapshot.within(Subnet, self.vpc)
        listed = self.snapshot.within(NetworkAcl, self.vpc)
        self.snapshot.within(RouteTable, self.vpc)
        tables: dict[str, Routes] = {}
        made: dict[str, Acl] = {}
        with unrecorded():
            acls = {use.subnet_id: acl for acl in listed for use in acl.associations}
            return {subnet.id: self._place(subnet, acls, made, tables) for subnet in subnets}

    def _place(
        self, subnet: Subnet, acls: Mapping[str, NetworkAcl], made: dict[str, Acl], tables: dict[str, Routes]
    ) -> Place:
        if subnet.id not in acls:
            raise Unanswered(f"AWS lists no network ACL for {subnet.id}")
        acl = acls[subnet.id]
        table = route_table(subnet, self.snapshot)
        if acl.id not in made:
            made[acl.id] = _acl(acl)
        if table.id not in tables:
            tables[table.id] = self._routes(table)
        networks = tuple(ip_network(block) for block in subnet.blocks)
        return Place(subnet.id, self.vpc, made[acl.id], tables[table.id], networks)

    def _routes(self, table: RouteTable) -> Routes:
        return Routes(table.id, tuple(self._leg(route) for route in table.routes))

    def _leg(self, route: Route) -> Leg:
        listed = route.destination_prefix_list_id
        if listed is None:
            networks: tuple[Network, ...] = (ip_network(route.destination, strict=False),)
        else:
            entries = self.snapshot.require(PrefixList, listed).entries
            networks = tuple(ip_network(entry.cidr, strict=False) for entry in entries)
        rank = 2 * (route.origin == LEARNT) + (listed is not None)
        return Leg(networks, route.destination, route.target, route.state == "active", rank)

    def place(self, subnet: str) -> Place:
        """The subnet of this id."""
        if subnet not in self.places:
            raise Unanswered(f"AWS lists no subnet {subnet} in {self.vpc}")
        return self.places[subnet]

    def place_of_gateway(self, gateway: str, table: str | None) -> Place:
        """Where a NAT gateway of all zones stands: in no subnet, before no network ACL, with a route table of its own.

        Raises:
            Unmodelled: when AWS does not tell the table.
        """
        tables = self.snapshot.within(RouteTable, self.vpc)
        found = next((each for each in tables if each.id == table), None)
        if found is None:
            raise Unmodelled(f"{gateway} is in no subnet, and AWS does not tell its route table", gateway)
        open_to_all = tuple(AclEntry(1, allow=True, protocol=ALL, network=ip_network(each)) for each in EVERYWHERE)
        return Place(gateway, self.vpc, Acl("no network ACL", open_to_all, open_to_all), self._routes(found))

    def party(self, name: str, subnet: str, groups: frozenset[str] | None, *, public: bool) -> Party:
        """Whatever may have any address of a subnet."""
        place = self.place(subnet)
        return Party(f"{name} in {subnet}", place.networks, place, groups, public)

    def tasks(self, service: Service) -> tuple[Party, ...]:
        """The tasks of a service, wherever ECS may start them; none where they share their host's interface."""
        network = interface(service)
        if network is None:
            return ()
        public = network.assign_public_ip == "ENABLED"
        groups = service_groups(service)
        name = f"tasks of {service.service_name}"
        return tuple(self.party(name, subnet, groups, public=public) for subnet in sorted(service_subnets(service)))

    def clients(self, service: Service) -> tuple[Party, ...]:
        """The tasks of a service as clients: with the ports that they send requests from."""
        tasks = self.tasks(service)
        if not tasks:
            return ()
        ports = client_ports(service, self.snapshot)
        return tuple(replace(party, client_ports=ports) for party in tasks)

    def balancer(self, balancer: LoadBalancer) -> tuple[Party, ...]:
        """The nodes of a load balancer."""
        groups = frozenset(balancer.security_groups) or None
        public = balancer.scheme == "internet-facing"
        name = balancer.load_balancer_arn.partition("loadbalancer/")[2]
        zones = sorted(zone.subnet_id for zone in balancer.availability_zones)
        return tuple(self.party(name, subnet, groups, public=public) for subnet in zones)

    def database(self, db: DBInstance) -> tuple[Party, ...]:
        """A database, wherever RDS may put it."""
        groups, public = database_groups(db), db.publicly_accessible
        name = db.db_instance_identifier
        return tuple(self.party(name, subnet, groups, public=public) for subnet in sorted(database_subnets(db)))

    def endpoint(self, endpoint: VPCEndpoint) -> tuple[Party, ...]:
        """The interfaces of an endpoint."""
        groups = frozenset(group.group_id for group in endpoint.groups) or None
        name = f"{endpoint.vpc_endpoint_id} ({endpoint.service_name})"
        return tuple(self.party(name, subnet, groups, public=False) for subnet in sorted(endpoint.subnet_ids))

    @cached_property
    def interfaces(self) -> tuple[Party, ...]:
        """Every network interface of the VPC, with its own addresses."""
        listed = self.snapshot.within(NetworkInterface, self.vpc)
        with unrecorded():
            return tuple(self._interface(each) for each in listed)

    def _interface(self, each: NetworkInterface) -> Party:
        ipv4 = (ip_network(address.private_ip_address) for address in each.private_ip_addresses)
        ipv6 = (ip_network(address.ipv6_address) for address in each.ipv6_addresses)
        groups = frozenset(group.group_id for group in each.groups) or None
        public = any(address.association is not None for address in each.private_ip_addresses)
        return Party(each.id, (*ipv4, *ipv6), self.place(each.subnet_id), groups, public)


def client_ports(service: Service, snapshot: Snapshot) -> PortRange:
    """The ports that the service's tasks send requests from: as they set them, or those of their operating system."""
    definition = snapshot.require(TaskDefinition, service.revision)
    controls = [each for container in definition.container_definitions for each in container.system_controls]
    own = next((each.value for each in controls if each.namespace == LOCAL_PORTS and each.value), None)
    if own is not None:
        first, last = own.split()
        return PortRange(int(first), int(last))
    family = definition.runtime_platform and definition.runtime_platform.operating_system_family
    if family is None and service.platform is None:
        # On instances of one's own, whose system nothing tells.
        return PortRange(LINUX.first, WINDOWS.last)
    return WINDOWS if family is not None and family.startswith("WINDOWS") else LINUX


def internet() -> Party:
    """Everybody on the internet, over IPv4 and IPv6."""
    return Party("internet", (*INTERNET_IPV4, INTERNET_IPV6))


def versions(party: Party) -> tuple[int, ...]:
    """The versions of IP that a party has addresses of."""
    return tuple(sorted({network.version for network in party.addresses}))


def protocols(topology: Topology, party: Party) -> tuple[int, ...]:
    """Protocols that together stand for all: those that the rules of the party's groups name, and one that none does.

    Rules treat those they do not name alike, so what holds of one of them holds of each.
    """
    by_groups = {rule.protocol for group in sorted(party.groups or ()) for rule in topology.ingress[group].rules}
    entries = (*party.place.acl.inbound, *party.place.acl.outbound) if party.place else ()
    named = {TCP, UDP, ICMP, ICMPV6, *by_groups, *(entry.protocol for entry in entries)} - {ALL}
    other = max({*range(256)} - named)
    return tuple(sorted({*named, other}))


def _acl(acl: NetworkAcl) -> Acl:
    return Acl(acl.id, tuple(_entries(acl, egress=False)), tuple(_entries(acl, egress=True)))


def _entries(acl: NetworkAcl, *, egress: bool) -> Iterator[AclEntry]:
    ordered = sorted((entry for entry in acl.entries if entry.egress == egress), key=lambda entry: entry.rule_number)
    for entry in ordered:
        # Kinds of ICMP are not told apart: what keeps some of them out lets the others pass.
        if entry.rule_action == "deny" and entry.icmp_type_code is not None and entry.icmp_type_code.type != EVERY_TYPE:
            continue
        for block in _blocks(acl, entry):
            allow = entry.rule_action == "allow"
            network = ip_network(block, strict=False)
            yield AclEntry(entry.rule_number, allow, _protocol(acl, entry), network, _ports(entry))


def _blocks(acl: NetworkAcl, entry: NetworkAclEntry) -> Iterable[str]:
    found = tuple(block for block in (entry.cidr_block, entry.ipv6_cidr_block) if block is not None)
    if not found:
        raise Unanswered(f"AWS's answer holds no block for rule {entry.rule_number} of {acl.id}")
    return found


def _protocol(acl: NetworkAcl, entry: NetworkAclEntry) -> int:
    if not entry.protocol.removeprefix("-").isdecimal():
        raise Unanswered(f"rule {entry.rule_number} of {acl.id} is for an unknown protocol, {entry.protocol}")
    return int(entry.protocol)


def _ports(entry: NetworkAclEntry) -> PortRange:
    span = entry.port_range
    return EVERY_PORT if span is None else PortRange(span.first, span.last)
