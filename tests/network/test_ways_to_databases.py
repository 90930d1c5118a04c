"""Nothing but the tasks reaches the database: not from the internet, nor from whatever its subnet has routes to."""

from __future__ import annotations

import msgspec
import pytest
from stack_verify.controls.network.reach import reach_internet_not_to_tasks_or_rds, reach_nothing_else_to_rds
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.policy import load_policy
from stack_verify.resources.awslambda import Function
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.rds_proxy import DBProxy
from support.hand_made import answered, arn, own_vpc, snapshot
from support.made_network import LISTED, entry, group, subnets

DATABASE = answered(
    DBInstance,
    DBInstanceIdentifier="db",
    DBInstanceArn=arn("rds", "db:db"),
    Engine="postgres",
    PubliclyAccessible=False,
    DBParameterGroups=[{"DBParameterGroupName": "db"}],
    Endpoint={"Address": "db.example", "Port": 5432},
    VpcSecurityGroups=[{"VpcSecurityGroupId": "sg-db"}],
    DBSubnetGroup={"DBSubnetGroupName": "db", "VpcId": "vpc-1", "Subnets": [{"SubnetIdentifier": "subnet-1"}]},
)


def judged(admitted, *routes, beside=()):
    """What is said of a database that admits these peers, in a subnet with these routes, and what was seen."""
    held = snapshot(
        own_vpc(),
        DATABASE,
        *beside,
        group("sg-db", ("tcp", admitted)),
        *subnets(routes),
        lists=[(kind, "vpc-1") for kind in LISTED],
    )
    (found,) = evaluate(held, [reach_nothing_else_to_rds], load_policy("hipaa", "prod"))
    return found.status, found.observed


@pytest.mark.parametrize(
    ("admitted", "routes", "status"),
    [
        ("sg-peer", [("172.16.0.0/16", "pcx-1")], Status.FAILED),
        ("sg-peer", [], Status.PASSED),
        ("sg-db", [("172.16.0.0/16", "pcx-1")], Status.PASSED),
        ("172.16.1.0/24", [("172.16.0.0/16", "pcx-1")], Status.FAILED),
        ("172.17.0.0/16", [("172.16.0.0/16", "pcx-1")], Status.PASSED),
        ("172.17.0.0/16", [("0.0.0.0/0", "tgw-1")], Status.FAILED),
        ("172.17.0.0/16", [("0.0.0.0/0", "tgw-1"), ("172.17.0.0/16", "nat-1")], Status.PASSED),
        ("10.0.9.0/24", [("0.0.0.0/0", "tgw-1")], Status.PASSED),
    ],
    ids=[
        "a group of a peer", "a group of nobody's", "its own group", "a part of a peer", "beside the peer",
        "somewhere beyond a transit gateway", "where answers do not go back", "the VPC, which is not beyond it",
    ],
)  # fmt: skip
def test_what_is_beyond_the_vpc_gets_in_where_rules_admit_it_and_answers_go_back(admitted, routes, status):
    found, observed = judged(admitted, *routes)
    assert found is status, observed


FUNCTION = answered(
    Function,
    FunctionArn=arn("lambda", "function:web"),
    FunctionName="web",
    VpcConfig={"SecurityGroupIds": ["sg-peer"], "SubnetIds": ["subnet-1"], "VpcId": "vpc-1"},
)
PROXY = answered(
    DBProxy,
    DBProxyName="db",
    DBProxyArn=arn("rds", "db-proxy:prx-0123456789abcdef0"),
    VpcSecurityGroupIds=["sg-peer"],
)


@pytest.mark.parametrize("client", [FUNCTION, PROXY], ids=["a function", "a proxy"])
def test_functions_and_proxies_of_the_stack_are_clients(client):
    beyond = ("172.16.0.0/16", "pcx-1")
    assert judged("sg-peer", beyond, beside=[client])[0] is Status.PASSED
    assert judged("sg-other", beyond, beside=[client])[0] is Status.FAILED


def test_the_finding_names_what_is_beyond_and_the_rule_to_remove():
    _, observed = judged("sg-peer", ("172.16.0.0/16", "pcx-1"))
    assert observed.startswith("open from what is beyond pcx-1: ")
    assert observed.endswith("rules to remove: sg-db: tcp 0-65535, sg-peer")


@pytest.mark.parametrize(
    ("kept_out", "status"),
    [
        ({"IcmpTypeCode": {"Type": -1, "Code": -1}}, Status.PASSED),
        ({"IcmpTypeCode": {"Type": 8, "Code": 0}}, Status.FAILED),
    ],
    ids=["all of ICMP", "pings alone"],
)
def test_an_access_list_that_keeps_out_pings_alone_lets_the_rest_of_icmp_in(kept_out, status):
    entries = [entry(50, "deny", "1", egress=False, **kept_out)]
    held = snapshot(
        msgspec.structs.replace(DATABASE, publicly_accessible=True),
        own_vpc(),
        group("sg-db", ("icmp", "0.0.0.0/0")),
        *subnets([("0.0.0.0/0", "igw-1")], entries=entries),
        lists=[(kind, "vpc-1") for kind in LISTED],
    )
    (found,) = evaluate(held, [reach_internet_not_to_tasks_or_rds], load_policy("hipaa", "prod"))
    assert found.status is status, found.observed
