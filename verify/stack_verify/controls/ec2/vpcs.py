"""Amazon VPC: the default security group, endpoints, subnets and routes."""

from __future__ import annotations

from collections.abc import Iterable

from stack_verify.core.control import Severity, Verdict, as_aws, control, failed, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import every, inner_subnets, service_subnets
from stack_verify.network.routes import internet_routes, route_table
from stack_verify.policy import Policy
from stack_verify.resources.ec2 import VPC, SecurityGroup, Subnet, VPCEndpoint
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.ecs import Service
from stack_verify.resources.partitions import endpoint_service
from stack_verify.resources.rds import DBInstance
from stack_verify.snapshot import Snapshot

HOLDS_NOTHING = "neither tasks nor databases stand in it"


@control(
    "vpc-default-sg-closed",
    "The VPC's default security group lets nothing pass",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="vpc-default-security-group-closed",
    security_hub="EC2.2",
    remediation="Adopt the default security group without rules, and use groups of your own.",
    rationale="Whatever is made without a group gets the default one, with all that it admits.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-2",
    reads=(SecurityGroup,),
)
def vpc_default_sg_closed(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    # AWS lets nobody else use this name (VPC user guide, "Default security groups").
    groups = snapshot.within(SecurityGroup, vpc.vpc_id)
    default = next((group for group in groups if group.group_name == "default"), None)
    if default is None:
        vpc.ask_owner_for("its default security group")
        return failed("AWS lists no default security group", expected="one without rules")
    into, out = default.ip_permissions, default.ip_permissions_egress
    observed = f"{default.group_id}: {len(into)} permissions in, {len(out)} out"
    return verdict(not into and not out, observed, expected="none")


@control(
    "vpc-endpoints-present",
    "AWS services are reached through VPC endpoints",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(e)(1)", "164.312(e)(2)(i)", "164.312(e)(2)(ii)"),
    config_rule="service-vpc-endpoint-enabled",
    remediation="Create the missing VPC endpoints; interface endpoints with private DNS.",
    rationale="Without endpoints, requests for secrets and logs leave the VPC.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/what-is-privatelink.html",
    hardening=True,
    reads=(RouteTable, Service, Subnet, VPCEndpoint),
)
def vpc_endpoints_present(vpc: VPC, snapshot: Snapshot, policy: Policy) -> Verdict:
    region = snapshot.caller.region
    usable = {
        endpoint_service(endpoint.service_name, region) or endpoint.service_name
        for endpoint in snapshot.within(VPCEndpoint, vpc.vpc_id)
        if _usable(endpoint, snapshot)
    }
    missing = [service for service in policy.required_vpc_endpoints if service not in usable]
    observed = f"usable endpoints: {_listed(usable)}; missing: {_listed(missing)}"
    return verdict(not missing, observed, expected=f"endpoints for {', '.join(policy.required_vpc_endpoints)}")


@control(
    "subnet-multi-az",
    "Each tier of subnets spans several availability zones",
    severity=Severity.MEDIUM,
    citations=hipaa("164.308(a)(7)(i)", "164.308(a)(7)(ii)(B)", "164.308(a)(7)(ii)(C)"),
    remediation="Add subnets of the tier in further availability zones.",
    rationale="A tier in one zone is lost with that zone.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-security-best-practices.html",
    reads=(RouteTable, Subnet),
)
def subnet_multi_az(vpc: VPC, snapshot: Snapshot, policy: Policy) -> Verdict:
    tiers = {name: _zones(subnets) for name, subnets in _tiers(vpc, snapshot).items() if subnets}
    if not tiers:
        return not_applicable("the stack has no subnet in it")
    observed = "; ".join(f"{name}: {_listed(zones)}" for name, zones in tiers.items())
    least = policy.min_availability_zones
    spread = all(len(zones) >= least for zones in tiers.values())
    return verdict(spread, observed, expected=f"{least} or more in each")


@control(
    "subnet-no-auto-public-ip",
    "Subnets of tasks and databases give out no public addresses",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="subnet-auto-assign-public-ip-disabled",
    security_hub="EC2.15",
    remediation="Set map_public_ip_on_launch of the subnet to false.",
    rationale="An automatic public address exposes whatever is started in the subnet.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-15",
    reads=(DBInstance, Service),
)
def subnet_no_auto_public_ip(subnet: Subnet, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if subnet.subnet_id not in inner_subnets(snapshot):
        return not_applicable(HOLDS_NOTHING)
    public = subnet.map_public_ip_on_launch
    return verdict(not public, f"MapPublicIpOnLaunch is {as_aws(public)}", expected="false")


@control(
    "subnet-public-private-separated",
    "Tasks and databases are not in public subnets",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    remediation="Move tasks and databases to subnets without a route to an internet gateway.",
    rationale="Separate subnets keep a change for the load balancer from exposing tasks and data.",
    source="https://docs.aws.amazon.com/vpc/latest/userguide/vpc-example-private-subnets-nat.html",
    reads=(DBInstance, RouteTable, Service, Subnet),
)
def subnet_public_private_separated(vpc: VPC, snapshot: Snapshot, _policy: Policy) -> Verdict:
    tiers = {name: {subnet.subnet_id for subnet in subnets} for name, subnets in _tiers(vpc, snapshot).items()}
    inner = inner_subnets(snapshot) & (tiers["public"] | tiers["private"])
    if not inner:
        return not_applicable(HOLDS_NOTHING)
    mixed = tiers["public"] & inner
    observed = "; ".join(f"{name}: {_listed(subnets)}" for name, subnets in tiers.items())
    observed += f"; public with tasks or databases: {_listed(mixed)}"
    return verdict(not mixed, observed, expected="tasks and databases in private subnets only")


@control(
    "route-no-unrestricted-igw",
    "Subnets of tasks and databases have no route to an internet gateway",
    severity=Severity.HIGH,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="no-unrestricted-route-to-igw",
    remediation="Remove the route to the internet gateway, or use a route table of their own for these subnets.",
    rationale="A route to an internet gateway is half of what exposes tasks and databases.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/no-unrestricted-route-to-igw.html",
    reads=(DBInstance, Service, Subnet),
)
def route_no_unrestricted_igw(table: RouteTable, snapshot: Snapshot, _policy: Policy) -> Verdict:
    inner = [snapshot.require(Subnet, subnet) for subnet in sorted(inner_subnets(snapshot))]
    served = [
        subnet.subnet_id for subnet in inner if route_table(subnet, snapshot).route_table_id == table.route_table_id
    ]
    if not served:
        return not_applicable("no subnet of tasks or databases uses it")
    routes = internet_routes(table)
    observed = f"used by {', '.join(served)}; routes to an internet gateway: {_listed(routes)}"
    return verdict(not routes, observed, expected="none")


def _usable(endpoint: VPCEndpoint, snapshot: Snapshot) -> bool:
    if endpoint.state.lower() != "available":
        return False
    if endpoint.vpc_endpoint_type == "Gateway":
        tables = snapshot.within(RouteTable, endpoint.vpc_id)
        leading = {table.id for table in tables if any(route.gateway_id == endpoint.id for route in table.routes)}
        return bool(leading) and _tables_of_tasks(endpoint.vpc_id, snapshot) <= leading
    # The SDKs look for a service under its public name, which without private DNS leads out of the VPC.
    return endpoint.private_dns_enabled


def _tables_of_tasks(vpc_id: str, snapshot: Snapshot) -> set[str]:
    """The ids of the route tables of the VPC's subnets that tasks stand in; databases call none of AWS's services."""
    ids = sorted({subnet for service in every(Service, snapshot) for subnet in service_subnets(service)})
    subnets = (snapshot.require(Subnet, key) for key in ids)
    return {route_table(subnet, snapshot).id for subnet in subnets if subnet.vpc_id == vpc_id}


def _tiers(vpc: VPC, snapshot: Snapshot) -> dict[str, tuple[Subnet, ...]]:
    """The stack's subnets in the VPC: public where they route to an internet gateway, private where they do not."""
    subnets = [subnet for subnet in every(Subnet, snapshot) if subnet.vpc_id == vpc.vpc_id]
    public = {subnet.subnet_id for subnet in subnets if internet_routes(route_table(subnet, snapshot))}
    return {
        "public": tuple(subnet for subnet in subnets if subnet.subnet_id in public),
        "private": tuple(subnet for subnet in subnets if subnet.subnet_id not in public),
    }


def _zones(subnets: Iterable[Subnet]) -> set[str]:
    return {subnet.availability_zone for subnet in subnets}


def _listed(names: Iterable[str]) -> str:
    return ", ".join(sorted(names)) or "none"
