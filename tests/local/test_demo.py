"""The demo deploys, breaks what it is asked to, and hands the stack to the verifier."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import pytest

from stack.local.demo import POLICY, tell_way
from stack.local.gaps import GAPS

# In the verifier's place: tells how it was called and what it finds, and exits 7.
VERIFIER = """
import json, os, pathlib, sys, boto3
groups = boto3.client("logs").describe_log_groups()["logGroups"]
retention = {group["logGroupName"]: group.get("retentionInDays") for group in groups}
reports = pathlib.Path(sys.argv[-1])
reports.mkdir()
path = ["internet", "igw-1 translates", "balancer"]
rows = [
    {"control": "reach-alb-to-tasks", "status": "failed", "path": ["balancer", "blocked at sg-1"]},
    {"control": "reach-internet-to-alb", "status": "passed", "path": path},
    {"control": "reach-tasks-to-rds", "status": "not applicable", "path": []},
    {"control": "rds-multi-az", "status": "passed", "path": []},
]
counts = {"failed": 1, "error": 0, "not applicable": 1, "passed": 2}
summary = {"outcome": "failed", "by_status": counts}
(reports / "results.json").write_text(json.dumps({"findings": rows, "summary": summary}))
print(json.dumps({"arguments": sys.argv[1:], "environment": dict(os.environ), "retention": retention}))
raise SystemExit(7)
"""
DEMO = """
import sys
from stack.local import __main__, demo
demo._VERIFIER = (sys.executable, "-c", sys.argv.pop(1))
raise SystemExit(__main__.main())
"""


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """A demo on a broken stack, by somebody who uses AWS otherwise."""
    directory = tmp_path_factory.mktemp("demo")
    arguments = ["demo", "--outputs", directory, "--suffix", "shown", "--break", "log-group-retention"]
    done = subprocess.run(
        [sys.executable, "-c", DEMO, VERIFIER, *arguments],
        env={**os.environ, "AWS_PROFILE": "the-callers", "AWS_SESSION_TOKEN": "the-callers"},
        capture_output=True,
        text=True,
        check=False,
    )
    return SimpleNamespace(status=done.returncode, told=done.stderr, said=json.loads(done.stdout), directory=directory)


def test_the_exit_status_is_the_verifiers(shown):
    assert shown.status == 7


def test_the_verifier_gets_the_files_that_the_demo_names(shown):
    outputs, state = str(shown.directory / "flat-outputs.json"), str(shown.directory / "state.json")
    named = ["--stack-state", state, "--policy", str(POLICY), "--reports", str(shown.directory / "reports")]
    assert shown.said["arguments"] == [outputs, *named]
    assert f"wrote {outputs} and {state}" in shown.told
    assert json.loads((shown.directory / "flat-outputs.json").read_text())["environmentSuffix"] == "shown"


def test_the_verifier_has_no_way_to_the_callers_account(shown):
    aws = {name: value for name, value in shown.said["environment"].items() if name.startswith("AWS_")}
    assert aws.pop("AWS_ENDPOINT_URL").startswith("http://127.0.0.1:")
    assert aws == {
        "AWS_ACCESS_KEY_ID": "local-emulator",
        "AWS_SECRET_ACCESS_KEY": "local-emulator",
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_DEFAULT_REGION": "sa-east-1",
    }


def test_the_fault_is_told_and_done_before_the_verifier_runs_and_nothing_else_is(shown):
    assert "breaking: log-group-retention: " in shown.told
    assert {name for name, days in shown.said["retention"].items() if days != 2192} == {"/healthcare/tasks-shown"}


def test_the_way_of_a_request_is_told_hop_by_hop_as_the_verifier_proved_it(shown):
    told = shown.told.splitlines()
    start = told.index("path, proven (reach-internet-to-alb):")
    assert told[start:] == [
        "path, proven (reach-internet-to-alb):",
        "  internet",
        "  -> igw-1 translates",
        "  -> balancer",
        "path, failed (reach-alb-to-tasks):",
        "  balancer",
        "  -> blocked at sg-1",
        f"FAILED: 1 failed, 1 not applicable, 2 passed; open {shown.directory / 'reports/report.html'}",
    ]


def test_no_way_is_told_that_was_not_proven_in_this_run(tmp_path):
    said, results = [], tmp_path / "results.json"
    tell_way(results, 0, said.append)
    results.write_text('{"findings": [{"control": "reach-tasks-to-rds", "status": "passed", "path": ["tasks"]}]}')
    tell_way(results, results.stat().st_mtime + 1, said.append)
    assert said == []


def test_every_gap_of_the_emulator_is_told(shown):
    assert [gap for gap in GAPS if f"  {gap.resource_type} {gap.property}: {gap.reason}\n" not in shown.told] == []
