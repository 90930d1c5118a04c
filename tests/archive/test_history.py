"""The history of audits: one Parquet file for each, what reads it, and the trend that it shows."""

from __future__ import annotations

import json
import sys
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import duckdb
import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from stack_verify.__main__ import main
from stack_verify.archive.history import load_history, record
from stack_verify.report import report_of
from stack_verify.report.formats.html.trend_svg import trend_svg
from stack_verify.resources.s3 import Bucket, BucketVersioning
from stack_verify.snapshot import dump
from support.hand_made import AT, answer, answered, of_answers
from support.made_reports import ANY_FINDING
from support.made_reports import report as made

BUCKET = answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data")
FORMATS = ("--report", "json,snapshot")


def taken(folder: Path, day: int, versioning: str | None) -> Path:
    """A saved snapshot of this day, in which the bucket has this versioning."""
    state = {} if versioning is None else {"Status": versioning}
    noun = answered(BucketVersioning, Bucket="data", **state)
    now = of_answers(answer("data", BUCKET), answer("data", noun))
    path = folder / f"day-{day}.json"
    path.write_bytes(dump(msgspec.structs.replace(now, taken_at=AT + timedelta(days=day))))
    return path


def audit(folder: Path, day: int, versioning: str | None, *more: str) -> int:
    saved = taken(folder, day, versioning)
    history = ("--history", str(folder / "history"))
    return main(["evaluate", str(saved), "--reports", str(folder / f"reports-{day}"), *FORMATS, *history, *more])


@pytest.fixture(scope="module")
def audits(tmp_path_factory) -> Path:
    """Four audits: the versions of a bucket are kept, not kept for two days, and kept again."""
    folder = tmp_path_factory.mktemp("audits")
    for day, versioning in enumerate(("Enabled", "Suspended", "Suspended", "Enabled")):
        assert audit(folder, day, versioning) == 1
    return folder


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in (folder / "history").iterdir()}


def test_each_audit_is_a_file_named_by_its_time(audits):
    assert sorted(name[:8] for name in files(audits)) == ["20260131", "20260201", "20260202", "20260203"]


def test_duckdb_reads_the_whole_history_as_one_table(audits):
    rows = duckdb.sql(
        f"SELECT strftime(taken_at AT TIME ZONE 'UTC', '%d'), status, observed FROM '{audits}/history/*.parquet' "
        "WHERE control = 's3-versioning' ORDER BY taken_at"
    ).fetchall()
    assert [row[:2] for row in rows] == [("31", "passed"), ("01", "failed"), ("02", "failed"), ("03", "passed")]


def test_an_audit_that_is_judged_again_appears_once_and_its_file_stays(audits):
    before = files(audits)
    assert audit(audits, 1, "Suspended") == 1
    assert files(audits) == before


def test_the_trend_shows_what_was_open_and_how_long_it_took(audits, capsys):
    assert main(["history", str(audits / "history")]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].endswith("sa-east-1, audits: 4")
    (line,) = (line.split() for line in lines if line.startswith("s3-versioning "))
    assert line == ["s3-versioning", "low", "0", "-", "1", "2", "d", "0", "h", "2", "d", "0", "h"]


def test_the_trend_is_json_too(audits, capsys):
    assert main(["history", str(audits / "history"), "--json"]) == 0
    (stack,) = json.loads(capsys.readouterr().out)["stacks"]
    (control,) = (each for each in stack["controls"] if each["control"] == "s3-versioning")
    assert control["worst"] == ["passed", "failed", "failed", "passed"]
    assert control["repairs"] == {"repaired": 1, "mean_seconds": 172_800.0, "longest_seconds": 172_800.0}


def test_the_last_audit_is_the_baseline(audits):
    changed = json.loads((audits / "reports-3/results.json").read_text())["changes"]
    assert {each["control"] for each in changed["fixed"]} == {"s3-versioning"}
    assert changed["new"] == []


def test_what_is_open_is_known_since_the_first_of_the_audits_that_saw_it(audits):
    """The bucket's versions are not kept since the second audit, which is a day before the third."""
    findings = json.loads((audits / "reports-2/results.json").read_text())["findings"]
    (found,) = (each for each in findings if each["control"] == "s3-versioning")
    assert found["since"] == "2026-02-01T00:00:00Z"
    history = load_history(audits / "history")
    assert [row.since for row in history.audits[2].rows if row.control == "s3-versioning"] == [AT + timedelta(days=1)]


def test_what_was_open_in_the_last_audit_fails_nothing_where_only_what_is_new_shall(tmp_path):
    statuses = [audit(tmp_path, day, kept, "--fail-on", "new") for day, kept in enumerate(("Enabled",) * 2)]
    assert statuses == [1, 0]
    assert audit(tmp_path, 2, "Suspended", "--fail-on", "new") == 1


def test_a_run_with_a_history_is_judged_again_with_it(audits, capsys):
    reports = audits / "reports-2"
    check = ["evaluate", str(reports / "snapshot.json"), "--check-manifest"]
    assert main([*check, "--history", str(audits / "history")]) == 0
    assert main(check) == 1
    assert "DIFFERENT      results.json" in capsys.readouterr().out


@pytest.mark.parametrize("damage", [b"", b"PAR1 and no more"])
def test_a_damaged_file_is_named_and_the_others_are_told(tmp_path, audits, damage, capsys):
    for name, content in files(audits).items():
        (tmp_path / name).write_bytes(damage if name.startswith("20260201") else content)
    assert main(["history", str(tmp_path)]) == 1
    said = capsys.readouterr()
    assert "audits: 3" in said.out
    assert "20260201" in said.err
    assert "get it back, or remove it" in said.err


def test_a_run_does_not_guess_what_a_damaged_audit_said(tmp_path, capsys):
    assert audit(tmp_path, 0, "Enabled") == 1
    (path,) = (tmp_path / "history").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert audit(tmp_path, 1, "Enabled") == 4
    assert "move it out of the history" in capsys.readouterr().err


def test_without_the_package_all_but_the_history_works_and_it_says_what_to_install(tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "duckdb", None)
    assert main(["evaluate", str(taken(tmp_path, 0, "Enabled")), "--reports", str(tmp_path / "reports"), *FORMATS]) == 1
    capsys.readouterr()
    for command in (["history", str(tmp_path)], ["evaluate", str(tmp_path / "day-0.json"), "--history", str(tmp_path)]):
        assert main(command) == 4
        assert "pip install stack-verify[history]" in capsys.readouterr().err


def test_a_folder_without_audits_is_wrong_use(tmp_path, capsys):
    assert main(["history", str(tmp_path)]) == 4
    assert "holds no audits. Record them with" in capsys.readouterr().err


def test_a_folder_that_cannot_be_made_is_told(tmp_path, capsys):
    (tmp_path / "history").write_text("a file")
    assert audit(tmp_path, 0, "Enabled") == 4
    assert "cannot be written" in capsys.readouterr().err
    assert (tmp_path / "reports-0/results.json").exists()


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(findings=st.lists(ANY_FINDING, min_size=1, max_size=4))
def test_any_text_of_aws_is_kept(tmp_path_factory, findings):
    folder = tmp_path_factory.mktemp("any")
    record(made(*findings), folder)
    history = load_history(folder)
    assert history.damaged == {}
    (found,) = history.audits
    assert sorted(row.status for row in found.rows) == sorted(finding.status for finding in findings)


def test_the_plot_is_xml_that_names_itself_and_has_a_line_for_each_status(audits):
    history = load_history(audits / "history")
    now = made()
    report = report_of(now.snapshot, now.findings, now.run.effective_policy, None, history.audits)
    plot = ET.fromstring(trend_svg(report.trend))
    assert plot.get("role") == "img"
    assert plot.find("title").text.startswith("Open findings of ")
    assert len(plot.findall("polyline")) == 3


def test_one_audit_has_no_plot():
    now = made()
    assert trend_svg(report_of(now.snapshot, now.findings, now.run.effective_policy, None, ()).trend) == ""
