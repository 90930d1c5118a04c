"""``manifest.json``: what a run wrote, so that nobody can change a report unseen once the manifest is kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from verify.report.report import Report
from verify.report.results import document, plain

SCHEMA = "stack-verify/manifest/1"


@dataclass(frozen=True)
class Manifest:
    """Writes ``manifest.json`` on the files that a run has written."""

    files: Sequence[Path]
    filename: str = "manifest.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the size and SHA-256 of each file as it stands on the disk, and the facts of the run."""
        files = [_entry(path) for path in sorted(self.files)]
        stream.write(document({"schema": SCHEMA, "run": plain(report.run), "files": files}).encode())


def _entry(path: Path) -> dict[str, object]:
    content = path.read_bytes()
    return {"bytes": len(content), "name": path.name, "sha256": hashlib.sha256(content).hexdigest()}
