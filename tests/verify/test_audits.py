"""The scheduled audit: what `docs/audits.md` and `tox.ini` promise."""

from __future__ import annotations

import re
from configparser import ConfigParser
from pathlib import Path

import yaml

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


def test_the_audit_looks_for_drift_keeps_a_history_and_writes_all_reports():
    tox = ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    audit = tox["testenv:audit"]
    assert audit["extras"].split() == ["history", "probe"]
    assert audit["commands"].split() == [
        *("pytest", "outputs/flat-outputs.json"),
        *("--stack-state", "outputs/state.json"),
        *("--history", "outputs/history"),
        *("--report", "all", "{posargs}"),
    ]
