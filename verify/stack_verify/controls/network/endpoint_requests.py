"""What tasks ask of AWS's services through a VPC endpoint, and whether the endpoint's policy lets it through.

AWS's guides are the source: PrivateLink, "Control access to VPC endpoints using endpoint policies"; ECR, "Interface VPC
endpoints"; ECS, "Task execution IAM role"; IAM, "Global condition context keys".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from stack_verify.controls.iam.policies import attached_policies, inline_policies
from stack_verify.errors import Unanswered
from stack_verify.network.services import Word
from stack_verify.principals.iam_policy import EQUAL, Condition, Statement, matches, matches_exactly, sids, statements
from stack_verify.resources.arn import parse_arn
from stack_verify.resources.ec2 import VPCEndpoint
from stack_verify.resources.ecr import ecr_image
from stack_verify.resources.ecs import ContainerDefinition, TaskDefinition, is_own, log_group, secret_arns
from stack_verify.resources.iam import Role
from stack_verify.resources.partitions import partition
from stack_verify.snapshot import Snapshot

PULL = ("ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer")
WRITE = ("logs:CreateLogStream", "logs:PutLogEvents")
UNEQUAL = {"StringNotEquals", "StringNotEqualsIgnoreCase", "StringNotLike", "ArnNotEquals", "ArnNotLike"}
# How a policy's variables begin (IAM user guide, "Policy variables"); what they stand for is not looked up here.
VARIABLE = "${"


class Request(NamedTuple):
    """What ``principal``, the ARN of a role, asks for; no principal where ECR has signed the request beforehand."""

    action: str
    resource: str
    principal: str = ""


def policy_word(endpoint: VPCEndpoint, service: str, *, definition: TaskDefinition, snapshot: Snapshot) -> Word:
    """What the policy of ``endpoint`` says of all that tasks ask ``service`` for; an endpoint without one says nothing.

    Raises:
        Unanswered: when that hangs on a condition that is not judged here, or on a role that was not read.
    """
    if endpoint.policy_document is None:
        return Word()
    policy = statements(endpoint.policy_document)
    by = dict[str, None]()
    for request in (*_of_ecs(service, definition), *_of_application(service, definition, snapshot)):
        allowing = _allowing(policy, request, endpoint)
        if not allowing:
            asker = request.principal or "everybody"
            return Word(change=f"let {asker} do {request.action} on {request.resource} in the policy of {endpoint.id}")
        by[sids(allowing)] = None
    return Word(tuple(by))


def _of_ecs(service: str, definition: TaskDefinition) -> Iterator[Request]:
    """What ECS itself asks for to start the tasks, with the execution role: images, logs and secrets."""
    call = definition.observed_by
    # Without such a role the host's own asks, which is of the account too.
    role = definition.execution_role_arn or f"arn:{partition(call.region)}:iam::{call.account}:root"
    for container in definition.container_definitions:
        if service in ("ecr.api", "ecr.dkr", "s3"):
            yield from _for_image(service, container, call.region, role)
        group = log_group(container, call)
        if service == "logs" and group is not None:
            arn = f"arn:{partition(call.region)}:logs:{call.region}:{call.account}:log-group:{group}:log-stream:*"
            yield from (Request(action, arn, role) for action in WRITE)
        if service == "secretsmanager":
            own = (arn for arn in secret_arns(container) if is_own(arn, call))
            yield from (Request("secretsmanager:GetSecretValue", arn, role) for arn in own)


def _for_image(service: str, container: ContainerDefinition, region: str, role: str) -> Iterator[Request]:
    image = ecr_image(container.image)
    if image is None or image.region != region:
        return
    within = partition(region)
    if service == "ecr.api":
        yield Request("ecr:GetAuthorizationToken", "*", role)
    elif service == "ecr.dkr":
        arn = f"arn:{within}:ecr:{region}:{image.account}:repository/{image.repository}"
        yield from (Request(action, arn, role) for action in PULL)
    else:
        # The layers of every image of a region are in this bucket of ECR's own.
        yield Request("s3:GetObject", f"arn:{within}:s3:::prod-{region}-starport-layer-bucket/*")


def _of_application(service: str, definition: TaskDefinition, snapshot: Snapshot) -> Iterator[Request]:
    """What the task role lets the application do, as far as it says so by name: actions on resources.

    What a service asks of KMS in the application's stead does not come by the endpoint.
    """
    if definition.task_role_arn is None:
        return
    role = snapshot.require(Role, definition.task_role_arn.rpartition("/")[2])
    prefix = f"{service.partition('.')[0]}:"
    for policy in (*inline_policies(role, snapshot).values(), *attached_policies(role, snapshot).values()):
        for line in policy:
            if line.effect == "Allow" and not any(each.key == "kms:viaservice" for each in line.conditions):
                named = [action for action in line.actions if action.startswith(prefix) and "*" not in action]
                on = [resource for resource in line.resources if resource != "*"]
                yield from (Request(action, resource, role.role_arn) for action in named for resource in on)


def _allowing(policy: Sequence[Statement], request: Request, endpoint: VPCEndpoint) -> tuple[Statement, ...]:
    """The statements that allow the request; none where it is denied or nothing allows it."""
    verdicts = [(line, _is_for(line, request, endpoint)) for line in policy]
    denying = [applies for line, applies in verdicts if line.effect == "Deny"]
    allowing = [(line, applies) for line, applies in verdicts if line.effect == "Allow"]
    if True in denying or all(applies is False for _, applies in allowing):
        return ()
    sure = tuple(line for line, applies in allowing if applies)
    if None in denying or not sure:
        hanging = sids(tuple(line for line, applies in verdicts if applies is None))
        raise Unanswered(f"whether the policy of {endpoint.id} lets {request.action} through hangs on {hanging}")
    return sure


def _is_for(line: Statement, request: Request, endpoint: VPCEndpoint) -> bool | None:
    """Whether a statement is for the request; None where that is not known here."""
    parts = (
        line.speaks_of(request.action),
        _names_resource(line, request),
        _names_principal(line, request, endpoint),
        *(_holds(condition, request, endpoint) for condition in line.conditions),
    )
    return False if False in parts else None if None in parts else True


def _names_resource(line: Statement, request: Request) -> bool | None:
    if line.not_resource:
        return None
    if line.covers_resource(request.resource):
        return True
    # What it names may be a part of what is asked for, or hang on a variable.
    return None if any(matches(request.resource, text) or VARIABLE in text for text in line.resources) else False


def _names_principal(line: Statement, request: Request, endpoint: VPCEndpoint) -> bool | None:
    if line.not_principal is not None:
        return None
    if "*" in line.principals:
        return True
    asker = parse_arn(request.principal)
    if asker is None:
        return False
    own = {request.principal, asker.account, f"arn:{asker.partition}:iam::{asker.account}:root"}
    # In the policy of a gateway endpoint an account means its root user alone.
    named = bool(own & set(line.principals))
    return None if named and endpoint.vpc_endpoint_type == "Gateway" else named


def _holds(condition: Condition, request: Request, endpoint: VPCEndpoint) -> bool | None:
    asker, asked = parse_arn(request.principal), parse_arn(request.resource)
    known = {
        "aws:principalaccount": "" if asker is None else asker.account,
        "aws:principalarn": request.principal,
        "aws:sourcevpc": endpoint.vpc_id,
        "aws:sourcevpce": endpoint.vpc_endpoint_id,
        "aws:securetransport": "true",
    }
    if asked is not None and asked.account:
        known["aws:resourceaccount"] = asked.account
    operator = condition.operator.removesuffix("IfExists")
    if condition.key not in known or operator not in (*EQUAL, *UNEQUAL, "Bool"):
        return None
    if any(VARIABLE in text for text in condition.values):
        return None
    equal = any(_equal(operator, text, known[condition.key]) for text in condition.values)
    return not equal if operator in UNEQUAL else equal


def _equal(operator: str, text: str, value: str) -> bool:
    """Whether a request's value is what one of a condition means; of those here all but ``...IgnoreCase`` mind case."""
    if "Like" in operator or operator.startswith("Arn"):
        return matches_exactly(text, value)
    return text.lower() == value.lower() if operator.endswith("IgnoreCase") else text == value
