"""Every control can fail: a fault in the live state changes the findings of exactly the resources it names."""

from __future__ import annotations

import pytest
from judging import judge, outputs_of, proven
from snapshot_faults import SNAPSHOT_FAULTS

from stack.local.faults import FAULTS, Fault
from verify.controls import CONTROLS


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_the_compliant_stack_fails_nothing(compliant, stack):
    amiss = {key: told for key, told in compliant(stack).items() if told[0] not in ("passed", "not applicable")}
    assert amiss == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_changes_exactly_its_findings(deployed, compliant, fault: Fault):
    outputs = deployed(fault.stack).run(outputs_of)
    proven(fault, outputs, compliant(fault.stack), deployed(fault.stack).run(judge, fault.name))


def test_every_control_is_proven_by_a_fault():
    proving = {fault.control for fault in (*FAULTS.values(), *SNAPSHOT_FAULTS.values())}
    assert {control.id for control in CONTROLS} - proving == set()


def test_every_fault_proves_a_control():
    assert {fault.control for fault in FAULTS.values()} - {control.id for control in CONTROLS} == set()
