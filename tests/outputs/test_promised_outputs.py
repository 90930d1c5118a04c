"""Outputs are complete where they hold all that the state and the policy name."""

from __future__ import annotations

import msgspec
import pytest
from stack_verify.controls.stack.outputs import outputs_complete
from stack_verify.core.control import Status
from stack_verify.core.evaluate import evaluate
from stack_verify.outputs import load_outputs
from stack_verify.resources.stack import StackOutputs
from support.hand_made import POLICY, answer, answered, of_answers


@pytest.mark.parametrize(
    ("in_state", "required", "status"),
    [
        (None, (), Status.NOT_APPLICABLE),
        ((), (), Status.NOT_APPLICABLE),
        (("vpcId",), (), Status.PASSED),
        (("vpcId", "albArn"), (), Status.FAILED),
        (None, ("vpcId",), Status.PASSED),
        (("vpcId",), ("albArn",), Status.FAILED),
    ],
)
def test_what_the_state_or_the_policy_names_must_be_among_the_outputs(in_state, required, status):
    outputs = answered(StackOutputs, Source="outputs.json", Names=["url", "vpcId"], InState=in_state)
    policy = msgspec.structs.replace(POLICY, required_outputs=required)
    (finding,) = evaluate(of_answers(answer("outputs.json", outputs)), [outputs_complete], policy)
    assert finding.status is status


def test_what_the_state_holds_is_known_only_where_it_is_given(prod):
    assert load_outputs(prod.outputs).in_state is None
    given = load_outputs(prod.outputs, prod.state)
    assert {output.name for output in given.in_state} == {output.name for output in given.outputs}
