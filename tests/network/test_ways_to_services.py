"""Tasks reach a service of AWS by an endpoint that lets them in and lets their requests through, or else by NAT."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest
from msgspec import UNSET, structs
from stack_verify.controls.network.reach import reach_tasks_egress_route
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.errors import Unanswered
from stack_verify.network.live import LiveNetwork, internet
from stack_verify.network.services import Word, paths_to
from stack_verify.policy import load_policy
from stack_verify.resources.ec2 import NatGateway, VPCEndpoint
from stack_verify.resources.ec2_routing import PrefixList
from stack_verify.resources.ecs import Service, TaskDefinition
from stack_verify.resources.iam import AttachedPolicies, Role, RolePolicy
from support.hand_made import ACCOUNT, REGION, answered, arn, snapshot
from support.made_network import LISTED, group, subnets

TASK, EXECUTION = (f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in ("task", "execution"))
IMAGE = f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1"
NOTHING = {"Effect": "Deny", "Principal": "*", "Action": "*", "Resource": "*"}
BUCKET = "arn:aws:s3:::ephi"
LAYERS = f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*"
GROUP = arn("logs", "log-group:/web:*")
WRITE = ["logs:CreateLogStream", "logs:PutLogEvents"]
EVERYTHING = {"Effect": "Allow", "Principal": "*", "Action": "*", "Resource": "*"}
DENY = {**EVERYTHING, "Effect": "Deny"}


def when(operator: str, key: str, value: str) -> dict[str, object]:
    return {"Condition": {operator: {key: value}}}


OURS = when("StringEquals", "aws:PrincipalAccount", ACCOUNT)
NAMES = ("ecr.api", "ecr.dkr", "logs", "secretsmanager", "kms")


def endpoint(name: str, *statements: Mapping[str, object], **fields: object) -> VPCEndpoint:
    """An interface endpoint in the tasks' subnet, or S3's gateway; without statements it lets everything through."""
    own = {"Type": "Gateway"} if name == "s3" else {"Type": "Interface", "SubnetIds": ["subnet-1"]}
    kind = str(own.pop("Type"))
    made = {
        "VpcEndpointId": f"vpce-{name}",
        "VpcId": "vpc-1",
        "ServiceName": f"com.amazonaws.{REGION}.{name}",
        "VpcEndpointType": kind,
        "State": "available",
        "PrivateDnsEnabled": kind == "Interface",
        "Groups": [{"GroupId": "sg-1"}],
        "PolicyDocument": json.dumps({"Statement": list(statements or [EVERYTHING])}),
    }
    return answered(VPCEndpoint, **{**made, **own, **fields})


def nat(**fields: object) -> NatGateway:
    known = {"NatGatewayId": "nat-1", "VpcId": "vpc-1", "SubnetId": "subnet-2"}
    return answered(
        NatGateway, **{**known, "State": "available", "NatGatewayAddresses": [{"PublicIp": "18.228.0.1"}], **fields}
    )


def role(name: str, *statements: Mapping[str, object]) -> tuple[object, ...]:
    made = answered(Role, RoleName=name, Arn=f"arn:aws:iam::{ACCOUNT}:role/{name}", Path="/")
    policy = answered(RolePolicy, Name=f"{name}/own", PolicyDocument=json.dumps({"Statement": list(statements)}))
    return made, policy, answered(AttachedPolicies, Role=name, AttachedPolicies=[])


def judged(
    *standing: object,
    routes: tuple[tuple[str, str], ...] = (("pl-1", "vpce-s3"),),
    task_role: tuple[object, ...] = (),
    listed: tuple[str, ...] = ("52.95.164.0/23",),
    **defined: object,
) -> tuple[Status, str]:
    """What is said of the tasks' ways, and what was seen, with an endpoint for each service that has none else."""
    named = {each.service_name for each in standing if isinstance(each, VPCEndpoint)}
    rest = [endpoint(name) for name in (*NAMES, "s3") if f"com.amazonaws.{REGION}.{name}" not in named]
    container = {
        "name": "web",
        "image": IMAGE,
        "secrets": [{"name": "KEY", "valueFrom": arn("secretsmanager", "secret:key-abcdef")}],
        "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web", "awslogs-region": REGION}},
    }
    definition = answered(
        TaskDefinition,
        taskDefinitionArn=arn("ecs", "task-definition/web:1"),
        family="web",
        **({"taskRoleArn": TASK} if task_role else {}),
        **({"executionRoleArn": EXECUTION} if defined.pop("executed", True) else {}),
        containerDefinitions=[{**container, **defined}],
    )
    service = answered(
        Service,
        serviceArn=arn("ecs", "service/main/web"),
        serviceName="web",
        clusterArn=arn("ecs", "cluster/main"),
        taskDefinition=definition.task_definition_arn,
        networkConfiguration={
            "awsvpcConfiguration": {
                "subnets": ["subnet-1"],
                "securityGroups": ["sg-1"],
                "assignPublicIp": "DISABLED",
            }
        },
    )
    held = snapshot(
        service,
        definition,
        *subnets(routes, (("0.0.0.0/0", "igw-1"),)),
        answered(PrefixList, PrefixListId="pl-1", Entries=[{"Cidr": each} for each in listed]),
        group("sg-1", ("-1", "0.0.0.0/0")),
        *standing,
        *rest,
        *task_role,
        lists=[*((kind, "vpc-1") for kind in LISTED), (RolePolicy, "task")],
    )
    (found,) = evaluate(held, [reach_tasks_egress_route], load_policy("hipaa", "prod"))
    return found.status, found.observed


def test_an_endpoint_whose_policy_lets_everything_through_is_a_path():
    status, observed = judged()
    assert status is Status.PASSED, observed
    assert "the policy of vpce-ecr.api lets requests through by (no Sid)" in observed


def test_an_endpoint_that_knows_no_policies_lets_everything_through():
    assert judged(endpoint("logs", PolicyDocument=None))[0] is Status.PASSED


LETTING = {
    "the account": ("logs", [{**EVERYTHING, **OURS}]),
    "the account as principal": ("logs", [{**EVERYTHING, "Principal": {"AWS": ACCOUNT}}]),
    "the account's root as principal": ("logs", [{**EVERYTHING, "Principal": {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}}]),
    "the role": ("logs", [{**EVERYTHING, "Principal": {"AWS": EXECUTION}}]),
    "the role by condition": ("logs", [{**EVERYTHING, **when("ArnLike", "aws:PrincipalArn", EXECUTION)}]),
    "what it takes and no more": ("logs", [{**EVERYTHING, "Action": WRITE, "Resource": GROUP}]),
    "the repository": ("ecr.dkr", [{**EVERYTHING, "Resource": arn("ecr", "repository/web")}]),
    "one role of two": (
        "logs", [{**EVERYTHING, "Condition": {"ArnLike": {"aws:PrincipalArn": [TASK, EXECUTION]}}}],
    ),
    "the roles of a pattern, as ARNs": (
        "logs", [{**EVERYTHING, **when("ArnEquals", "aws:PrincipalArn", f"{EXECUTION[:-4]}*")}],
    ),
    "the roles of a pattern": (
        "logs", [{**EVERYTHING, **when("StringLike", "aws:PrincipalArn", f"{EXECUTION[:-4]}*")}],
    ),
    "the role in any case": (
        "logs", [{**EVERYTHING, **when("StringEqualsIgnoreCase", "aws:PrincipalArn", EXECUTION.upper())}],
    ),
    "the account if it is told": (
        "logs", [{**EVERYTHING, **when("StringEqualsIfExists", "aws:PrincipalAccount", ACCOUNT)}],
    ),
    "this VPC": ("kms", [{**EVERYTHING, **when("StringEquals", "aws:SourceVpc", "vpc-1")}]),
    "this endpoint": ("ecr.dkr", [{**EVERYTHING, **when("StringEquals", "aws:SourceVpce", "vpce-ecr.dkr")}]),
    "resources of the account": (
        "secretsmanager", [{**EVERYTHING, **when("StringEquals", "aws:ResourceAccount", ACCOUNT)}],
    ),
    "all but requests without TLS": (
        "logs",
        [EVERYTHING, {**DENY, **when("Bool", "aws:SecureTransport", "false")}],
    ),
    "all but other accounts": (
        "logs",
        [EVERYTHING, {**DENY, **when("StringNotEquals", "aws:PrincipalAccount", ACCOUNT)}],
    ),
    "all but another action": ("logs", [EVERYTHING, {**DENY, "Action": "logs:Delete*"}]),
    "the layers of images to everybody": ("s3", [{**EVERYTHING, "Action": "s3:GetObject", "Resource": LAYERS}]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "policy"), LETTING.values(), ids=LETTING)
def test_a_policy_that_lets_the_requests_through_is_no_obstacle(name, policy):
    status, observed = judged(endpoint(name, *policy))
    assert status is Status.PASSED, observed


DENYING = {
    "another account": ("logs", [{**EVERYTHING, "Principal": {"AWS": "210987654321"}}], "logs:CreateLogStream"),
    "another account by condition": (
        "logs", [{**EVERYTHING, **when("StringEquals", "aws:PrincipalAccount", "210987654321")}],
        "logs:CreateLogStream",
    ),
    "the role in another case": (
        "logs", [{**EVERYTHING, **when("StringEquals", "aws:PrincipalArn", EXECUTION.title())}], "logs:CreateLogStream",
    ),
    "the roles of a pattern in another case": (
        "logs", [{**EVERYTHING, **when("StringLike", "aws:PrincipalArn", f"{EXECUTION[:-9]}EXEC*")}],
        "logs:CreateLogStream",
    ),
    "all but the role in any case": (
        "logs", [{**EVERYTHING, **when("StringNotEqualsIgnoreCase", "aws:PrincipalArn", EXECUTION.upper())}],
        "logs:CreateLogStream",
    ),
    "a star where it is no wildcard": (
        "logs", [{**EVERYTHING, **when("StringEquals", "aws:PrincipalAccount", "*")}], "logs:CreateLogStream",
    ),
    "the account as principal, where ECR has signed": (
        "s3", [{**EVERYTHING, "Principal": {"AWS": ACCOUNT}}], "s3:GetObject",
    ),
    "every account but ours": (
        "logs", [{**EVERYTHING, **when("StringNotLike", "aws:PrincipalAccount", "1*")}], "logs:CreateLogStream",
    ),
    "nothing, and a denial that hangs on something": (
        "logs", [{**DENY, **when("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8")}], "logs:CreateLogStream",
    ),
    "one action of two": ("logs", [{**EVERYTHING, "Action": "logs:CreateLogStream"}], "logs:PutLogEvents"),
    "another log group": ("logs", [{**EVERYTHING, "Resource": f"{GROUP}a"}], "logs:CreateLogStream"),
    "another role": ("ecr.api", [{**EVERYTHING, "Principal": {"AWS": TASK}}], "ecr:GetAuthorizationToken"),
    "a denial": ("logs", [EVERYTHING, {**DENY, "Action": "logs:Put*"}], "logs:PutLogEvents"),
    "a denial but for another endpoint": (
        "secretsmanager",
        [EVERYTHING, {**DENY, **when("StringNotEquals", "aws:SourceVpce", "vpce-other")}],
        "secretsmanager:GetSecretValue",
    ),
    "another repository": (
        "ecr.dkr", [{**EVERYTHING, "Resource": arn("ecr", "repository/jobs")}], "ecr:BatchGetImage",
    ),
    "the account, where ECR has signed": ("s3", [{**EVERYTHING, **OURS}], "s3:GetObject"),
    "buckets that layers are not in": ("s3", [{**EVERYTHING, "Resource": f"{BUCKET}/*"}], "s3:GetObject"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "policy", "action"), DENYING.values(), ids=DENYING)
def test_an_endpoint_whose_policy_denies_what_ecs_asks_for_is_no_path(name, policy, action):
    status, observed = judged(endpoint(name, *policy))
    assert status is Status.FAILED, observed
    assert f"blocked at the policy of vpce-{name} lets requests through: tcp 443" in observed
    assert f"let {'everybody' if name == 's3' else EXECUTION} do {action} on " in observed


HANGING = {
    "an organisation": ("logs", [{**EVERYTHING, **when("StringEquals", "aws:PrincipalOrgID", "o-a1")}]),
    "a number": ("logs", [{**EVERYTHING, **when("NumericEquals", "aws:PrincipalAccount", ACCOUNT)}]),
    "whose a bucket is": ("s3", [{**EVERYTHING, **when("StringEquals", "aws:ResourceAccount", ACCOUNT)}]),
    "all principals but of a variable": (
        "logs", [{**EVERYTHING, **when("StringNotEquals", "aws:PrincipalAccount", "${aws:ResourceAccount}")}],
    ),
    "another account, or that of a variable": (
        "logs",
        [
            {
                **EVERYTHING,
                "Condition": {"StringEquals": {"aws:PrincipalAccount": ["210987654321", "${aws:ResourceAccount}"]}},
            }
        ],
    ),
    "a resource of a variable": ("logs", [EVERYTHING, {**DENY, "Resource": arn("logs", "log-group:${aws:userid}:*")}]),
    "a denial to an unknown network": (
        "logs", [EVERYTHING, {**DENY, **when("NotIpAddress", "aws:VpcSourceIp", "10.0.0.0/8")}],
    ),
    "all principals but some": ("logs", [{**EVERYTHING, "Principal": None, "NotPrincipal": {"AWS": TASK}}]),
    "all resources but some": ("logs", [{**EVERYTHING, "Resource": [], "NotResource": arn("logs", "log-group:/a:*")}]),
    "a part of the log group, and another": (
        "logs", [{**EVERYTHING, "Resource": [arn("logs", "log-group:/web:log-stream:a"), arn("logs", "log-group:/b")]}],
    ),
    "a part of the log group": ("logs", [{**EVERYTHING, "Resource": arn("logs", "log-group:/web:log-stream:a")}]),
}  # fmt: skip


@pytest.mark.parametrize(("name", "policy"), HANGING.values(), ids=HANGING)
def test_what_hangs_on_something_that_is_not_judged_is_an_error(name, policy):
    kept = [{key: value for key, value in each.items() if value not in (None, [])} for each in policy]
    status, observed = judged(endpoint(name, *kept[:-1], {**kept[-1], "Sid": "Odd"}))
    assert status is Status.ERROR
    assert observed.startswith(f"whether the policy of vpce-{name} lets")
    assert observed.endswith("hangs on Odd")


def test_what_the_task_role_lets_the_application_do_must_get_through_as_well():
    mine = role("task", {"Effect": "Allow", "Action": ["s3:GetObject", "s3:List*"], "Resource": [f"{BUCKET}/*", "*"]})
    layers = {**EVERYTHING, "Action": "s3:GetObject", "Resource": LAYERS}
    assert judged(task_role=mine)[0] is Status.PASSED
    status, observed = judged(endpoint("s3", layers), task_role=mine)
    assert (status, f"let {TASK} do s3:GetObject on {BUCKET}/*" in observed) == (Status.FAILED, True)
    data = {**EVERYTHING, "Action": "s3:GetObject", "Resource": [BUCKET, f"{BUCKET}/*"], **OURS}
    assert judged(endpoint("s3", layers, data), task_role=mine)[0] is Status.PASSED


@pytest.mark.parametrize(
    ("defined", "unasked"),
    [
        ({"image": "registry.example/web:1"}, ("ecr.api", "ecr.dkr", "s3")),
        ({"image": f"{ACCOUNT}.dkr.ecr.eu-west-1.amazonaws.com/web:1"}, ("ecr.api", "ecr.dkr", "s3")),
        ({"logConfiguration": {"logDriver": "awsfirelens"}}, ("logs",)),
        ({"secrets": []}, ("secretsmanager",)),
        ({"secrets": [{"name": "KEY", "valueFrom": arn("secretsmanager", "secret:key-abcdef", region="eu-west-1")}]},
         ("secretsmanager",)),
        ({}, ("kms",)),
    ],
    ids=["another registry", "another region", "logs elsewhere", "no secret", "a secret elsewhere", "nothing of KMS"],
)  # fmt: skip
def test_what_the_tasks_do_not_ask_for_need_not_get_through(defined, unasked):
    assert judged(*(endpoint(name, NOTHING) for name in unasked), **defined)[0] is Status.PASSED
    for name in {*NAMES, "s3"} - {*unasked, "kms"}:
        assert judged(endpoint(name, NOTHING), **defined)[0] is Status.FAILED


def test_without_an_execution_role_somebody_of_the_account_asks():
    assert judged(endpoint("logs", {**EVERYTHING, **OURS}), executed=False)[0] is Status.PASSED
    others = when("StringEquals", "aws:PrincipalAccount", "210987654321")
    assert judged(endpoint("logs", {**EVERYTHING, **others}), executed=False)[0] is Status.FAILED


def test_a_gateways_policy_that_names_the_account_as_principal_speaks_of_its_root_user():
    mine = role("task", {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"{BUCKET}/*"})
    layers = {**EVERYTHING, "Action": "s3:GetObject", "Resource": LAYERS}
    named = {**EVERYTHING, "Principal": {"AWS": ACCOUNT}}
    assert judged(endpoint("s3", layers, named), task_role=mine)[0] is Status.ERROR
    another = {**EVERYTHING, "Principal": {"AWS": "210987654321"}}
    assert judged(endpoint("s3", layers, another), task_role=mine)[0] is Status.FAILED


def test_what_services_ask_of_kms_themselves_does_not_come_by_the_endpoint():
    via = {"Condition": {"StringEquals": {"kms:ViaService": f"s3.{REGION}.amazonaws.com"}}}
    key = {"Effect": "Allow", "Action": "kms:Decrypt", "Resource": arn("kms", "key/1")}
    closed = endpoint("kms", {**EVERYTHING, "Action": "kms:DescribeKey"})
    assert judged(closed, task_role=role("task", {**key, **via}))[0] is Status.PASSED
    assert judged(closed, task_role=role("task", key))[0] is Status.FAILED
    assert judged(closed, task_role=role("task", {**key, "Effect": "Deny"}))[0] is Status.PASSED


def test_a_role_that_was_not_read_leaves_open_what_the_application_asks_for():
    assert judged(task_role=(answered(Role, RoleName="other", Arn=f"{TASK}r", Path="/"),))[0] is Status.ERROR


def test_an_endpoint_with_the_services_name_and_no_interface_leads_nowhere_that_is_known():
    status, observed = judged(endpoint("logs", SubnetIds=[]))
    assert status is Status.ERROR
    assert observed.startswith("AWS tells no subnet of vpce-logs")


def test_an_endpoint_whose_group_lets_nobody_in_is_where_the_way_ends():
    status, observed = judged(endpoint("logs", Groups=[{"GroupId": "sg-2"}]), group("sg-2"))
    assert status is Status.FAILED
    assert "-> blocked at sg-2 lets requests in: tcp 443; smallest change: let sg-2 in from sg-1 on tcp 443" in observed


@pytest.mark.parametrize(
    ("state", "status"),
    [("available", Status.PASSED), ("Available", Status.PASSED), ("pending", Status.FAILED), ("failed", Status.FAILED)],
)
def test_an_endpoint_that_is_not_available_is_no_way(state, status):
    assert judged(endpoint("logs", State=state))[0] is status


def test_a_gateway_is_a_way_by_its_route_whatever_is_known_of_names():
    assert judged(structs.replace(endpoint("s3"), private_dns_enabled=UNSET))[0] is Status.PASSED


def without(name: str) -> VPCEndpoint:
    """An endpoint that does not take the service's own name, so that the name leads to the internet."""
    return endpoint(name, PrivateDnsEnabled=False)


BY_NAT = (("pl-1", "vpce-s3"), ("0.0.0.0/0", "nat-1"))


def test_without_an_endpoint_the_way_is_by_nat():
    status, observed = judged(without("kms"), nat(), routes=BY_NAT)
    assert status is Status.PASSED, observed


S3 = ("pl-1", "vpce-s3")
WAYS = {
    "both halves": (nat(), (S3, ("0.0.0.0/1", "nat-1"), ("128.0.0.0/1", "nat-1")), Status.PASSED, "7 paths are open"),
    "a NAT without a public address": (nat(NatGatewayAddresses=[{"PrivateIp": "10.0.2.9"}]), BY_NAT, Status.FAILED, ""),
    "a NAT that is pending": (nat(State="pending"), BY_NAT, Status.ERROR, "nat-1 is pending"),
    "a NAT of no subnet": (nat(SubnetId=None), BY_NAT, Status.ERROR, "nat-1 is in no subnet, and AWS does not"),
    "a regional NAT": (nat(SubnetId=None, RouteTableId="rtb-2"), BY_NAT, Status.PASSED, "7 paths are open"),
    "a regional NAT that leads nowhere": (nat(SubnetId=None, RouteTableId="rtb-1"), BY_NAT, Status.FAILED, ""),
    "a NAT that is gone": (nat(NatGatewayId="nat-2"), BY_NAT, Status.ERROR, "AWS lists no NAT gateway nat-1"),
    "a firewall": (nat(), (S3, ("0.0.0.0/0", "vpce-firewall")), Status.ERROR, "rtb-1 sends packets by 0.0.0.0/0"),
    "a transit gateway": (nat(), (S3, ("0.0.0.0/0", "tgw-1")), Status.ERROR, "rtb-1 sends packets by 0.0.0.0/0"),
    "half": (nat(), (S3, ("0.0.0.0/1", "nat-1")), Status.ERROR, "tasks of web in subnet-1 reaches a part of the"),
    "none": (nat(), (S3,), Status.FAILED, ""),
    "no address": (nat(), (S3, ("0.0.0.0/0", "igw-1")), Status.FAILED, ""),
}


@pytest.mark.parametrize(("gateway", "routes", "status", "told"), WAYS.values(), ids=WAYS)
def test_a_way_out_is_open_where_all_of_the_internet_is_reached_by_it(gateway, routes, status, told):
    found, observed = judged(without("kms"), gateway, routes=routes)
    assert found is status, observed
    assert observed.startswith(told)


def test_an_empty_prefix_list_leads_nowhere_that_is_known():
    status, observed = judged(listed=())
    assert (status, observed) == (Status.ERROR, "the prefix list of vpce-s3 is empty")


def test_ipv6_addresses_of_a_prefix_list_are_none_of_the_internets_over_ipv4():
    assert judged(without("kms"), nat(), routes=BY_NAT, listed=("52.95.164.0/23", "::/0"))[0] is Status.PASSED


def test_who_stands_in_no_subnet_has_no_way_that_is_known():
    held = snapshot(*subnets(()), lists=[(kind, "vpc-1") for kind in LISTED])
    with pytest.raises(Unanswered, match="neither internet nor internet stands in a VPC"):
        paths_to("kms", internet(), LiveNetwork("vpc-1", held), lambda _endpoint, _service: Word())


@pytest.mark.parametrize(("groups", "status"), [((), Status.PASSED), (({"GroupId": "sg-shut"},), Status.FAILED)])
def test_the_agent_of_guardduty_must_reach_the_endpoint_that_was_made_for_it(groups, status):
    """T45: where GuardDuty has made its endpoint in the VPC, the tasks' egress must let the agent reach it."""
    agents = endpoint("guardduty-data", Groups=list(groups))
    assert judged(agents, group("sg-shut"))[0] is status
