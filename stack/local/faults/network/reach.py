"""Faults of reachability: a way through the network that is blocked, and one that is open and must not be."""

from typing import Any, Final

from stack.local.endpoint import Clients
from stack.local.faults.ec2.security_groups import allow_in
from stack.local.faults.fault import Outputs, fault

_ISOLATED: Final = 3
_EVERYWHERE: Final = "0.0.0.0/0"
_TCP: Final = "6"
_FIRST: Final = 50


def _acl(aws: Clients, outputs: Outputs) -> str:
    """The VPC's default network ACL, which guards all of the stack's subnets."""
    of_vpc = [{"Name": "vpc-id", "Values": [outputs["vpcId"]]}, {"Name": "default", "Values": ["true"]}]
    (acl,) = aws.client("ec2").describe_network_acls(Filters=of_vpc)["NetworkAcls"]
    return str(acl["NetworkAclId"])


def _deny(aws: Clients, outputs: Outputs, port: int, *, egress: bool, peer: str = _EVERYWHERE) -> None:
    """Denies TCP to `port`, from or to `peer`, before anything is allowed."""
    _enter(aws, _acl(aws, outputs), "deny", port, egress=egress, peer=peer)


def _block(aws: Clients, subnet: str) -> str:
    """The addresses of a subnet."""
    (found,) = aws.client("ec2").describe_subnets(SubnetIds=[subnet])["Subnets"]
    return str(found["CidrBlock"])


def _enter(aws: Clients, acl: str, action: str, port: int, *, egress: bool, peer: str = _EVERYWHERE) -> None:
    aws.client("ec2").create_network_acl_entry(
        NetworkAclId=acl,
        RuleNumber=_FIRST,
        Protocol=_TCP,
        RuleAction=action,
        Egress=egress,
        CidrBlock=peer,
        PortRange={"From": port, "To": port},
    )


def _guard(aws: Clients, acl: str, subnets: Any) -> None:  # noqa: ANN401 - an output
    """Puts `acl` before the subnets in the place of the one that guards them."""
    ec2 = aws.client("ec2")
    for subnet in subnets:
        guarding = ec2.describe_network_acls(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
        (association,) = (
            use["NetworkAclAssociationId"]
            for each in guarding["NetworkAcls"]
            for use in each["Associations"]
            if use["SubnetId"] == subnet
        )
        ec2.replace_network_acl_association(AssociationId=association, NetworkAclId=acl)


def _port(outputs: Outputs, name: str) -> int:
    return int(str(outputs[name]))


# Requests to the endpoints, from one of the tasks' subnets to the other, are to the same port.
@fault(("reach-internet-to-alb", "albArn"), ("reach-tasks-egress-route", "serviceArn"))
def reach_internet_to_alb(aws: Clients, outputs: Outputs) -> None:
    """The network ACL denies requests to the listener, which the security group admits."""
    _deny(aws, outputs, _port(outputs, "listenerPort"), egress=False)


@fault(
    ("reach-internet-to-alb", "albArn"),
    variant="gateway",
)
def reach_internet_to_alb_gateway(aws: Clients, outputs: Outputs) -> None:
    """The public subnets have no route to the internet gateway."""
    aws.client("ec2").delete_route(RouteTableId=outputs["routeTableIds"][0], DestinationCidrBlock=_EVERYWHERE)


@fault(("reach-alb-to-tasks", "serviceArn"))
def reach_alb_to_tasks(aws: Clients, outputs: Outputs) -> None:
    """The network ACL denies requests to the containers' port from one of the load balancer's subnets."""
    peer = _block(aws, outputs["publicSubnetIds"][1])
    _deny(aws, outputs, _port(outputs, "containerPort"), egress=False, peer=peer)


@fault(("reach-tasks-to-rds", "databaseArn"))
def reach_tasks_to_rds(aws: Clients, outputs: Outputs) -> None:
    """The network ACL denies queries on their way to one of the subnets that the database may stand in."""
    peer = _block(aws, outputs["isolatedSubnetIds"][1])
    _deny(aws, outputs, _port(outputs, "databasePort"), egress=True, peer=peer)


@fault(("reach-tasks-to-rds", "databaseArn"), variant="answers")
def reach_tasks_to_rds_answers(aws: Clients, outputs: Outputs) -> None:
    """The database's subnets let queries in, and no answers out to the ports that the queries came from."""
    made = aws.client("ec2").create_network_acl(VpcId=outputs["vpcId"])
    acl, port = made["NetworkAcl"]["NetworkAclId"], _port(outputs, "databasePort")
    _enter(aws, acl, "allow", port, egress=False)
    _enter(aws, acl, "allow", port, egress=True)
    _guard(aws, acl, outputs["isolatedSubnetIds"])


@fault(
    ("reach-nothing-else-to-rds", "databaseArn"),
    ("path-rds-ingress-only-from-tasks", "databaseArn"),
    ("vpc-no-strangers", "vpcId"),
)
def reach_nothing_else_to_rds(aws: Clients, outputs: Outputs) -> None:
    """An interface in a public subnet, in a security group of its own, is let into the database."""
    ec2, port = aws.client("ec2"), _port(outputs, "databasePort")
    made = ec2.create_security_group(GroupName="bastion", Description="bastion", VpcId=outputs["vpcId"])["GroupId"]
    ec2.create_network_interface(SubnetId=outputs["publicSubnetIds"][0], Groups=[made])
    members = {"UserIdGroupPairs": [{"GroupId": made}]}
    allow_in(aws, outputs["databaseSecurityGroupId"], "tcp", (port, port), **members)


@fault(
    ("reach-internet-not-to-tasks-or-rds", "vpcId"),
    ("reach-nothing-else-to-rds", "databaseArn"),
    ("path-rds-ingress-only-from-tasks", "databaseArn"),
    ("rds-not-publicly-accessible", "databaseArn"),
    ("rds-subnets-private", "databaseArn"),
    ("route-no-unrestricted-igw", f"routeTableIds[{_ISOLATED}]"),
    ("sg-no-open-high-risk-ports", "databaseSecurityGroupId"),
    ("sg-only-authorized-open-ports", "databaseSecurityGroupId"),
    ("sg-open-only-on-alb", "databaseSecurityGroupId"),
    ("subnet-public-private-separated", "vpcId"),
)
def reach_internet_not_to_tasks_or_rds(aws: Clients, outputs: Outputs) -> None:
    """The database has a public address, a route to the internet gateway, and a rule for half of the internet."""
    port = _port(outputs, "databasePort")
    half = {"IpRanges": [{"CidrIp": "128.0.0.0/1"}]}
    allow_in(aws, outputs["databaseSecurityGroupId"], "tcp", (port, port), **half)
    aws.client("ec2").create_route(
        RouteTableId=outputs["routeTableIds"][_ISOLATED],
        DestinationCidrBlock=_EVERYWHERE,
        GatewayId=outputs["internetGatewayId"],
    )
    aws.client("rds").modify_db_instance(
        DBInstanceIdentifier=outputs["databaseIdentifier"], PubliclyAccessible=True, ApplyImmediately=True
    )


@fault(("reach-tasks-egress-route", "serviceArn"))
def reach_tasks_egress_route(aws: Clients, outputs: Outputs) -> None:
    """The network ACL denies HTTPS on its way out of the tasks' subnets."""
    _deny(aws, outputs, 443, egress=True)
