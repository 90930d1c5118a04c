"""``stack-verify collect``: the half of a run that reads AWS."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack_verify.cli.command import Commands, add_command, add_rules, chosen
from stack_verify.errors import SnapshotError
from stack_verify.pipeline.run import DEFAULT_POLICY, SETTLE_HELP, Request, observe
from stack_verify.probe.settings import MODES, probe_settings
from stack_verify.snapshot import dump
from stack_verify.util.atomic_write import write_whole
from stack_verify.util.progress import Progress


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "collect", "read a stack's live state into a snapshot", run)
    command.add_argument("outputs", type=Path, metavar="OUTPUTS.json")
    command.add_argument("--stack-state", type=Path, metavar="FILE", help="`pulumi stack export` of the same stack")
    command.add_argument("--snapshot", type=Path, metavar="FILE", default=Path("snapshot.json"), help="where it goes")
    command.add_argument("--settle", type=float, metavar="SECONDS", help=SETTLE_HELP)
    add_rules(command)
    command.add_argument("--probe", choices=MODES, default="off", help="look at the stack over the network too")
    command.add_argument("--resolve", metavar="HOST:PORT:ADDRESS", action="append", default=[])
    command.add_argument("--cacert", type=Path, metavar="FILE", help="the certificate authorities that probes trust")
    command.add_argument("--probe-deadline", type=float, metavar="SECONDS", help="how long an endpoint is waited for")


def run(options: argparse.Namespace) -> int:
    """Reads the stack and writes the snapshot; 1 where AWS left something unanswered."""
    probe = probe_settings(
        options.probe, resolve=options.resolve, cacert=options.cacert, deadline=options.probe_deadline
    )
    request = Request(
        options.outputs,
        state=options.stack_state,
        policy=options.policy or DEFAULT_POLICY,
        waivers=options.waivers,
        probe=probe,
        settle=options.settle,
    )
    snapshot = observe(request, Progress(), chosen(options))
    try:
        write_whole(options.snapshot, lambda stream: stream.write(dump(snapshot)))
    except OSError as error:
        raise SnapshotError(f"{options.snapshot}: cannot be written ({error.strerror}). Name another file.") from error
    print(options.snapshot)
    return 0 if not snapshot.gaps else 1
