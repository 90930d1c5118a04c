"""What the account's own settings must be, to the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from stack_verify.controls.acm.certificates import acm_certificate_not_expiring
from stack_verify.controls.config.recorder import config_recorder
from stack_verify.controls.iam.account import iam_password_policy
from stack_verify.controls.iam.users import iam_console_mfa, iam_user_mfa
from stack_verify.core.control import Status
from stack_verify.resources.account import Account, AccountUser, PasswordPolicy
from stack_verify.resources.acm import Certificate
from stack_verify.resources.config import ConfigurationRecorder, RecorderStatus
from stack_verify.resources.iam_users import LoginProfile, UserMfaDevices
from support.hand_made import ACCOUNT, AT, POLICY, answer, answered, of_answers, said_of

STRONG = {
    "MinimumPasswordLength": POLICY.min_password_length,
    "RequireUppercaseCharacters": True,
    "RequireLowercaseCharacters": True,
    "RequireNumbers": True,
    "RequireSymbols": True,
    "MaxPasswordAge": POLICY.max_password_age_days,
    "PasswordReusePrevention": POLICY.min_passwords_remembered,
}


def told(**fields: object) -> Status:
    given = {name: value for name, value in {**STRONG, **fields}.items() if value is not None}
    found = answered(PasswordPolicy, AccountId=ACCOUNT, **given)
    account = answer(ACCOUNT, answered(Account, AccountId=ACCOUNT))
    return said_of(iam_password_policy, of_answers(account, answer(ACCOUNT, found)), ACCOUNT)[0]


@pytest.mark.parametrize("fields", [{}, {"MaxPasswordAge": 1}, {"MinimumPasswordLength": 128}])
def test_a_password_policy_as_strong_as_ours_or_stronger_passes(fields):
    assert told(**fields) is Status.PASSED


@pytest.mark.parametrize(
    "fields",
    [
        {"MinimumPasswordLength": POLICY.min_password_length - 1},
        {"MaxPasswordAge": POLICY.max_password_age_days + 1},
        {"MaxPasswordAge": 0},
        {"MaxPasswordAge": None},
        {"PasswordReusePrevention": POLICY.min_passwords_remembered - 1},
        {"PasswordReusePrevention": None},
        {"RequireSymbols": False},
    ],
)
def test_a_weaker_one_fails(fields):
    assert told(**fields) is Status.FAILED


@pytest.mark.parametrize(("asked", "status"), [(0, Status.PASSED), (1, Status.FAILED)])
def test_passwords_need_not_be_remembered_where_the_policy_asks_for_none(asked, status):
    given = {name: value for name, value in STRONG.items() if name != "PasswordReusePrevention"}
    seen = of_answers(answer(ACCOUNT, answered(PasswordPolicy, AccountId=ACCOUNT, **given)))
    policy = structs.replace(POLICY, min_passwords_remembered=asked)
    assert iam_password_policy.check(answered(Account, AccountId=ACCOUNT), seen, policy).status is status


@pytest.mark.parametrize(("less", "status"), [(timedelta(0), Status.PASSED), (timedelta(seconds=1), Status.FAILED)])
def test_a_certificate_is_good_for_thirty_days_more(less, status):
    ends = AT + timedelta(days=POLICY.min_certificate_days) - less
    arn = f"arn:aws:acm:sa-east-1:{ACCOUNT}:certificate/1"
    fields = {"CertificateArn": arn, "DomainName": "example.com", "NotAfter": ends, "Status": "ISSUED"}
    assert (
        said_of(acm_certificate_not_expiring, of_answers(answer(arn, answered(Certificate, **fields))), arn)[0]
        is status
    )


@pytest.mark.parametrize("control", [iam_user_mfa, iam_console_mfa])
@pytest.mark.parametrize(
    ("devices", "said"),
    [(["a", "b"], (Status.PASSED, "MFA devices: a, b")), ([], (Status.FAILED, "MFA devices: none"))],
)
def test_a_user_who_signs_in_has_an_mfa_device_where_the_policy_judges_the_account(control, devices, said):
    user = answered(AccountUser, UserName="amy", Arn=f"arn:aws:iam::{ACCOUNT}:user/amy")
    held = answered(UserMfaDevices, User="amy", Devices=[{"SerialNumber": each} for each in devices])
    seen = of_answers(answer("amy", user), answer("amy", held), answer("amy", answered(LoginProfile, UserName="amy")))
    assert said_of(control, seen, "amy") == said
    elsewhere = structs.replace(POLICY, require_account_safeguards=False)
    assert control.check(user, seen, elsewhere).status is Status.NOT_APPLICABLE


@pytest.mark.parametrize(
    ("group", "told", "status"),
    [
        ({}, {}, Status.PASSED),
        ({}, {"lastStatus": "PENDING"}, Status.PASSED),
        ({}, {"lastStatus": "FAILURE"}, Status.FAILED),
        ({}, {"recording": False}, Status.FAILED),
        ({"allSupported": False}, {}, Status.FAILED),
    ],
)
def test_a_recorder_records_everything_and_delivers_it(group, told, status):
    fields = {"roleARN": f"arn:aws:iam::{ACCOUNT}:role/config", "recordingGroup": {"allSupported": True, **group}}
    recorder = answered(ConfigurationRecorder, name="default", **fields)
    said = answered(RecorderStatus, **{"name": "default", "recording": True, "lastStatus": "SUCCESS", **told})
    seen = of_answers(answer("default", recorder), answer("default", said))
    assert said_of(config_recorder, seen, "default")[0] is status
