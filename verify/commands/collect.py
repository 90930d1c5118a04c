"""``stack-verify collect``: the half of a run that reads AWS."""

from __future__ import annotations

import argparse
from pathlib import Path

from verify.commands.command import Commands, add_command
from verify.errors import SnapshotError
from verify.progress import Progress
from verify.run import Request, observe
from verify.snapshot import dump
from verify.whole_file import write_whole


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "collect", "read a stack's live state into a snapshot", run)
    command.add_argument("outputs", type=Path, metavar="OUTPUTS.json")
    command.add_argument("--stack-state", type=Path, metavar="FILE", help="`pulumi stack export` of the same stack")
    command.add_argument("--snapshot", type=Path, metavar="FILE", default=Path("snapshot.json"), help="where it goes")


def run(options: argparse.Namespace) -> int:
    """Reads the stack and writes the snapshot; 1 where AWS left something unanswered."""
    snapshot = observe(Request(options.outputs, state=options.stack_state), Progress())
    try:
        write_whole(options.snapshot, lambda stream: stream.write(dump(snapshot)))
    except OSError as error:
        raise SnapshotError(f"{options.snapshot}: cannot be written ({error.strerror}). Name another file.") from error
    print(options.snapshot)
    return 0 if not snapshot.gaps else 1
