"""How old passwords and access keys of users are, who uses them, and whether a device is asked for too."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from stack_verify.controls.iam.credentials import (
    iam_access_key_age,
    iam_unused_credentials,
    iam_user_no_access_keys,
)
from stack_verify.controls.iam.users import iam_console_mfa, iam_user_mfa
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.resources.account import AccountUser
from stack_verify.resources.iam_users import AccessKey, LoginProfile, User, UserAccessKeys, UserMfaDevices
from support.hand_made import ACCOUNT, AT, POLICY, answer, answered, denied, judged, of_answers, said_of

ARN = f"arn:aws:iam::{ACCOUNT}:user/amy"
IDS = ("AKIAIOSFODNN7EXAMPL1", "AKIAIOSFODNN7EXAMPL2")
NEVER = None


def ago(days, seconds=0):
    return AT - timedelta(days=days, seconds=seconds)


def key(made=0.0, used=NEVER, status="Active", number=0, **fields):
    last = {} if used is None else {"LastUsedDate": ago(used)}
    given = {"CreateDate": ago(made), "AccessKeyLastUsed": last, "Status": status} | fields
    given = {name: value for name, value in given.items() if value is not ...}
    return answered(AccessKey, AccessKeyId=IDS[number], UserName="amy", **given)


def amy(*keys, password=None, used=NEVER):
    """A user with these keys, and a password of so many days."""
    last = {} if used is None else {"PasswordLastUsed": ago(used)}
    profiles = [] if password is None else [answered(LoginProfile, UserName="amy", CreateDate=ago(password))]
    return of_answers(
        answer("amy", answered(User, UserName="amy", Arn=ARN, **last)),
        answer("amy", *profiles, kind=LoginProfile),
        answer("amy", answered(UserAccessKeys, User="amy", AccessKeyIds=[each.access_key_id for each in keys])),
        *(answer(each.access_key_id, each) for each in keys),
    )


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (key(90), Status.PASSED),
        (key(made=90 + 1 / 86400), Status.FAILED),
        (key(400, used=0), Status.FAILED),
        (key(400, status="Inactive"), Status.NOT_APPLICABLE),
        (key(400, status="Expired"), Status.NOT_APPLICABLE),
        (key(CreateDate=...), Status.ERROR),
        (key(Status=...), Status.ERROR),
    ],
)
def test_an_active_key_is_rotated_to_the_day(found, status):
    assert said_of(iam_access_key_age, amy(found), IDS[0])[0] is status


def test_the_age_of_keys_is_the_policys():
    assert judged(iam_access_key_age, amy(key(100)), max_access_key_age_days=365)[IDS[0]] is Status.PASSED
    assert judged(iam_access_key_age, amy(key(40)), max_access_key_age_days=30)[IDS[0]] is Status.FAILED


@pytest.mark.parametrize(
    ("held", "status"),
    [
        (amy(key(400, used=90)), Status.PASSED),
        (amy(key(400, used=91)), Status.FAILED),
        (amy(key(400, used=1), key(400, used=91, number=1)), Status.FAILED),
        (amy(key(400, used=1), key(400, used=91, status="Inactive", number=1)), Status.PASSED),
        (amy(key(400)), Status.FAILED),
        (amy(key(400, used=1), password=400), Status.FAILED),
        (amy(key(400, used=1), password=400, used=91), Status.FAILED),
        (amy(password=400, used=3), Status.PASSED),
        (amy(), Status.NOT_APPLICABLE),
        # A use of a password that is no more is nobody's.
        (amy(used=400), Status.NOT_APPLICABLE),
        (amy(key(400, used=1, CreateDate=...)), Status.ERROR),
        (amy(key(AccessKeyLastUsed=...)), Status.ERROR),
    ],
)
def test_credentials_that_nobody_uses_fail(held, status):
    assert said_of(iam_unused_credentials, held, "amy")[0] is status


@pytest.mark.parametrize("held", [amy(key(0)), amy(key(89)), amy(password=1), amy(key(2), password=3)])
def test_a_credential_that_was_just_made_is_pending(held):
    """Clockwork: nothing fails because it has not been used yet."""
    status, text = said_of(iam_unused_credentials, held, "amy")
    assert (status, text.startswith("pending: ")) == (Status.NOT_APPLICABLE, True)


def test_a_new_key_beside_one_in_use_passes():
    assert said_of(iam_unused_credentials, amy(key(400, used=1), key(1, number=1)), "amy") == (
        Status.PASSED,
        f"access key {IDS[0]} was last used on 2026-01-30; access key {IDS[1]} was made on 2026-01-30 and never used",
    )


@pytest.mark.parametrize(
    ("held", "said"),
    [
        (amy(), (Status.PASSED, "active access keys: none")),
        (amy(key(status="Inactive")), (Status.PASSED, "active access keys: none")),
        (amy(key(), key(number=1)), (Status.FAILED, f"active access keys: {IDS[0]}, {IDS[1]}")),
    ],
)
def test_users_have_no_active_keys(held, said):
    assert said_of(iam_user_no_access_keys, held, "amy") == said
    relaxed = structs.replace(POLICY, hardening=False)
    (found,) = evaluate(held, [iam_user_no_access_keys], relaxed)
    assert found.status is Status.NOT_APPLICABLE


def test_keys_that_could_not_be_read_prove_nothing():
    held = of_answers(
        answer("amy", answered(User, UserName="amy", Arn=ARN)),
        answer("amy", kind=LoginProfile),
        answer("amy", answered(UserAccessKeys, User="amy", AccessKeyIds=[IDS[0]])),
        gaps=(denied(AccessKey, IDS[0]),),
    )
    for control in (iam_unused_credentials, iam_user_no_access_keys):
        assert said_of(control, held, "amy")[0] is Status.ERROR
    assert said_of(iam_access_key_age, held, IDS[0])[0] is Status.ERROR


def signing_in(kind, *devices, password=True, **fields):
    profiles = [answered(LoginProfile, UserName="amy")] if password else []
    held = [{"SerialNumber": each} for each in devices]
    return of_answers(
        answer(ACCOUNT if kind is AccountUser else "amy", answered(kind, UserName="amy", Arn=ARN, **fields)),
        answer("amy", *profiles, kind=LoginProfile),
        answer("amy", answered(UserMfaDevices, User="amy", Devices=held)),
    )


@pytest.mark.parametrize("control", [iam_user_mfa, iam_console_mfa])
def test_a_user_of_the_stack_has_a_device_even_where_the_account_is_not_judged(control):
    lax = structs.replace(POLICY, require_account_safeguards=False)
    held = {kind: signing_in(kind) for kind in (User, AccountUser)}
    statuses = {kind: [each.status for each in evaluate(seen, [control], lax)] for kind, seen in held.items()}
    assert statuses == {User: [Status.FAILED], AccountUser: [Status.NOT_APPLICABLE]}
    assert said_of(control, signing_in(User, "phone"), "amy")[0] is Status.PASSED


def test_a_user_without_a_password_signs_in_nowhere():
    assert said_of(iam_console_mfa, signing_in(User, password=False), "amy")[0] is Status.NOT_APPLICABLE
    assert said_of(iam_user_mfa, signing_in(User, password=False), "amy")[0] is Status.FAILED


@pytest.mark.parametrize(
    ("enabled", "active", "console", "every"),
    [
        (True, True, Status.PASSED, Status.PASSED),
        (True, False, Status.FAILED, Status.FAILED),
        (False, False, Status.NOT_APPLICABLE, Status.FAILED),
    ],
)
def test_of_many_users_the_credential_report_tells(enabled, active, console, every):
    user = answered(AccountUser, UserName="amy", Arn=ARN, PasswordEnabled=enabled, MfaActive=active)
    assert not list(user.refers_to())
    held = of_answers(answer(ACCOUNT, user))
    assert said_of(iam_console_mfa, held, "amy")[0] is console
    assert said_of(iam_user_mfa, held, "amy")[0] is every


def test_a_user_of_the_stack_is_judged_once():
    own = signing_in(User)
    listed = answered(AccountUser, UserName="amy", Arn=ARN)
    both = structs.replace(own, resources=(*own.resources, listed), answers=(*own.answers, answer(ACCOUNT, listed)[0]))
    found = {each.resource.type: each.status for each in evaluate(both, [iam_user_mfa], POLICY)}
    assert (found["AWS::IAM::User"], found["AWS::::Account.User"]) == (Status.FAILED, Status.NOT_APPLICABLE)
