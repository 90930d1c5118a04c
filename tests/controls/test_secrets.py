"""What is concluded of how old a secret is, and whether anybody uses it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from stack_verify.controls.secretsmanager.secrets import secret_rotated_recently, secret_unused
from stack_verify.core.control import Status
from stack_verify.resources.secretsmanager import Secret
from support.hand_made import ACCOUNT, AT, REGION, answer, answered, judged, of_answers, said_of

ARN = f"arn:aws:secretsmanager:{REGION}:{ACCOUNT}:secret:s-abcdef"
RECENT, LONG_AGO = AT - timedelta(days=90), AT - timedelta(days=90, seconds=1)


def said(control, **fields: object) -> Status:
    return said_of(control, of_answers(answer(ARN, answered(Secret, ARN=ARN, Name="s", **fields))), ARN)[0]


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.NOT_APPLICABLE),
        ({"RotationEnabled": False}, Status.ERROR),
        ({"LastChangedDate": LONG_AGO}, Status.NOT_APPLICABLE),
        ({"LastChangedDate": LONG_AGO, "RotationEnabled": False}, Status.FAILED),
        ({"LastChangedDate": RECENT, "LastRotatedDate": LONG_AGO, "RotationEnabled": True}, Status.FAILED),
        ({"LastChangedDate": LONG_AGO, "LastRotatedDate": RECENT, "RotationEnabled": True}, Status.PASSED),
        ({"LastChangedDate": RECENT, "LastRotatedDate": LONG_AGO, "RotationEnabled": False}, Status.PASSED),
        ({"LastChangedDate": LONG_AGO, "RotationEnabled": True}, Status.FAILED),
        ({"LastChangedDate": LONG_AGO, "DeletedDate": AT}, Status.NOT_APPLICABLE),
    ],
)
def test_a_secret_is_as_old_as_its_rotation_says_or_else_as_its_last_change(told, status):
    assert said(secret_rotated_recently, **told) is status


@pytest.mark.parametrize(
    ("changed", "status"), [(RECENT, Status.PASSED), (LONG_AGO, Status.FAILED), (None, Status.ERROR)]
)
def test_a_secret_without_rotation_is_judged_by_its_age_where_the_policy_asks_for_rotation(changed, status):
    """T39: on day 91 a secret fails only where the policy requires rotation."""
    told = {} if changed is None else {"LastChangedDate": changed}
    held = of_answers(answer(ARN, answered(Secret, ARN=ARN, Name="s", **told)))
    assert judged(secret_rotated_recently, held, require_secret_rotation=True)[ARN] is status


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({}, Status.ERROR),
        ({"CreatedDate": RECENT}, Status.PASSED),
        ({"CreatedDate": LONG_AGO}, Status.FAILED),
        ({"CreatedDate": LONG_AGO, "LastAccessedDate": RECENT}, Status.PASSED),
        ({"CreatedDate": RECENT, "LastAccessedDate": LONG_AGO}, Status.FAILED),
        ({"CreatedDate": LONG_AGO, "DeletedDate": AT}, Status.NOT_APPLICABLE),
    ],
)
def test_a_secret_is_in_use_where_it_was_retrieved_or_made_a_while_ago(told, status):
    assert said(secret_unused, **told) is status
