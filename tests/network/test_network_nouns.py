"""What the parts of a network lead to."""

from __future__ import annotations

import pytest
from stack_verify.resources.ec2 import VPC, FlowLog, NatGateway, Subnet
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.s3 import Bucket
from support.hand_made import answered, arn

ABROAD = arn("logs", "log-group:flow", region="us-east-1")
ANOTHERS = arn("logs", "log-group:flow", account="210987654321")


@pytest.mark.parametrize(
    ("told", "destination"),
    [
        ({"LogGroupName": "flow"}, LogGroup.ask("flow")),
        ({"LogDestination": arn("logs", "log-group:flow:*")}, LogGroup.ask("flow")),
        ({"LogDestination": f"{ABROAD}:*", "LogGroupName": "flow"}, LogGroup.ask(ABROAD)),
        ({"LogDestination": ANOTHERS}, LogGroup.ask(ANOTHERS)),
        ({"LogDestination": "arn:aws:s3:::flow-logs/prod"}, Bucket.ask("flow-logs")),
        ({"LogDestination": arn("firehose", "deliverystream/flow")}, None),
        ({}, None),
    ],
    ids=["by name", "by ARN", "of another region", "of another account", "a bucket", "a stream", "not told"],
)
def test_a_flow_log_leads_to_the_very_group_or_bucket_that_it_names(told, destination):
    assert answered(FlowLog, FlowLogId="fl-1", ResourceId="vpc-1", **told).destination == destination


@pytest.mark.parametrize(
    ("told", "asked"),
    [({"SubnetId": "subnet-1"}, [VPC.ask("vpc-1"), Subnet.ask("subnet-1")]), ({}, [VPC.ask("vpc-1")])],
    ids=["zonal", "regional"],
)
def test_a_nat_gateway_of_the_whole_region_stands_in_no_subnet(told, asked):
    assert list(answered(NatGateway, NatGatewayId="nat-1", VpcId="vpc-1", **told).refers_to()) == asked
