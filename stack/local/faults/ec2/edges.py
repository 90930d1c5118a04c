"""Faults at the edge of the VPC: its internet gateway, and its endpoints."""

import json

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}


def _set_policy(aws: Clients, outputs: Outputs, index: int, *statements: object) -> None:
    policy = {"Version": "2012-10-17", "Statement": statements}
    aws.client("ec2").modify_vpc_endpoint(
        VpcEndpointId=outputs["vpcEndpointIds"][index], PolicyDocument=json.dumps(policy)
    )


@fault(("igw-authorized-vpc-only", "internetGatewayId"), ("reach-internet-to-alb", "albArn"))
def igw_authorized_vpc_only(aws: Clients, outputs: Outputs) -> None:
    """The internet gateway stands before another VPC."""
    ec2, gateway = aws.client("ec2"), outputs["internetGatewayId"]
    other = ec2.create_vpc(CidrBlock="10.99.0.0/16")["Vpc"]["VpcId"]
    ec2.detach_internet_gateway(InternetGatewayId=gateway, VpcId=outputs["vpcId"])
    ec2.attach_internet_gateway(InternetGatewayId=gateway, VpcId=other)


@fault(("vpc-endpoint-policy-restricted", "vpcEndpointIds[3]"))
def vpc_endpoint_policy_restricted(aws: Clients, outputs: Outputs) -> None:
    """The endpoint for logs has the policy that AWS would have given it: everybody may do everything."""
    _set_policy(aws, outputs, 3, _EVERYTHING)


# Nobody may get anything out, then: no task the layers of its image.
@fault(
    ("vpc-endpoint-policy-restricted", "vpcEndpointIds[0]"),
    ("reach-tasks-egress-route", "serviceArn"),
    variant="buckets",
)
def vpc_endpoint_policy_restricted_buckets(aws: Clients, outputs: Outputs) -> None:
    """Everybody may put into every bucket of the world through the endpoint for S3."""
    _set_policy(aws, outputs, 0, {**_EVERYTHING, "Action": "s3:PutObject", "Resource": "arn:aws:s3:::*"})


@fault(("reach-tasks-egress-route", "serviceArn"), ("sg-unused", "endpointSecurityGroupId"))
def sg_unused(aws: Clients, outputs: Outputs) -> None:
    """The VPC endpoints have another security group."""
    ec2, own = aws.client("ec2"), outputs["endpointSecurityGroupId"]
    for endpoint in outputs["vpcEndpointIds"][1:]:
        ec2.modify_vpc_endpoint(
            VpcEndpointId=endpoint, RemoveSecurityGroupIds=[own], AddSecurityGroupIds=[outputs["taskSecurityGroupId"]]
        )
