"""``stack-verify controls``: the catalogue."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Mapping

from stack_verify.cli.command import Commands, add_command, add_controls, chosen
from stack_verify.cli.listing import FORMATS
from stack_verify.core.control import Control
from stack_verify.core.coverage import COVERAGE_FORMATS
from stack_verify.core.lists import LIST_FORMATS
from stack_verify.errors import PolicyError


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "controls", "print the catalogue of controls", run)
    command.add_argument("--format", choices=tuple(FORMATS), default="table")
    command.add_argument(
        "--by-specification", action="store_true", help="which specifications of the Security Rule they verify"
    )
    command.add_argument(
        "--coverage",
        action="store_true",
        help="what they judge of AWS's and Prowler's HIPAA lists, and why not all",
    )
    add_controls(command)


def run(options: argparse.Namespace) -> int:
    """Prints the catalogue."""
    print(_formats(options)[options.format](chosen(options)))
    return 0


def _formats(options: argparse.Namespace) -> Mapping[str, Callable[[Iterable[Control]], str]]:
    if options.by_specification and options.coverage:
        raise PolicyError("--by-specification and --coverage are two tables: ask for one of them")
    if options.coverage:
        return LIST_FORMATS
    return COVERAGE_FORMATS if options.by_specification else FORMATS
