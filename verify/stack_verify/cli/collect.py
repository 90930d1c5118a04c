"""``stack-verify collect``: the half of a run that reads AWS."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack_verify.cli.command import Commands, add_command, add_rules, chosen
from stack_verify.errors import SnapshotError
from stack_verify.options import CACERT, POLICY, PROBE, PROBE_DEADLINE, RESOLVE, SETTLE, STACK_NAME, STATE
from stack_verify.pipeline.run import Request, observe, prepare
from stack_verify.probe.settings import probe_settings
from stack_verify.snapshot import dump
from stack_verify.util.atomic_write import write_whole
from stack_verify.util.gc_pause import long_lived
from stack_verify.util.progress import Progress


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "collect", "read a stack's live state into a snapshot", run)
    command.add_argument("outputs", type=Path, metavar="OUTPUTS.json")
    command.add_argument("--snapshot", type=Path, metavar="FILE", default=Path("snapshot.json"), help="where it goes")
    STATE.add_to(command)
    STACK_NAME.add_to(command)
    add_rules(command)
    for option in (SETTLE, PROBE, RESOLVE, CACERT, PROBE_DEADLINE):
        option.add_to(command)


def run(options: argparse.Namespace) -> int:
    """Reads the stack and writes the snapshot; 1 where AWS left something unanswered."""
    probe = probe_settings(
        options.probe, resolve=options.resolve, cacert=options.cacert, deadline=options.probe_deadline
    )
    request = Request(
        options.outputs,
        state=options.stack_state,
        stack_names=tuple(options.stack_name),
        policy=POLICY.value(options.policy),
        waivers=options.waivers,
        probe=probe,
        settle=options.settle,
    )
    with long_lived():
        snapshot = observe(prepare(request, chosen(options)), Progress())
    try:
        write_whole(options.snapshot, lambda stream: stream.write(dump(snapshot)))
    except OSError as error:
        raise SnapshotError(f"{options.snapshot}: cannot be written ({error.strerror}). Name another file.") from error
    print(options.snapshot)
    return 0 if not snapshot.gaps else 1
