"""Reachability: the ways through the network that must be open, and that no other is, proven hop by hop."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from stack_verify.controls.network.clients import CLIENTS, client_groups
from stack_verify.controls.network.endpoint_requests import policy_word
from stack_verify.core.control import Severity, Status, Verdict, control, failed, hipaa, not_applicable, verdict
from stack_verify.errors import Unanswered, Unmodelled
from stack_verify.network.endpoints import balancers_of, database_groups, every, interface, service_groups
from stack_verify.network.flow import Path, arrival, flow
from stack_verify.network.hops import is_opaque
from stack_verify.network.live import LiveNetwork, internet, protocols, versions
from stack_verify.network.packets import joined, rest_of
from stack_verify.network.ports import EVERY_PORT, TCP, PortRange
from stack_verify.network.production import production_groups
from stack_verify.network.rules import Members
from stack_verify.network.services import paths_to
from stack_verify.network.topology import Party
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import (
    VPC,
    InternetGateway,
    NatGateway,
    NetworkInterface,
    SecurityGroup,
    Subnet,
    VpcBlockPublicAccess,
    VPCEndpoint,
)
from stack_verify.resources.ec2_routing import NetworkAcl, PrefixList, RouteTable
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import NOT_APPLICATION, Listener, ListenerRule, LoadBalancer, TargetGroup
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot

NO_INTERFACE = "its tasks have no network interface, and so no place in the network, of their own"
ON_HOST = "its tasks share the interface and the ports of their hosts, which the network model does not follow"
# What ECS and the tasks of a service call, as the ends of the names of the services' endpoints.
SERVICES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms", "s3")
# What GuardDuty's agent in the tasks reports to, where runtime monitoring has made an endpoint for it.
GUARDDUTY = "guardduty-data"
OPEN = "open from end to end, and back"
# The versions of IP that clients reach a load balancer over, and the one that it reaches targets over (ELB user guide,
# "IP address type"). A database and an endpoint have IPv4 addresses whatever else they have.
OF_CLIENTS = {"ipv4": (4,), "dualstack": (4, 6), "dualstack-without-public-ipv4": (6,)}
OF_TARGETS = {"ipv4": (4,), "ipv6": (6,)}


@dataclass(frozen=True)
class Proof:
    """Ways that were looked at, and those of them that are not as they must be."""

    every: tuple[Path, ...]
    amiss: tuple[Path, ...]

    def must_exist(self, of: str) -> Verdict:
        """Passed where none is broken; else the first that is, where it is, and what would mend it."""
        if not self.every:
            return failed(f"there is no {of}", expected=OPEN)
        if not self.amiss:
            first = self.every[0]
            return verdict(
                True, f"{len(self.every)} paths are open, of which: {first}", expected=OPEN, path=first.steps
            )
        broken = self.amiss[0]
        blocking = broken.blocking
        change = f"; smallest change: {blocking.change}" if blocking is not None else ""
        observed = f"{len(self.amiss)} of {len(self.every)} paths are broken, of which: {broken}{change}"
        return verdict(False, observed, expected=OPEN, path=broken.steps)

    def must_not_exist(self, told: str) -> Verdict:
        """Passed where there is none; else the first that is there, and the rules; Unanswered without any way."""
        if not self.every:
            raise Unanswered("AWS tells no place of what must not be reached")
        if not self.amiss:
            first = self.every[0]
            observed = f"{len(self.every)} ways looked at, none open, as {first}"
            return verdict(True, observed, expected=told, path=first.steps)
        first_open = self.amiss[0]
        sources = ", ".join(dict.fromkeys(path.source for path in self.amiss))
        rules = "; ".join(dict.fromkeys(rule for path in self.amiss for rule in path.admitting))
        observed = f"open from {sources}: {first_open}; rules to remove: {rules}"
        return verdict(False, observed, expected=told, path=first_open.steps)


@control(
    "reach-internet-to-alb",
    "The internet reaches the load balancer on every port it listens on",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Open what the finding names: a rule of a security group, a network ACL, or the route to the gateway.",
    rationale="An application that its users do not reach is not available to treat anyone.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-troubleshooting.html",
    reads=(InternetGateway, Listener, NetworkAcl, PrefixList, RouteTable, SecurityGroup, Subnet, VpcBlockPublicAccess),
)
def reach_internet_to_alb(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.is_application:
        return not_applicable(NOT_APPLICATION)
    if balancer.scheme != "internet-facing":
        return not_applicable(f"its scheme is {balancer.scheme}")
    live = LiveNetwork(balancer.vpc_id, snapshot)
    listeners = snapshot.within(Listener, balancer.load_balancer_arn)
    # The encrypted ones first: the first path is the one that people are shown.
    ports = sorted((not listener.encrypts, listener.port) for listener in listeners if listener.port is not None)
    paths = tuple(
        flow(live.topology, internet(), node, TCP, PortRange(port, port), version=version)
        for _, port in ports
        for version in _versions(balancer.ip_address_type, OF_CLIENTS)
        for node in live.balancer(balancer)
    )
    # A network may keep some of the internet out. Who is let in must be so on every port and get every answer.
    return Proof(paths, tuple(path for path in paths if not _served(path))).must_exist("listener")


@control(
    "reach-alb-to-tasks",
    "Requests and health checks of the load balancer reach the tasks in every subnet",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Open what the finding names: a rule of a security group, a network ACL, or a route.",
    rationale="A load balancer that cannot reach tasks or check their health serves nothing.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    reads=(
        InternetGateway,
        Listener,
        ListenerRule,
        LoadBalancer,
        NetworkAcl,
        PrefixList,
        RouteTable,
        SecurityGroup,
        Subnet,
        TargetGroup,
        VpcBlockPublicAccess,
    ),
)
def reach_alb_to_tasks(service: Service, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if interface(service) is None:
        # Told here, once a service; the other controls of the network say that they do not speak of such tasks.
        raise Unmodelled(ON_HOST, service.service_name, service.service_arn)
    balancers = balancers_of(service, snapshot)
    if not balancers:
        return not_applicable("no load balancer of the stack sends requests to it")
    paths = tuple(path for balancer in balancers for path in _to_tasks(balancer, service, snapshot))
    return _whole(paths).must_exist("port of a container that a load balancer sends requests to")


@control(
    "reach-tasks-to-rds",
    "Tasks in every subnet reach the database in every subnet",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Open what the finding names: a rule of a security group, a network ACL, or a route.",
    rationale="Tasks without a path to the database serve no ePHI when it is needed.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_VPC.Scenarios.html",
    reads=(
        InternetGateway,
        NetworkAcl,
        PrefixList,
        RouteTable,
        SecurityGroup,
        Service,
        Subnet,
        TaskDefinition,
        VpcBlockPublicAccess,
    ),
)
def reach_tasks_to_rds(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    services = [service for service in every(Service, snapshot) if interface(service) is not None]
    if not services:
        return not_applicable("the stack has no ECS service whose tasks have a place in the network")
    proofs = [_whole(tuple(_to_database(service, db, snapshot))) for service in services]
    # A stack may have services that need no database; one that nothing reaches is a fault.
    reaching = next((proof for proof in proofs if not proof.amiss), proofs[0])
    return reaching.must_exist("task")


@control(
    "reach-nothing-else-to-rds",
    "Nothing but its clients reaches the database: no other interface of the VPC, and nothing beyond it",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Remove the rules that the finding names from the database's security group.",
    rationale="Every further path to the database bypasses the application and its access control.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    reads=(
        *CLIENTS,
        VPC,
        InternetGateway,
        LoadBalancer,
        NetworkAcl,
        NetworkInterface,
        PrefixList,
        RouteTable,
        SecurityGroup,
        Subnet,
        VPCEndpoint,
        VpcBlockPublicAccess,
    ),
)
def reach_nothing_else_to_rds(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    live = LiveNetwork(db.db_subnet_group.vpc_id, snapshot)
    allowed = client_groups(snapshot, policy)
    others = [party for party in _others(live, snapshot) if not allowed & (party.groups or frozenset())]
    port = PortRange(db.endpoint.port, db.endpoint.port)
    targets = live.database(db)
    paths = [
        flow(live.topology, party, target, TCP, port, version=version)
        for target in targets
        for party in others
        for version in _shared(party, target)
    ]
    paths += [
        arrival(live.topology, party, target, TCP, port, version=version)
        for target in targets
        for party in _beyond(target, database_groups(db), live, allowed)
        for version in _shared(party, target)
    ]
    found = _closed(paths).must_not_exist(f"only members of {', '.join(sorted(allowed)) or 'no group'} get there")
    if found.status is Status.PASSED:
        snapshot.require(VPC, live.vpc).ask_owner_for("what others have in it")
    return found


@control(
    "reach-internet-not-to-tasks-or-rds",
    "The internet reaches neither tasks nor databases, over any protocol",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Remove the rules that the finding names, the public address, or the route to the internet gateway.",
    rationale="Tasks and databases that the internet reaches are attacked without the load balancer and the "
    "firewall in between.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/infrastructure-security.html",
    reads=(
        DBInstance,
        InternetGateway,
        NetworkAcl,
        NetworkInterface,
        PrefixList,
        RouteTable,
        SecurityGroup,
        Service,
        Subnet,
        VpcBlockPublicAccess,
    ),
)
def reach_internet_not_to_tasks_or_rds(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    live = LiveNetwork(vpc.vpc_id, snapshot)
    inner = tuple(_inner(live, snapshot))
    if not inner:
        return not_applicable("neither tasks nor databases stand in it")
    paths = [
        flow(live.topology, internet(), party, protocol, EVERY_PORT, version=version)
        for party in inner
        for protocol in protocols(live.topology, party)
        for version in versions(party)
    ]
    return _closed(paths).must_not_exist("no way in from the internet")


@control(
    "reach-tasks-egress-route",
    "Tasks reach the services of AWS that they need, by endpoint or NAT",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Open what the finding names: a rule of a security group, a network ACL, a route or an endpoint.",
    rationale="Tasks that cannot fetch images and secrets or write logs do not start, or run unrecorded.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/networking-outbound.html",
    reads=(
        AttachedPolicies,
        InternetGateway,
        ManagedPolicy,
        NatGateway,
        NetworkAcl,
        PolicyVersion,
        PrefixList,
        Role,
        RolePolicy,
        RouteTable,
        SecurityGroup,
        Subnet,
        TaskDefinition,
        VPCEndpoint,
        VpcBlockPublicAccess,
    ),
)
def reach_tasks_egress_route(service: Service, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if interface(service) is None:
        return not_applicable(NO_INTERFACE)
    live = LiveNetwork(_vpc_of(service, snapshot), snapshot)
    definition = snapshot.require(TaskDefinition, service.revision)
    word = partial(policy_word, definition=definition, snapshot=snapshot)
    agent = any(GUARDDUTY in endpoint.service_name for endpoint in snapshot.within(VPCEndpoint, live.vpc))
    names = (*SERVICES, GUARDDUTY) if agent else SERVICES
    paths = tuple(
        path for name in names for tasks in live.clients(service) for path in paths_to(name, tasks, live, word)
    )
    return _whole(paths).must_exist("way to a service")


def _whole(paths: tuple[Path, ...]) -> Proof:
    return Proof(paths, tuple(path for path in paths if not path.whole))


def _closed(paths: Iterable[Path]) -> Proof:
    known = tuple(paths)
    return Proof(known, tuple(path for path in known if path.passed))


def _served(path: Path) -> bool:
    """Whether some addresses get through whatever port they send from, and wherever the balancer's node stands."""
    blocked = path.asked.less(path.passed)
    clients = joined(box.source for box in path.asked.boxes)
    return bool(rest_of(clients, (box.source for box in blocked.boxes)))


def _to_tasks(balancer: LoadBalancer, service: Service, snapshot: Snapshot) -> Iterator[Path]:
    live = LiveNetwork(balancer.vpc_id, snapshot)
    behind = snapshot.within(TargetGroup, balancer.load_balancer_arn)
    groups = {group.target_group_arn: group for group in behind}
    ports = set()
    entries = ((entry, arn) for entry in service.registrations for arn in production_groups(entry, snapshot))
    for entry, arn in entries:
        group = groups.get(arn)
        if group is not None and entry.container_port is not None:
            health = () if group.health_check_port == "traffic-port" else (int(group.health_check_port),)
            versions_of = _versions(group.ip_address_type, OF_TARGETS)
            ports |= {(port, version) for port in (entry.container_port, *health) for version in versions_of}
    for port, version in sorted(ports):
        for node in live.balancer(balancer):
            for tasks in live.tasks(service):
                yield flow(live.topology, node, tasks, TCP, PortRange(port, port), version=version)


def _versions(address_type: str, known: Mapping[str, tuple[int, ...]]) -> tuple[int, ...]:
    if address_type not in known:
        raise Unanswered(f"which versions of IP the type {address_type} stands for is not known")
    return known[address_type]


def _to_database(service: Service, db: DBInstance, snapshot: Snapshot) -> Iterator[Path]:
    live = LiveNetwork(db.db_subnet_group.vpc_id, snapshot)
    port = PortRange(db.endpoint.port, db.endpoint.port)
    for tasks in live.clients(service):
        for target in live.database(db):
            yield flow(live.topology, tasks, target, TCP, port)


def _others(live: LiveNetwork, snapshot: Snapshot) -> Iterator[Party]:
    """The internet, and whatever stands in the VPC or may: what has interfaces, they, and any address of any subnet."""
    yield internet()
    yield from live.interfaces
    for balancer in every(LoadBalancer, snapshot):
        if balancer.vpc_id == live.vpc:
            yield from live.balancer(balancer)
    # What the owner of a shared VPC has in it is asked of the owner, once nothing that is seen gets there.
    if snapshot.require(VPC, live.vpc).shared_by is None:
        for endpoint in snapshot.within(VPCEndpoint, live.vpc):
            yield from live.endpoint(endpoint)
    for subnet, place in sorted(live.places.items()):
        yield Party(f"any address of {subnet}", place.networks, place)


def _beyond(target: Party, groups: frozenset[str], live: LiveNetwork, allowed: set[str]) -> Iterator[Party]:
    """What the database's subnet routes to of which AWS does not tell more: peers, transit gateways, VPNs.

    A rule may refer to groups of peers. AWS does not tell who is in them: anybody out there may be.
    """
    own = {group.id for group in live.snapshot.within(SecurityGroup, live.vpc)}
    rules = (rule for group in sorted(groups) for rule in live.topology.ingress[group].rules)
    peers = {rule.peer.group for rule in rules if isinstance(rule.peer, Members)} - own - allowed
    legs = target.place.routes.legs if target.place else ()
    for leg in legs:
        if leg.active and is_opaque(leg):
            yield Party(f"what is beyond {leg.target}", leg.networks, groups=frozenset(peers))


def _inner(live: LiveNetwork, snapshot: Snapshot) -> Iterator[Party]:
    groups: set[str] = set()
    for service in every(Service, snapshot):
        if _vpc_of(service, snapshot) == live.vpc:
            groups |= service_groups(service)
            yield from live.tasks(service)
    for db in every(DBInstance, snapshot):
        if db.db_subnet_group.vpc_id == live.vpc:
            yield from live.database(db)
    # The interfaces of tasks that run: they may have more addresses than their service says.
    yield from (each for each in live.interfaces if groups & (each.groups or frozenset()))


def _vpc_of(service: Service, snapshot: Snapshot) -> str:
    """The VPC of the service's subnets, which are all of one; nothing where tasks share their host's interface."""
    network = interface(service)
    return snapshot.require(Subnet, min(network.subnets)).vpc_id if network else ""


def _shared(one: Party, other: Party) -> tuple[int, ...]:
    return tuple(version for version in versions(one) if version in versions(other))
