"""Faults of the subnets of databases."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


@fault(
    ("rds-subnets-private", "databaseArn"),
    ("route-no-unrestricted-igw", "routeTableIds[3]"),
    ("subnet-public-private-separated", "vpcId"),
)
def rds_subnets_private(aws: Clients, outputs: Outputs) -> None:
    """The database's subnets route to the internet gateway."""
    aws.client("ec2").create_route(
        RouteTableId=outputs["routeTableIds"][3],
        DestinationCidrBlock="0.0.0.0/0",
        GatewayId=outputs["internetGatewayId"],
    )
