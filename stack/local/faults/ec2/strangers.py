"""Faults of the VPC: what stands in it and is not the stack's."""

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _beside(aws: Clients, outputs: Outputs, scheme: str) -> None:
    subnets = [value for name, value in sorted(outputs.items()) if name.startswith("publicSubnetIds")]
    names = [name for value in subnets for name in (value if isinstance(value, list) else str(value).split(","))]
    aws.client("elbv2").create_load_balancer(
        Name="by-hand", Subnets=names, SecurityGroups=[outputs["albSecurityGroupId"]], Scheme=scheme
    )


@fault(("vpc-no-strangers", "vpcId"))
def vpc_no_strangers(aws: Clients, outputs: Outputs) -> None:
    """Somebody made an internal load balancer in the VPC, without any tag."""
    _beside(aws, outputs, "internal")


@fault(("vpc-no-exposed-strangers", "vpcId"), ("vpc-no-strangers", "vpcId"))
def vpc_no_exposed_strangers(aws: Clients, outputs: Outputs) -> None:
    """Somebody made a load balancer in the VPC that faces the internet, without any tag."""
    _beside(aws, outputs, "internet-facing")
