"""What the emulator cannot show is broken in the snapshot: the same proof, from there on."""

from __future__ import annotations

import json

import pytest
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS, SnapshotFault
from stack_verify.controls import CONTROLS
from support.judging import judged, proven

from stack.local.faults import FAULTS


@pytest.mark.parametrize("fault", SNAPSHOT_FAULTS.values(), ids=SNAPSHOT_FAULTS)
def test_a_fault_in_the_snapshot_changes_exactly_its_findings(saved, compliant, outputs, tmp_path, fault):
    document = json.loads(saved(fault.stack))
    fault.apply(document, outputs(fault.stack))
    (tmp_path / "snapshot.json").write_text(json.dumps(document))
    proven(fault, outputs(fault.stack), compliant(fault.stack), judged(tmp_path / "snapshot.json"))


def test_every_fault_in_the_snapshot_proves_a_control_and_says_why_it_is_made_there():
    assert {fault.control for fault in SNAPSHOT_FAULTS.values()} <= {control.id for control in CONTROLS}
    assert all(fault.title.endswith(".") and fault.because for fault in SNAPSHOT_FAULTS.values())


def test_no_two_faults_share_a_name_wherever_they_are_made():
    assert SNAPSHOT_FAULTS.keys() & FAULTS.keys() == set()


def test_a_fault_in_the_snapshot_is_no_fault_to_break_a_deployed_stack_with():
    assert not any(isinstance(fault, SnapshotFault) for fault in FAULTS.values())
