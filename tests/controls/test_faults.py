"""Every control can fail: a fault in the live state changes the findings of exactly the resources it names."""

from __future__ import annotations

import pytest
from judging import judge

from stack.local.faults import FAULTS, Fault
from verify.controls import CONTROLS

DRIFT = frozenset(control.id for control in CONTROLS if control.concern == "drift")


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_the_compliant_stack_fails_nothing(compliant, stack):
    amiss = {key: told for key, told in compliant(stack).items() if told[0] not in ("passed", "not applicable")}
    assert amiss == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_changes_exactly_its_findings(deployed, compliant, outputs, fault: Fault):
    before, after = compliant(fault.stack), deployed(fault.stack).run(judge, fault.name)
    expected = fault.findings(outputs(fault.stack))
    changed = {key for key in before.keys() | after.keys() if status(before, key) != status(after, key)}
    if fault.control not in DRIFT:
        # Most of what can be broken is declared too: that it drifts besides is not said with every fault.
        changed = {key for key in changed if key[0] not in DRIFT}
    named = {(control, arn if (control, arn) in expected else name) for control, name, arn in changed}
    assert named == expected, {key: after.get(key) for key in changed}
    proven = {status(after, key) for key in changed if key[0] == fault.control}
    assert "failed" in proven


def test_every_control_is_proven_by_a_fault():
    assert {control.id for control in CONTROLS} - {fault.control for fault in FAULTS.values()} == set()


def test_every_fault_proves_a_control():
    assert {fault.control for fault in FAULTS.values()} - {control.id for control in CONTROLS} == set()


def status(judgement, key):
    return judgement[key][0] if key in judgement else "absent"
