"""The options of a verification: each is declared once and means the same wherever it is given."""

from __future__ import annotations

import ast
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from threading import Thread
from typing import get_args

import pytest
import stack_verify
from stack_verify import options
from stack_verify.comparison.changes import FailOn
from stack_verify.probe.settings import MODES, ProbeSettings
from stack_verify.report.registry import FORMATS
from stack_verify.util.suggestion import did_you_mean
from support.running import pytest as pytest_run
from support.running import stack_verify as command
from support.running import verify

PACKAGE = Path(stack_verify.__file__).parent


def test_no_option_is_declared_a_second_time():
    declared = {option.name for option in options.OPTIONS}
    # What a command means otherwise is its own: where collect writes to, what permissions are narrowed to.
    own = {("collect.py", "--snapshot"), ("permissions.py", "--snapshot"), ("permissions.py", "--policy")}
    again = {
        (path.name, argument.value)
        for path in PACKAGE.rglob("*.py")
        for call in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and getattr(call.func, "attr", "") in ("add_argument", "addoption")
        for argument in call.args
        if isinstance(argument, ast.Constant) and argument.value in declared
    }
    assert again - own == set()


def test_the_choices_are_those_that_the_program_knows():
    assert get_args(FailOn) == options.FAIL_ON.choices
    assert options.PROBE.choices == MODES
    assert tuple(FORMATS) == options.FORMATS
    assert f"{ProbeSettings.deadline:.0f} unless given" in options.PROBE_DEADLINE.help


def test_help_texts_are_the_same_in_pytest_and_in_run(prod, tmp_path):
    asked = [sys.executable, "-m", "pytest", "--help"]
    by_pytest = " ".join(subprocess.run(asked, cwd=tmp_path, capture_output=True, text=True, check=True).stdout.split())
    by_run = " ".join(command("run", "--help", environment=prod.environment(), cwd=tmp_path).out.split())
    for option in options.OPTIONS:
        for said in (by_pytest, by_run):
            assert option.name in said
            assert option.help.replace(" ", "") in said.replace(" ", "")


def test_run_does_what_pytest_does(prod, snapshot, tmp_path):
    arguments = (str(prod.outputs), "--snapshot", str(snapshot), "--reports", "reports", "-k", "rds-storage-encrypted")
    ran = command("run", *arguments, environment=prod.environment(), cwd=tmp_path)
    by_pytest = pytest_run(*arguments, environment=prod.environment(), cwd=tmp_path)
    assert ran.status == by_pytest.status
    assert ran.statuses == {"passed": 1}
    assert "stack verification" in ran.out


def test_run_without_outputs_is_refused_and_runs_no_tests(tmp_path):
    (tmp_path / "test_other.py").write_text("raise SystemExit(99)\n")
    ran = command("run", "-q", environment=os.environ, cwd=tmp_path)
    assert (ran.status, ran.out) == (4, "")
    assert "name the file of stack outputs" in ran.err


def test_the_version_is_told(tmp_path):
    ran = command("--version", environment=os.environ, cwd=tmp_path)
    assert (ran.status, ran.out.split()[0]) == (0, "stack-verify")
    assert ran.out.split()[1][0].isdigit()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("-m", "criticl"), "-m criticl: no control has this mark. Did you mean critical?"),
        (("-k", "rds-storage-encryptd"), "Did you mean rds-storage-encrypted?"),
        (("-k", "encrypted or encryptd"), "-k encryptd: no control"),
        (("--policy", "hippa"), "Did you mean hipaa?"),
    ],
)
def test_a_name_that_is_nearly_right_is_told_before_aws_is_read(prod, tmp_path, arguments, told):
    # Nothing answers there: a run that asked AWS would say so.
    ran = verify(prod.outputs, *arguments, environment=prod.environment("http://127.0.0.1:9"), cwd=tmp_path)
    assert ran.status == 4
    assert told in ran.err


@pytest.mark.parametrize(
    "arguments",
    [("-m", "not slow"), ("-k", "healthcare-database-prod"), ("-k", "flat-outputs"), ("-m", "critical and rds")],
)
def test_a_name_that_may_be_right_is_left_alone(prod, snapshot, tmp_path, arguments):
    ran = verify(prod.outputs, "--snapshot", str(snapshot), *arguments, environment=prod.environment(), cwd=tmp_path)
    assert ran.status != 4, ran.err


def test_what_is_like_nothing_suggests_nothing():
    assert did_you_mean("hippa", ("hipaa", "hipaa-strict")) == " Did you mean hipaa?"
    assert not did_you_mean("soc2", ("hipaa", "hipaa-strict"))


def stale(directory: Path) -> list[Path]:
    """The reports of an earlier run in a folder."""
    directory.mkdir()
    files = [directory / name for name in ("report.html", "results.json", "manifest.json", "manifest.json.sig")]
    for file in files:
        file.write_text(f"{file.name} of last week")
    (directory / "notes.txt").write_text("of a person")
    return files


def test_a_refused_run_moves_the_reports_of_an_earlier_one_aside(prod, tmp_path):
    files = stale(tmp_path / "reports")
    ran = verify(Path("missing.json"), environment=prod.environment(), cwd=tmp_path)
    assert ran.status == 4
    assert "The reports of the run before are in reports/previous now." in " ".join(ran.err.split()).replace(
        f"{tmp_path}/", ""
    )
    assert [file.exists() for file in files] == [False] * len(files)
    assert all((tmp_path / "reports/previous" / file.name).read_text().endswith("of last week") for file in files)
    assert (tmp_path / "reports/notes.txt").exists()
    again = verify(Path("missing.json"), environment=prod.environment(), cwd=tmp_path)
    assert again.status == 4
    assert (tmp_path / "reports/previous/report.html").exists()


def test_a_run_that_selects_nothing_moves_them_too(prod, snapshot, tmp_path):
    files = stale(tmp_path / "reports")
    ran = verify(prod.outputs, "--snapshot", str(snapshot), "-k", "zzz", environment=prod.environment(), cwd=tmp_path)
    assert (ran.status, files[0].exists()) == (5, False)
    assert "The reports of the run before are in" in ran.out


def test_a_refused_run_that_reads_a_file_of_that_folder_moves_nothing(prod, snapshot, tmp_path):
    stale(tmp_path / "reports")
    kept = tmp_path / "reports/snapshot.json"
    kept.write_bytes(snapshot.read_bytes())
    saved = ("--snapshot", "reports/snapshot.json")
    refused = verify(prod.outputs, *saved, "--policy", "hippa", environment=prod.environment(), cwd=tmp_path)
    assert (refused.status, kept.exists()) == (4, True)
    judged = command(
        *("evaluate", "reports/snapshot.json", "--reports", "reports", "--policy", "hippa"),
        environment=os.environ,
        cwd=tmp_path,
    )
    assert (judged.status, kept.exists()) == (4, True)


def test_a_refused_judgement_moves_the_reports_aside(tmp_path):
    files = stale(tmp_path / "reports")
    ran = command("evaluate", "missing.json", "--reports", "reports", environment=os.environ, cwd=tmp_path)
    assert (ran.status, files[0].exists()) == (4, False)


def test_collecting_nodes_only_moves_nothing(prod, tmp_path):
    files = stale(tmp_path / "reports")
    ran = verify(Path("missing.json"), "--collect-only", environment=prod.environment(), cwd=tmp_path)
    assert (ran.status, files[0].exists()) == (4, True)


def test_ctrl_c_ends_a_run_whose_server_hangs_within_two_seconds_and_leaves_the_reports(prod, tmp_path):
    files = stale(tmp_path / "reports")
    with socket.create_server(("127.0.0.1", 0)) as silent:
        asked: list[socket.socket] = []
        Thread(target=lambda: asked.append(silent.accept()[0]), daemon=True).start()
        run = subprocess.Popen(
            [sys.executable, "-m", "pytest", "-p", "no:hypothesispytest", str(prod.outputs), "--reports", "reports"],
            cwd=tmp_path,
            env=dict(prod.environment(f"http://127.0.0.1:{silent.getsockname()[1]}")),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        began = time.monotonic()
        while not asked and time.monotonic() - began < 60:
            time.sleep(0.05)
        assert asked
        interrupted = time.monotonic()
        run.send_signal(signal.SIGINT)
        assert run.wait(60) == 2
        assert time.monotonic() - interrupted < 2
        asked[0].close()
    assert files[0].exists()
