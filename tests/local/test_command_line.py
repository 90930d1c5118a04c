"""`python -m stack.local`, as a user runs it."""

import io
import json
import os
import subprocess
import sys

import pytest

from stack.local.__main__ import main
from stack.local.faults import FAULTS


def stack_local(*arguments, **environment):
    command = [sys.executable, "-m", "stack.local", *map(str, arguments)]
    return subprocess.run(
        command, env={**os.environ, **environment}, capture_output=True, text=True, check=False, timeout=120
    )


def up(url, directory, *more):
    return main(["up", "--stack", "prod", "--endpoint", url, "--outputs", str(directory), *more])


def test_up_tells_its_progress_on_stderr_names_its_files_last_and_leaves_stdout_alone(moto_url, tmp_path):
    done = stack_local("up", "--stack", "dev", "--suffix", "cli", "--endpoint", moto_url, "--outputs", tmp_path)
    assert (done.returncode, done.stdout) == (0, "")
    *progress, last = done.stderr.splitlines()
    assert progress[:2] == ["25 resources created", "50 resources created"]
    assert last.endswith(f"wrote {tmp_path / 'flat-outputs.json'} and {tmp_path / 'state.json'}")
    assert json.loads((tmp_path / "flat-outputs.json").read_text())["environmentSuffix"] == "cli"


def test_a_terminal_sees_each_resource_in_one_line(moto_url, tmp_path, monkeypatch):
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    assert up(moto_url, tmp_path, "--suffix", "seen") == 0
    *counted, last = terminal.getvalue().split("\r")
    assert any("now aws:ec2/vpc:Vpc healthcare-vpc-seen" in line for line in counted)
    assert last.startswith("\x1b[Kdeployed ")


class Terminal(io.StringIO):
    def isatty(self):
        return True


def test_a_suffix_deploys_once_to_one_moto_and_another_suffix_and_settings_beside_it(moto_url, tmp_path, capsys):
    assert up(moto_url, tmp_path / "one", "--suffix", "once") == 0
    capsys.readouterr()
    assert up(moto_url, tmp_path / "again", "--suffix", "once") == 1
    message = capsys.readouterr().err.splitlines()[-1]
    assert "the name is taken: choose another --suffix or a fresh moto" in message
    assert not (tmp_path / "again").exists()
    assert up(moto_url, tmp_path / "two", "--suffix", "twice", "--config", "databasePort=6543") == 0
    outputs = json.loads((tmp_path / "two/flat-outputs.json").read_text())
    assert (outputs["environmentSuffix"], outputs["databasePort"]) == ("twice", "6543")


def test_a_second_production_stack_leaves_the_accounts_safeguards_to_the_first(moto_url, tmp_path):
    assert up(moto_url, tmp_path / "first", "--suffix", "first") == 0
    assert up(moto_url, tmp_path / "second", "--suffix", "second") == 0
    assert json.loads((tmp_path / "second/flat-outputs.json").read_text())["accountSafeguards"] == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--stack", "test"], "invalid choice: 'test'"),
        (["--endpoint", "http://localhost@evil.com"], "endpoint 'http://localhost@evil.com' is refused"),
        (["--config", "databasePort"], "--config 'databasePort' is not KEY=VALUE"),
        (
            ["--config", "databasePort=1"],
            "healthcare-platform:databasePort is '1'; set it to a port from 1150 to 65535",
        ),
        (["--stack", "prod", "--config", "certificateArn=x"], "certificateArn is 'x'; set it to the ARN of an ACM"),
    ],
)
def test_wrong_use_says_what_is_wrong_exits_4_and_writes_nothing(moto_url, tmp_path, capsys, arguments, message):
    assert status_of(["up", *usual(moto_url, tmp_path), *arguments]) == 4
    told = capsys.readouterr()
    assert told.out == ""
    assert message in told.err
    assert not (tmp_path / "none").exists()


def usual(moto_url, tmp_path):
    return ["--stack", "dev", "--endpoint", moto_url, "--outputs", str(tmp_path / "none")]


def status_of(arguments):
    """The exit status, whether the parser exits or the command returns."""
    try:
        return main(arguments)
    except SystemExit as left:
        return left.code


def test_no_command_is_wrong_use(capsys):
    assert status_of([]) == 4
    assert "the following arguments are required: COMMAND" in capsys.readouterr().err


def test_the_faults_are_listed_by_name_stack_and_title(capsys):
    assert main(["demo", "--list-faults"]) == 0
    listed = [f"{each.name} ({each.stack}): {each.title}" for each in FAULTS.values()]
    assert capsys.readouterr().out.splitlines() == listed


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            ["--break", "rds-storage-encryptd"],
            "there is no fault 'rds-storage-encryptd'; near are rds-storage-encrypted",
        ),
        (["--break", "zzz"], "error: there is no fault 'zzz'; --list-faults shows all"),
        (["--stack", "dev", "--break", "rds-storage-encrypted"], "breaks stack prod, not dev"),
    ],
)
def test_a_fault_that_cannot_be_done_is_wrong_use(capsys, arguments, message):
    assert main(["demo", *arguments]) == 4
    assert message in capsys.readouterr().err


def test_an_interrupt_is_told_and_exits_2(monkeypatch, moto_url, tmp_path, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr("stack.local.__main__.deploy", interrupted)
    assert up(moto_url, tmp_path) == 2
    assert capsys.readouterr().err.splitlines() == ["interrupted"]
