"""The reports of an earlier run, when the run at hand ends without reports of its own."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from stack_verify.report.manifest import Manifest
from stack_verify.report.registry import FORMATS

PREVIOUS = "previous"
_NAMES = (*(each.filename for each in FORMATS.values()), Manifest.filename, f"{Manifest.filename}.sig")


def set_aside(directory: Path, read: Iterable[Path | None]) -> str:
    """Moves the reports in ``directory`` into its folder ``previous``, so that none is taken for one of this run.

    Nothing is moved where the run was to read one of the files there, such as a saved snapshot or a baseline, and what
    cannot be moved stays. Returns a sentence about it, to be added to a message; empty where there is nothing to say.
    """
    stale = [directory / name for name in _NAMES if (directory / name).is_file()]
    if not stale or any(path is not None and path.resolve().parent == directory.resolve() for path in read):
        return ""
    previous = directory / PREVIOUS
    try:
        previous.mkdir(exist_ok=True)
        for name in _NAMES:
            (previous / name).unlink(missing_ok=True)
        for path in stale:
            path.replace(previous / path.name)
    except OSError as error:
        return f" The reports in {directory} are of an earlier run, and could not be moved ({error.strerror})."
    return f" The reports of the run before are in {previous} now."
