"""Faults of security groups: what is opened to the world, in every way that a rule can say it."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_WORLD: Final = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
_WORLD_V6: Final = {"Ipv6Ranges": [{"CidrIpv6": "::/0"}]}
_WORLD_IN_HALVES: Final = {"IpRanges": [{"CidrIp": "0.0.0.0/1"}, {"CidrIp": "128.0.0.0/1"}]}


def allow_in(aws: Clients, group: Any, protocol: str, ports: tuple[int, int], **peers: Any) -> None:  # noqa: ANN401 - of a boto3 call
    """Adds a rule to a security group that lets `peers` in."""
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[_rule(protocol, ports, peers)])


def allow_out(aws: Clients, group: Any, protocol: str, ports: tuple[int, int], **peers: Any) -> None:  # noqa: ANN401 - of a boto3 call
    """Adds a rule to a security group that lets it out to `peers`."""
    aws.client("ec2").authorize_security_group_egress(GroupId=group, IpPermissions=[_rule(protocol, ports, peers)])


def _rule(protocol: str, ports: tuple[int, int], peers: dict[str, Any]) -> dict[str, Any]:
    return {"IpProtocol": protocol, "FromPort": ports[0], "ToPort": ports[1], **peers}


@fault(
    ("sg-no-open-ssh", "taskSecurityGroupId"),
    ("sg-no-open-high-risk-ports", "taskSecurityGroupId"),
    ("sg-only-authorized-open-ports", "taskSecurityGroupId"),
    ("sg-open-only-on-alb", "taskSecurityGroupId"),
    ("path-task-ingress-only-from-alb", "serviceArn"),
)
def sg_no_open_ssh(aws: Clients, outputs: Outputs) -> None:
    """SSH to the tasks is open to the two halves of the internet."""
    allow_in(aws, outputs["taskSecurityGroupId"], "tcp", (22, 22), **_WORLD_IN_HALVES)


@fault(
    ("sg-no-open-rdp", "endpointSecurityGroupId"),
    ("sg-no-open-high-risk-ports", "endpointSecurityGroupId"),
    ("sg-only-authorized-open-ports", "endpointSecurityGroupId"),
    ("sg-open-only-on-alb", "endpointSecurityGroupId"),
)
def sg_no_open_rdp(aws: Clients, outputs: Outputs) -> None:
    """A range of ports with RDP in it is open to all of IPv6."""
    allow_in(aws, outputs["endpointSecurityGroupId"], "tcp", (3380, 3400), **_WORLD_V6)


@fault(
    ("reach-nothing-else-to-rds", "databaseArn"),
    ("sg-no-open-high-risk-ports", "databaseSecurityGroupId"),
    ("sg-only-authorized-open-ports", "databaseSecurityGroupId"),
    ("sg-open-only-on-alb", "databaseSecurityGroupId"),
    ("path-rds-ingress-only-from-tasks", "databaseArn"),
)
def sg_no_open_high_risk_ports(aws: Clients, outputs: Outputs) -> None:
    """The database's port is open to the world."""
    port = int(str(outputs["databasePort"]))
    allow_in(aws, outputs["databaseSecurityGroupId"], "tcp", (port, port), **_WORLD)


@fault(
    ("sg-no-open-ssh", "endpointSecurityGroupId"),
    ("sg-no-open-rdp", "endpointSecurityGroupId"),
    ("sg-no-open-high-risk-ports", "endpointSecurityGroupId"),
    ("sg-only-authorized-open-ports", "endpointSecurityGroupId"),
    ("sg-open-only-on-alb", "endpointSecurityGroupId"),
    variant="all-traffic",
)
def sg_no_open_ssh_all_traffic(aws: Clients, outputs: Outputs) -> None:
    """A rule for all protocols, which names no ports, is open to the world."""
    allow_in(aws, outputs["endpointSecurityGroupId"], "-1", (-1, -1), **_WORLD)


@fault(
    ("sg-only-authorized-open-ports", "endpointSecurityGroupId"),
    ("sg-open-only-on-alb", "endpointSecurityGroupId"),
)
def sg_only_authorized_open_ports(aws: Clients, outputs: Outputs) -> None:
    """DNS over UDP is open to the world."""
    allow_in(aws, outputs["endpointSecurityGroupId"], "udp", (53, 53), **_WORLD)


@fault(("sg-open-only-on-alb", "endpointSecurityGroupId"))
def sg_open_only_on_alb(aws: Clients, outputs: Outputs) -> None:
    """HTTPS to the VPC endpoints is open to the world."""
    allow_in(aws, outputs["endpointSecurityGroupId"], "tcp", (443, 443), **_WORLD)


@fault(("sg-open-only-on-alb", "endpointSecurityGroupId"), variant="prefix-list")
def sg_open_only_on_alb_prefix_list(aws: Clients, outputs: Outputs) -> None:
    """HTTPS to the VPC endpoints is open to a prefix list that holds the world."""
    created = aws.client("ec2").create_managed_prefix_list(
        PrefixListName="partners",
        AddressFamily="IPv4",
        MaxEntries=2,
        Entries=[{"Cidr": "0.0.0.0/1"}, {"Cidr": "128.0.0.0/1"}],
    )
    listed = [{"PrefixListId": created["PrefixList"]["PrefixListId"]}]
    allow_in(aws, outputs["endpointSecurityGroupId"], "tcp", (443, 443), PrefixListIds=listed)


@fault(("sg-egress-restricted", "databaseSecurityGroupId"))
def sg_egress_restricted(aws: Clients, outputs: Outputs) -> None:
    """The database's security group lets everything out to the world."""
    allow_out(aws, outputs["databaseSecurityGroupId"], "-1", (-1, -1), **_WORLD)
