"""A stack whose state is Terraform's is judged as one whose state is Pulumi's."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

import pytest
from support.running import verify
from support.terraform_state import attributes_of, terraform_state

DRIFT = "drift-live-vs-declared"
GONE = "inventory-in-state-not-in-account"
UNDECLARED = "inventory-in-account-not-in-state"
CONTROLS = (DRIFT, GONE, UNDECLARED)


def findings(results: Path) -> list[dict]:
    found = json.loads(results.read_text())["findings"]
    return [each for each in found if each["control"] in CONTROLS]


def counted(results: Path) -> Counter[tuple[str, str]]:
    return Counter((each["control"], each["status"]) for each in findings(results))


@pytest.fixture
def judged(prod, tmp_path):
    def judge(state: dict) -> Path:
        path = tmp_path / "state.json"
        path.write_text(json.dumps(state))
        arguments = ("--stack-state", str(path))
        verify(prod.outputs, *arguments, environment=prod.environment(), cwd=tmp_path, report="json")
        return tmp_path / "reports/results.json"

    return judge


def test_a_compliant_stack_has_not_drifted_from_terraforms_state(prod, verified, judged):
    results = judged(terraform_state(json.loads(prod.state.read_text())))
    counts = counted(results)
    assert counts == counted(verified.directory / "reports/results.json")
    assert {status for _, status in counts} == {"passed", "not applicable"}


def test_a_changed_an_undeclared_and_a_missing_resource_are_found(prod, judged):
    state = terraform_state(json.loads(prod.state.read_text()))
    attributes_of(state, "aws_db_instance")["backup_retention_period"] = 7
    state["resources"] = [each for each in state["resources"] if each["type"] != "aws_lb_target_group"]
    attributes_of(state, "aws_eip")["id"] = "eipalloc-0123456789abcdef0"
    failed = [each for each in findings(judged(state)) if each["status"] == "failed"]
    told = {name: " ".join(each["observed"] for each in failed if each["control"] == name) for name in CONTROLS}
    assert "backupRetentionPeriod: declared 7" in told[DRIFT]
    assert "eipalloc-0123456789abcdef0" in told[GONE]
    assert "the state does not declare it" in told[UNDECLARED]
