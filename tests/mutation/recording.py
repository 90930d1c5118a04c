"""Records once what the fault matrix judges: the snapshot of each compliant stack, and of each stack with a fault."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterable
from pathlib import Path

from deployed import Deployed
from judging import observe

from stack.local.faults import FAULTS
from verify.snapshot import dump

STACKS = ("prod", "dev")
# What shapes a snapshot; controls only judge it.
_SHAPING = ("stack", "verify/collect", "verify/outputs", "verify/resources", "verify/snapshot.py", "tests/deployed.py")


def record(root: Path, directory: Path) -> None:
    """Writes ``NAME.json`` for each stack and each fault, unless they are there and nothing that shapes them changed."""
    directory.mkdir(parents=True, exist_ok=True)
    seal, digest = directory / "digest", _digest(root)
    if seal.is_file() and seal.read_text() == digest:
        return
    seal.unlink(missing_ok=True)
    for stack in STACKS:
        deployed = Deployed(stack)
        (directory / f"{stack}.json").write_bytes(deployed.prepare(_seen))
        faults = [fault for fault in FAULTS.values() if fault.stack == stack]
        for number, fault in enumerate(faults, 1):
            (directory / f"{fault.name}.json").write_bytes(deployed.run(_seen, fault.name))
            print(f"\rrecorded {stack}: {number} of {len(faults)} faults", end="", file=sys.stderr, flush=True)
        print(file=sys.stderr)
        deployed.close()
    seal.write_text(digest)


def _seen(live, fault=None):
    return dump(observe(live, fault))


def _digest(root: Path) -> str:
    digest = hashlib.sha256()
    for file in sorted(_sources(root / part for part in _SHAPING)):
        digest.update(file.relative_to(root).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(parts: Iterable[Path]) -> Iterable[Path]:
    for part in parts:
        yield from (
            file for file in (part.rglob("*") if part.is_dir() else [part])
            if file.suffix in {".py", ".yaml"}
        )
