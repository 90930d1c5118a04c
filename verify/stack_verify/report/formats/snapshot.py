"""``snapshot.json``: the evidence itself, which gives the same findings again without AWS."""

from __future__ import annotations

from typing import BinaryIO

from stack_verify.report.model import Report
from stack_verify.snapshot import dump


class SnapshotReport:
    """Writes ``snapshot.json``."""

    filename = "snapshot.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the snapshot that the report was made from."""
        stream.write(dump(report.snapshot))
