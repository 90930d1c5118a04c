"""What the account's own settings must be, to the day."""

from __future__ import annotations

from datetime import timedelta

import pytest
from handmade import ACCOUNT, AT, POLICY, answer, decoded, judged, snapshot
from msgspec import structs

from verify.control import Status
from verify.controls.account import iam_password_policy
from verify.controls.acm import acm_certificate_not_expiring
from verify.resources.account import Account, PasswordPolicy
from verify.resources.acm import Certificate

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
    found = decoded(PasswordPolicy, AccountId=ACCOUNT, **given)
    account = answer(ACCOUNT, decoded(Account, AccountId=ACCOUNT))
    return judged(iam_password_policy, snapshot(account, answer(ACCOUNT, found)), ACCOUNT)[0]


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
    seen = snapshot(answer(ACCOUNT, decoded(PasswordPolicy, AccountId=ACCOUNT, **given)))
    policy = structs.replace(POLICY, min_passwords_remembered=asked)
    assert iam_password_policy.check(decoded(Account, AccountId=ACCOUNT), seen, policy).status is status


@pytest.mark.parametrize(("less", "status"), [(timedelta(0), Status.PASSED), (timedelta(seconds=1), Status.FAILED)])
def test_a_certificate_is_good_for_thirty_days_more(less, status):
    ends = AT + timedelta(days=POLICY.min_certificate_days) - less
    arn = f"arn:aws:acm:sa-east-1:{ACCOUNT}:certificate/1"
    fields = {"CertificateArn": arn, "DomainName": "example.com", "NotAfter": ends, "Status": "ISSUED"}
    assert judged(acm_certificate_not_expiring, snapshot(answer(arn, decoded(Certificate, **fields))), arn)[0] is status
