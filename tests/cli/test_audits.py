"""The scheduled audit: what `docs/audits.md` and `tox.ini` promise."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path

import pytest
import yaml
from botocore.session import Session
from botocore.validate import ParamValidator

ROOT = Path(__file__).parents[2]


def test_the_workflow_of_the_documentation_runs_the_audit_by_a_clock_and_keeps_its_history():
    (block,) = re.findall(r"```yaml\n(.*?)```", (ROOT / "docs/audits.md").read_text(), re.DOTALL)
    workflow = yaml.safe_load(block)
    # YAML 1.1 takes the key `on` for a truth value.
    assert [each["cron"] for each in workflow[True]["schedule"]] == ["17 5 * * *"]
    steps = workflow["jobs"]["audit"]["steps"]
    assert any("tox run -e audit" in step.get("run", "") for step in steps)
    kept = [(step["uses"], step.get("if")) for step in steps if "cache" in step.get("uses", "")]
    assert kept == [("actions/cache/restore@v4", None), ("actions/cache/save@v4", "always()")]


def test_the_dockerfile_lints():
    hadolint = Path(sys.executable).with_name("hadolint")
    linted = subprocess.run([hadolint, "Dockerfile"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_image_runs_what_the_audit_runs_by_nobodys_root():
    lines = (ROOT / "Dockerfile").read_text().splitlines()
    told = dict(line.split(maxsplit=1) for line in lines if line.startswith(("ENTRYPOINT", "CMD", "USER")))
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    _pytest, *arguments, _posargs = tox["testenv:audit"]["commands"].split()
    assert json.loads(told["CMD"]) == arguments
    assert json.loads(told["ENTRYPOINT"])[0] == "pytest"
    assert int(told["USER"]) > 0


@pytest.mark.parametrize(
    ("number", "service", "operation"), [(0, "ecs", "RegisterTaskDefinition"), (1, "scheduler", "CreateSchedule")]
)
def test_the_task_and_its_schedule_are_requests_that_aws_knows(number, service, operation):
    section = (ROOT / "docs/audits.md").read_text().partition("## EventBridge Scheduler")[2]
    document = json.loads(re.findall(r"```json\n(.*?)```", section, re.DOTALL)[number])
    expected = Session().get_service_model(service).operation_model(operation).input_shape
    assert ParamValidator().validate(document, expected).generate_report() == ""


def test_the_audit_looks_for_drift_keeps_a_history_and_writes_all_reports():
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    audit = tox["testenv:audit"]
    assert audit["extras"].split() == ["history", "parallel", "probe"]
    assert audit["commands"].split() == [
        *("pytest", "outputs/flat-outputs.json"),
        *("--stack-state", "outputs/state.json"),
        *("--history", "outputs/history"),
        *("--report", "all", "{posargs}"),
    ]
