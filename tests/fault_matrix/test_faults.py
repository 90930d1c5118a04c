"""Every control can fail: a fault in the live state changes the findings of exactly the resources it names."""

from __future__ import annotations

import pytest
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from probe import test_probes  # noqa: F401 - its tests say what they prove
from stack_verify.controls import CONTROLS
from support.judging import judge, proven
from support.proofs import PROVEN

from stack.local.faults import FAULTS, Fault


@pytest.mark.parametrize("stack", ["prod", "dev"])
def test_the_compliant_stack_fails_nothing(compliant, stack):
    amiss = {key: told for key, told in compliant(stack).items() if told[0] not in ("passed", "not applicable")}
    assert amiss == {}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
def test_a_fault_changes_exactly_its_findings(deployed, compliant, outputs, fault: Fault):
    after = deployed(fault.stack).run(judge, fault.name)
    proven(fault, outputs(fault.stack), compliant(fault.stack), after)


def test_every_control_is_proven_by_a_fault_or_a_probe():
    proving = {fault.control for fault in (*FAULTS.values(), *SNAPSHOT_FAULTS.values())} | PROVEN.keys()
    assert {control.id for control in CONTROLS} - proving == set()


def test_every_control_of_probes_and_no_other_is_proven_by_a_test_of_probes():
    assert PROVEN.keys() == {control.id for control in CONTROLS if control.concern == "probe"}


def test_every_fault_proves_a_control():
    assert {fault.control for fault in FAULTS.values()} - {control.id for control in CONTROLS} == set()
