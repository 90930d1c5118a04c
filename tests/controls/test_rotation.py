"""Which secrets must be rotated, and when their rotation is in order."""

from __future__ import annotations

from datetime import timedelta

import pytest
from msgspec import structs
from stack_verify.controls.secretsmanager.secrets import secret_rotation, secret_rotation_success
from stack_verify.core.control import Status
from stack_verify.resources.secretsmanager import Secret
from support.hand_made import ACCOUNT, AT, POLICY, answer, answered, of_answers, said_of

ARN = f"arn:aws:secretsmanager:sa-east-1:{ACCOUNT}:secret:db-AbCdEf"
DAY = timedelta(days=1)


def secret(**fields: object) -> Secret:
    return answered(Secret, ARN=ARN, Name="db", **fields)


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"LastRotatedDate": AT - DAY, "NextRotationDate": AT + DAY}, Status.PASSED),
        ({"LastRotatedDate": AT - DAY, "NextRotationDate": AT}, Status.FAILED),
        ({"LastRotatedDate": AT - DAY, "NextRotationDate": AT - DAY}, Status.FAILED),
        ({"LastRotatedDate": AT - DAY}, Status.FAILED),
        ({"NextRotationDate": AT + DAY}, Status.NOT_APPLICABLE),
        ({"NextRotationDate": AT - DAY}, Status.FAILED),
        ({}, Status.FAILED),
    ],
    ids=["in order", "due now", "overdue", "not scheduled", "first one to come", "first one missed", "never"],
)
def test_a_rotation_succeeds_when_it_was_done_and_is_not_overdue(fields, status):
    seen = of_answers(answer(ARN, secret(RotationEnabled=True, **fields)))
    assert said_of(secret_rotation_success, seen, ARN)[0] is status


@pytest.mark.parametrize(
    ("fields", "required", "status"),
    [
        ({"RotationEnabled": True}, False, Status.PASSED),
        ({"RotationEnabled": False}, False, Status.FAILED),
        ({"RotationEnabled": False, "OwningService": "rds"}, False, Status.FAILED),
        ({}, False, Status.NOT_APPLICABLE),
        ({}, True, Status.FAILED),
        ({"OwningService": "rds"}, True, Status.NOT_APPLICABLE),
    ],
)
def test_a_rotation_that_was_set_up_or_that_the_policy_asks_for_is_on(fields, required, status):
    policy = structs.replace(POLICY, require_secret_rotation=required)
    assert secret_rotation.check(secret(**fields), of_answers(), policy).status is status
