"""``docs/controls.md`` says what the catalogue and the faults are, and why the rest is not built."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest
from fault_matrix.snapshot_faults import SNAPSHOT_FAULTS
from stack_verify.controls import CONTROLS
from stack_verify.core.evaluate import RESERVED

from stack.local.faults import FAULTS

DOCS = Path(__file__).parents[2] / "docs"


def test_the_document_is_fresh():
    done = subprocess.run(
        [sys.executable, DOCS / "generate.py", "--check"], cwd=DOCS.parent, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_it_has_a_section_for_each_control_and_names_each_fault():
    lines = (DOCS / "controls.md").read_text(encoding="utf-8").splitlines()
    assert [line[4:] for line in lines if line.startswith("### ")] == [
        control.id for control in sorted(CONTROLS, key=lambda control: (control.concern, control.id))
    ]
    assert {
        line.split("`")[1] for line in lines if line.startswith("- Fault `")
    } == FAULTS.keys() | SNAPSHOT_FAULTS.keys()


def test_it_says_of_a_fault_on_the_snapshot_that_it_is_made_there_and_why():
    text = (DOCS / "controls.md").read_text(encoding="utf-8")
    for fault in SNAPSHOT_FAULTS.values():
        made = f"Made on the snapshot of the {fault.stack} stack, because {fault.because}."
        assert f"- Fault `{fault.name}`: {fault.title} {made}\n" in text


def test_what_is_not_built_is_no_control_and_has_a_reason():
    with (DOCS / "not-built.tsv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    names = [row["control"] for row in rows]
    assert len(set(names)) == len(names)
    assert set(names).isdisjoint({control.id for control in CONTROLS} | set(RESERVED))
    assert {row["severity"] for row in rows} <= {"critical", "high", "medium", "low"}
    assert all(row["reason"].endswith(".") for row in rows)


@pytest.mark.parametrize("stale", ["", "# Controls\n"])
def test_a_stale_document_is_told(tmp_path, stale):
    for name in ("generate.py", "not-built.tsv", "custom-controls.md", "drift.md"):
        (tmp_path / name).write_bytes((DOCS / name).read_bytes())
    (tmp_path / "controls.md").write_text(stale)
    command = [sys.executable, str(tmp_path / "generate.py")]
    told = subprocess.run([*command, "--check"], capture_output=True, text=True, check=False, cwd=DOCS.parent)
    assert (told.returncode, told.stderr) == (1, "controls.md is stale: run tox run -e docs\n")
    assert (tmp_path / "controls.md").read_text() == stale
    subprocess.run(command, check=True, cwd=DOCS.parent)
    assert (tmp_path / "controls.md").read_bytes() == (DOCS / "controls.md").read_bytes()
