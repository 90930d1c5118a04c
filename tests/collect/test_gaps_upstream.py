"""What could not be read may hide what it leads to: a list that may lack some is no list to judge by."""

from __future__ import annotations

import pytest
from stack_verify.controls import CONTROLS
from stack_verify.controls.ec2.vpcs import subnet_multi_az, subnet_public_private_separated
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources import RESOURCES
from stack_verify.resources.ec2 import InternetGateway, Subnet
from stack_verify.resources.ec2_routing import RouteTable
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.elbv2 import Listener
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import Resource
from stack_verify.resources.tagging import TaggedResource
from support.hand_made import answered, arn, denied, judged, own_vpc, snapshot

BY_STACK = "Project=web,EnvironmentSuffix=prod"
TO_THE_INTERNET = {"DestinationCidrBlock": "0.0.0.0/0", "GatewayId": "igw-1"}


def subnet(name: str, zone: str) -> Subnet:
    return answered(
        Subnet, SubnetId=name, VpcId="vpc-1", AvailabilityZone=f"sa-east-1{zone}", MapPublicIpOnLaunch=False
    )


def table(name: str, *routes: dict[str, str], **association: object) -> RouteTable:
    return answered(
        RouteTable, RouteTableId=name, VpcId="vpc-1", Routes=routes, Associations=[{"Main": False, **association}]
    )


SUBNETS = (subnet("subnet-1", "a"), subnet("subnet-2", "b"), subnet("subnet-3", "a"), subnet("subnet-4", "b"))
DATABASE = answered(
    DBInstance,
    DBInstanceIdentifier="db",
    DBInstanceArn=arn("rds", "db:db"),
    Engine="postgres",
    DBSubnetGroup={"DBSubnetGroupName": "data", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-3"}]},
    VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-1"}],
    DBParameterGroups=[{"DBParameterGroupName": "p"}],
)
HELD = (
    own_vpc(),
    table("rtb-main", Main=True),
    table("rtb-1", TO_THE_INTERNET, SubnetId="subnet-1"),
    table("rtb-2", TO_THE_INTERNET, SubnetId="subnet-2"),
    *SUBNETS,
    DATABASE,
)
LISTS = ((RouteTable, "vpc-1"),)


@pytest.mark.parametrize("control", [subnet_multi_az, subnet_public_private_separated], ids=lambda each: each.id)
@pytest.mark.parametrize(
    ("gaps", "status"),
    [
        ((), Status.PASSED),
        ((denied(Subnet, "subnet-5"),), Status.ERROR),
        ((denied(Service, "service"),), Status.ERROR),
        ((denied(Listener, "listener"),), Status.ERROR),
        ((denied(TaggedResource, BY_STACK),), Status.ERROR),
        ((denied(InternetGateway, "igw-1"),), Status.PASSED),
    ],
    ids=["all read", "a subnet", "a service", "a listener", "the tags", "a gateway, which leads to no subnet"],
)
def test_subnets_are_judged_together_when_none_can_be_missing(control, gaps, status):
    assert judged(control, snapshot(*HELD, lists=LISTS, gaps=gaps)) == {"vpc-1": status}


@pytest.mark.parametrize("control", [subnet_multi_az, subnet_public_private_separated], ids=lambda each: each.id)
def test_subnets_that_were_not_read_at_all_are_no_reason_to_say_there_are_none(control):
    held = [each for each in HELD if not isinstance(each, Subnet)]
    gaps = tuple(denied(Subnet, each.subnet_id) for each in SUBNETS)
    assert judged(control, snapshot(*held, lists=LISTS, gaps=gaps)) == {"vpc-1": Status.ERROR}


# An ARN of each kind that has one, and no kind of which there is none here.
ARNS = {
    arn("acm", "certificate/5cada5c0-3c8e-4e01-8796-36014f087cde"),
    *(
        arn("ec2", f"{noun}/{prefix}-0a1b2c3d")
        for noun, prefix in (
            *(("elastic-ip", "eipalloc"), ("internet-gateway", "igw"), ("natgateway", "nat"), ("network-acl", "acl")),
            *(("network-interface", "eni"), ("route-table", "rtb"), ("security-group", "sg"), ("subnet", "subnet")),
            *(("vpc", "vpc"), ("vpc-endpoint", "vpce"), ("vpc-flow-log", "fl")),
            *(("image", "ami"), ("instance", "i"), ("launch-template", "lt"), ("snapshot", "snap"), ("volume", "vol")),
        )
    ),
    arn("ecr", "repository/web"),
    arn("ecs", "cluster/web"),
    arn("ecs", "service/web/web"),
    arn("ecs", "task-definition/web:1"),
    arn("elasticloadbalancing", "listener/app/web/1a/2b"),
    arn("elasticloadbalancing", "loadbalancer/app/web/1a"),
    arn("elasticloadbalancing", "targetgroup/web/1a"),
    arn("iam", "role/web", region=""),
    arn("iam", "user/web", region=""),
    arn("kms", "key/5cada5c0-3c8e-4e01-8796-36014f087cde"),
    arn("elasticfilesystem", "access-point/fsap-0a1b2c3d"),
    arn("elasticfilesystem", "file-system/fs-0a1b2c3d"),
    arn("lambda", "function:web"),
    arn("logs", "log-group:web"),
    arn("apigateway", "/apis/a1b2c3d4e5", account=""),
    arn("apigateway", "/domainnames/api.example.org", account=""),
    arn("apigateway", "/restapis/a1b2c3d4e5", account=""),
    arn("cloudfront", "distribution/E1A2B3C4D5E6F7", region=""),
    arn("dynamodb", "table/web"),
    arn("events", "event-bus/web"),
    arn("rds", "cluster:web"),
    arn("rds", "db:web"),
    arn("rds", "db-proxy:prx-0123456789abcdef0"),
    arn("s3", "web", account="", region=""),
    arn("secretsmanager", "secret:web-a1b2c3"),
    arn("sqs", "web"),
}


def test_tags_lead_to_every_kind_that_is_recognised_by_its_arn_and_lives_as_long_as_they():
    found = {recognise("ResourceARN", each, account="123456789012", region="sa-east-1") for each in ARNS}
    # Revisions of task definitions carry the tags for ever, so these alone tell nothing.
    assert {question.kind for question in found} == {*TaggedResource.leads_to, TaskDefinition.kind()}


@pytest.mark.parametrize("kind", [each for each in RESOURCES if each.kind() in TaggedResource.leads_to], ids=str)
def test_tags_that_could_not_be_read_leave_no_control_of_what_they_name_not_applicable(kind: type[Resource]):
    held = snapshot(gaps=(denied(TaggedResource, BY_STACK),))
    about = [control for control in CONTROLS if control.subject is kind]
    assert {status for control in about for status in judged(control, held).values()} <= {Status.ERROR}
