"""The demo deploys, breaks what it is asked to, and hands the stack to the verifier."""

import json

import pytest

from stack.local import demo
from stack.local.__main__ import main
from stack.local.gaps import GAPS


@pytest.fixture
def shown(monkeypatch, tmp_path, capfd):
    """Runs the demo with, in the verifier's place, a program that exits 7 and prints how it was called."""
    asked = tmp_path / "verifier.py"
    asked.write_text(
        "import json, os, sys, urllib.request\n"
        "said = {'arguments': sys.argv[1:], 'environment': dict(os.environ)}\n"
        "with urllib.request.urlopen(os.environ['AWS_ENDPOINT_URL'] + '/moto-api/data.json') as answer:\n"
        "    groups = json.load(answer)['logs']['LogGroup']\n"
        "said['retention'] = {group['name']: group['retention_in_days'] for group in groups}\n"
        "print(json.dumps(said))\n"
        "raise SystemExit(7)\n"
    )
    monkeypatch.setattr(demo, "_VERIFIER", ("python", str(asked)))
    monkeypatch.setenv("AWS_PROFILE", "the-callers")

    def show(*arguments):
        status = main(["demo", "--outputs", str(tmp_path / "out"), *arguments])
        told = capfd.readouterr()
        return status, json.loads(told.out), told.err

    return show


def test_the_verifier_gets_the_files_the_endpoint_and_no_way_to_the_callers_account(shown, tmp_path):
    status, said, told = shown("--stack", "dev", "--suffix", "shown")
    outputs, state = str(tmp_path / "out/flat-outputs.json"), str(tmp_path / "out/state.json")
    assert status == 7
    assert said["arguments"] == [outputs, "--stack-state", state]
    assert said["environment"]["AWS_ENDPOINT_URL"].startswith("http://127.0.0.1:")
    assert said["environment"]["AWS_ACCESS_KEY_ID"] == "local-emulator"
    assert "AWS_PROFILE" not in said["environment"]
    assert said["retention"]["/healthcare/tasks-shown"] == "365"
    assert f"wrote {outputs} and {state}" in told


def test_every_gap_of_the_emulator_is_told(shown):
    _, _, told = shown("--stack", "dev")
    assert [gap for gap in GAPS if f"  {gap.resource_type} {gap.property}: {gap.reason}" not in told] == []


def test_a_fault_is_told_and_done_before_the_verifier_runs(shown):
    _, said, told = shown("--break", "log-group-retention")
    assert "breaking: log-group-retention: " in told
    assert said["retention"]["/healthcare/tasks-prod"] is None
    assert said["retention"]["/healthcare/flow-logs-prod"] == "2192"
