"""What commands have in common: how one is added, and options that several take."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TypeAlias

from stack_verify import options
from stack_verify.core.control import Control
from stack_verify.pipeline.custom_controls import all_controls

Run: TypeAlias = Callable[[argparse.Namespace], int]
# It has no public name.
Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"  # noqa: SLF001


def add_command(commands: Commands, name: str, what: str, run: Run, *, prefix: str = "-") -> argparse.ArgumentParser:
    """The parser of a new command; ``run`` takes its options and returns the exit status.

    Options begin with ``prefix``; a command whose prefix is another than ``-`` has no ``--help`` either.
    """
    command = commands.add_parser(name, help=what, description=what, prefix_chars=prefix, add_help=prefix == "-")
    command.set_defaults(run=run)
    return command


def add_controls(command: argparse.ArgumentParser) -> None:
    """Adds ``--controls FILE.py``."""
    options.CONTROLS.add_to(command)


def add_rules(command: argparse.ArgumentParser) -> None:
    """Adds what findings are made by: ``--policy``, ``--waivers`` and ``--controls``."""
    options.POLICY.add_to(command, default=None)  # so that it is known whether one was named
    options.WAIVERS.add_to(command)
    options.CONTROLS.add_to(command)


def add_baseline(command: argparse.ArgumentParser) -> None:
    """Adds ``--baseline``, ``--history`` and ``--fail-on``."""
    for option in (options.BASELINE, options.HISTORY, options.FAIL_ON):
        option.add_to(command)


def chosen(given: argparse.Namespace) -> tuple[Control, ...]:
    """The verifier's controls and those of ``--controls``."""
    return all_controls(given.controls, Path.cwd())
