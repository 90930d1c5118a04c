"""``stack-verify collect``: the half of a run that reads AWS."""

from __future__ import annotations

import argparse
from pathlib import Path

from verify.commands.command import Commands, add_command, add_rules, chosen
from verify.errors import SnapshotError
from verify.probe.settings import MODES, probe_settings
from verify.progress import Progress
from verify.run import DEFAULT_POLICY, SETTLE_HELP, Request, observe
from verify.snapshot import dump
from verify.whole_file import write_whole


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
