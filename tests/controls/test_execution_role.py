"""What the role needs with which ECS starts a task, read from its policies."""

from __future__ import annotations

import json

import pytest
from stack_verify.controls.iam.execution_role import iam_task_role_can_do_its_job
from stack_verify.core.control import Status
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.iam import AttachedPolicies, Role, RolePolicy
from stack_verify.resources.kms import Key
from stack_verify.resources.secretsmanager import Secret
from support.hand_made import ACCOUNT, REGION, answer, answered, arn, of_answers, said_of

TASK = arn("ecs", "task-definition/web:1")
SECRET, KEY, GROUP = arn("secretsmanager", "secret:app-AbCdEf"), arn("kms", "key/1"), arn("logs", "log-group:/web")
REPOSITORY, ROLE = arn("ecr", "repository/web"), f"arn:aws:iam::{ACCOUNT}:role/starts"
PULL = ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"]
MADE = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}
WEB = {
    "name": "web",
    "image": f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com/web:1",
    "secrets": [{"name": "APP", "valueFrom": f"{SECRET}:password::"}],
    "logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "/web", "awslogs-region": REGION}},
}
NEEDED = {
    "token": (["ecr:GetAuthorizationToken"], "*"),
    "pull": (PULL, REPOSITORY),
    "stream": (["logs:CreateLogStream"], f"{GROUP}:*"),
    "events": (["logs:PutLogEvents"], f"{GROUP}:log-stream:*"),
    "secret": (["secretsmanager:GetSecretValue"], SECRET),
    "key": (["kms:Decrypt"], KEY),
}


def line(actions, resource, effect="Allow", **more):
    return {"Effect": effect, "Action": actions, "Resource": resource, **more}


ALL = [line(*each) for each in NEEDED.values()]


def said(lines, container=WEB, *, role: str | None = ROLE, key: str | None = "alias/app"):
    task = {"taskDefinitionArn": TASK, "family": "web", "containerDefinitions": [container]}
    task |= {} if role is None else {"executionRoleArn": role}
    document = json.dumps({"Version": "2012-10-17", "Statement": lines})
    secret = {"ARN": SECRET, "Name": "app", **({} if key is None else {"KmsKeyId": key})}
    seen = of_answers(
        answer(TASK, answered(TaskDefinition, **task)),
        answer("starts", answered(Role, RoleName="starts", Arn=ROLE)),
        answer("starts", answered(RolePolicy, Name="starts/all", PolicyDocument=document)),
        answer("starts", answered(AttachedPolicies, Role="starts", AttachedPolicies=[])),
        answer(SECRET, answered(Secret, **secret)),
        answer(arn("kms", "alias/app"), answered(Key, KeyId="1", Arn=KEY, **MADE)),
    )
    return said_of(iam_task_role_can_do_its_job, seen, TASK)


def test_a_role_that_may_all_that_it_takes_passes():
    assert said(ALL) == (Status.PASSED, "starts needs 8 permissions and lacks: none")


@pytest.mark.parametrize(
    ("left_out", "lacking"),
    [
        ("token", "ecr:GetAuthorizationToken on *"),
        ("pull", ", ".join(f"{action} on {REPOSITORY}" for action in PULL)),
        ("stream", f"logs:CreateLogStream on {GROUP}"),
        ("events", f"logs:PutLogEvents on {GROUP}"),
        ("secret", f"secretsmanager:GetSecretValue on {SECRET}"),
        ("key", f"kms:Decrypt on {KEY}"),
    ],
)
def test_each_permission_counts(left_out, lacking):
    lines = [line(*each) for name, each in NEEDED.items() if name != left_out]
    assert said(lines) == (Status.FAILED, f"starts needs 8 permissions and lacks: {lacking}")


@pytest.mark.parametrize(
    ("denied", "status"),
    [
        (line("kms:Decrypt", "*", "Deny"), Status.FAILED),
        (line("kms:*", KEY, "Deny"), Status.FAILED),
        (line("kms:Decrypt", arn("kms", "key/2"), "Deny"), Status.PASSED),
        (line("kms:Encrypt", "*", "Deny"), Status.PASSED),
        # It may hold for others alone.
        (line("kms:Decrypt", "*", "Deny", Condition={"Bool": {"aws:SecureTransport": "false"}}), Status.PASSED),
    ],
)
def test_what_is_denied_is_not_allowed(denied, status):
    assert said([*ALL, denied])[0] is status


def test_a_secret_with_the_key_of_aws_needs_no_other():
    lines = [line(*each) for name, each in NEEDED.items() if name != "key"]
    assert said(lines, key=None) == (Status.PASSED, "starts needs 7 permissions and lacks: none")


def test_the_key_of_a_secret_of_another_account_is_not_known_and_not_asked_for():
    foreign = SECRET.replace(ACCOUNT, "210987654321")
    container = {"name": "web", "image": "nginx:1", "secrets": [{"name": "APP", "valueFrom": foreign}]}
    told = f"starts needs 1 permissions and lacks: secretsmanager:GetSecretValue on {foreign}"
    assert said(ALL, container) == (Status.FAILED, told)


def test_a_task_without_a_role_cannot_be_started_where_it_needs_one():
    assert said(ALL, role=None) == (Status.FAILED, "executionRoleArn is not set")
    assert said(ALL, {"name": "web", "image": "nginx:1"}, role=None)[0] is Status.NOT_APPLICABLE


def test_what_is_not_known_of_a_secret_is_an_error():
    unread = {**WEB, "secrets": [{"name": "APP", "valueFrom": arn("secretsmanager", "secret:other-AbCdEf")}]}
    assert said(ALL, unread)[0] is Status.ERROR


def test_a_secret_that_is_gone_is_encrypted_with_nothing_and_must_be_readable_all_the_same():
    document = json.dumps({"Version": "2012-10-17", "Statement": ALL})
    container = {"name": "web", "image": "nginx:1", "secrets": [{"name": "APP", "valueFrom": SECRET}]}
    task = {"taskDefinitionArn": TASK, "family": "web", "containerDefinitions": [container], "executionRoleArn": ROLE}
    seen = of_answers(
        answer(TASK, answered(TaskDefinition, **task)),
        answer("starts", answered(Role, RoleName="starts", Arn=ROLE)),
        answer("starts", answered(RolePolicy, Name="starts/all", PolicyDocument=document)),
        answer("starts", answered(AttachedPolicies, Role="starts", AttachedPolicies=[])),
        answer(SECRET, kind=Secret),
    )
    assert said_of(iam_task_role_can_do_its_job, seen, TASK)[1] == "starts needs 1 permissions and lacks: none"
