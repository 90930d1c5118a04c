"""The key that encrypts must be customer-managed and enabled, whether or not the stack names it."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from stack_verify.controls.kms.own_key import own_key
from stack_verify.core.control import Status
from stack_verify.errors import Unanswered
from stack_verify.inquiry import Answer, Caller, Stack
from stack_verify.resources.kms import Key
from stack_verify.resources.logs import LogGroup
from stack_verify.resources.resource import ApiCall
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import Snapshot

ARN = "arn:aws:kms:sa-east-1:123456789012:key/k"
CALL = ApiCall(
    api="logs:DescribeLogGroups",
    account="123456789012",
    region="sa-east-1",
    request_id=None,
    at=datetime(2026, 1, 31, tzinfo=UTC),
)
GROUP = LogGroup(observed_by=CALL, log_group_name="tasks", log_group_arn="arn:aws:logs:::log-group:tasks")


def with_key(*, manager: str = "CUSTOMER", state: str = "Enabled", named: bool = True) -> Snapshot:
    key = Key(
        observed_by=CALL,
        key_id="k",
        key_arn=ARN,
        key_manager=manager,
        key_state=state,
        key_spec="SYMMETRIC_DEFAULT",
        origin="AWS_KMS",
    )
    output = StackOutput(observed_by=CALL, name="keyArn", value=ARN, reference=Key.ask(ARN) if named else None)
    caller = Caller(account=CALL.account, arn="arn:aws:iam::123456789012:user/audit", region=CALL.region)
    answer = Answer(question=Key.ask(ARN), call=CALL, ids=((Key.kind(), "k"),), in_stack=True)
    return Snapshot(
        taken_at=CALL.at, caller=caller, stack=Stack(source="outputs.json"), resources=(key, output), answers=(answer,)
    )


@pytest.mark.parametrize("name", [ARN, "k"], ids=["by its ARN", "by its id"])
def test_the_stacks_own_key_passes_however_it_is_named(name):
    assert own_key(name, GROUP, with_key()).status is Status.PASSED


def test_a_platform_teams_key_passes_and_it_is_said_that_the_stack_does_not_name_it():
    verdict = own_key(ARN, GROUP, with_key(named=False))
    assert verdict.status is Status.PASSED
    assert "which the stack does not name" in verdict.observed


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ({"manager": "AWS"}, "KeyManager AWS"),
        ({"state": "PendingDeletion"}, "KeyState PendingDeletion"),
    ],
    ids=["AWS's own", "to be deleted"],
)
def test_any_other_key_fails(key, told):
    verdict = own_key(ARN, GROUP, with_key(**key))
    assert verdict.status is Status.FAILED
    assert told in verdict.observed


def test_no_key_fails():
    assert own_key(None, GROUP, with_key()).status is Status.FAILED


def test_a_key_that_was_not_read_is_never_judged():
    with pytest.raises(Unanswered, match="key/other is not known"):
        own_key("other", GROUP, with_key())
