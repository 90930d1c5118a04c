"""Amazon VPC: what stands at the VPC's edge, and what through its endpoints gets out."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.core.control import Severity, Verdict, control, hipaa, not_applicable, verdict
from stack_verify.network.endpoints import database_groups, every, service_groups
from stack_verify.policy import Policy
from stack_verify.principals.iam_policy import EQUAL, Statement, sids, statements
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.awslambda import Function
from stack_verify.resources.ec2 import VPC, InternetGateway, NetworkInterface, SecurityGroup, VPCEndpoint
from stack_verify.resources.ecs import Service
from stack_verify.resources.elbv2 import LoadBalancer
from stack_verify.resources.rds import DBInstance
from stack_verify.resources.stack import DeclaredResource, StackOutput
from stack_verify.resources.tagging import TaggedResource
from stack_verify.snapshot import Snapshot

# Condition keys that tell whose the resource of a request is (IAM user guide, "AWS global condition context keys").
OWNERS = frozenset({"aws:resourceaccount", "aws:resourceorgid", "aws:resourceorgpaths"})


@control(
    "igw-authorized-vpc-only",
    "Internet gateways are attached to the stack's own VPC only",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.312(e)(1)"),
    config_rule="internet-gateway-authorized-vpc-only",
    remediation="Detach the gateway from the other VPC.",
    rationale="A gateway on another VPC opens a network that was never assessed.",
    source="https://docs.aws.amazon.com/config/latest/developerguide/internet-gateway-authorized-vpc-only.html",
    reads=(DeclaredResource, StackOutput, TaggedResource, VPC),
)
def igw_authorized_vpc_only(gateway: InternetGateway, snapshot: Snapshot, _policy: Policy) -> Verdict:
    attached = [attachment.vpc_id for attachment in gateway.attachments]
    foreign = [vpc for vpc in attached if not snapshot.names(snapshot.require(VPC, vpc))]
    observed = f"attached to {', '.join(attached) or 'nothing'}; not the stack's: {', '.join(foreign) or 'none'}"
    return verdict(not foreign, observed, expected="VPCs that the stack itself names")


@control(
    "vpc-endpoint-policy-restricted",
    "VPC endpoint policies do not allow every principal every action",
    severity=Severity.MEDIUM,
    citations=hipaa("164.312(a)(1)", "164.308(a)(4)(ii)(B)"),
    remediation="Give the endpoint a policy that names the account, or the resources that it is for.",
    rationale="An endpoint open to everything carries data to buckets and secrets of other accounts.",
    source="https://docs.aws.amazon.com/vpc/latest/privatelink/vpc-endpoints-access.html",
    reads=(),
)
def vpc_endpoint_policy_restricted(endpoint: VPCEndpoint, _snapshot: Snapshot, _policy: Policy) -> Verdict:
    if endpoint.policy_document is None:
        return not_applicable(f"an endpoint of type {endpoint.vpc_endpoint_type} has no policy")
    policy = statements(endpoint.policy_document)
    found = tuple(statement for statement in policy if statement.open_to_anyone and _is_of_anyone(statement))
    observed = f"{len(policy)} statements; for everybody and everything: {sids(found)}"
    return verdict(not found, observed, expected="none")


@control(
    "sg-unused",
    "Every security group of the stack is in use",
    severity=Severity.LOW,
    citations=hipaa("164.308(a)(1)(ii)(B)"),
    config_rule="ec2-security-group-attached-to-eni",
    security_hub="EC2.22",
    remediation="Delete the security group, or give it to what it was made for.",
    rationale="Unused groups with open rules are picked up by mistake.",
    source="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-22",
    reads=(DBInstance, Function, LoadBalancer, NetworkInterface, Service, VPCEndpoint),
)
def sg_unused(group: SecurityGroup, snapshot: Snapshot, _policy: Policy) -> Verdict:
    if group.group_name == "default":
        return not_applicable("AWS lets nobody delete a default security group")
    users = [user for user, groups in _groups(group.vpc_id, snapshot) if group.group_id in groups]
    return verdict(bool(users), f"used by {', '.join(users) or 'nothing'}", expected="something")


def _is_of_anyone(statement: Statement) -> bool:
    """Whether the statement is for resources of every account."""
    if any(line.key in OWNERS and line.operator in EQUAL for line in statement.conditions):
        return False
    named = (statement.resource,) if isinstance(statement.resource, str) else statement.resource
    return bool(statement.not_resource) or any(_is_wide(text) for text in named)


def _is_wide(resource: str) -> bool:
    arn = parse_arn(resource)
    return set(resource) == {"*"} or (arn is not None and arn.account in ("", "*") and set(arn.resource) <= set("*/"))


def _groups(vpc: str, snapshot: Snapshot) -> Iterator[tuple[str, frozenset[str]]]:
    """The security groups of everything in the stack that has some, and of the VPC's endpoints and interfaces.

    An interface is made when a task, a function or a database starts, so those that have one in view count before it
    is there.
    """
    for balancer in every(LoadBalancer, snapshot):
        yield balancer.load_balancer_arn, frozenset(balancer.security_groups)
    for service in every(Service, snapshot):
        yield service.service_name, service_groups(service)
    for function in every(Function, snapshot):
        yield function.function_name, frozenset(function.vpc_config.security_group_ids)
    for db in every(DBInstance, snapshot):
        yield db.db_instance_identifier, database_groups(db)
    for endpoint in every(VPCEndpoint, snapshot):
        yield endpoint.vpc_endpoint_id, frozenset(group.group_id for group in endpoint.groups)
    for interface in snapshot.within(NetworkInterface, vpc):
        yield interface.network_interface_id, frozenset(group.group_id for group in interface.groups)
