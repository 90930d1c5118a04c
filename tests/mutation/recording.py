"""Records once what the fault matrix judges: the snapshot of each compliant stack, and of each stack with a fault."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

from stack_verify.snapshot import dump
from support.deployed import Deployed
from support.judging import observe

from stack.local.faults import FAULTS

STACKS = ("prod", "dev")
# What shapes a snapshot; controls only judge it.
_SHAPING = (
    "stack",
    "verify/stack_verify/collect",
    "verify/stack_verify/outputs",
    "verify/stack_verify/resources",
    "verify/stack_verify/snapshot.py",
    "verify/stack_verify/inquiry.py",
    "tests/support/deployed.py",
)


def record(root: Path, directory: Path) -> Iterator[tuple[int, int]]:
    """Writes ``NAME.json`` for each stack and each fault, unless they are there and nothing that shapes them changed.

    Yields how many are written, and of how many.
    """
    directory.mkdir(parents=True, exist_ok=True)
    seal, digest = directory / "digest", _digest(root)
    if seal.is_file() and seal.read_text() == digest:
        return
    seal.unlink(missing_ok=True)
    done, every = 0, len(STACKS) + len(FAULTS)
    for stack in STACKS:
        deployed = Deployed(stack)
        (directory / f"{stack}.json").write_bytes(deployed.prepare(_seen))
        yield (done := done + 1), every
        for fault in FAULTS.values():
            if fault.stack == stack:
                (directory / f"{fault.name}.json").write_bytes(deployed.run(_seen, fault.name))
                yield (done := done + 1), every
        deployed.close()
    seal.write_text(digest)


def _seen(live, fault=None):
    return dump(observe(live, fault))


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(file for part in _SHAPING for file in _sources(root / part)):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(part: Path) -> Iterator[Path]:
    files = part.rglob("*") if part.is_dir() else [part]
    yield from (file for file in files if file.suffix in {".py", ".yaml"})
