"""Faults of IAM roles."""

import json
from collections.abc import Mapping
from typing import Final

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault

_ROLE: Final = "taskRoleArn"
_ADMINISTRATOR: Final = "arn:aws:iam::123456789012:policy/everything"
_DECRYPTER: Final = "arn:aws:iam::123456789012:policy/decrypts"
_FLOW_LOGS: Final = "flowLogRoleArn"

# Whoever may do everything removes events from any of them.
_LOGS: Final = tuple(
    ("log-group-deletion-protected", output)
    for output in (
        "containerInsightsLogGroupArn",
        "databaseLogGroupArns[0]",
        "databaseLogGroupArns[1]",
        "flowLogGroupArn",
        "taskLogGroupArn",
        "trailLogGroupArn",
        "wafLogGroupArn",
    )
)


def not_the_stacks(policy: str) -> tuple[tuple[str, str], ...]:
    """The controls that do not apply to a policy that is seen now and is not the stack's."""
    return tuple((control, policy) for control in ("env-suffix-in-names", "no-placeholder-values", "required-tags"))


def role_name(outputs: Outputs, output: str = _ROLE) -> str:
    """The name of the role whose ARN is `output`."""
    return str(outputs[output]).rpartition("/")[2]


def allow(aws: Clients, role: str, action: str | list[str], resource: str) -> None:
    """Adds an inline policy with one statement."""
    aws.client("iam").put_role_policy(RoleName=role, PolicyName="more", PolicyDocument=document(action, resource))


def _attach(aws: Clients, role: str, name: str, document: str) -> None:
    """Attaches a managed policy."""
    iam = aws.client("iam")
    policy = iam.create_policy(PolicyName=name, PolicyDocument=document)["Policy"]
    iam.attach_role_policy(RoleName=role, PolicyArn=policy["Arn"])


def document(action: str | list[str], resource: str) -> str:
    """A policy with one statement."""
    statement = {"Sid": "More", "Effect": "Allow", "Action": action, "Resource": resource}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _trust(aws: Clients, role: str, principal: Mapping[str, str] | str) -> None:
    """Lets `principal` take the role, whatever it acts for."""
    statement = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}
    document = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    aws.client("iam").update_assume_role_policy(RoleName=role, PolicyDocument=document)


@fault(
    ("iam-no-star-star", _ROLE),
    ("iam-role-no-data-on-all-resources", _ROLE),
    ("iam-no-kms-wildcard-decrypt", _ROLE),
    ("iam-no-privilege-escalation", _ROLE),
    ("iam-no-service-wildcard", _ROLE),
    ("iam-task-role-least-privilege", _ROLE),
    *not_the_stacks(_ADMINISTRATOR),
    *_LOGS,
)
def iam_no_star_star(aws: Clients, outputs: Outputs) -> None:
    """The application's role has a managed policy that allows everything."""
    _attach(aws, role_name(outputs), "everything", document("*", "*"))


@fault(
    ("iam-inline-no-admin", _ROLE),
    ("iam-role-no-data-on-all-resources", _ROLE),
    ("iam-no-privilege-escalation", _ROLE),
    ("iam-no-service-wildcard", _ROLE),
    ("iam-task-role-least-privilege", _ROLE),
    ("iam-inline-no-kms-wildcard-decrypt", _ROLE),
    *_LOGS,
)
def iam_inline_no_admin(aws: Clients, outputs: Outputs) -> None:
    """The application's role may do everything."""
    allow(aws, role_name(outputs), "*", "*")


@fault(("iam-no-service-wildcard", _ROLE))
def iam_no_service_wildcard(aws: Clients, outputs: Outputs) -> None:
    """The application's role may do with its bucket what it likes."""
    allow(aws, role_name(outputs), "s3:*", str(outputs["dataBucketArn"]))


@fault(("iam-inline-no-kms-wildcard-decrypt", _FLOW_LOGS), ("iam-role-no-data-on-all-resources", _FLOW_LOGS))
def iam_inline_no_kms_wildcard_decrypt(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role decrypts with every key of the account."""
    allow(aws, role_name(outputs, _FLOW_LOGS), "kms:Decrypt", aws.arn("kms", "key/*"))


@fault(
    ("iam-no-kms-wildcard-decrypt", _FLOW_LOGS),
    ("iam-role-no-data-on-all-resources", _FLOW_LOGS),
    *not_the_stacks(_DECRYPTER),
)
def iam_no_kms_wildcard_decrypt(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role has a managed policy that decrypts with every key of the account."""
    _attach(aws, role_name(outputs, _FLOW_LOGS), "decrypts", document("kms:ReEncrypt*", aws.arn("kms", "key/*")))


@fault(("iam-no-privilege-escalation", _FLOW_LOGS))
def iam_no_privilege_escalation(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may change its own policy."""
    allow(aws, role_name(outputs, _FLOW_LOGS), "iam:PutRolePolicy", str(outputs[_FLOW_LOGS]))


@fault(("iam-no-privilege-escalation", _FLOW_LOGS), variant="passing")
def iam_no_privilege_escalation_passing(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may start a machine with any role."""
    allow(aws, role_name(outputs, _FLOW_LOGS), ["iam:PassRole", "ec2:RunInstances"], "*")


@fault(("iam-no-privilege-escalation", _FLOW_LOGS), variant="seizing")
def iam_no_privilege_escalation_seizing(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may put its code in the place of any function's."""
    allow(aws, role_name(outputs, _FLOW_LOGS), "lambda:UpdateFunctionCode", aws.arn("lambda", "function:*"))


# Nor is it known, then, whether the endpoint of S3 lets through all that the application asks for.
@fault(
    ("iam-task-role-least-privilege", _ROLE),
    ("iam-role-no-data-on-all-resources", _ROLE),
    ("reach-tasks-egress-route", "serviceArn"),
)
def iam_task_role_least_privilege(aws: Clients, outputs: Outputs) -> None:
    """The application reads every bucket."""
    allow(aws, role_name(outputs), "s3:GetObject", "arn:aws:s3:::*")


@fault(("iam-role-no-data-on-all-resources", _FLOW_LOGS))
def iam_role_no_data_on_all_resources(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role reads every secret and may share every database's snapshots."""
    reaching = ["secretsmanager:GetSecretValue", "rds:ModifyDBSnapshotAttribute"]
    allow(aws, role_name(outputs, _FLOW_LOGS), reaching, "*")


@fault(("iam-no-privilege-escalation", _FLOW_LOGS), variant="overrides")
def iam_no_privilege_escalation_overrides(aws: Clients, outputs: Outputs) -> None:
    """The flow logs' role may run any task with any role and a command of its own."""
    allow(aws, role_name(outputs, _FLOW_LOGS), ["iam:PassRole", "ecs:RunTask"], "*")


@fault(("iam-trust-confused-deputy", _ROLE))
def iam_trust_confused_deputy(aws: Clients, outputs: Outputs) -> None:
    """ECS may take the application's role for tasks of any account."""
    _trust(aws, role_name(outputs), {"Service": "ecs-tasks.amazonaws.com"})


@fault(("iam-trust-policy-narrow", _FLOW_LOGS), ("iam-trust-confused-deputy", _FLOW_LOGS), variant="stranger")
def iam_trust_policy_narrow_stranger(aws: Clients, outputs: Outputs) -> None:
    """Another account may take the flow logs' role."""
    _trust(aws, role_name(outputs, _FLOW_LOGS), {"AWS": "arn:aws:iam::210987654321:root"})


@fault(("iam-trust-policy-narrow", _FLOW_LOGS), ("iam-trust-confused-deputy", _FLOW_LOGS), variant="anybody")
def iam_trust_policy_narrow_anybody(aws: Clients, outputs: Outputs) -> None:
    """Anybody may take the flow logs' role."""
    _trust(aws, role_name(outputs, _FLOW_LOGS), "*")


def _without(aws: Clients, outputs: Outputs, sid: str) -> None:
    """Takes a statement out of the execution role's inline policy."""
    iam, role = aws.client("iam"), role_name(outputs, "executionRoleArn")
    (name,) = iam.list_role_policies(RoleName=role)["PolicyNames"]
    document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    kept = [statement for statement in document["Statement"] if statement["Sid"] != sid]
    written = json.dumps({**document, "Statement": kept})
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=written)


@fault(("iam-task-role-can-do-its-job", "taskDefinitionArn"))
def iam_task_role_can_do_its_job(aws: Clients, outputs: Outputs) -> None:
    """The role that starts the tasks may not read the secret that they are handed."""
    _without(aws, outputs, "ReadSecret")


@fault(("iam-task-role-can-do-its-job", "taskDefinitionArn"), variant="decrypt")
def iam_task_role_can_do_its_job_decrypt(aws: Clients, outputs: Outputs) -> None:
    """The role that starts the tasks may not use the key that their secret is encrypted with."""
    _without(aws, outputs, "DecryptSecret")
