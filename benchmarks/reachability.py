"""How the proof of reachability grows with the VPC: security groups and as many network interfaces.

    .tox/demo/bin/python benchmarks/reachability.py [--size N ...] [--runs N]

The snapshot is made in memory: each interface is in a group of its own, whose two rules admit another group and a
block of addresses; the database admits one of the groups. Measured is the judgement that nothing else reaches it, over
every interface, and that the internet does not. Prints a Markdown table with medians.
"""

from __future__ import annotations

import argparse
import statistics
import time
from datetime import UTC, datetime
from ipaddress import IPv4Address

import msgspec
from stack_verify.controls.network.reach import reach_internet_not_to_tasks_or_rds, reach_nothing_else_to_rds
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.inquiry import Answer, Caller, Stack
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import VPC, InternetGateway, NetworkInterface, SecurityGroup, Subnet, VPCEndpoint
from stack_verify.resources.ec2_routing import NetworkAcl, RouteTable
from stack_verify.resources.ecs import Service
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.resource import ApiCall, Question, Resource
from stack_verify.snapshot import Snapshot, sorted_resources

AT = datetime(2026, 1, 31, tzinfo=UTC)
CALL = ApiCall(api="ec2:Describe", account="123456789012", region="sa-east-1", request_id=None, at=AT)
VPC_ID, SUBNETS = "vpc-1", ("subnet-a", "subnet-b")
NOBODY = {"Ipv6Ranges": [], "PrefixListIds": [], "UserIdGroupPairs": [], "IpRanges": []}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--size", type=int, action="append", help="groups and interfaces (10, 100, 1000 and 5000)")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    print("| groups and interfaces | wall, median (min-max) | an interface |")
    print("|---|---|---|")
    for size in options.size or (10, 100, 1000, 5000):
        snapshot = network(size)
        walls = [judged(snapshot) for _ in range(options.runs)]
        wall = statistics.median(walls)
        spread = f"{min(walls):.2f}-{max(walls):.2f}"
        print(f"| {size:,} | {wall:.2f} s ({spread}) | {wall / size * 1000:.2f} ms |", flush=True)


def judged(snapshot: Snapshot) -> float:
    controls = (reach_nothing_else_to_rds, reach_internet_not_to_tasks_or_rds)
    started = time.perf_counter()
    findings = evaluate(snapshot, controls, load_policy("hipaa", "prod"))
    wall = time.perf_counter() - started
    if {finding.status for finding in findings} != {Status.PASSED}:
        raise SystemExit("\n".join(f"{finding.control}: {finding.observed}" for finding in findings))
    return wall


def network(size: int) -> Snapshot:
    groups = [group(number, size) for number in range(size)]
    interfaces = [interface(number) for number in range(size)]
    subnets = [
        made(Subnet, SubnetId=name, VpcId=VPC_ID, CidrBlock=f"10.0.{128 * at}.0/17") for at, name in enumerate(SUBNETS)
    ]
    table = made(
        RouteTable,
        RouteTableId="rtb-1",
        VpcId=VPC_ID,
        Routes=[route("10.0.0.0/16", "local"), route("0.0.0.0/0", "igw-1")],
        Associations=[{"Main": True}],
    )
    acl = made(
        NetworkAcl,
        NetworkAclId="acl-1",
        VpcId=VPC_ID,
        Associations=[{"SubnetId": name} for name in SUBNETS],
        Entries=[
            entry(number, out, action) for out in (True, False) for number, action in ((100, "allow"), (32767, "deny"))
        ],
    )
    gateway = made(InternetGateway, InternetGatewayId="igw-1", Attachments=[{"VpcId": VPC_ID}])
    database = made(
        DBInstance,
        DBInstanceIdentifier="database",
        DBInstanceArn="arn:aws:rds:sa-east-1:123456789012:db:database",
        Engine="postgres",
        Endpoint={"Port": 5432},
        PubliclyAccessible=False,
        DBSubnetGroup={
            "DBSubnetGroupName": "database",
            "VpcId": VPC_ID,
            "Subnets": [{"SubnetIdentifier": name} for name in SUBNETS],
        },
        VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-0"}],
        DBParameterGroups=[{"DBParameterGroupName": "default"}],
    )
    service = made(
        Service,
        serviceArn="arn:aws:ecs:sa-east-1:123456789012:service/cluster/service",
        serviceName="service",
        clusterArn="arn:aws:ecs:sa-east-1:123456789012:cluster/cluster",
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": list(SUBNETS), "securityGroups": ["sg-1"], "assignPublicIp": "DISABLED",
            }
        },
    )  # fmt: skip
    vpc = made(VPC, VpcId=VPC_ID)
    return snapshot(vpc, gateway, acl, table, *subnets, *groups, *interfaces, database, service)


def group(number: int, size: int) -> SecurityGroup:
    admitted = f"sg-{(number + 1) % size}"
    return made(
        SecurityGroup,
        GroupId=f"sg-{number}",
        GroupName=f"group-{number}",
        VpcId=VPC_ID,
        IpPermissions=[
            {
                **NOBODY,
                "IpProtocol": "tcp",
                "FromPort": 5432,
                "ToPort": 5432,
                "UserIdGroupPairs": [{"GroupId": admitted}],
            },
            {**NOBODY, "IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "10.0.0.0/16"}]},
        ],
        IpPermissionsEgress=[{**NOBODY, "IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}],
    )


def interface(number: int) -> NetworkInterface:
    address = IPv4Address("10.0.0.4") + number * 2
    return made(
        NetworkInterface,
        NetworkInterfaceId=f"eni-{number}",
        VpcId=VPC_ID,
        SubnetId=SUBNETS[0],
        Groups=[{"GroupId": f"sg-{number}"}],
        PrivateIpAddresses=[{"PrivateIpAddress": str(address)}],
    )


def route(block: str, gateway: str) -> dict[str, str]:
    return {"DestinationCidrBlock": block, "GatewayId": gateway, "State": "active", "Origin": "CreateRoute"}


def entry(number: int, out: bool, action: str) -> dict[str, object]:
    return {"RuleNumber": number, "Egress": out, "RuleAction": action, "Protocol": "-1", "CidrBlock": "0.0.0.0/0"}


def made(kind: type[Resource], **fields: object) -> Resource:
    return msgspec.convert({**fields, "ObservedBy": CALL, "observedBy": CALL}, kind)


def snapshot(*resources: Resource) -> Snapshot:
    found: dict[Question, list[Resource]] = {kind.ask(VPC_ID): [] for kind in (VPCEndpoint, NetworkInterface)}
    for each in resources:
        for key in {each.id, each.arn, VPC_ID} - {None}:
            found.setdefault(Question(each.kind(), key), []).append(each)
    answers = tuple(
        Answer(question=question, call=CALL, ids=tuple((one.kind(), one.id) for one in some), in_stack=True)
        for question, some in found.items()
    )
    return Snapshot(
        taken_at=AT,
        caller=Caller(account="123456789012", arn="arn:aws:iam::123456789012:user/audit", region="sa-east-1"),
        stack=Stack(source="outputs.json"),
        resources=sorted_resources(resources),
        answers=answers,
    )


if __name__ == "__main__":
    main()
