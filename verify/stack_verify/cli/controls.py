"""``stack-verify controls``: the catalogue."""

from __future__ import annotations

import argparse

from stack_verify.cli.command import Commands, add_command, add_controls, chosen
from stack_verify.cli.listing import FORMATS
from stack_verify.core.coverage import COVERAGE_FORMATS


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "controls", "print the catalogue of controls", run)
    command.add_argument("--format", choices=tuple(FORMATS), default="table")
    command.add_argument(
        "--by-specification", action="store_true", help="which specifications of the Security Rule they verify"
    )
    add_controls(command)


def run(options: argparse.Namespace) -> int:
    """Prints the catalogue."""
    formats = COVERAGE_FORMATS if options.by_specification else FORMATS
    print(formats[options.format](chosen(options)))
    return 0
