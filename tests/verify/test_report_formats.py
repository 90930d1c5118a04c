"""Which reports a run writes."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import stack_verify, verify

from verify.errors import ReportError
from verify.report import REPORTERS, reporters
from verify.report.formats import FORMATS


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
    assert reporters("junit, json,junit , snapshot") == REPORTERS
    assert reporters("junit,all") == tuple(FORMATS.values())


@pytest.mark.parametrize("none", ["", ",", "junit,"])
def test_no_name_is_no_format(none):
    with pytest.raises(ReportError, match="there is no format ''"):
        reporters(none)


def test_no_two_formats_have_a_file_in_common():
    assert len({reporter.filename for reporter in FORMATS.values()} | {"manifest.json"}) == len(FORMATS) + 1
