"""``stack-verify policy``: what is judged by."""

from __future__ import annotations

import argparse

from stack_verify.cli.command import Commands, add_command, add_controls, chosen
from stack_verify.cli.policy_text import POLICY_FORMATS
from stack_verify.options import DEFAULT_POLICY
from stack_verify.policy import ASSUMED_ENVIRONMENT, load_policy


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "policy", "print the policy in force in an environment", run)
    command.add_argument("policy", nargs="?", metavar="NAME|FILE", default=DEFAULT_POLICY)
    command.add_argument("--environment", metavar="NAME", default=ASSUMED_ENVIRONMENT, help=ASSUMED_ENVIRONMENT)
    command.add_argument("--format", choices=tuple(POLICY_FORMATS), default="toml")
    add_controls(command)


def run(options: argparse.Namespace) -> int:
    """Prints the policy."""
    known = {control.id for control in chosen(options)}
    print(POLICY_FORMATS[options.format](load_policy(options.policy, options.environment, known)))
    return 0
