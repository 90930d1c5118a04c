"""Reports: one list of findings, and one module for each form it is read in."""

from __future__ import annotations

from verify.report.formats import DEFAULT_FORMATS, REPORT_HELP, reporters
from verify.report.github import tell_github
from verify.report.junit import JunitReport
from verify.report.page import HtmlReport
from verify.report.report import Outcome, Report, Run, exit_status, report_of
from verify.report.results import ResultsReport, results_json
from verify.report.saved_snapshot import SnapshotReport
from verify.report.terminal import summary
from verify.report.write import Reporter, write_reports

# What a run writes unless told otherwise. The manifest of the files written comes after them.
REPORTERS: tuple[Reporter, ...] = reporters(DEFAULT_FORMATS)

__all__ = [
    "DEFAULT_FORMATS",
    "REPORTERS",
    "REPORT_HELP",
    "HtmlReport",
    "JunitReport",
    "Outcome",
    "Report",
    "Reporter",
    "ResultsReport",
    "Run",
    "SnapshotReport",
    "exit_status",
    "report_of",
    "reporters",
    "results_json",
    "summary",
    "tell_github",
    "write_reports",
]
