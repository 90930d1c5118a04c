"""Faults of IAM roles."""

import json
from collections.abc import Mapping
from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ROLE: Final = "taskRoleArn"
_ADMINISTRATOR: Final = "arn:aws:iam::123456789012:policy/everything"


def _role(outputs: Outputs, output: str = _ROLE) -> str:
    return str(outputs[output]).rpartition("/")[2]


def _allow(aws: Clients, role: str, action: str, resource: str) -> None:
    """Adds an inline policy with one statement."""
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=_document(action, resource))


def _document(action: str, resource: str) -> str:
    statement = {"Sid": "More", "Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust(aws: Clients, role: str, principal: Mapping[str, str] | str) -> None:
    """Lets `principal` take the role, whatever it acts for."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=document)


@fault(
    ("iam-no-star-star", _ROLE),
    ("iam-no-service-wildcard", _ROLE),
    ("iam-task-role-least-privilege", _ROLE),
    # The policy is seen now, and is not the stack's: these do not apply to it.
    ("env-suffix-in-names", _ADMINISTRATOR),
    ("no-placeholder-values", _ADMINISTRATOR),
    ("required-tags", _ADMINISTRATOR),
)
def iam_no_star_star(aws: Clients, outputs: Outputs) -> None:
    """The application's role has a managed policy that allows everything."""
    iam = aws.client("iam")
    policy = iam.create_policy(PolicyName="everything", PolicyDocument=_document("*", "*"))["Policy"]
    iam.attach_role_policy(RoleName=_role(outputs), PolicyArn=policy["Arn"])


@fault(
    ("iam-inline-no-admin", _ROLE),
    ("iam-no-service-wildcard", _ROLE),
    ("iam-task-role-least-privilege", _ROLE),
    ("iam-inline-no-kms-wildcard-decrypt", _ROLE),
)
def iam_inline_no_admin(aws: Clients, outputs: Outputs) -> None:
    """The application's role may do everything."""
    _allow(aws, _role(outputs), "*", "*")


@fault(("iam-no-service-wildcard", _ROLE))
def iam_no_service_wildcard(aws: Clients, outputs: Outputs) -> None:
    """The application's role may do with its bucket what it likes."""
    _allow(aws, _role(outputs), "s3:*", str(outputs["dataBucketArn"]))


@fault(("iam-inline-no-kms-wildcard-decrypt", "flowLogRoleArn"))
def iam_inline_no_kms_wildcard_decrypt(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role decrypts with every key of the account."""
    _allow(aws, _role(outputs, "flowLogRoleArn"), "kms:Decrypt", aws.arn("kms", "key/*"))


@fault(("iam-task-role-least-privilege", _ROLE))
def iam_task_role_least_privilege(aws: Clients, outputs: Outputs) -> None:
    """The application reads every bucket."""
    _allow(aws, _role(outputs), "s3:GetObject", "arn:aws:s3:::*")


@fault(("iam-trust-policy-narrow", _ROLE))
def iam_trust_policy_narrow(aws: Clients, outputs: Outputs) -> None:
    """ECS may take the application's role for tasks of any account."""
    _trust(aws, _role(outputs), {"Service": "ecs-tasks.amazonaws.com"})


@fault(("iam-trust-policy-narrow", "flowLogRoleArn"), variant="stranger")
def iam_trust_policy_narrow_stranger(aws: Clients, outputs: Outputs) -> None:
    """Another account may take the flow logs' role."""
    _trust(aws, _role(outputs, "flowLogRoleArn"), {"AWS": "arn:aws:iam::210987654321:root"})


@fault(("iam-trust-policy-narrow", "flowLogRoleArn"), variant="anybody")
def iam_trust_policy_narrow_anybody(aws: Clients, outputs: Outputs) -> None:
    """Anybody may take the flow logs' role."""
    _trust(aws, _role(outputs, "flowLogRoleArn"), "*")
