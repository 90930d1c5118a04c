"""The path of a request, from listener to load balancer to task to database: that it is open, and nothing beside it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from stack_verify.controls.network.clients import CLIENTS, client_groups
from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.addresses import Network, covers
from stack_verify.network.endpoints import (
    balancers_of,
    blocks,
    database_groups,
    database_subnets,
    every,
    groups,
    interface,
    service_groups,
    service_subnets,
)
from stack_verify.network.ports import ICMP, ICMPV6, TCP, PortRange
from stack_verify.network.production import production_groups, registered
from stack_verify.network.rules import Members, Rule, egress, ingress, passing, told
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.resources.ecs import LoadBalancer as Registration
from stack_verify.resources.ecs import PortMapping, Service, TaskDefinition
from stack_verify.resources.elbv2 import (
    NOT_APPLICATION,
    Listener,
    ListenerRule,
    LoadBalancer,
    TargetGroup,
    TargetGroupAttributes,
)
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot

NO_GROUPS = "it has no security groups, and lets everything out"
NO_INTERFACE = "its tasks have no network interface, and so no security groups, of their own"
IDLE = "it is idle: a deployment moves requests between two target groups, and the other one gets those of"
NO_SERVICE = "no ECS service of the stack registers targets in it"


@control(
    "path-listener-sg-coherent",
    "The load balancer's security groups admit the ports it listens on, and no others",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Derive the listeners and the rules of the load balancer's security groups from the same ports.",
    rationale="A port that is admitted and not listened on is exposure for nothing; a listener that is not "
    "admitted serves nobody.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    reads=(Listener, PrefixList, SecurityGroup),
)
def path_listener_sg_coherent(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.is_application:
        return not_applicable(NOT_APPLICATION)
    listeners = snapshot.within(Listener, balancer.load_balancer_arn)
    ports = {listener.port for listener in listeners if listener.port is not None}
    rules = ingress(groups(balancer.security_groups, snapshot), snapshot)
    blocked = sorted(port for port in ports if not any(rule.admits(TCP, port) for rule in rules))
    # ICMP has no ports; path MTU discovery needs it.
    others = [rule for rule in rules if rule.protocol not in (ICMP, ICMPV6)]
    idle = [rule for rule in others if rule.protocol != TCP or not rule.ports.within(ports)]
    observed = (
        f"listens on {_listed(ports)}; admitted: {told(rules)}; "
        f"listeners nobody is admitted to: {_listed(blocked)}; rules beyond the listeners: {told(idle)}"
    )
    return verdict(not blocked and not idle, observed, expected="a rule for each listener's port, and no other")


@control(
    "path-alb-egress-reaches-targets",
    "The load balancer's security groups let requests and health checks out to the tasks",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Let the load balancer's security group out to the tasks' group on the container's port.",
    rationale="Requests and health checks that are not let out never arrive, and all targets become unhealthy.",
    source="https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-update-security-groups.html",
    reads=(Listener, ListenerRule, PrefixList, SecurityGroup, Service, Subnet, TargetGroup),
)
def path_alb_egress_reaches_targets(balancer: LoadBalancer, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if not balancer.security_groups and not balancer.is_application:
        return not_applicable(NO_GROUPS)
    targets = _targets(balancer, snapshot)
    if not targets:
        return not_applicable("no ECS service of the stack registers targets in its target groups")
    rules = egress(groups(balancer.security_groups, snapshot), snapshot)
    # Two clusters may each have a service of one name.
    paths = [
        (
            f"tcp {port} of {service.service_name}",
            passing(
                rules,
                TCP,
                port,
                groups=service_groups(service),
                networks=blocks(service_subnets(service), snapshot),
            ),
        )
        for service, ports in targets
        for port in ports
    ]
    observed = "; ".join(f"to {target} by {told(found)}" for target, found in paths)
    return verdict(all(found for _, found in paths), observed, expected="a rule to each")


@control(
    "path-tg-port-equals-container-port",
    "The port that the service registers is one that its container listens on",
    severity=Severity.HIGH,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    remediation="Set the service's containerPort to a port of the container's portMappings.",
    rationale="A task that is registered with another port gets requests where nothing, or something else, listens.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb.html",
    reads=(Listener, ListenerRule, Service, TaskDefinition),
)
def path_tg_port_equals_container_port(target: TargetGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    services, idle = registered(target.target_group_arn, snapshot)
    if not services:
        names = ", ".join(service.service_name for service in idle)
        return not_applicable(f"{IDLE}: {names}" if idle else NO_SERVICE)
    entries = [
        (service, entry.container_name, entry.container_port)
        for service in services
        for entry in service.registrations
        if target.target_group_arn in entry.target_groups
    ]
    # ECS registers each task with containerPort, which goes before the target group's own port.
    observed, agreed = [f"the target group's own port is {target.port}"], True
    for service, container, port in entries:
        mapped = [mapping.container_port for mapping in _mappings(service, container, snapshot)]
        agreed = agreed and port in mapped
        observed.append(f"{service.service_name} registers {container} {port}, which listens on {_listed(mapped)}")
    return verdict(agreed, "; ".join(observed), expected="a port of the container")


@control(
    "path-task-ingress-only-from-alb",
    "Only load balancers, the stack's own tasks and named groups reach the tasks, on the containers' ports only",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Let into the tasks' security group only the groups of load balancers and of the stack's services, on "
    "the container's port; name further callers' groups in task_client_groups of the policy.",
    rationale="Whoever reaches tasks directly bypasses TLS, the firewall and the access log of the load balancer.",
    source="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/security-network.html",
    reads=(
        Listener,
        ListenerRule,
        LoadBalancer,
        PrefixList,
        SecurityGroup,
        Subnet,
        TargetGroup,
        TargetGroupAttributes,
        TaskDefinition,
    ),
)
def path_task_ingress_only_from_alb(service: Service, snapshot: Snapshot, policy: Policy) -> Verdict:
    if interface(service) is None:
        return not_applicable(NO_INTERFACE)
    balancers = balancers_of(service, snapshot)
    sources = {group for balancer in balancers for group in balancer.security_groups}
    ports = {entry.container_port for entry in service.registrations if entry.container_port is not None}
    rules = ingress(groups(service_groups(service), snapshot), snapshot)
    stray = _beside(rules, sources, ports)
    # Services call each other too, by Service Connect or Cloud Map, on the ports that containers map.
    callers = {group for each in every(Service, snapshot) for group in service_groups(each)}
    callers |= set(policy.task_client_groups)
    if any(isinstance(rule.peer, Members) and rule.peer.group in callers for rule in stray):
        stray = _beside(stray, callers, _mapped(service, snapshot))
    bare = [balancer for balancer in balancers if not balancer.security_groups]
    nodes = [network for each in bare for network in blocks(_zones(each), snapshot)] if bare else []
    if bare and any(rule.networks for rule in stray):
        preserving = _preserves_clients(bare, service, snapshot)
        stray = [rule for rule in stray if not _of_nodes(rule, ports, None if preserving else nodes)]
    blocked = [port for port in ports if not passing(rules, TCP, port, groups=sources, networks=nodes)]
    observed = f"admitted: {told(rules)}; beside the path: {told(stray)}; ports not admitted: {_listed(blocked)}"
    expected = f"tcp {_listed(ports)} from {_listed(sources)}, and nothing else"
    return verdict(not stray and not blocked, observed, expected=expected)


@control(
    "path-task-egress-reaches-rds",
    "Tasks reach the database",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Let the tasks' security group out to the database's on its port, and the latter's in from the tasks'.",
    rationale="Tasks whose groups do not admit each other have no database.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    reads=(PrefixList, SecurityGroup, Service, Subnet),
)
def path_task_egress_reaches_rds(db: DBInstance, snapshot: Snapshot, _policy: Policy) -> Verdict:
    services = [service for service in every(Service, snapshot) if interface(service) is not None]
    if not services:
        return not_applicable("the stack has no ECS service whose tasks have security groups")
    paths = [(service, *_path(service, db, snapshot)) for service in services]
    observed = "; ".join(
        f"{service.service_name} to tcp {db.endpoint.port}: out by {told(out)}, in by {told(into)}"
        for service, out, into in paths
    )
    # A stack may have services that need no database; one that nothing reaches is a fault.
    reached = any(out and into for _, out, into in paths)
    return verdict(reached, observed, expected="of one service or more, a rule out and a rule in")


@control(
    "path-rds-ingress-only-from-tasks",
    "Only the stack's tasks, functions and proxies reach the database, on its port only",
    severity=Severity.CRITICAL,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Let into the database's security group only the groups of the stack's tasks, functions and proxies, "
    "on the database's port.",
    rationale="Every other source in the database's group is a path to ePHI that bypasses the application.",
    source="https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.RDSSecurityGroups.html",
    reads=(*CLIENTS, PrefixList, SecurityGroup),
)
def path_rds_ingress_only_from_tasks(db: DBInstance, snapshot: Snapshot, policy: Policy) -> Verdict:
    sources = client_groups(snapshot, policy)
    rules = ingress(groups(database_groups(db), snapshot), snapshot)
    stray = _beside(rules, sources, {db.endpoint.port})
    expected = f"tcp {db.endpoint.port} from {_listed(sources)} at most"
    return verdict(not stray, f"admitted: {told(rules)}; beside the path: {told(stray)}", expected=expected)


def _beside(rules: Iterable[Rule], sources: set[str], ports: set[int]) -> list[Rule]:
    """The rules that admit anything but members of ``sources`` to one of the TCP ``ports``."""
    wanted = {(Members(source), PortRange(port, port)) for source in sources for port in ports}
    return [rule for rule in rules if rule.protocol != TCP or (rule.peer, rule.ports) not in wanted]


def _mapped(service: Service, snapshot: Snapshot) -> set[int]:
    """The ports that the containers of the service's tasks map."""
    definition = snapshot.require(TaskDefinition, service.revision)
    mappings = (mapping for container in definition.container_definitions for mapping in container.port_mappings)
    return {mapping.container_port for mapping in mappings if mapping.container_port is not None}


def _zones(balancer: LoadBalancer) -> set[str]:
    return {zone.subnet_id for zone in balancer.availability_zones}


def _of_nodes(rule: Rule, ports: set[int], nodes: list[Network] | None) -> bool:
    """Whether a rule by address lets in what load balancers send from ``nodes``, or from anywhere where it is None."""
    if rule.protocol != TCP or not rule.networks or not rule.ports.within(ports):
        return False
    return nodes is None or all(covers(nodes, network) for network in rule.networks)


def _preserves_clients(balancers: list[LoadBalancer], service: Service, snapshot: Snapshot) -> bool:
    """Whether the service's targets see the addresses of clients, and not those of the load balancers' nodes.

    Network Load Balancer user guide, "Client IP preservation".
    """
    behind = (group for each in balancers for group in snapshot.within(TargetGroup, each.load_balancer_arn))
    found = {group.target_group_arn for group in behind}
    named = {arn for entry in service.registrations for arn in production_groups(entry, snapshot)} & found
    attributes = (snapshot.require(TargetGroupAttributes, arn) for arn in sorted(named))
    return any(each.preserve_client_ip == "true" for each in attributes)


def _targets(balancer: LoadBalancer, snapshot: Snapshot) -> list[tuple[Service, list[int]]]:
    """The services behind the load balancer, each with the ports that it sends requests and health checks to."""
    behind = snapshot.within(TargetGroup, balancer.load_balancer_arn)
    found = {group.target_group_arn: group for group in behind}
    targets = [(service, _ports(service, found, snapshot)) for service in every(Service, snapshot)]
    return [(service, ports) for service, ports in targets if ports]


def _in_production(
    service: Service, found: Mapping[str, TargetGroup], snapshot: Snapshot
) -> Iterable[tuple[Registration, TargetGroup]]:
    """What the service registers, with each of the groups ``found`` that gets requests for it."""
    entries = ((entry, arn) for entry in service.registrations for arn in production_groups(entry, snapshot))
    return ((entry, found[arn]) for entry, arn in entries if arn in found)


def _ports(service: Service, found: Mapping[str, TargetGroup], snapshot: Snapshot) -> list[int]:
    ports = set()
    for entry, group in _in_production(service, found, snapshot):
        if entry.container_port is not None:
            # ECS registers the container's port with each target; requests go there, whatever the group's own port.
            ports |= {entry.container_port, *_health_check_ports(group)}
    return sorted(ports)


def _health_check_ports(group: TargetGroup) -> tuple[int, ...]:
    return () if group.health_check_port == "traffic-port" else (int(group.health_check_port),)


def _mappings(service: Service, container: str | None, snapshot: Snapshot) -> Iterable[PortMapping]:
    definitions = snapshot.require(TaskDefinition, service.revision).container_definitions
    return (mapping for each in definitions if each.name == container for mapping in each.port_mappings)


def _path(service: Service, db: DBInstance, snapshot: Snapshot) -> tuple[tuple[Rule, ...], tuple[Rule, ...]]:
    """The rules that let the service's tasks out to the database, and those that let them into it."""
    port, own, theirs = db.endpoint.port, service_groups(service), database_groups(db)
    out = passing(
        egress(groups(own, snapshot), snapshot),
        TCP,
        port,
        groups=theirs,
        networks=blocks(database_subnets(db), snapshot),
    )
    into = passing(
        ingress(groups(theirs, snapshot), snapshot),
        TCP,
        port,
        groups=own,
        networks=blocks(service_subnets(service), snapshot),
    )
    return out, into


def _listed(names: Iterable[object]) -> str:
    return ", ".join(sorted(str(name) for name in names)) or "none"
