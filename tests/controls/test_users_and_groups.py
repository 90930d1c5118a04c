"""What users and groups may do, by their own policies, their groups' and their boundary."""

from __future__ import annotations

import pytest
from stack_verify.controls.iam.assignments import (
    iam_no_inline_policies,
    iam_user_in_group,
    iam_users_no_direct_policies,
)
from stack_verify.controls.iam.escalation import iam_no_privilege_escalation, iam_role_no_data_on_all_resources
from stack_verify.controls.iam.policies import (
    iam_inline_no_admin,
    iam_inline_no_kms_wildcard_decrypt,
    iam_no_service_wildcard,
    iam_no_star_star,
)
from stack_verify.core.control import Status
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from stack_verify.resources.iam_users import (
    Group,
    GroupAttachments,
    GroupPolicy,
    User,
    UserAttachments,
    UserGroups,
    UserPolicy,
)
from support.hand_made import ACCOUNT, answer, answered, denied, document, of_answers, said_of

IAM = f"arn:aws:iam::{ACCOUNT}"
ADMINISTRATOR, BOUNDARY = "arn:aws:iam::aws:policy/AdministratorAccess", f"{IAM}:policy/boundary"
EVERYTHING = {"Effect": "Allow", "Action": "*", "Resource": "*"}
PASSING = {"Effect": "Allow", "Action": ["iam:PassRole", "ecs:RunTask"], "Resource": "*"}
READING = {"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": "*"}
MODEST = {"Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:aws:s3:::own/*"}


def managed(arn, *lines):
    policy = answered(ManagedPolicy, Arn=arn, DefaultVersionId="v1")
    version = answered(PolicyVersion, Version=f"{arn}:v1", Document=document(*lines))
    return answer(arn, policy), answer(policy.version_in_force, version)


def carrying(kind, *lines, attached=(), groups=(), boundary=None):
    """The answers of a role, user or group "who" that has an inline policy of these statements."""
    names = {Role: "Role", User: "User", Group: "Group"}
    noun, inline, listed = names[kind], kind.inline, kind.attached
    fields = {f"{noun}Name": "who", "Arn": f"{IAM}:{noun.lower()}/who", "Path": "/"}
    if kind is Role:
        fields["AssumeRolePolicyDocument"] = document()
    if boundary is not None:
        fields["PermissionsBoundary"] = {"PermissionsBoundaryArn": boundary}
    policies = [answered(inline, Name="who/own", PolicyDocument=document(*lines))] if lines else []
    arns = [{"PolicyArn": each} for each in attached]
    found = [
        answer("who", answered(kind, **fields)),
        answer("who", *policies, kind=inline),
        answer("who", answered(listed, **{noun: "who", "AttachedPolicies": arns})),
    ]
    return [*found, answer("who", answered(UserGroups, User="who", GroupNames=groups))] if kind is User else found


def group(name, *lines):
    """The answers of a group that a user is in."""
    return [
        answer(name, answered(Group, GroupName=name, Arn=f"{IAM}:group/{name}")),
        answer(name, answered(GroupPolicy, Name=f"{name}/more", PolicyDocument=document(*lines))),
        answer(name, answered(GroupAttachments, Group=name, AttachedPolicies=[])),
    ]


@pytest.mark.parametrize("kind", [Role, User, Group])
@pytest.mark.parametrize(
    ("control", "line", "twin"),
    [
        (iam_inline_no_admin, EVERYTHING, PASSING),
        (iam_no_privilege_escalation, PASSING, {**PASSING, "Resource": f"{IAM}:role/task"}),
        (iam_no_privilege_escalation, {**EVERYTHING, "Action": "ssm:SendCommand"}, MODEST),
        (iam_no_privilege_escalation, {"Effect": "Allow", "NotAction": "s3:*", "Resource": "*"}, MODEST),
        (iam_role_no_data_on_all_resources, READING, {**READING, "Resource": "arn:aws:secretsmanager:*:*:secret:own"}),
        (iam_no_service_wildcard, {**MODEST, "Action": "s3:*"}, MODEST),
        (iam_inline_no_kms_wildcard_decrypt, {**READING, "Action": "kms:Decrypt"}, MODEST),
    ],
)
def test_the_power_of_a_user_and_a_group_is_judged_as_that_of_a_role(kind, control, line, twin):
    """T26, T46: every role, user and group that the stack makes is judged by what it can do."""
    assert said_of(control, of_answers(*carrying(kind, line)), "who")[0] is Status.FAILED
    assert said_of(control, of_answers(*carrying(kind, twin)), "who")[0] is Status.PASSED
    denial = {"Effect": "Deny", "Action": "*", "Resource": "*"}
    assert said_of(control, of_answers(*carrying(kind, line, denial)), "who")[0] is Status.PASSED


@pytest.mark.parametrize("kind", [Role, User, Group])
def test_an_attached_policy_that_allows_everything_fails_whoever_has_it(kind):
    """T26"""
    held = carrying(kind, attached=[ADMINISTRATOR])
    assert said_of(iam_no_star_star, of_answers(*held, *managed(ADMINISTRATOR, EVERYTHING)), "who") == (
        Status.FAILED,
        f"1 managed policies; too wide: {ADMINISTRATOR} (no Sid)",
    )
    assert said_of(iam_no_star_star, of_answers(*held, *managed(ADMINISTRATOR, MODEST)), "who")[0] is Status.PASSED


@pytest.mark.parametrize(("bound", "status"), [(MODEST, Status.PASSED), (EVERYTHING, Status.FAILED)])
@pytest.mark.parametrize("kind", [Role, User])
def test_a_boundary_takes_rights_from_a_user_as_from_a_role(kind, bound, status):
    held = of_answers(*carrying(kind, PASSING, boundary=BOUNDARY), *managed(BOUNDARY, bound))
    assert said_of(iam_no_privilege_escalation, held, "who")[0] is status


def test_a_user_has_what_its_groups_have():
    """T26, T46: a way that needs two actions is open where the one is the user's and the other a group's."""
    first, second = {**PASSING, "Action": "iam:PassRole"}, {**PASSING, "Action": "ecs:RunTask"}
    held = [*carrying(User, first, groups=["builders"]), *group("builders", second)]
    status, text = said_of(iam_no_privilege_escalation, of_answers(*held), "who")
    assert (status, "iam:PassRole + ecs:RunTask" in text) == (Status.FAILED, True)
    assert said_of(iam_no_privilege_escalation, of_answers(*held), "builders")[0] is Status.PASSED
    alone = carrying(User, first)
    assert said_of(iam_no_privilege_escalation, of_answers(*alone), "who")[0] is Status.PASSED


def test_the_boundary_and_denials_of_a_user_hold_for_what_its_groups_allow():
    bounded = carrying(User, groups=["builders"], boundary=BOUNDARY)
    held = of_answers(*bounded, *group("builders", PASSING), *managed(BOUNDARY, MODEST))
    assert said_of(iam_no_privilege_escalation, held, "who")[0] is Status.PASSED
    assert said_of(iam_no_privilege_escalation, held, "builders")[0] is Status.FAILED
    denying = carrying(User, {**PASSING, "Effect": "Deny"}, groups=["builders"])
    held = of_answers(*denying, *group("builders", PASSING))
    assert said_of(iam_no_privilege_escalation, held, "who")[0] is Status.PASSED


@pytest.mark.parametrize(
    "control", [iam_inline_no_admin, iam_no_privilege_escalation, iam_role_no_data_on_all_resources]
)
def test_a_group_that_could_not_be_read_proves_nothing(control):
    held = of_answers(*carrying(User, MODEST, groups=["builders"]), gaps=(denied(Group, "builders"),))
    assert said_of(control, held, "who")[0] is Status.ERROR


def test_a_user_who_makes_keys_for_itself_only_gets_nothing_more():
    own = {"Effect": "Allow", "Action": "iam:CreateAccessKey", "Resource": f"{IAM}:user/${{aws:username}}"}
    assert said_of(iam_no_privilege_escalation, of_answers(*carrying(User, own)), "who")[0] is Status.PASSED
    other = {**own, "Resource": f"{IAM}:user/*"}
    assert said_of(iam_no_privilege_escalation, of_answers(*carrying(User, other)), "who")[0] is Status.FAILED


@pytest.mark.parametrize(
    ("lines", "attached", "said"),
    [
        ([], [], (Status.PASSED, "policies of the user itself: none")),
        ([MODEST], [], (Status.FAILED, "policies of the user itself: who/own")),
        ([], [BOUNDARY], (Status.FAILED, f"policies of the user itself: {BOUNDARY}")),
    ],
)
def test_users_have_their_policies_from_groups(lines, attached, said):
    held = [*carrying(User, *lines, attached=attached, groups=["builders"]), *group("builders", MODEST)]
    assert said_of(iam_users_no_direct_policies, of_answers(*held), "who") == said


@pytest.mark.parametrize("kind", [User, Group])
@pytest.mark.parametrize(("lines", "status"), [([MODEST], Status.FAILED), ([], Status.PASSED)])
def test_users_and_groups_have_no_inline_policies(kind, lines, status):
    assert said_of(iam_no_inline_policies, of_answers(*carrying(kind, *lines)), "who")[0] is status


def test_the_inline_policy_of_a_role_as_cdk_makes_it_is_no_finding():
    """Day one: CDK makes one for each role."""
    held = of_answers(*carrying(Role, MODEST))
    assert said_of(iam_no_inline_policies, held, "") == (
        Status.NOT_APPLICABLE,
        "the stack has no IAM role, user or group",
    )


@pytest.mark.parametrize(("groups", "status"), [(["builders", "testers"], Status.PASSED), ([], Status.FAILED)])
def test_a_user_is_in_a_group(groups, status):
    held = of_answers(*carrying(User, groups=groups))
    assert said_of(iam_user_in_group, held, "who") == (status, f"groups: {', '.join(groups) or 'none'}")


def test_the_kinds_of_parts_are_of_their_identity():
    assert (Role.inline, Role.attached) == (RolePolicy, AttachedPolicies)
    assert (User.inline, User.attached) == (UserPolicy, UserAttachments)
    assert (Group.inline, Group.attached) == (GroupPolicy, GroupAttachments)
    assert answered(Group, GroupName="g", Arn=f"{IAM}:group/g").boundary is None
