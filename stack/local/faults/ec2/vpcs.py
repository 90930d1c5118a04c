"""Faults of the VPC: its flow log, default security group, endpoints, subnets and routes."""

from stack.local.endpoint import Clients
from stack.local.faults.absence import gone
from stack.local.faults.fault import Outputs, fault

# The places of the route tables in the outputs; each zone has a private one between these.
_PUBLIC, _SECOND_PRIVATE, _ISOLATED = 0, 2, 3


def _move(aws: Clients, subnet: str, table: str) -> None:
    """Lets `subnet` use the route table `table`."""
    ec2 = aws.client("ec2")
    using = ec2.describe_route_tables(Filters=[{"Name": "association.subnet-id", "Values": [subnet]}])
    (association,) = (
        each["RouteTableAssociationId"]
        for each in using["RouteTables"][0]["Associations"]
        if each.get("SubnetId") == subnet
    )
    ec2.replace_route_table_association(AssociationId=association, RouteTableId=table)


@fault(
    ("vpc-flow-logs", "vpcId"),
    ("vpc-flow-log-destination-live", "flowLogId"),
    ("vpc-flow-log-destination-live", ""),
    *gone("flowLogId", "healthcare:network:FlowLogs$aws:ec2/flowLog:FlowLog::healthcare-flow-logs-prod"),
)
def vpc_flow_logs(aws: Clients, outputs: Outputs) -> None:
    """The VPC's flow log is deleted."""
    aws.client("ec2").delete_flow_logs(FlowLogIds=[str(outputs["flowLogId"])])


@fault(
    ("vpc-flow-log-destination-live", "flowLogId"),
    ("log-group-deletion-protected", "flowLogGroupName"),
    ("log-group-encrypted", "flowLogGroupName"),
    ("log-group-not-public", "flowLogGroupName"),
    ("log-group-retention", "flowLogGroupName"),
    *gone(
        "flowLogGroupName",
        "healthcare:network:FlowLogs$aws:cloudwatch/logGroup:LogGroup::healthcare-flow-logs-prod",
        also=("flowLogGroupArn",),
    ),
)
def vpc_flow_log_destination_live(aws: Clients, outputs: Outputs) -> None:
    """The log group that the flow log is delivered to is deleted."""
    aws.client("logs").delete_log_group(logGroupName=outputs["flowLogGroupName"])


@fault(("vpc-default-sg-closed", "vpcId"))
def vpc_default_sg_closed(aws: Clients, outputs: Outputs) -> None:
    """The members of the default security group reach each other again, as AWS would have it."""
    group = str(outputs["defaultSecurityGroupId"])
    itself = {"IpProtocol": "-1", "UserIdGroupPairs": [{"GroupId": group}]}
    aws.client("ec2").authorize_security_group_ingress(GroupId=group, IpPermissions=[itself])


@fault(
    ("reach-tasks-egress-route", "serviceArn"),
    ("vpc-endpoints-present", "vpcId"),
    ("vpc-endpoint-policy-restricted", "vpcEndpointIds[5]"),
    *gone("vpcEndpointIds[5]", "healthcare:network:Endpoints$aws:ec2/vpcEndpoint:VpcEndpoint::healthcare-kms-prod"),
)
def vpc_endpoints_present(aws: Clients, outputs: Outputs) -> None:
    """The VPC endpoint for KMS is deleted."""
    aws.client("ec2").delete_vpc_endpoints(VpcEndpointIds=[outputs["vpcEndpointIds"][5]])


@fault(
    ("reach-tasks-egress-route", "serviceArn"),
    ("vpc-endpoints-present", "vpcId"),
    # No task uses it any more.
    ("route-no-unrestricted-igw", f"routeTableIds[{_SECOND_PRIVATE}]"),
    variant="no-route",
)
def vpc_endpoints_present_no_route(aws: Clients, outputs: Outputs) -> None:
    """The tasks' subnet of the second zone uses a route table that does not lead to the gateway endpoint for S3."""
    made = aws.client("ec2").create_route_table(VpcId=outputs["vpcId"])
    _move(aws, outputs["privateSubnetIds"][1], made["RouteTable"]["RouteTableId"])


@fault(("reach-internet-to-alb", "albArn"), ("subnet-multi-az", "vpcId"))
def subnet_multi_az(aws: Clients, outputs: Outputs) -> None:
    """The public subnet of the second zone loses its way to the internet gateway."""
    _move(aws, outputs["publicSubnetIds"][1], outputs["routeTableIds"][_ISOLATED])


@fault(("subnet-no-auto-public-ip", "privateSubnetIds[0]"))
def subnet_no_auto_public_ip(aws: Clients, outputs: Outputs) -> None:
    """A private subnet gives out public addresses."""
    aws.client("ec2").modify_subnet_attribute(
        SubnetId=outputs["privateSubnetIds"][0], MapPublicIpOnLaunch={"Value": True}
    )


@fault(
    ("reach-tasks-egress-route", "serviceArn"),
    ("subnet-public-private-separated", "vpcId"),
    ("ecs-tasks-in-private-subnets", "serviceArn"),
    ("route-no-unrestricted-igw", "routeTableIds[0]"),
    ("route-no-unrestricted-igw", "routeTableIds[1]"),
    # The public table does not lead to the gateway endpoint for S3.
    ("vpc-endpoints-present", "vpcId"),
)
def subnet_public_private_separated(aws: Clients, outputs: Outputs) -> None:
    """The tasks' subnet of the first zone uses the route table of the public ones."""
    _move(aws, outputs["privateSubnetIds"][0], outputs["routeTableIds"][_PUBLIC])


@fault(
    ("route-no-unrestricted-igw", "routeTableIds[2]"),
    ("ecs-tasks-in-private-subnets", "serviceArn"),
    ("subnet-public-private-separated", "vpcId"),
)
def route_no_unrestricted_igw(aws: Clients, outputs: Outputs) -> None:
    """The tasks' subnet of the second zone sends half of the internet's addresses to the internet gateway."""
    aws.client("ec2").create_route(
        RouteTableId=outputs["routeTableIds"][_SECOND_PRIVATE],
        DestinationCidrBlock="0.0.0.0/1",
        GatewayId=outputs["internetGatewayId"],
    )
