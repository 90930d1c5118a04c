"""A pytest session that verifies a stack: collects once, one item a finding, reports at the end."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_verify.archive.history import record
from stack_verify.errors import HistoryError, ReportError, VerifyError
from stack_verify.pipeline.custom_controls import all_controls
from stack_verify.pipeline.run import Request, Verification, judge, observe
from stack_verify.pytest_plugin.nodes import EVIDENCE, FindingItem, OutputsFile, by_node
from stack_verify.report import (
    DEFAULT_FORMATS,
    Report,
    report_of,
    reporters,
    summary,
    tell_github,
    write_reports,
)
from stack_verify.snapshot import Snapshot, dump, load
from stack_verify.util.progress import Progress
from stack_verify.vocabulary import OPEN, Severity

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

SNAPSHOT_KEY = "stack_verify_snapshot"
_NOT_WHOLE = "not recorded: a selection is no audit of the whole stack"


class VerificationPlugin:
    """The hooks of a run that names a file of outputs.

    With xdist the controller reads AWS once and hands the snapshot's path to the workers, which all build the same
    items from it.
    """

    def __init__(self, config: pytest.Config, request: Request) -> None:
        self._config = config
        self._request = request
        self._verification: Verification | None = None
        self._selected: frozenset[str] = frozenset()
        self._handover: Path | None = None
        self._closing: tuple[Report, list[Path]] | None = None
        self._complaint: str | None = None
        self._history: str | None = None
        self._annotations: list[str] = []
        self._is_worker = hasattr(config, "workerinput")
        try:
            self._reporters = reporters(config.getoption("--report") or DEFAULT_FORMATS)
            self._controls = all_controls(request.controls, config.invocation_params.dir)
        except VerifyError as error:
            raise pytest.UsageError(str(error)) from error
        self._concerns = {control.id: control.concern for control in self._controls}
        for name in (*Severity, *sorted(set(self._concerns.values())), EVIDENCE, "hipaa"):
            config.addinivalue_line("markers", f"{name}: controls of the stack verification")

    @property
    def verification(self) -> Verification:
        """The judged snapshot, once the session has started."""
        if self._verification is None:
            raise pytest.UsageError("the stack is verified when the session starts; there is no result before")
        return self._verification

    @pytest.fixture(scope="session")
    def snapshot(self) -> Snapshot:
        """The snapshot of the stack, for a team's own tests beside the catalogue's."""
        return self.verification.snapshot

    @pytest.hookimpl(tryfirst=True)
    def pytest_sessionstart(self) -> None:
        """Reads the stack, or takes the snapshot that the xdist controller read, and judges it."""
        worker: dict[str, Any] | None = getattr(self._config, "workerinput", None)
        try:
            snapshot = load(Path(worker[SNAPSHOT_KEY])) if worker else self._observed()
            self._verification = judge(snapshot, self._request, self._controls)
        except VerifyError as error:
            raise pytest.UsageError(str(error)) from error

    def _observed(self) -> Snapshot:
        return observe(self._request, Progress(), self._controls)

    @pytest.hookimpl(optionalhook=True)
    def pytest_configure_node(self, node: WorkerController) -> None:
        """Hands the snapshot to an xdist worker."""
        if self._handover is None:
            with tempfile.NamedTemporaryFile(prefix="stack-verify-", suffix=".json", delete=False) as file:
                file.write(dump(self.verification.snapshot))
            self._handover = Path(file.name)
        node.workerinput[SNAPSHOT_KEY] = str(self._handover)

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> OutputsFile | None:
        """The named file of outputs is the test file."""
        if file_path != (self._config.invocation_params.dir / self._request.outputs).resolve():
            return None
        return OutputsFile.from_parent(
            parent, path=file_path, findings=self.verification.findings, concerns=self._concerns
        )

    def pytest_runtest_setup(self, item: pytest.Item) -> None:
        """What was open in the baseline is an expected failure where only what is new is to fail."""
        changes = self.verification.changes
        if changes is None or changes.fail_on == "open" or not isinstance(item, FindingItem):
            return
        if item.finding.status in OPEN and not changes.is_new(item.finding):
            # In pytest's exit status alone: every report goes on calling it failed, or an error.
            pytest.xfail(f"open since {item.finding.since:%Y-%m-%d} or before: {item.finding.observed}")

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        """Remembers which findings the user selected."""
        self._selected |= {_in_file(item.nodeid) for item in session.items if isinstance(item, FindingItem)}

    @pytest.hookimpl(optionalhook=True)
    def pytest_xdist_node_collection_finished(self, ids: list[str]) -> None:
        """Remembers which findings the user selected, as an xdist worker tells."""
        self._selected |= {_in_file(node) for node in ids}

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Writes the reports of what was selected. A run that verified nothing is no success."""
        if self._handover is not None:
            self._handover.unlink()
        if self._verification is None or self._is_worker or self._config.option.collectonly or not self._selected:
            return
        findings = by_node(self._verification.findings)
        chosen = [finding for node, finding in findings.items() if node in self._selected]
        changes = self._verification.changes
        # An audit is of the whole stack; what a selection left out would look mended.
        whole = len(chosen) == len(findings)
        past = self._verification.past if whole else None
        snapshot, policy = self._verification.snapshot, self._verification.policy
        report = report_of(snapshot, chosen, policy, changes, past, of=len(findings))
        written: list[Path] = []
        complaints = []
        try:
            written = write_reports(report, self._reporters, Path(self._config.getoption("--reports")))
        except ReportError as error:
            complaints.append(str(error))
        try:
            tell_github(report, os.environ, self._annotations.append)
        except ReportError as error:
            complaints.append(str(error))
        if self._request.history is not None:
            try:
                self._history = str(record(report, self._request.history)) if whole else _NOT_WHOLE
            except HistoryError as error:
                complaints.append(str(error))
        if complaints:
            self._complaint = " ".join(complaints)
            session.exitstatus = pytest.ExitCode.USAGE_ERROR
        elif session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = report.summary.exit_status
        self._closing = report, written

    def pytest_unconfigure(self) -> None:
        """Spares what the run holds to its end pytest's last, fivefold look for garbage."""
        gc.freeze()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The summary that a person reads, after pytest's own lines."""
        if self._closing is None:
            return
        writer = terminalreporter.config.get_terminal_writer()
        report, written = self._closing
        verbose = self._config.get_verbosity() > 0
        terminalreporter.section("stack verification")
        height = shutil.get_terminal_size().lines if sys.stdout.isatty() else None
        terminalreporter.write_line(
            summary(report, written, width=writer.fullwidth, height=height, colour=writer.hasmarkup, verbose=verbose)
        )
        if self._history is not None:
            terminalreporter.write_line(f"  history   {self._history}")
        if self._complaint is not None:
            terminalreporter.write_line(f"ERROR: {self._complaint}", red=True)
        for annotation in self._annotations:
            terminalreporter.write_line(annotation)


def _in_file(node: str) -> str:
    return node.partition("::")[2]
