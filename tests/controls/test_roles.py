"""What a role may do and who may take it, by its policies."""

from __future__ import annotations

import pytest
from stack_verify.controls.iam.policies import (
    iam_inline_no_admin,
    iam_inline_no_kms_wildcard_decrypt,
    iam_no_kms_wildcard_decrypt,
    iam_no_service_wildcard,
    iam_no_star_star,
    iam_task_role_least_privilege,
    iam_trust_confused_deputy,
    iam_trust_policy_narrow,
)
from stack_verify.core.control import Severity, Status
from stack_verify.resources.ecs import TaskDefinition
from stack_verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy
from support.hand_made import ACCOUNT, FOREIGN, answer, answered, document, of_answers, said_of

FOR_TASKS = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
}
KEYS = f"arn:aws:kms:sa-east-1:{ACCOUNT}:key"
POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/more"


def role(*trusts: dict[str, object]):
    arn = f"arn:aws:iam::{ACCOUNT}:role/app"
    return answer("app", answered(Role, RoleName="app", Arn=arn, Path="/", AssumeRolePolicyDocument=document(*trusts)))


def fails(control, *, by: str = POLICY_ARN, effect: str = "Allow", **elements: str | list[str]) -> bool:
    """Whether a role fails that has a statement of these elements in an inline policy and in a managed one."""
    words = {"".join(word.capitalize() for word in name.split("_")): value for name, value in elements.items()}
    policy = document({"Effect": effect, **words})
    managed = answered(ManagedPolicy, Arn=by, DefaultVersionId="v1")
    attached = answered(AttachedPolicies, Role="app", AttachedPolicies=[{"PolicyArn": by}])
    seen = of_answers(
        role(FOR_TASKS),
        answer("app", answered(RolePolicy, Name="app/more", PolicyDocument=policy)),
        answer("app", attached),
        answer(by, managed),
        answer(managed.version_in_force, answered(PolicyVersion, Version=managed.version_in_force, Document=policy)),
    )
    return said_of(control, seen, "app")[0] is Status.FAILED


EVERY_KEY = [
    "*",
    "?*",
    "arn:aws:kms",
    "arn:aws:kms:*",
    "arn:aws:kms:sa-east-1:*",
    f"arn:aws:kms:sa-east-1:{ACCOUNT}",
    "arn:*",
    "arn*",
    "a*:kms",
    f"{KEYS}/*",
    f"{KEYS}/?*",
    f"{KEYS}*",
]


@pytest.mark.parametrize("resource", EVERY_KEY)
def test_a_resource_whose_missing_parts_are_wildcards_names_none(resource):
    assert fails(iam_inline_no_kms_wildcard_decrypt, action="kms:Decrypt", resource=resource)
    assert fails(iam_task_role_least_privilege, action="kms:Decrypt", resource=resource)


LOGS = f"arn:aws:logs:sa-east-1:{ACCOUNT}:log-group"
EVERY_ONE_OF_A_KIND = [
    "arn:aws:s3:::*/*",
    f"{LOGS}*",
    f"{LOGS}:*:*",
    f"{LOGS}:*:log-stream:*",
    f"arn:aws:dynamodb:sa-east-1:{ACCOUNT}:table/*/index/*",
    f"arn:aws:ecs:sa-east-1:{ACCOUNT}:service/*/*",
]


@pytest.mark.parametrize("resource", EVERY_ONE_OF_A_KIND)
def test_a_resource_that_is_every_one_of_a_kind_is_not_named(resource):
    assert fails(iam_task_role_least_privilege, action="kms:Decrypt", resource=resource)


NAMED = [
    f"{KEYS}/k",
    f"{KEYS}/1234*",
    "arn:aws:s3:::images/*",
    "arn:aws:s3:::images",
    f"arn:aws:sns:sa-east-1:{ACCOUNT}:told*",
    f"{LOGS}:tasks",
    f"{LOGS}:tasks:*",
    f"{LOGS}:*:log-stream:tasks",
]


@pytest.mark.parametrize("resource", NAMED)
def test_a_resource_that_is_named_is_none_of_these(resource):
    assert not fails(iam_inline_no_kms_wildcard_decrypt, action="kms:Decrypt", resource=resource)
    assert not fails(iam_task_role_least_privilege, action="kms:Decrypt", resource=resource)


@pytest.mark.parametrize("action", ["*", "**", "*:*", "?*:*", "?*"])
def test_everything_on_everything_is_found_however_it_is_written(action):
    assert fails(iam_no_star_star, action=action, resource="*")
    assert fails(iam_inline_no_admin, action=["s3:GetObject", action], resource="arn:*")


@pytest.mark.parametrize("action", ["kms:*", "kms:?*", "kms:*?", "KMS:**", "kms*", "k?s:*", "*:*", "*"])
def test_every_action_of_a_service_is_found_however_it_is_written(action):
    assert fails(iam_no_service_wildcard, action=action, resource=f"{KEYS}/k")


ALL_BUT_READING = {"not_action": "s3:GetObject", "resource": "*"}
WIDE = [
    (iam_no_star_star, {"action": "*", "not_resource": f"{KEYS}/k"}),
    (iam_no_service_wildcard, {"action": ["s3:GetObject", "kms:*"], "resource": f"{KEYS}/k"}),
    (iam_no_service_wildcard, ALL_BUT_READING),
    (iam_task_role_least_privilege, ALL_BUT_READING),
    (iam_task_role_least_privilege, {"action": "kms:Decrypt", "resource": [f"{KEYS}/k", "*"]}),
    (iam_task_role_least_privilege, {"action": "kms:Decrypt", "not_resource": f"{KEYS}/k"}),
    (iam_no_kms_wildcard_decrypt, {"action": "kms:Decrypt", "resource": "*"}),
    (iam_inline_no_kms_wildcard_decrypt, {"action": "kms:Decrypt", "resource": "*"}),
]


@pytest.mark.parametrize(("control", "statement"), WIDE)
def test_what_is_too_wide_does_harm_where_it_is_allowed_and_not_where_it_is_denied(control, statement):
    assert fails(control, **statement)
    assert not fails(control, effect="Deny", **statement)


def test_every_action_on_a_resource_that_is_named_is_not_everything():
    assert not fails(iam_no_star_star, action="*", resource=f"{KEYS}/k")


def test_what_a_policy_of_aws_decrypts_is_for_aws_to_say():
    by = "arn:aws:iam::aws:policy/PowerUserAccess"
    assert not fails(iam_no_kms_wildcard_decrypt, by=by, action="kms:Decrypt", resource="*")


def test_some_actions_of_a_service_are_not_every_one():
    for control in (iam_no_star_star, iam_inline_no_admin, iam_no_service_wildcard):
        assert not fails(control, action=["kms:De*", "kms:Decryp?", "*:Describe*"], resource="*")


def test_who_is_denied_a_role_may_not_take_it():
    denied = {"Effect": "Deny", "Action": "sts:AssumeRole", "Principal": "*"}
    assert said_of(iam_trust_policy_narrow, of_answers(role(FOR_TASKS, denied)), "app")[0] is Status.PASSED
    alone = said_of(iam_trust_policy_narrow, of_answers(role(denied)), "app")
    assert alone == (Status.PASSED, "trusts no principal; each narrowly")


def trusting(
    principal: object, *conditions: tuple[str, str, str | list[str]], control=iam_trust_policy_narrow
) -> Status:
    """What is said of a role that ``principal`` may take under these conditions."""
    condition = {operator: {} for operator, _, _ in conditions}
    for operator, key, value in conditions:
        condition[operator][key] = value
    trust = {"Effect": "Allow", "Action": "sts:AssumeRole", "Principal": principal, "Condition": condition}
    return said_of(control, of_answers(role(trust)), "app")[0]


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (("StringEquals", "aws:PrincipalAccount", ACCOUNT), Status.PASSED),
        (("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{ACCOUNT}:role/*"), Status.PASSED),
        (("StringEquals", "aws:PrincipalOrgID", "o-a1b2c3d4e5"), Status.PASSED),
        (("ForAnyValue:StringLike", "aws:PrincipalOrgPaths", "o-a1b2c3d4e5/*"), Status.PASSED),
        (("StringEquals", "aws:PrincipalAccount", FOREIGN), Status.FAILED),
        (("ArnLike", "aws:PrincipalArn", f"arn:aws:iam::{FOREIGN}:role/app"), Status.FAILED),
        (("StringLike", "aws:PrincipalOrgID", "o-*"), Status.FAILED),
        (("IpAddress", "aws:SourceIp", "3.0.0.0/8"), Status.FAILED),
        (("IpAddress", "aws:SourceIp", "203.0.113.0/24"), Status.FAILED),
        (("StringEquals", "aws:SourceVpc", "vpc-0a1b2c3d"), Status.FAILED),
    ],
)
def test_everybody_means_those_of_this_account_or_of_an_organisation(condition, status):
    assert trusting({"AWS": "*"}, condition) is status


@pytest.mark.parametrize(
    ("condition", "status"),
    [
        (("StringEquals", "aws:SourceAccount", ACCOUNT), Status.PASSED),
        (("ArnLike", "aws:SourceArn", f"arn:aws:ecs:sa-east-1:{ACCOUNT}:*"), Status.PASSED),
        (("StringEquals", "aws:SourceOrgID", "o-a1b2c3d4e5"), Status.PASSED),
        (("StringLike", "aws:SourceOrgID", "*"), Status.FAILED),
        (("ArnLike", "aws:SourceArn", "arn:aws:ecs:sa-east-1:*:*"), Status.FAILED),
        (("StringEqualsIfExists", "aws:SourceAccount", ACCOUNT), Status.FAILED),
    ],
)
def test_a_service_acts_for_this_account_or_an_organisation(condition, status):
    """T36: the recommended condition is a control of its own, of medium severity, and nothing of the trust's width."""
    service = {"Service": "ecs-tasks.amazonaws.com"}
    assert trusting(service, condition) is Status.PASSED
    assert trusting(service, condition, control=iam_trust_confused_deputy) is status
    assert iam_trust_confused_deputy.severity is Severity.MEDIUM


def test_a_service_that_acts_for_another_account_is_too_wide():
    assert (
        trusting({"Service": "ecs-tasks.amazonaws.com"}, ("StringEquals", "aws:SourceAccount", FOREIGN))
        is Status.FAILED
    )


def test_a_provider_of_saml_says_itself_who_takes_the_role():
    federated = {"Federated": f"arn:aws:iam::{ACCOUNT}:saml-provider/idp"}
    assert trusting(federated, ("StringEquals", "SAML:aud", "https://signin.aws.amazon.com/saml")) is Status.PASSED
    assert trusting(federated) is Status.FAILED


@pytest.mark.parametrize(
    ("provider", "subject", "status"),
    [
        ("token.actions.githubusercontent.com", "repo:acme/web:ref:refs/heads/main", Status.PASSED),
        ("token.actions.githubusercontent.com", "repo:acme/*", Status.PASSED),
        ("token.actions.githubusercontent.com", "repo:*", Status.FAILED),
        ("token.actions.githubusercontent.com", "repo:*/web:ref:refs/heads/main", Status.FAILED),
        ("token.actions.githubusercontent.com", "repo:acme*", Status.FAILED),
        ("token.actions.githubusercontent.com", "repo:", Status.FAILED),
        ("token.actions.githubusercontent.com", "?*", Status.FAILED),
        ("oidc.eks.sa-east-1.amazonaws.com/id/A", "system:serviceaccount:web:*", Status.PASSED),
        ("oidc.eks.sa-east-1.amazonaws.com/id/A", "system:serviceaccount:*:web", Status.FAILED),
        ("accounts.google.com", "1234567890", Status.PASSED),
        ("accounts.google.com", "1*", Status.FAILED),
    ],
)
def test_a_provider_is_trusted_for_subjects_of_a_named_owner(provider, subject, status):
    audience = ("StringEquals", f"{provider}:aud", "sts.amazonaws.com")
    federated = {"Federated": f"arn:aws:iam::{ACCOUNT}:oidc-provider/{provider}"}
    assert trusting(federated, audience, ("StringLike", f"{provider}:sub", subject)) is status
    assert trusting(federated, audience) is Status.FAILED
    assert trusting(federated, ("StringLike", f"{provider}:sub", subject)) is Status.FAILED


def test_another_account_needs_an_external_id_that_is_named():
    principal = {"AWS": f"arn:aws:iam::{FOREIGN}:root"}
    assert trusting(principal, ("StringEquals", "sts:ExternalId", "7d1f")) is Status.PASSED
    assert trusting(principal) is Status.FAILED
    assert trusting(principal, ("StringLike", "sts:ExternalId", "?*")) is Status.FAILED
    assert trusting(principal, ("StringLike", "sts:ExternalId", ["7d1f", "*"])) is Status.FAILED
    assert trusting(principal, ("StringNotEquals", "sts:ExternalId", "7d1f")) is Status.FAILED


@pytest.mark.parametrize("principal", [ACCOUNT, f"arn:aws:iam::{ACCOUNT}:role/deployer"])
def test_a_principal_of_the_same_account_needs_none(principal):
    assert trusting({"AWS": principal}) is Status.PASSED


@pytest.mark.parametrize("control", [iam_no_kms_wildcard_decrypt, iam_inline_no_kms_wildcard_decrypt])
def test_a_denial_wins_over_every_key(control):
    """T47: Allow kms:* on * beside Deny kms:* on *."""

    def said(*lines):
        policy = document(*lines)
        managed = answered(ManagedPolicy, Arn=POLICY_ARN, DefaultVersionId="v1")
        version = answered(PolicyVersion, Version=managed.version_in_force, Document=policy)
        seen = of_answers(
            role(FOR_TASKS),
            answer("app", answered(RolePolicy, Name="app/more", PolicyDocument=policy)),
            answer("app", answered(AttachedPolicies, Role="app", AttachedPolicies=[{"PolicyArn": POLICY_ARN}])),
            answer(POLICY_ARN, managed),
            answer(managed.version_in_force, version),
        )
        return said_of(control, seen, "app")[0]

    allow = {"Effect": "Allow", "Action": "kms:*", "Resource": "*"}
    deny = {**allow, "Effect": "Deny"}
    assert said(allow) is Status.FAILED
    assert said(allow, deny) is Status.PASSED
    assert said(allow, {**deny, "Action": ["kms:Decrypt", "kms:ReEncrypt*", "kms:CreateGrant"]}) is Status.PASSED
    assert said(allow, {**deny, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}) is Status.FAILED
    assert said(allow, {**deny, "Resource": f"{KEYS}/one"}) is Status.FAILED


@pytest.mark.parametrize(
    ("action", "wide"),
    [
        ("textract:DetectDocumentText", False),
        ("comprehendmedical:DetectEntitiesV2", False),
        ("cloudwatch:PutMetricData", False),
        ("xray:Put*", False),
        ("textract:GetAdapter", True),
        ("s3:GetObject", True),
        ("unheardof:Of", True),
    ],
)
def test_what_knows_no_resources_is_allowed_on_all(action, wide):
    """T34"""
    assert fails(iam_task_role_least_privilege, action=action, resource="*") is wide


def test_the_role_that_only_starts_tasks_is_no_task_role():
    """T34: AmazonECSTaskExecutionRolePolicy on the execution role."""
    arn = f"arn:aws:iam::{ACCOUNT}:role/app"

    def said(**roles):
        task = answered(
            TaskDefinition,
            taskDefinitionArn="td",
            family="f",
            containerDefinitions=[{"name": "web", "image": "web"}],
            **roles,
        )
        return said_of(iam_task_role_least_privilege, of_answers(role(FOR_TASKS), answer("td", task), *of_app), "app")

    wide = document({"Effect": "Allow", "Action": "logs:PutLogEvents", "Resource": "*"})
    of_app = (
        answer("app", answered(RolePolicy, Name="app/more", PolicyDocument=wide)),
        answer("app", answered(AttachedPolicies, Role="app", AttachedPolicies=[])),
    )
    assert said(executionRoleArn=arn)[0] is Status.NOT_APPLICABLE
    assert said(executionRoleArn=arn, taskRoleArn=arn)[0] is Status.FAILED
