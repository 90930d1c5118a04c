"""What lets a role give itself more than it was given, and what does not."""

from __future__ import annotations

import pytest
from stack_verify.controls.iam.escalation import iam_no_privilege_escalation, iam_role_no_data_on_all_resources, ways
from stack_verify.core.control import Status
from stack_verify.principals import escalation
from stack_verify.principals.iam_policy import statements
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from support.hand_made import ACCOUNT, answer, answered, document, of_answers, said_of

IAM = f"arn:aws:iam::{ACCOUNT}"
BOUNDARY = f"{IAM}:policy/boundary"
OWNED_BY_AWS = "arn:aws:iam::aws:policy/service-role/AWSBackupServiceRolePolicyForRestores"


def allow(actions, resource="*", **more):
    return {"Effect": "Allow", "Action": actions, "Resource": resource, **more}


def deny(actions, resource="*", **more):
    return {"Effect": "Deny", "Action": actions, "Resource": resource, **more}


def found(*lines):
    return list(ways(statements({"Version": "2012-10-17", "Statement": list(lines)})))


NAMED = "arn:aws:iam::123456789012:role/task"
FUNCTION = "arn:aws:lambda:eu-west-1:123456789012:function:own"


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ([allow("iam:PutRolePolicy", NAMED)], ["iam:PutRolePolicy"]),
        ([allow("iam:put*", NAMED), deny("iam:Put*")], []),
        (
            [allow("iam:PutRolePolicy"), deny("*", Condition={"Bool": {"aws:SecureTransport": "false"}})],
            ["iam:PutRolePolicy"],
        ),
        ([allow("iam:PutRolePolicy"), deny("iam:PutRolePolicy", NAMED)], ["iam:PutRolePolicy"]),
        ([allow("iam:PassRole")], []),
        ([allow("ec2:RunInstances")], []),
        ([allow(["iam:PassRole", "ec2:RunInstances"])], ["iam:PassRole + ec2:RunInstances"]),
        ([allow("iam:PassRole", NAMED), allow("ec2:RunInstances")], []),
        ([allow("iam:PassRole", "arn:aws:iam::123456789012:role/*"), allow("ecs:RegisterTaskDefinition")], []),
        (
            [allow("iam:PassRole", "arn:aws:iam::*:role/*"), allow(["ecs:RunTask", "ecs:RegisterTaskDefinition"])],
            ["iam:PassRole + ecs:RunTask (needs a task definition whose command can be overridden)"],
        ),
        ([allow("lambda:UpdateFunctionCode", FUNCTION)], []),
        ([allow("lambda:UpdateFunctionCode")], ["lambda:UpdateFunctionCode (needs a function with a privileged role)"]),
        ([allow(["iam:Get*", "iam:List*", "s3:*"])], []),
        ([allow("iam:PutRolePolicy", NAMED), deny("iam:*")], []),
        ([allow("iam:PutRolePolicy", NAMED), deny("iam:PutRolePolicy", "arn:aws:iam::123456789012:role/*")], []),
        ([allow("iam:PutRolePolicy", NAMED, Condition={"StringEquals": {"iam:PermissionsBoundary": NAMED}})], []),
        ([allow("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}")], []),
        ([allow("iam:CreateAccessKey", "arn:aws:iam::*:user/*")], ["iam:CreateAccessKey"]),
        ([allow("ssm:SendCommand", Condition={"StringEquals": {"ssm:resourceTag/owner": "me"}})], []),
        ([allow("IAM:PASSROLE"), allow("ec2:runinstances")], ["iam:PassRole + ec2:RunInstances"]),
    ],
)
def test_the_ways_to_more_than_was_given(lines, expected):
    assert found(*lines) == expected


def test_whoever_may_do_everything_has_every_way():
    every, all_but_reading = found(allow("*")), {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}
    assert every == found(all_but_reading)
    assert {"iam:CreateAccessKey", "iam:PassRole + cloudformation:CreateStack"} <= {*every}


@pytest.mark.parametrize("way", escalation.known(), ids=lambda way: way.id)
def test_every_known_way_is_found_and_none_of_its_parts_is_mistaken_for_it(way):
    """T46: all published ways are data, each with its source; whoever may do all of a way's actions has one."""
    assert found(allow(list(way.actions)))
    assert not found(allow(list(way.actions)), deny("*"))
    assert way.source.startswith("https://")
    passing = [each for each in escalation.known() if each.actions[0] == "iam:PassRole"]
    assert all(each.services for each in passing)


def test_there_are_more_than_a_hundred_known_ways():
    """T46"""
    assert len({frozenset(way.actions) for way in escalation.known()}) == len(escalation.known()) > 100


def passing_to(service):
    condition = {"StringEquals": {"iam:PassedToService": service}}
    return found(allow("iam:PassRole", Condition=condition), allow("ec2:RunInstances"))


def test_a_role_that_may_be_passed_to_another_service_runs_nothing_here():
    """T37"""
    assert passing_to("backup.amazonaws.com") == []
    assert passing_to("ec2.amazonaws.com") == ["iam:PassRole + ec2:RunInstances"]
    assert passing_to(["backup.amazonaws.com", "ec2*"]) == ["iam:PassRole + ec2:RunInstances"]


def carrying(control, *lines, trusted="backup.amazonaws.com", by=OWNED_BY_AWS, boundary=None):
    """What is said of a role with one managed policy."""
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": {"Service": trusted}}
    policies = {by: lines} | ({} if boundary is None else {BOUNDARY: boundary})
    bound = {} if boundary is None else {"PermissionsBoundary": {"PermissionsBoundaryArn": BOUNDARY}}
    role = answered(
        Role, RoleName="r", Arn=f"{IAM}:role/r", Path="/", AssumeRolePolicyDocument=document(trust), **bound
    )
    made = [answered(ManagedPolicy, Arn=arn, DefaultVersionId="v1") for arn in policies]
    versions = [answered(PolicyVersion, Version=f"{arn}:v1", Document=document(*of)) for arn, of in policies.items()]
    attached = answered(AttachedPolicies, Role="r", AttachedPolicies=[{"PolicyArn": by}])
    seen = of_answers(
        answer("r", role),
        answer("r", kind=RolePolicy),
        answer("r", attached),
        *(answer(each.policy_arn, each) for each in made),
        *(answer(each.version, each) for each in versions),
    )
    return said_of(control, seen, "r")


RESTORING = (
    allow(
        "iam:PassRole",
        "arn:aws:iam::*:role/*",
        Condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
    ),
    allow(["ec2:RunInstances", "dynamodb:Query"]),
)


@pytest.mark.parametrize("control", [iam_no_privilege_escalation, iam_role_no_data_on_all_resources])
def test_what_aws_wrote_for_a_service_of_its_own_is_not_the_stacks_to_edit(control):
    """T37: AWSBackupServiceRolePolicyForRestores on a role that AWS Backup alone may take."""
    status, told = carrying(control, *RESTORING)
    assert status is Status.PASSED
    assert f"AWS's own for its service: {OWNED_BY_AWS}" in told
    assert carrying(control, *RESTORING, trusted="lambda.amazonaws.com")[0] is Status.FAILED
    assert carrying(control, *RESTORING, by=f"{IAM}:policy/own")[0] is Status.FAILED


@pytest.mark.parametrize(
    "action",
    [
        *("secretsmanager:GetSecretValue", "s3:GetObject", "sts:AssumeRole", "ssm:SendCommand", "kms:Decrypt"),
        *("rds:ModifyDBSnapshotAttribute", "dynamodb:Scan", "s3:Get*", "SSM:sendcommand", "*"),
    ],
)
def test_no_role_whatever_it_is_for_reaches_data_on_all_resources(action):
    """T26"""

    def said(*lines, **more):
        return carrying(iam_role_no_data_on_all_resources, *lines, by=f"{IAM}:policy/own", **more)[0]

    assert said(allow(action)) is Status.FAILED
    assert said(allow(action, "arn:aws:s3:::data/*")) is Status.PASSED
    assert said(allow(action), deny(action)) is Status.PASSED
    assert said(allow(action), deny(action, Condition={"Bool": {"aws:SecureTransport": "false"}})) is Status.FAILED
    assert said(allow(action), boundary=[allow("logs:PutLogEvents")]) is Status.PASSED
    assert said(allow(action), boundary=[allow("*")]) is Status.FAILED
    assert said(allow(action), boundary=[allow("*"), deny(action)]) is Status.PASSED


def test_the_verdict_says_how_many_ways_are_known():
    """T46"""
    lines = (allow(["iam:PutRolePolicy"], NAMED),)
    status, told = carrying(iam_no_privilege_escalation, *lines, by=f"{IAM}:policy/own")
    assert status is Status.FAILED
    assert f"1 of {len(escalation.known())} known ways: iam:PutRolePolicy" in told
