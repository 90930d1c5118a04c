"""The command line, ``stack-verify COMMAND``. A stack is verified by ``stack-verify run`` or by ``pytest``."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

from stack_verify.cli import COMMANDS
from stack_verify.errors import NothingToVerifyError, VerifyError
from stack_verify.util.installed import DISTRIBUTION, version

WRONG_USE = 4
INTERRUPTED = 2
NOTHING = 5


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"stack-verify: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0, 1, 2 interrupted, 4 usage error, 5 nothing verified."""
    options = _parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
    except NothingToVerifyError as error:
        print(f"stack-verify: {error}", file=sys.stderr)
        return NOTHING
    except VerifyError as error:
        print(f"stack-verify: {error}", file=sys.stderr)
        return WRONG_USE
    except KeyboardInterrupt:
        print("stack-verify: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read stdout has seen enough; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="stack-verify", description=__doc__)
    parser.add_argument("--version", action="version", version=f"{DISTRIBUTION} {version()}")
    commands = parser.add_subparsers(required=True, parser_class=_Parser)
    for command in COMMANDS:
        command.add(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
