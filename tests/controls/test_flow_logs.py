"""When a flow log records everything, and where it is delivered."""

from __future__ import annotations

import pytest
from stack_verify.controls.ec2.flow_logs import vpc_flow_log_destination_live, vpc_flow_logs
from stack_verify.controls.ec2.vpcs import vpc_default_sg_closed
from stack_verify.core.control import Status
from stack_verify.resources.ec2 import FlowLog, SecurityGroup
from stack_verify.resources.logs import LogGroup
from support.hand_made import answered, judged, own_vpc, snapshot

GROUP = answered(LogGroup, logGroupName="flows", logGroupArn="arn:aws:logs:sa-east-1:123456789012:log-group:flows")
NETWORK = own_vpc(CidrBlock="10.0.0.0/16")
WELL = {"FlowLogStatus": "ACTIVE", "TrafficType": "ALL", "DeliverLogsStatus": "SUCCESS"}


def log(name: str = "fl-1", **fields: object) -> FlowLog:
    to = {"LogDestinationType": "cloud-watch-logs", "LogGroupName": "flows"}
    return answered(FlowLog, FlowLogId=name, ResourceId="vpc-1", **{**to, **WELL, **fields})


@pytest.mark.parametrize(
    ("logs", "status"),
    [
        ([log()], Status.PASSED),
        ([log(TrafficType="REJECT"), log("fl-2")], Status.PASSED),
        ([log(TrafficType="REJECT")], Status.FAILED),
        ([log(FlowLogStatus="INACTIVE")], Status.FAILED),
        ([log(DeliverLogsStatus="FAILED")], Status.FAILED),
        ([], Status.FAILED),
    ],
)
def test_a_flow_log_of_all_traffic_is_active_and_delivered(logs, status):
    held = snapshot(NETWORK, *logs, lists=[(FlowLog, "vpc-1")])
    assert judged(vpc_flow_logs, held)["vpc-1"] is status


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, Status.PASSED),
        ({"DeliverLogsStatus": "FAILED"}, Status.FAILED),
        ({"LogDestinationType": "kinesis-data-firehose", "LogGroupName": None}, Status.FAILED),
    ],
)
def test_a_flow_log_is_delivered_to_what_is_there(fields, status):
    assert judged(vpc_flow_log_destination_live, snapshot(log(**fields), GROUP)) == {"fl-1": status}


WORLD = {"IpRanges": [{"CidrIp": "0.0.0.0/0"}], "Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": []}
ALL = {"IpProtocol": "-1", **WORLD}


@pytest.mark.parametrize(
    ("name", "into", "out", "status"),
    [
        ("default", [], [], Status.PASSED),
        ("default", [ALL], [], Status.FAILED),
        ("default", [], [ALL], Status.FAILED),
        ("web", [], [], Status.FAILED),
    ],
)
def test_the_default_security_group_has_no_rules(name, into, out, status):
    fields = {"GroupId": "sg-1", "GroupName": name, "VpcId": "vpc-1"}
    group = answered(SecurityGroup, **fields, IpPermissions=into, IpPermissionsEgress=out)
    assert judged(vpc_default_sg_closed, snapshot(NETWORK, group, lists=[(SecurityGroup, "vpc-1")]))["vpc-1"] is status
