"""``pytest OUTPUTS.json --history``: which runs are audits."""

from __future__ import annotations

import os
from pathlib import Path

import msgspec
import pytest
from stack_verify.resources.resource import ApiCall
from stack_verify.resources.stack import StackOutput
from stack_verify.snapshot import dump
from support.hand_made import AT, of_answers
from support.running import Ran, verify


@pytest.fixture
def stack(tmp_path) -> Path:
    """A folder with outputs, and a snapshot that was taken with them."""
    (tmp_path / "outputs.json").write_text('{"greeting": "hello"}')
    read = ApiCall(api="file:outputs.json", account="123456789012", region="sa-east-1", request_id=None, at=AT)
    output = StackOutput(observed_by=read, name="greeting", value="hello")
    (tmp_path / "taken.json").write_bytes(dump(msgspec.structs.replace(of_answers(), resources=(output,))))
    return tmp_path


def run(stack: Path, *arguments: str) -> Ran:
    given = ("--snapshot", "taken.json", "--history", "history", *arguments)
    return verify(stack / "outputs.json", *given, environment=os.environ, cwd=stack)


def test_a_run_of_the_whole_stack_is_recorded_and_one_of_a_selection_is_not(stack):
    selection = run(stack, "-k", "rds-storage-encrypted")
    assert "not recorded: a selection is no audit of the whole stack" in selection.out
    assert not (stack / "history").exists()
    whole = run(stack)
    (recorded,) = (stack / "history").iterdir()
    assert f"history/{recorded.name}" in whole.out
    assert whole.err == ""
