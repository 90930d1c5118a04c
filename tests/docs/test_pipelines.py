"""Pipelines of the documents, the action and the template: they can be read, and what they run is there."""

from __future__ import annotations

import json
import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```(yaml|json)\n(.*?)^```", re.MULTILINE | re.DOTALL)
BLOCKS = {
    f"{path.relative_to(ROOT)}-{number}": (form, text)
    for path in sorted((ROOT / "docs").glob("*.md"))
    for number, (form, text) in enumerate(BLOCK.findall(path.read_text(encoding="utf-8")))
    if "\n...\n" not in text  # an excerpt
}


@pytest.mark.parametrize("name", BLOCKS)
def test_each_block_of_a_document_can_be_read(name):
    form, text = BLOCKS[name]
    assert (json.loads if form == "json" else yaml.safe_load)(text)


def steps_of_action() -> list[dict[str, str]]:
    return yaml.safe_load((ROOT / "action.yml").read_text())["runs"]["steps"]


def test_the_template_for_gitlab_can_be_read_and_installs_before_it_runs():
    spec, jobs = yaml.safe_load_all((ROOT / "templates/verify.gitlab-ci.yml").read_text())
    script = jobs["stack-verify"]["script"]
    assert [line.partition(" ")[0] for line in script] == ["export", "echo", "pip", "stack-verify"]
    named = set(re.findall(r"inputs\.(\w+)", json.dumps(jobs)))
    assert named == spec["spec"]["inputs"].keys()


def test_the_documented_step_gives_the_action_inputs_that_it_has():
    inputs = yaml.safe_load((ROOT / "action.yml").read_text())["inputs"]
    (given,) = (
        step["with"]
        for form, text in BLOCKS.values()
        if form == "yaml" and "jobs" in (read := yaml.safe_load(text))
        for job in read["jobs"].values()
        for step in job["steps"]
        if step.get("uses", "").startswith("OWNER/")
    )
    assert given.keys() <= inputs.keys()
    assert {name for name, each in inputs.items() if each.get("required")} <= given.keys()


@pytest.mark.parametrize("state", [False, True], ids=["without a state", "with one"])
def test_the_actions_own_shell_verifies_a_stack(prod, tmp_path, state):
    """Its last step, as a runner would run it, with the verifier of this environment in its place."""
    programs = tmp_path / "stack-verify/bin"
    programs.mkdir(parents=True)
    (programs / "stack-verify").write_text(f'#!/bin/sh\nexec {shlex.quote(sys.executable)} -m stack_verify "$@"\n')
    (programs / "stack-verify").chmod(0o755)
    given = {
        "OUTPUTS": str(prod.outputs),
        "STATE": str(prod.state) if state else "",
        "POLICY": "hipaa",
        "REPORTS": "reports",
        "ARGUMENTS": "--report json,junit",
    }
    environment = {**prod.environment(), **given, "RUNNER_TEMP": str(tmp_path)}
    assert steps_of_action()[-1]["env"].keys() == given.keys()
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", steps_of_action()[-1]["run"]],
        env={**environment, "PATH": os.environ["PATH"]},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {"junit.xml", "results.json"} <= {path.name for path in (tmp_path / "reports").iterdir()}
