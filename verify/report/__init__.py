"""Reports: one list of findings, and one module for each form it is read in."""

from __future__ import annotations

from verify.report.junit import JunitReport
from verify.report.page import HtmlReport
from verify.report.report import Outcome, Report, Run, exit_status, report_of
from verify.report.results import ResultsReport, results_json
from verify.report.saved_snapshot import SnapshotReport
from verify.report.terminal import summary
from verify.report.write import Reporter, write_reports

# What every run writes. The manifest of these files is written after them.
REPORTERS: tuple[Reporter, ...] = (JunitReport(), ResultsReport(), SnapshotReport(), HtmlReport())

__all__ = [
    "REPORTERS",
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
    "results_json",
    "summary",
    "write_reports",
]
