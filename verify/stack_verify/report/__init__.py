"""Reports: one list of findings, and one module for each form it is read in."""

from __future__ import annotations

from stack_verify.report.earlier import set_aside
from stack_verify.report.formats.github import tell_github
from stack_verify.report.formats.html import HtmlReport
from stack_verify.report.formats.json import ResultsReport, results_json
from stack_verify.report.formats.junit import JunitReport
from stack_verify.report.formats.snapshot import SnapshotReport
from stack_verify.report.model import Outcome, Report, Run, exit_status, report_of
from stack_verify.report.registry import DEFAULT_FORMATS, reporters
from stack_verify.report.terminal import summary
from stack_verify.report.write import Reporter, write_reports

# What a run writes unless told otherwise. The manifest of the files written comes after them.
REPORTERS: tuple[Reporter, ...] = reporters(DEFAULT_FORMATS)

__all__ = [
    "DEFAULT_FORMATS",
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
    "reporters",
    "results_json",
    "set_aside",
    "summary",
    "tell_github",
    "write_reports",
]
