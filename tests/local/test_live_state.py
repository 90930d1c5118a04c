"""What the program declares is what moto holds, resource by resource and input by input, but for the listed gaps."""

import json
from collections import defaultdict

import pytest
from support.readback import LIVE, comparable

from stack.local.endpoint import Clients
from stack.local.gaps import GAPS

# Words to the provider itself, for a deletion or for a record that is there already, which no API call has; the days of
# a vault's cooling-off, of which AWS answers the date when they end.
FOR_THE_PROVIDER = {
    ("aws:backup/vaultLockConfiguration:VaultLockConfiguration", "changeableForDays"),
    ("aws:backup/vault:Vault", "forceDestroy"),
    ("aws:ecr/repository:Repository", "forceDelete"),
    ("aws:ecs/service:Service", "waitForSteadyState"),
    ("aws:kms/key:Key", "deletionWindowInDays"),
    ("aws:rds/instance:Instance", "deleteAutomatedBackups"),
    ("aws:rds/instance:Instance", "finalSnapshotIdentifier"),
    ("aws:rds/instance:Instance", "skipFinalSnapshot"),
    ("aws:rds/instance:Instance", "allowMajorVersionUpgrade"),
    ("aws:s3/bucket:Bucket", "forceDestroy"),
    ("aws:route53/record:Record", "allowOverwrite"),
    ("aws:secretsmanager/secret:Secret", "recoveryWindowInDays"),
}


def resources(deployed):
    state = json.loads(deployed.state.read_text())
    return [each for each in state["deployment"]["resources"] if each["custom"] and "provider" in each]


def clients(deployed):
    return Clients("sa-east-1", deployed.endpoint)


def differences(deployed):
    """Each (type, input) that moto answers otherwise, in at least one resource."""
    aws = clients(deployed)
    for resource in resources(deployed):
        live = LIVE[resource["type"]](aws, resource)
        for name, declared in resource["inputs"].items():
            if name not in live or comparable(declared) != comparable(live[name]):
                yield resource["type"], name


def test_every_declared_input_reads_back_but_for_the_listed_gaps(prod, dev):
    listed = {(gap.resource_type, gap.property) for gap in GAPS}
    assert {*differences(prod), *differences(dev)} == listed | FOR_THE_PROVIDER


def test_every_listed_gap_says_once_what_moto_does_instead():
    named = [(gap.resource_type, gap.property) for gap in GAPS]
    assert named == sorted(set(named))
    assert [gap for gap in GAPS if not gap.reason] == []


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_security_groups_have_the_declared_rules_and_no_others(request, stack):
    deployed = request.getfixturevalue(stack)
    declared = defaultdict(set)
    for resource in resources(deployed):
        if resource["type"] in (
            "aws:ec2/securityGroup:SecurityGroup",
            "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        ):
            declared[resource["id"]] |= set()
        if resource["type"].startswith("aws:vpc/securityGroup"):
            declared[resource["inputs"]["securityGroupId"]].add(resource["id"])
    filters = [{"Name": "group-id", "Values": list(declared)}]
    live = defaultdict(set, {group_id: set() for group_id in declared})
    for rule in clients(deployed).client("ec2").describe_security_group_rules(Filters=filters)["SecurityGroupRules"]:
        live[rule["GroupId"]].add(rule["SecurityGroupRuleId"])
    assert live == declared


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_route_tables_have_the_declared_routes_those_of_gateway_endpoints_and_the_local_one(request, stack):
    deployed = request.getfixturevalue(stack)
    declared = defaultdict(set)
    for resource in resources(deployed):
        if resource["type"] == "aws:ec2/routeTable:RouteTable":
            declared[resource["id"]].add("local")
        if resource["type"] == "aws:ec2/route:Route":
            inputs = resource["inputs"]
            declared[inputs["routeTableId"]].add(inputs.get("gatewayId") or inputs["natGatewayId"])
        for table_id in resource["inputs"].get("routeTableIds", []):
            declared[table_id].add(resource["id"])
    tables = clients(deployed).client("ec2").describe_route_tables(RouteTableIds=list(declared))["RouteTables"]
    live = {
        table["RouteTableId"]: {route.get("GatewayId") or route["NatGatewayId"] for route in table["Routes"]}
        for table in tables
    }
    assert live == declared


def test_the_master_password_is_a_secret_of_its_own_under_the_stacks_key(prod):
    outputs = json.loads(prod.outputs.read_text())
    secret = clients(prod).client("secretsmanager").describe_secret(SecretId=outputs["databaseSecretArn"])
    assert secret["KmsKeyId"] == outputs["secretsKeyArn"]
    assert secret["OwningService"] == "rds"


def test_the_listener_presents_an_issued_certificate(prod):
    aws, outputs = clients(prod), json.loads(prod.outputs.read_text())
    (listener,) = aws.client("elbv2").describe_listeners(ListenerArns=[outputs["listenerArn"]])["Listeners"]
    assert listener["Certificates"] == [{"CertificateArn": outputs["certificateArn"]}]
    certificate = aws.client("acm").describe_certificate(CertificateArn=outputs["certificateArn"])["Certificate"]
    assert certificate["Status"] == "ISSUED"
