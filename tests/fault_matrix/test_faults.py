"""Every control can fail: a fault in the live state changes the findings of exactly the resources it names."""

from __future__ import annotations

from pathlib import Path

import pytest
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from probe import test_probes
from stack_verify.controls import CONTROLS
from support.judging import judge, proven

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
    proving = {fault.control for fault in (*FAULTS.values(), *SNAPSHOT_FAULTS.values())} | proven_by_probe().keys()
    assert {control.id for control in CONTROLS} - proving == set()


def test_every_probe_that_proves_a_control_is_a_test():
    assert proven_by_probe().keys() == {control.id for control in CONTROLS if control.concern == "probe"}
    assert {name for name in proven_by_probe().values() if not hasattr(test_probes, name)} == set()


def test_every_fault_proves_a_control():
    assert {fault.control for fault in FAULTS.values()} - {control.id for control in CONTROLS} == set()


def proven_by_probe() -> dict[str, str]:
    """The tests by control, of what lies outside AWS's state."""
    table = Path(__file__).parents[2] / "docs/proven-by-probe.tsv"
    return dict(line.split("\t") for line in table.read_text(encoding="utf-8").splitlines()[1:])
