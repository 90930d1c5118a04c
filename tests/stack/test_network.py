"""The network: three tiers in each zone, of which the isolated one has no way out."""

import ipaddress
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.stack_deployment import DEV, ISSUED, Deployment, deploy

from stack.network import Tier, subnet_cidrs

TIERS = ("public", "private", "isolated")


def tier_of(name: str) -> str:
    return name.removeprefix("healthcare-").split("-")[0]


def default_routes(stack: Deployment) -> dict[str, str]:
    """The target of each route table's default route, for the tables that have one."""
    routes = {}
    for route in stack.of("Route"):
        assert route.inputs["destinationCidrBlock"] == "0.0.0.0/0"
        target = route.inputs.get("gatewayId") or route.inputs["natGatewayId"]
        routes[route.inputs["routeTableId"]] = target
    return {table.name: routes[table.id] for table in stack.of("RouteTable") if table.id in routes}


def test_each_tier_has_a_subnet_in_each_of_the_first_zones(any_stack: Deployment):
    zones = {(tier_of(s.name), s.inputs["availabilityZone"]) for s in any_stack.of("Subnet")}
    assert zones == {(tier, zone) for tier in TIERS for zone in ("sa-east-1a", "sa-east-1b")}
    assert len(any_stack.of("Subnet")) == 6


def test_zones_are_taken_by_name_where_they_are_named():
    stack = deploy({**DEV, "availabilityZones": '["sa-east-1c", "sa-east-1a"]'})
    assert [s.inputs["availabilityZone"] for s in stack.of("Subnet")][:2] == ["sa-east-1c", "sa-east-1a"]


def test_no_subnet_gives_public_addresses(any_stack: Deployment):
    assert {s.inputs["mapPublicIpOnLaunch"] for s in any_stack.of("Subnet")} == {False}


def test_every_subnet_is_associated_with_the_table_of_its_tier(any_stack: Deployment):
    pairs = {(a.inputs["subnetId"], a.inputs["routeTableId"]) for a in any_stack.of("RouteTableAssociation")}
    assert pairs == {
        (f"Subnet/healthcare-{subnet}-blue7", f"RouteTable/healthcare-{table}-blue7")
        for subnet, table in [
            ("public-1", "public"),
            ("public-2", "public"),
            ("private-1", "private-1"),
            ("private-2", "private-2"),
            ("isolated-1", "isolated"),
            ("isolated-2", "isolated"),
        ]
    }


def test_production_leaves_each_zone_through_its_own_nat_gateway(prod: Deployment):
    assert default_routes(prod) == {
        "healthcare-public-blue7": "InternetGateway/healthcare-internet-gateway-blue7",
        "healthcare-private-1-blue7": "NatGateway/healthcare-nat-1-blue7",
        "healthcare-private-2-blue7": "NatGateway/healthcare-nat-2-blue7",
    }
    assert {nat.inputs["subnetId"] for nat in prod.of("NatGateway")} == {
        "Subnet/healthcare-public-1-blue7",
        "Subnet/healthcare-public-2-blue7",
    }


def test_development_shares_one_nat_gateway(dev: Deployment):
    routes = default_routes(dev)
    assert routes["healthcare-private-1-blue7"] == routes["healthcare-private-2-blue7"] == dev.one("NatGateway").id
    assert dev.one("NatGateway").inputs["allocationId"] == dev.one("Eip").id


def test_development_can_do_without_a_nat_gateway():
    stack = deploy({**DEV, "natGateways": "0"})
    assert default_routes(stack) == {"healthcare-public-blue7": "InternetGateway/healthcare-internet-gateway-blue7"}
    assert stack.of("NatGateway") == stack.of("Eip") == []
    assert stack.outputs["natGatewayIds"] == []


def test_gateways_follow_the_zones():
    zones = '["sa-east-1a", "sa-east-1b", "sa-east-1c"]'
    assert len(deploy({**ISSUED, "availabilityZones": zones}).of("NatGateway")) == 3


@given(
    prefix=st.integers(16, 20),
    zones=st.integers(2, 5),
)
def test_subnets_are_disjoint_parts_of_the_vpc(prefix, zones):
    vpc = ipaddress.IPv4Network(f"10.64.0.0/{prefix}")
    blocks = [ipaddress.IPv4Network(block) for tier in Tier for block in subnet_cidrs(str(vpc), tier, zones)]
    assert len(blocks) == 3 * zones
    assert all(block.subnet_of(vpc) for block in blocks)
    assert not any(a.overlaps(b) for i, a in enumerate(blocks) for b in blocks[:i])


@pytest.mark.parametrize("tier", list(Tier))
def test_another_zone_moves_no_subnet(tier):
    assert subnet_cidrs("10.20.0.0/16", tier, 5)[:2] == subnet_cidrs("10.20.0.0/16", tier, 2)


def test_the_vpc_resolves_names_as_private_endpoints_need(any_stack: Deployment):
    vpc = any_stack.one("Vpc").inputs
    assert (vpc["cidrBlock"], vpc["enableDnsSupport"], vpc["enableDnsHostnames"]) == ("10.20.0.0/16", True, True)


def test_the_services_that_tasks_call_have_private_endpoints(any_stack: Deployment):
    interfaces = [e for e in any_stack.of("VpcEndpoint") if e.inputs["vpcEndpointType"] == "Interface"]
    assert {e.inputs["serviceName"] for e in interfaces} == {
        f"com.amazonaws.sa-east-1.{service}" for service in ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms")
    }
    for endpoint in interfaces:
        assert endpoint.inputs["privateDnsEnabled"] is True
        assert endpoint.inputs["securityGroupIds"] == ["SecurityGroup/healthcare-endpoints-blue7"]
        assert {tier_of(s.partition("/")[2]) for s in endpoint.inputs["subnetIds"]} == {"private"}


def test_endpoints_serve_this_account_alone(any_stack: Deployment):
    account = {"StringEquals": {"aws:PrincipalAccount": "210987654321"}}
    policies = {e.name: json.loads(e.inputs["policy"])["Statement"] for e in any_stack.of("VpcEndpoint")}
    layers, data = policies.pop("healthcare-s3-blue7")
    assert [[statement["Condition"] for statement in policy] for policy in policies.values()] == [[account]] * 5
    assert (data["Condition"], data["Resource"]) == (
        account,
        ["arn:aws:Bucket/healthcare-data-blue7", "arn:aws:Bucket/healthcare-data-blue7/*"],
    )
    assert (layers["Action"], layers["Resource"]) == (
        ["s3:GetObject"],
        "arn:aws:s3:::prod-sa-east-1-starport-layer-bucket/*",
    )


def test_s3_is_reached_through_a_gateway_on_the_private_routes(any_stack: Deployment):
    gateway = any_stack.one("VpcEndpoint", "s3").inputs
    assert gateway["vpcEndpointType"] == "Gateway"
    assert gateway["routeTableIds"] == [
        "RouteTable/healthcare-private-1-blue7",
        "RouteTable/healthcare-private-2-blue7",
    ]


def test_all_traffic_of_the_vpc_is_logged_to_an_encrypted_group(any_stack: Deployment):
    flow_log = any_stack.one("FlowLog").inputs
    assert (flow_log["vpcId"], flow_log["trafficType"]) == ("Vpc/healthcare-vpc-blue7", "ALL")
    assert flow_log["logDestination"] == any_stack.one("LogGroup", "flow-logs").arn
    assert flow_log["iamRoleArn"] == any_stack.one("Role", "flow-logs").arn


def test_the_flow_log_role_writes_to_its_group_and_nowhere_else(any_stack: Deployment):
    group = any_stack.one("LogGroup", "flow-logs").arn
    policy = any_stack.policy("RolePolicy", "flow-logs")
    assert {sid: statement["Resource"] for sid, statement in policy.items()} == {
        "WriteFlowLogs": [group, f"{group}:*"],
        "FindLogGroup": "arn:aws:logs:sa-east-1:210987654321:log-group:*",
    }
    assert policy["FindLogGroup"]["Action"] == ["logs:DescribeLogGroups"]
    (trust,) = json.loads(any_stack.one("Role", "flow-logs").inputs["assumeRolePolicy"])["Statement"]
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert trust["Condition"]["StringEquals"] == {"aws:SourceAccount": "210987654321"}
