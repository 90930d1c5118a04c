"""``manifest.json``: what a run wrote, so that nobody can change a report unseen once the manifest is kept apart."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from stack_verify.report.formats.json import document, plain
from stack_verify.report.model import Report

SCHEMA = "stack-verify/manifest/1"


@dataclass(frozen=True)
class Manifest:
    """Writes ``manifest.json`` on the files that a run has written."""

    files: Sequence[Path]
    filename: str = "manifest.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the size and SHA-256 of each file as it stands on the disk, and the facts of the run."""
        stream.write(manifest_json(report, {path.name: path.read_bytes() for path in self.files}).encode())


def manifest_json(report: Report, contents: Mapping[str, bytes]) -> str:
    """The manifest of files of these contents, by their names."""
    files = [_entry(name, content) for name, content in sorted(contents.items())]
    return document({"schema": SCHEMA, "run": plain(report.run), "files": files})


def _entry(name: str, content: bytes) -> dict[str, object]:
    return {"bytes": len(content), "name": name, "sha256": hashlib.sha256(content).hexdigest()}
