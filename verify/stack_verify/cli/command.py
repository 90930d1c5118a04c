"""What commands have in common: how one is added, and options that several take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stack_verify.core.control import Control
from stack_verify.pipeline.custom_controls import all_controls
from stack_verify.pipeline.run import DEFAULT_POLICY

Run: TypeAlias = Callable[[argparse.Namespace], int]
# It has no public name.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add_command(commands: Commands, name: str, what: str, run: Run) -> argparse.ArgumentParser:
    """The parser of a new command; ``run`` takes its options and returns the exit status."""
    command = commands.add_parser(name, help=what, description=what)
    command.set_defaults(run=run)
    return command


def add_controls(command: argparse.ArgumentParser) -> None:
    """Adds ``--controls FILE.py``."""
    command.add_argument(
        "--controls",
        dest="own",
        type=Path,
        metavar="FILE.py",
        action="append",
        default=[],
        help="controls of your own; may be repeated",
    )


def add_rules(command: argparse.ArgumentParser) -> None:
    """Adds what findings are made by: ``--policy``, ``--waivers`` and ``--controls``."""
    command.add_argument("--policy", metavar="NAME|FILE", help=f"built-in profile or TOML file ({DEFAULT_POLICY})")
    command.add_argument("--waivers", type=Path, metavar="FILE")
    add_controls(command)


def add_baseline(command: argparse.ArgumentParser) -> None:
    """Adds ``--baseline``, ``--history`` and ``--fail-on``."""
    command.add_argument(
        "--baseline", type=Path, metavar="FILE", help="snapshot.json or results.json of an earlier audit"
    )
    command.add_argument(
        "--history", type=Path, metavar="DIR", help="folder that each audit is added to; its last one is the baseline"
    )
    command.add_argument("--fail-on", choices=("open", "new"), default="open", help="what makes the status 1 (open)")


def chosen(options: argparse.Namespace) -> tuple[Control, ...]:
    """The verifier's controls and those of ``--controls``."""
    return all_controls(options.own, Path.cwd())
