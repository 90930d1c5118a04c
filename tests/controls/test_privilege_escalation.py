"""What lets a role give itself more than it was given, and what does not."""

from __future__ import annotations

import pytest
from stack_verify.controls.iam.escalation import ways
from stack_verify.principals.iam_policy import statements


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
        ([allow(["iam:PassRole", "ec2:RunInstances"])], ["iam:PassRole with ec2:RunInstances"]),
        ([allow("iam:PassRole", NAMED), allow("ec2:RunInstances")], []),
        ([allow("iam:PassRole", "arn:aws:iam::123456789012:role/*"), allow("ecs:RunTask")], []),
        (
            [allow("iam:PassRole", "arn:aws:iam::*:role/*"), allow(["ecs:RunTask", "ecs:RegisterTaskDefinition"])],
            ["iam:PassRole with ecs:RegisterTaskDefinition and ecs:RunTask"],
        ),
        ([allow("lambda:UpdateFunctionCode", FUNCTION)], []),
        ([allow("lambda:UpdateFunctionCode")], ["lambda:UpdateFunctionCode"]),
        ([allow(["iam:Get*", "iam:List*", "s3:*"])], []),
    ],
)
def test_the_ways_to_more_than_was_given(lines, expected):
    assert found(*lines) == expected


def test_whoever_may_do_everything_has_every_way():
    every, all_but_reading = found(allow("*")), {"Effect": "Allow", "NotAction": "s3:GetObject", "Resource": "*"}
    assert every == found(all_but_reading)
    assert {"iam:CreateAccessKey", "glue:UpdateDevEndpoint", "iam:PassRole with cloudformation:CreateStack"} <= {*every}
