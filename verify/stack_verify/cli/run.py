"""``stack-verify run``: a verification, for those who have it installed as a tool. It is ``pytest OUTPUTS ...``."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack_verify.cli.command import Commands, add_command
from stack_verify.errors import OutputsError
from stack_verify.options import OPTIONS

NO_PREFIX = "\0"  # what no argument begins with, so that all of them are handed on as they are
USAGE = "stack-verify run OUTPUTS.json [options, and all of pytest's]"


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "run", "verify a stack: the same as pytest OUTPUTS.json", run, prefix=NO_PREFIX)
    command.add_argument("arguments", nargs="*", help=argparse.SUPPRESS)


def run(options: argparse.Namespace) -> int:
    """Runs pytest and returns its exit status."""
    arguments: list[str] = options.arguments
    if {"-h", "--help"} & set(arguments):
        print(_help(), end="")
        return 0
    if not any(Path(argument.split("::")[0]).suffix == ".json" for argument in arguments if argument[:1] != "-"):
        raise OutputsError("run: name the file of stack outputs: stack-verify run OUTPUTS.json")
    # It takes a fifth of a second to import, which the other commands need not pay.
    import pytest  # noqa: PLC0415

    # By the name of its entry point: it is there even where plugins are not to be loaded by themselves.
    return int(pytest.main(["-p", "stack_verify", *arguments]))


def _help() -> str:
    parser = argparse.ArgumentParser(usage=USAGE, description="Verify a stack: the same as pytest OUTPUTS.json.")
    parser.add_argument("outputs", metavar="OUTPUTS.json", help="`pulumi stack output --json`, or Terraform's or CDK's")
    for option in OPTIONS:
        option.add_to(parser)
    return (
        f"{parser.format_help()}\nEvery option of pytest works too, such as -k, -m, -n and --junitxml: pytest --help\n"
    )
