"""A pytest session that verifies a stack: collects once, one item a finding, reports at the end."""

from __future__ import annotations

import gc
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from stack_verify.archive.history import record
from stack_verify.errors import HistoryError, NothingToVerifyError, ReportError, VerifyError
from stack_verify.options import REPORT, REPORTS
from stack_verify.pipeline.custom_controls import all_controls
from stack_verify.pipeline.run import Prepared, Request, Verification, judge, observe, prepare, rules_for
from stack_verify.pytest_plugin.nodes import FindingItem, OutputsFile, by_node
from stack_verify.pytest_plugin.refusal import refused, without_stale_reports
from stack_verify.pytest_plugin.selection import marks, marks_of, nearly_right
from stack_verify.report import (
    Report,
    report_of,
    reporters,
    summary,
    tell_github,
    write_reports,
)
from stack_verify.snapshot import Snapshot, dump, load
from stack_verify.util.gc_pause import long_lived
from stack_verify.util.progress import Progress
from stack_verify.vocabulary import OPEN

if TYPE_CHECKING:
    from xdist.workermanage import WorkerController

SNAPSHOT_KEY = "stack_verify_snapshot"
_NOT_WHOLE = "not recorded: a selection is no audit of the whole stack"


class VerificationPlugin:
    """The hooks of a run that names a file of outputs.

    With xdist the controller reads AWS once and hands the snapshot's path to the workers, which all build the same
    items from it.
    """

    def __init__(self, config: pytest.Config, request: Request, *, alone: bool) -> None:
        self._config = config
        self._request = request
        self._verification: Verification | None = None
        self._selected: frozenset[str] = frozenset()
        self._handover: Path | None = None
        self._closing: tuple[Report, list[Path]] | None = None
        self._complaint: str | None = None
        self._history: str | None = None
        self._nothing = ""
        self._annotations: list[str] = []
        self._is_worker = hasattr(config, "workerinput")
        self._alone = alone
        # Where the run has tests of others too, how garbage is collected is theirs to say.
        self._working = long_lived if alone else nullcontext
        self._reporters = reporters(REPORT.value(config.getoption(REPORT.dest)))
        self._controls = all_controls(request.controls, config.invocation_params.dir)
        self._concerns = {control.id: control.concern for control in self._controls}
        self._own_marks = marks_of(config)
        for name in marks(self._controls):
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
            with self._working():
                self._verification = self._handed_over(Path(worker[SNAPSHOT_KEY])) if worker else self._verified()
        except NothingToVerifyError as error:
            pytest.exit(str(refused(self._config, str(error))), returncode=pytest.ExitCode.NO_TESTS_COLLECTED)
        except VerifyError as error:
            raise refused(self._config, str(error)) from error

    def _handed_over(self, path: Path) -> Verification:
        snapshot = load(path)
        return judge(snapshot, self._request, rules_for(snapshot.stack, self._request, self._controls))

    def _verified(self) -> Verification:
        prepared = prepare(self._request, self._controls)
        if self._alone:
            wrong = nearly_right(self._config, self._controls, self._own_marks, _texts(prepared))
            if wrong is not None:
                raise refused(self._config, wrong)
        return judge(observe(prepared, Progress()), self._request, prepared.rules)

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
        if self._verification is None or self._is_worker or self._config.option.collectonly:
            return
        if not self._selected:
            self._nothing = without_stale_reports(self._config).strip()
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
            written = write_reports(report, self._reporters, REPORTS.value(self._config.getoption(REPORTS.dest)))
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
        if self._alone:
            gc.freeze()

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        """The summary that a person reads, after pytest's own lines."""
        if self._nothing:
            terminalreporter.write_line(self._nothing)
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


def _texts(prepared: Prepared) -> Iterator[str]:
    """What a node may be named by, as far as the user's files tell."""
    yield prepared.request.outputs.name
    for output in prepared.outputs.outputs:
        yield f"{output.name} {output.value}"
    for declared in prepared.outputs.declared:
        yield f"{declared.type} {declared.id} {declared.arn}"
