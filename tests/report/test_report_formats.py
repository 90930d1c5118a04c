"""Which reports a run writes."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pytest
from stack_verify.__main__ import main
from stack_verify.errors import ReportError
from stack_verify.report import REPORTERS, reporters
from stack_verify.report.registry import FORMATS
from stack_verify.snapshot import dump
from support.made_reports import report
from support.running import stack_verify, verify


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_the_formats_asked_for_are_written_and_no_others(prod, snapshot, tmp_path):
    arguments = ("--report", "junit", "--reports", "reports")
    verify(prod.outputs, "--snapshot", str(snapshot), *arguments, environment=prod.environment(), cwd=tmp_path)
    assert names(tmp_path / "reports") == ["junit.xml", "manifest.json"]
    stack_verify(
        "evaluate",
        str(snapshot),
        "--report",
        "json",
        "--reports",
        "again",
        environment=prod.environment(),
        cwd=tmp_path,
    )
    assert names(tmp_path / "again") == ["manifest.json", "results.json"]


def test_a_format_that_does_not_exist_is_wrong_use(prod, snapshot, tmp_path):
    told = "--report junit,pdf: there is no format 'pdf'. The formats are junit, json, snapshot"
    for ran in (
        verify(prod.outputs, "--report", "junit,pdf", environment=prod.environment(), cwd=tmp_path),
        stack_verify("evaluate", str(snapshot), "--report", "junit,pdf", environment=prod.environment(), cwd=tmp_path),
    ):
        assert ran.status == 4
        assert told in ran.err
    assert not (tmp_path / "reports").exists()


def test_names_may_be_repeated_and_spaced():
    assert reporters("junit, json,junit , snapshot,html") == REPORTERS
    assert reporters("junit,all") == tuple(FORMATS.values())


def test_all_does_not_hide_a_name_that_is_no_format():
    with pytest.raises(ReportError, match="there is no format 'pdf'"):
        reporters("all,pdf")


@pytest.mark.parametrize("none", ["", ",", "junit,"])
def test_no_name_is_no_format(none):
    with pytest.raises(ReportError, match="there is no format ''"):
        reporters(none)


def test_no_two_formats_have_a_file_in_common():
    assert len({reporter.filename for reporter in FORMATS.values()} | {"manifest.json"}) == len(FORMATS) + 1


def test_a_format_that_cannot_be_written_leaves_the_others_whole_and_the_exit_status_says_so(tmp_path, capsys):
    """Here something else stands in its place, and its half-written file is gone."""
    (tmp_path / "snapshot.json").write_bytes(dump(report().snapshot))
    reports = tmp_path / "reports"
    (reports / "results.json").mkdir(parents=True)
    arguments = ["--report", "junit,json,csv", "--reports", str(reports)]
    assert main(["evaluate", str(tmp_path / "snapshot.json"), *arguments]) == 4
    assert "1 of 4 reports could not be written" in capsys.readouterr().err
    assert names(reports) == ["findings.csv", "junit.xml", "manifest.json", "results.json"]
    listed = [entry["name"] for entry in json.loads((reports / "manifest.json").read_text())["files"]]
    assert listed == ["findings.csv", "junit.xml"]


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("said", "coloured"), [(None, True), ("", True), ("1", False)])
def test_colour_is_for_terminals_whose_users_want_it(tmp_path, monkeypatch, said, coloured):
    """As no-color.org has it: set, and not empty."""
    (tmp_path / "snapshot.json").write_bytes(dump(report().snapshot))
    monkeypatch.delenv("NO_COLOR", raising=False)
    if said is not None:
        monkeypatch.setenv("NO_COLOR", said)
    monkeypatch.setattr("sys.stderr", terminal := Terminal())
    main(["evaluate", str(tmp_path / "snapshot.json"), "--report", "csv", "--reports", str(tmp_path / "reports")])
    assert ("\x1b[" in terminal.getvalue()) is coloured


class TestOnGithub:
    """A stack that keeps its backups for too short a time, by a policy that asks for more."""

    @pytest.fixture
    def strict(self, tmp_path) -> str:
        policy = tmp_path / "strict.toml"
        policy.write_text('name = "strict"\nextends = "hipaa"\n[environments.prod]\nmin_backup_retention_days = 3000\n')
        return str(policy)

    @pytest.fixture
    def job(self, tmp_path) -> Path:
        return tmp_path / "job.md"

    @pytest.fixture
    def environment(self, prod, job) -> dict[str, str]:
        return {**prod.environment(), "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(job)}

    def test_the_run_is_annotated_and_the_job_has_its_summary(self, prod, snapshot, strict, job, environment, tmp_path):
        arguments = ("--snapshot", str(snapshot), "--policy", strict, "--report", "all")
        ran = verify(prod.outputs, *arguments, environment=environment, cwd=tmp_path)
        assert ran.status == 1
        commands = [line for line in ran.out.splitlines() if line.startswith("::")]
        annotated = {line.partition("title=")[2].partition("%3A")[0] for line in commands}
        assert {control for control, _ in ran.findings("failed")} <= annotated
        assert job.read_bytes() == (tmp_path / "reports/summary.md").read_bytes()
        assert names(tmp_path / "reports") == sorted([*(each.filename for each in FORMATS.values()), "manifest.json"])

    def test_the_results_on_stdout_stay_what_they_are(self, snapshot, strict, job, environment, tmp_path):
        arguments = ("--policy", strict, "--reports", "reports", "--format", "json")
        ran = stack_verify("evaluate", str(snapshot), *arguments, environment=environment, cwd=tmp_path)
        assert ran.status == 1
        assert json.loads(ran.out) == ran.results
        assert "\n::" in ran.err
        assert job.read_text().startswith("<!-- stack-verify -->")

    def test_a_summary_that_cannot_be_written_leaves_the_reports_and_is_told(
        self, prod, snapshot, environment, tmp_path
    ):
        ran = verify(
            prod.outputs,
            *("--snapshot", str(snapshot)),
            environment={**environment, "GITHUB_STEP_SUMMARY": str(tmp_path)},
            cwd=tmp_path,
            report="",
        )
        assert ran.status == 4
        assert "the summary of the job cannot be written" in ran.out
        assert names(tmp_path / "reports") == [
            "junit.xml",
            "manifest.json",
            "report.html",
            "results.json",
            "snapshot.json",
        ]
