"""The demonstration of a fleet deploys stacks, breaks some, and hands all to the verifier."""

import json

import pytest

from stack.local.__main__ import main
from stack.local.fleet import BROKEN


def test_of_many_stacks_those_that_were_broken_fail(tmp_path, capfd):
    """The last of them is as it was deployed."""
    count = len(BROKEN) + 1
    assert main(["fleet-demo", "--count", str(count), "--outputs", str(tmp_path)]) == 1
    fleet = json.loads((tmp_path / "reports/fleet.json").read_bytes())
    statuses = {row["name"]: row["exit_status"] for row in fleet["stacks"]}
    assert statuses == {"team01": 1, "team02": 1, "team03": 1, "team04": 0}
    assert set(BROKEN) <= {each["control"] for each in fleet["controls"]}
    assert "deployed and broke team01: The database has a public address." in capfd.readouterr().err


def test_a_fleet_has_a_stack(capsys):
    assert main(["fleet-demo", "--count", "0"]) == 4
    assert "deploy one at least" in capsys.readouterr().err


def test_a_list_that_nobody_reads_to_its_end_is_no_error(monkeypatch):
    def closed(_):
        raise BrokenPipeError

    monkeypatch.setattr("stack.local.__main__.os.dup2", lambda *_: None)
    monkeypatch.setattr("builtins.print", closed)
    assert main(["demo", "--list-faults"]) == 2


@pytest.fixture(autouse=True)
def _whole_garbage():
    """`main` looks for garbage rarely, which other tests need not."""
    import gc

    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
