"""What a role may do and who may take it, by its policies."""

from __future__ import annotations

import pytest
from handmade import ACCOUNT, answer, decoded, document, judged, snapshot

from verify.control import Status
from verify.controls.iam import (
    iam_inline_no_admin,
    iam_inline_no_kms_wildcard_decrypt,
    iam_no_service_wildcard,
    iam_no_star_star,
    iam_task_role_least_privilege,
)
from verify.resources.iam import AttachedPolicies, ManagedPolicy, PolicyVersion, Role, RolePolicy

FOR_TASKS = {
    "Effect": "Allow",
    "Action": "sts:AssumeRole",
    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
    "Condition": {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
}
KEYS = f"arn:aws:kms:sa-east-1:{ACCOUNT}:key"
POLICY_ARN = f"arn:aws:iam::{ACCOUNT}:policy/more"


def role(trust: dict[str, object]):
    arn = f"arn:aws:iam::{ACCOUNT}:role/app"
    return answer("app", decoded(Role, RoleName="app", Arn=arn, Path="/", AssumeRolePolicyDocument=document(trust)))


def fails(control, *, action: str | list[str], resource: str) -> bool:
    """Whether a role that may do ``action`` with ``resource``, by an inline and a managed policy, fails."""
    policy = document({"Effect": "Allow", "Action": action, "Resource": resource})
    managed = decoded(ManagedPolicy, Arn=POLICY_ARN, DefaultVersionId="v1")
    attached = decoded(AttachedPolicies, Role="app", AttachedPolicies=[{"PolicyArn": POLICY_ARN}])
    seen = snapshot(
        role(FOR_TASKS),
        answer("app", decoded(RolePolicy, Name="app/more", PolicyDocument=policy)),
        answer("app", attached),
        answer(POLICY_ARN, managed),
        answer(managed.version_in_force, decoded(PolicyVersion, Version=managed.version_in_force, Document=policy)),
    )
    return judged(control, seen, "app")[0] is Status.FAILED


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


@pytest.mark.parametrize("resource", [f"{KEYS}/k", "arn:aws:s3:::images/*", f"arn:aws:sns:sa-east-1:{ACCOUNT}:told*"])
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


def test_some_actions_of_a_service_are_not_every_one():
    for control in (iam_no_star_star, iam_inline_no_admin, iam_no_service_wildcard):
        assert not fails(control, action=["kms:De*", "kms:Decryp?", "*:Describe*"], resource="*")
