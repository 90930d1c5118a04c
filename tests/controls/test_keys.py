"""Whom a key policy may let do what."""

from __future__ import annotations

import pytest
from stack_verify.controls.kms.keys import (
    kms_grants_not_shared,
    kms_policy_no_full_access_beyond_admins,
    kms_policy_not_public,
    kms_rotation,
)
from stack_verify.core.control import Status
from stack_verify.resources.iam import Role
from stack_verify.resources.kms import Key, KeyGrants, KeyPolicy
from support.hand_made import ACCOUNT, FOREIGN, answer, answered, denied, document, of_answers, said_of

KEY_ARN = f"arn:aws:kms:sa-east-1:{ACCOUNT}:key/k"
FIELDS = {"KeyManager": "CUSTOMER", "KeyState": "Enabled", "KeySpec": "SYMMETRIC_DEFAULT", "Origin": "AWS_KMS"}


def key(**fields: str) -> Key:
    return answered(Key, KeyId="k", Arn=KEY_ARN, **{**FIELDS, **fields})


KEY = key()
APP = f"arn:aws:iam::{ACCOUNT}:role/app"
ROLE = answered(Role, RoleName="app", Arn=APP, Path="/", AssumeRolePolicyDocument=document())
ROOT = {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}
STRANGER = {"AWS": FOREIGN}
SERVICE = {"Service": "logs.sa-east-1.amazonaws.com"}
FOR_SERVICES = {"Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}}


def allowing(principal: object, action: str, **more: object) -> Status:
    statement = {"Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*", **more}
    policy = answered(KeyPolicy, Key=KEY_ARN, Policy=document(statement))
    seen = of_answers(answer(KEY_ARN, KEY), answer(KEY_ARN, policy), answer("app", ROLE))
    return said_of(kms_policy_no_full_access_beyond_admins, seen, "k")[0]


CONTROLLING = ["kms:*", "kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey", "kms:Disable*"]
DECRYPTING = ["kms:Decrypt", "kms:ReEncrypt*", "kms:ReEncryptFrom", "kms:CreateGrant"]


@pytest.mark.parametrize("action", CONTROLLING)
def test_only_the_account_controls_a_key(action):
    assert allowing(ROOT, action) is Status.PASSED
    for principal in ({"AWS": APP}, STRANGER, SERVICE):
        assert allowing(principal, action) is Status.FAILED


@pytest.mark.parametrize("action", DECRYPTING)
def test_only_the_account_its_services_and_the_stacks_roles_decrypt(action):
    for principal in (ROOT, SERVICE):
        assert allowing(principal, action) is Status.PASSED
    assert allowing({"AWS": APP}, action, **FOR_SERVICES) is Status.PASSED
    for more in ({}, FOR_SERVICES):
        assert allowing(STRANGER, action, **more) is Status.FAILED


def test_a_role_grants_to_services_alone():
    assert allowing({"AWS": APP}, "kms:Decrypt") is Status.PASSED
    assert allowing({"AWS": APP}, "kms:CreateGrant") is Status.FAILED


def test_a_stranger_may_encrypt():
    assert allowing(STRANGER, "kms:Encrypt") is Status.PASSED


def test_while_a_role_is_unread_nobody_is_called_an_outsider():
    statement = {"Effect": "Allow", "Principal": {"AWS": APP}, "Action": "kms:Decrypt", "Resource": "*"}
    policy = answered(KeyPolicy, Key=KEY_ARN, Policy=document(statement))
    seen = of_answers(answer(KEY_ARN, KEY), answer(KEY_ARN, policy), gaps=(denied(Role, "app"),))
    assert said_of(kms_policy_no_full_access_beyond_admins, seen, "k")[0] is Status.ERROR


def test_what_a_stranger_is_denied_he_may_not_do():
    assert allowing(STRANGER, "kms:*", Effect="Deny") is Status.PASSED


@pytest.mark.parametrize("control", [kms_rotation, kms_policy_not_public, kms_policy_no_full_access_beyond_admins])
def test_aws_looks_after_its_own_keys(control):
    seen = of_answers(answer(KEY_ARN, key(KeyManager="AWS")))
    assert said_of(control, seen, "k")[0] is Status.NOT_APPLICABLE


@pytest.mark.parametrize("fields", [{"KeySpec": "RSA_2048"}, {"Origin": "EXTERNAL"}, {"Origin": "AWS_CLOUDHSM"}])
def test_aws_rotates_symmetric_keys_whose_material_it_made_and_no_others(fields):
    assert said_of(kms_rotation, of_answers(answer(KEY_ARN, key(**fields))), "k")[0] is Status.NOT_APPLICABLE


def of_policy(control, *lines):
    policy = answered(KeyPolicy, Key=KEY_ARN, Policy=document(*lines))
    return said_of(control, of_answers(answer(KEY_ARN, KEY), answer(KEY_ARN, policy), answer("app", ROLE)), "k")[0]


def everyone(**condition):
    limits = {"StringEquals": {key.replace("_", ":"): value for key, value in condition.items()}}
    return {"Effect": "Allow", "Principal": {"AWS": "*"}, "Action": "kms:Decrypt", "Resource": "*", "Condition": limits}


@pytest.mark.parametrize("control", [kms_policy_no_full_access_beyond_admins, kms_policy_not_public])
def test_everybody_of_the_account_through_a_service_is_narrower_than_the_account(control):
    """T15"""
    through = {"kms_ViaService": "rds.sa-east-1.amazonaws.com"}
    assert of_policy(control, everyone(kms_CallerAccount=ACCOUNT, **through)) is Status.PASSED
    assert of_policy(control, everyone(**through)) is Status.FAILED


def test_everybody_of_another_account_is_another_account():
    """T15"""
    assert of_policy(kms_policy_no_full_access_beyond_admins, everyone(kms_CallerAccount=FOREIGN)) is Status.FAILED


def test_a_denial_wins_in_a_key_policy():
    """T47"""
    allowed = {"Effect": "Allow", "Principal": STRANGER, "Action": "kms:*", "Resource": "*"}
    denied = {**allowed, "Effect": "Deny", "Principal": "*"}
    assert of_policy(kms_policy_no_full_access_beyond_admins, allowed) is Status.FAILED
    assert of_policy(kms_policy_no_full_access_beyond_admins, allowed, denied) is Status.PASSED
    later = {**denied, "Condition": {"Bool": {"aws:SecureTransport": "false"}}}
    assert of_policy(kms_policy_no_full_access_beyond_admins, allowed, later) is Status.FAILED


@pytest.mark.parametrize(
    ("grantee", "status"),
    [
        (f"arn:aws:iam::{FOREIGN}:role/partner", Status.FAILED),
        (APP, Status.PASSED),
        ("rds.sa-east-1.amazonaws.com", Status.PASSED),
    ],
)
def test_a_grant_is_access_too(grantee, status):
    """T25"""
    grant = {"GrantId": "g", "GranteePrincipal": grantee, "Operations": ["Decrypt"]}
    grants = answered(KeyGrants, Key=KEY_ARN, Grants=[grant])
    assert said_of(kms_grants_not_shared, of_answers(answer(KEY_ARN, KEY), answer(KEY_ARN, grants)), "k")[0] is status
