"""``stack-verify fleet``: many stacks, over accounts and regions, side by side."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path

from stack_verify.cli.command import Commands, add_command
from stack_verify.errors import FleetError
from stack_verify.fleet.engine import run as verify_all
from stack_verify.fleet.manifest import load_manifest
from stack_verify.fleet.report import fleet_of, write
from stack_verify.fleet.verification import Row, Task, finished
from stack_verify.options import HISTORY, REPORT, REPORTS
from stack_verify.report import reporters

FOLDER = Path("outputs/fleet")
MOST_SHOWN = 20


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "fleet", "verify many stacks, over accounts and regions", run)
    command.add_argument("manifest", type=Path, metavar="FLEET.toml", help="names the stacks: docs/fleet.md")
    REPORT.add_to(command)
    REPORTS.add_to(command, default=FOLDER, help=f"folder, with one of each stack in it ({FOLDER})")
    HISTORY.add_to(command)
    command.add_argument("--workers", type=int, metavar="N", default=os.cpu_count() or 1, help="processes to start")
    command.add_argument("--scheduler", metavar="ADDRESS", help="of a Dask cluster, in place of processes here")
    command.add_argument("--resume", action="store_true", help="leave out the stacks that an earlier run verified")


def run(options: argparse.Namespace) -> int:
    """Verifies the stacks, writes the reports of each and of all, and returns the worst exit status."""
    if options.workers < 1:
        raise FleetError(f"--workers {options.workers}: start one at least")
    reporters(options.report)  # refused before anything is begun
    tasks = [
        Task(
            stack=stack,
            folder=str(options.reports / stack.name),
            formats=options.report,
            history=None if options.history is None else str(options.history),
        )
        for stack in load_manifest(options.manifest)
    ]
    before = {task.stack.name: row for task in tasks if options.resume and (row := finished(task))}
    rows = list(before.values())
    if before:
        _say(f"{len(before)} of {len(tasks)} stacks were verified by an earlier run of the same")

    def done(row: Row) -> None:
        rows.append(row)
        _say(f"[{len(rows)} of {len(tasks)}] {row.name}: {row.error or row.verdict}")

    waiting = (task for task in tasks if task.stack.name not in before)
    try:
        verify_all(waiting, done, workers=options.workers, scheduler=options.scheduler)
    except KeyboardInterrupt:
        _say(f"{len(rows)} of {len(tasks)} stacks are verified. The same command with --resume verifies the others.")
        raise
    fleet = fleet_of(rows)
    written = write(fleet, options.reports)
    _say(fleet.verdict)
    for each in fleet.controls[:MOST_SHOWN]:
        _say(f"  {each.severity} {each.control}: {each.count} open in {len(each.stacks)} stacks")
    if len(fleet.controls) > MOST_SHOWN:
        _say(f"  and {len(fleet.controls) - MOST_SHOWN} more controls; see {written[0]}")
    _say(f"reports: {', '.join(map(str, written))}, and a folder of each stack")
    return fleet.exit_status


def _say(text: str) -> None:
    print(f"stack-verify: {text}", file=sys.stderr, flush=True)
