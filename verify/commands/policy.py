"""``stack-verify policy``: what is judged by."""

from __future__ import annotations

import argparse

from verify.commands.command import Commands, add_command, add_controls, chosen
from verify.policy import ASSUMED_ENVIRONMENT, load_policy
from verify.policy_text import POLICY_FORMATS
from verify.run import DEFAULT_POLICY


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
