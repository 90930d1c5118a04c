"""Writes reports to files: whole or not at all, each independent of the others."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import BinaryIO, Protocol

from stack_verify.errors import MISTAKES, ReportError
from stack_verify.report.manifest import Manifest
from stack_verify.report.model import Report
from stack_verify.util.atomic_write import write_whole


class Reporter(Protocol):
    """A form in which a report is read. It knows a name and a stream, and nothing of files."""

    @property
    def filename(self) -> str:
        """What the file is called inside the folder of reports."""

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the whole report."""


def write_reports(report: Report, reporters: Iterable[Reporter], directory: Path) -> list[Path]:
    """Writes each report into ``directory``, then the manifest of those written, and returns their paths.

    A file appears under its name only when it is whole. One that cannot be written leaves its predecessor and the other
    reports alone.

    Raises:
        ReportError: at the end, when the folder cannot be made or some file could not be written; it names them.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ReportError(
            f"{directory}: cannot be made a folder for the reports ({error.strerror}). Name another with --reports."
        ) from error
    results = [_attempt(report, reporter, directory) for reporter in reporters]
    results.append(_attempt(report, Manifest([path for path in results if isinstance(path, Path)]), directory))
    written = [path for path in results if isinstance(path, Path)]
    failures = [failure for failure in results if isinstance(failure, str)]
    if failures:
        raise ReportError(_complaint(failures, written, directory))
    return written


def _attempt(report: Report, reporter: Reporter, directory: Path) -> Path | str:
    """The path written, or why it was not."""
    path = directory / reporter.filename
    try:
        write_whole(path, lambda stream: reporter.write(report, stream))
    except OSError as error:
        return f"{path} ({error.strerror or error})"
    except MISTAKES as mistake:
        return f"{path} (the reporter itself is at fault: {type(mistake).__name__}: {mistake})"
    return path


def _complaint(failures: list[str], written: list[Path], directory: Path) -> str:
    whole = f" Written: {', '.join(path.name for path in written)}." if written else ""
    return (
        f"{len(failures)} of {len(failures) + len(written)} reports could not be written: {'; '.join(failures)}.{whole}"
        f" Make {directory} writable with room on its disk, or name another folder with --reports."
    )
