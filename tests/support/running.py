"""Runs the verifier as its users do, as a process of its own."""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec
from stack_verify.__main__ import main


@dataclass(frozen=True)
class Ran:
    """What a process said and left behind."""

    status: int
    out: str
    err: str
    directory: Path

    @property
    def results(self) -> dict[str, Any]:
        return msgspec.json.decode((self.directory / "reports/results.json").read_bytes())

    @property
    def statuses(self) -> dict[str, int]:
        return {status: count for status, count in self.results["summary"]["by_status"].items() if count}

    def findings(self, status: str) -> set[tuple[str, str]]:
        """The (control, resource id) pairs with this status."""
        found = self.results["findings"]
        return {(each["control"], each["resource"]["id"]) for each in found if each["status"] == status}


def verify(
    outputs: Path, *arguments: str, environment: Mapping[str, str], cwd: Path, report: str = "json,snapshot"
) -> Ran:
    """Runs `pytest OUTPUTS ...` in `cwd`, with the reports in `cwd/reports`: those that most tests look at."""
    given = [*("--reports", "reports"), *(("--report", report) if report else ())]
    return pytest(str(outputs), *given, *arguments, environment=environment, cwd=cwd)


def pytest(*arguments: str, environment: Mapping[str, str], cwd: Path) -> Ran:
    """Runs `pytest ...` in `cwd`."""
    # Users need not have Hypothesis, which takes half a second to end a run that never used it.
    return _run([sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", *arguments], environment, cwd)


def stack_verify(*arguments: str, environment: Mapping[str, str], cwd: Path) -> Ran:
    """Runs the command line `stack-verify ...` in `cwd`."""
    return _run([sys.executable, "-m", "stack_verify", *arguments], environment, cwd)


def stack_verify_here(*arguments: str, cwd: Path) -> Ran:
    """Runs the same command line in this process, which spares it its start."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.chdir(cwd), contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        status = main(arguments)
    return Ran(status, out.getvalue(), err.getvalue(), cwd)


def _run(command: list[str], environment: Mapping[str, str], cwd: Path) -> Ran:
    done = subprocess.run(command, cwd=cwd, env=dict(environment), capture_output=True, text=True, check=False)
    assert "Traceback" not in done.stderr + done.stdout, done.stderr + done.stdout
    return Ran(done.returncode, done.stdout, done.stderr, cwd)
