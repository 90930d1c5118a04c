"""Checks a sealed run: whether its files are those that the manifest names, and those that judging again gives."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from io import BytesIO
from itertools import zip_longest
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from stack_verify.errors import ManifestError
from stack_verify.policy import Policy
from stack_verify.report.manifest import manifest_json
from stack_verify.report.model import Report
from stack_verify.report.text import one_line, shortened
from stack_verify.report.write import Reporter

SHOWN = 100  # characters of a line


class SealedFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A file of the run. ``name`` is of a file beside the manifest and not of another folder's."""

    bytes: int
    name: Annotated[str, msgspec.Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]*$")]
    sha256: str


class SealedFacts(msgspec.Struct, frozen=True):
    """Of the facts of the run those that it takes to judge again."""

    version: str
    effective_policy: Policy


class SealedRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What ``manifest.json`` holds."""

    schema: Literal["stack-verify/manifest/1"]
    run: SealedFacts
    files: tuple[SealedFile, ...]


class _Row(msgspec.Struct, frozen=True):
    control: str
    resource: dict[str, str | None]


class _Results(msgspec.Struct, frozen=True):
    findings: tuple[_Row, ...]


def load_manifest(path: Path) -> SealedRun:
    """The manifest in ``path``.

    Raises:
        ManifestError: when there is no such file, or it is no manifest.
    """
    try:
        return msgspec.json.decode(path.read_bytes(), type=SealedRun)
    except OSError as error:
        raise ManifestError(f"{path}: cannot be read ({error.strerror}). Name the manifest.json of a run.") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(f"{path}: is no manifest, or was changed ({error}). Get the one that was kept.") from error


def broken_seals(sealed: SealedRun, folder: Path, snapshot: Path) -> dict[str, str]:
    """What is wrong with each file that is not as it was sealed, by its name. The snapshot may lie elsewhere."""
    wrong = {}
    for file in sealed.files:
        path = snapshot if file.name == "snapshot.json" else folder / file.name
        try:
            content = path.read_bytes()
        except OSError as error:
            wrong[file.name] = f"cannot be read ({error.strerror})"
            continue
        digest = hashlib.sha256(content).hexdigest()
        if (len(content), digest) != (file.bytes, file.sha256):
            wrong[file.name] = (
                f"{len(content)} bytes with SHA-256 {digest}; sealed were {file.bytes} with {file.sha256}"
            )
    if all(file.name != "snapshot.json" for file in sealed.files):
        wrong["snapshot.json"] = "is not among the files of the manifest"
    return wrong


def chosen_findings(folder: Path) -> frozenset[tuple[str, str, str | None]] | None:
    """The control, type and id of each finding in ``results.json``, or None where that cannot be read.

    A run by ``-k`` or ``-m`` reports a part of what can be judged from its snapshot.
    """
    try:
        results = msgspec.json.decode((folder / "results.json").read_bytes(), type=_Results)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return frozenset((row.control, row.resource.get("type") or "", row.resource.get("id")) for row in results.findings)


def differences(report: Report, sealed: SealedRun, manifest: Path, reporters: Iterable[Reporter]) -> dict[str, str]:
    """Where the files beside ``manifest``, and it itself, are not byte for byte what ``report`` gives; by their names.

    A file of a form that this version does not write is held against its seal alone.
    """
    names = {file.name for file in sealed.files}
    again = {each.filename: _written(each, report) for each in reporters if each.filename in names}
    beside = {name: path.read_bytes() for name in names if (path := manifest.parent / name).is_file()}
    again[manifest.name] = manifest_json(report, {**beside, **again}).encode()
    beside[manifest.name] = manifest.read_bytes()
    return {name: where for name in sorted(again.keys() & beside) for where in _first(beside[name], again[name])}


def _written(reporter: Reporter, report: Report) -> bytes:
    stream = BytesIO()
    reporter.write(report, stream)
    return stream.getvalue()


def _first(sealed: bytes, again: bytes) -> Iterator[str]:
    """The first line that differs, if one does."""
    if sealed == again:
        return
    pairs = zip_longest(sealed.splitlines(keepends=True), again.splitlines(keepends=True), fillvalue=b"")
    number, (old, new) = next((number, pair) for number, pair in enumerate(pairs, 1) if pair[0] != pair[1])
    yield f"line {number} is {_shown(old)}; judged again it is {_shown(new)}"


def _shown(line: bytes) -> str:
    return shortened(one_line(line.decode("utf-8", "backslashreplace")), SHOWN) or "(nothing)"
