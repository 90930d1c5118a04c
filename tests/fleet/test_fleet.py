"""Stacks side by side: each has its reports, one that cannot be read is a row, and a worker's death loses nothing."""

from __future__ import annotations

import json
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import psutil
import pytest
from stack_verify.fleet.report import fleet_of
from stack_verify.fleet.verification import UNREAD, OpenControl, Row
from stack_verify.vocabulary import Severity
from support.running import stack_verify

ROLE = "arn:aws:iam::123456789012:role/audit"


def named(*stacks: tuple[str, Path, str]) -> str:
    return "".join(f'[[stack]]\nname = "{name}"\noutputs = "{path}"\n{more}\n' for name, path, more in stacks)


def test_a_fleet_is_verified_told_and_resumed(dev, tmp_path):
    broken = tmp_path / "broken.json"
    broken.write_text("{", encoding="utf-8")
    strict = tmp_path / "years.toml"
    strict.write_text(
        'name = "years"\nextends = "hipaa"\n[defaults]\nmin_backup_retention_days = 3000\n', encoding="utf-8"
    )
    stacks = [("plain", dev.outputs, ""), ("assumed", dev.outputs, f'role = "{ROLE}"\nexternal_id = "fleet"')]
    stacks += [("strict", dev.outputs, f'policy = "{strict}"'), ("broken", broken, "")]
    (tmp_path / "fleet.toml").write_text(named(*stacks), encoding="utf-8")
    asked = ("fleet", "fleet.toml", "--reports", "reports", "--workers", "2", "--report", "json,html")

    ran = stack_verify(*asked, environment=dev.environment(), cwd=tmp_path)
    assert ran.status == 1, ran.err
    assert "4 stacks: 1 failed, 1 not verified, 2 passed" in ran.err
    fleet = json.loads((tmp_path / "reports/fleet.json").read_bytes())
    assert [row["name"] for row in fleet["stacks"]] == ["strict", "broken", "assumed", "plain"], "the worst first"
    assert {control["control"] for control in fleet["controls"]} >= {"rds-backup-retention"}
    assert "is not JSON" in fleet["stacks"][1]["error"]
    assert {path.name for path in (tmp_path / "reports/plain").iterdir()} >= {"results.json", "report.html"}
    page = (tmp_path / "reports/fleet.html").read_text(encoding="utf-8")
    assert 'href="strict/report.html"' in page
    suites = ET.parse(tmp_path / "reports/fleet.junit.xml").getroot()
    assert {suite.get("name"): suite.get("errors") for suite in suites}["broken"] == "1"

    broken.write_bytes(dev.outputs.read_bytes())
    again = stack_verify(*asked, "--resume", environment=dev.environment(), cwd=tmp_path)
    assert "3 of 4 stacks were verified by an earlier run" in again.err
    assert "4 stacks: 1 failed, 3 passed" in again.err


def test_stacks_of_a_worker_that_dies_are_verified_by_another(dev, tmp_path):
    stacks = [(f"stack-{number}", dev.outputs, "") for number in range(8)]
    (tmp_path / "fleet.toml").write_text(named(*stacks), encoding="utf-8")
    asked = [sys.executable, "-m", "stack_verify", "fleet", "fleet.toml", "--workers", "2", "--report", "json"]
    with subprocess.Popen(asked, cwd=tmp_path, env=dev.environment(), stderr=subprocess.PIPE, text=True) as running:
        assert running.stderr is not None
        told = running.stderr.readline()
        working = [each for each in psutil.Process(running.pid).children() if "spawn_main" in " ".join(each.cmdline())]
        working[0].kill()
        told += running.stderr.read()
    assert running.returncode == 0, told
    assert "8 stacks: 8 passed" in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--workers", "0"), "start one at least"),
        (("--report", "pdf"), "pdf"),
        (("--scheduler", "tcp://127.0.0.1:9"), "does not answer"),
    ],
)
def test_what_cannot_be_done_is_said_before_anything_is_read(dev, tmp_path, arguments, said):
    (tmp_path / "fleet.toml").write_text(named(("one", dev.outputs, "")), encoding="utf-8")
    ran = stack_verify("fleet", "fleet.toml", *arguments, environment=dev.environment(), cwd=tmp_path)
    assert (ran.status, said in ran.err) == (4, True), ran.err


def row(name: str, status: int, *opened: OpenControl) -> Row:
    return Row(name=name, digest="d", exit_status=status, verdict="", folder=name, seconds=1.0, open=opened)


def opened(severity: Severity, count: int = 1) -> OpenControl:
    return OpenControl(control=f"{severity}-one", title="t", severity=severity, count=count)


@pytest.mark.parametrize(
    ("statuses", "whole"),
    [([0, 0], 0), ([0, 5], 5), ([0, UNREAD, 5], UNREAD), ([0, UNREAD, 1], 1), ([], 5)],
)
def test_the_whole_is_as_bad_as_its_worst_stack(statuses, whole):
    assert fleet_of(row(str(number), status) for number, status in enumerate(statuses)).exit_status == whole


def test_the_most_severe_stands_first():
    low, high = row("low", 1, opened(Severity.LOW, 9)), row("high", 1, opened(Severity.HIGH))
    fleet = fleet_of([low, high, row("good", 0)])
    assert [each.name for each in fleet.stacks] == ["high", "low", "good"]
    assert [each.control for each in fleet.controls] == ["high-one", "low-one"]
