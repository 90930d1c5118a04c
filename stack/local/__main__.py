"""`python -m stack.local up | preview | destroy | demo | fleet-demo`: deploys the program to moto."""

import argparse
import gc
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, NoReturn

from stack.local import demo, fleet
from stack.local.additions import ADDITIONS
from stack.local.configuration import STACKS
from stack.local.deployment import OUTPUTS_FILE, STATE_FILE, deploy, destroy, kept, preview
from stack.local.errors import ConfigurationError, EndpointRefusedError, LocalError, UnknownFaultError
from stack.local.faults import FAULTS, find
from stack.local.plan import Operation, Step

FAILED: Final = 1
INTERRUPTED: Final = 2
WRONG_USE: Final = 4
_OUTPUTS: Final = Path("outputs")
_NOW_AND_THEN: Final = 25
_RARELY: Final = (200_000, 20, 100)  # a deployment looks for garbage half of its time otherwise


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        """Exits as pytest does on wrong use."""
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"{self.prog}: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command line and returns the exit status.

    That is 0 done, 1 failed, 2 interrupted, 4 wrong use, and for `demo` the verifier's own.
    """
    gc.set_threshold(*_RARELY)
    chosen = _parser().parse_args(arguments)
    try:
        status: int = chosen.run(chosen)
        sys.stdout.flush()
    except (ConfigurationError, EndpointRefusedError, UnknownFaultError) as error:
        _say(f"error: {error}")
        return WRONG_USE
    except LocalError as error:
        _say(f"error: {error}")
        return FAILED
    except KeyboardInterrupt:
        _say("interrupted")
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read stdout has seen enough; what is still buffered must not raise again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return INTERRUPTED
    return status


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(prog="python -m stack.local", description="Deploys the Pulumi program to moto.")
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    up = commands.add_parser("up", help="deploy to a running moto server and write the outputs and the state")
    up.set_defaults(run=_up)
    plan = commands.add_parser("preview", help="say what `up` would create, update, replace and delete")
    plan.set_defaults(run=_preview)
    end = commands.add_parser("destroy", help="delete all that `up` created, and its files")
    end.set_defaults(run=_destroy)
    for command in (up, plan):
        command.add_argument("--stack", required=True, choices=STACKS)
        command.add_argument("--config", action="append", default=[], metavar="KEY=VALUE", help="a setting")
    for command in (up, plan, end):
        command.add_argument("--endpoint", required=True, metavar="URL", help="the moto server, at a loopback address")
    show = commands.add_parser("demo", help="deploy to a moto server of its own, then verify")
    show.add_argument("--stack", default="prod", choices=(*STACKS, *ADDITIONS))
    show.add_argument("--break", action="append", default=[], dest="faults", metavar="FAULT", help="break it first")
    show.add_argument("--list-faults", action="store_true", help="name all faults and do nothing")
    show.set_defaults(run=_demo)
    many = commands.add_parser("fleet-demo", help="deploy many stacks to a moto server, then verify all")
    many.add_argument("--count", type=int, default=20, metavar="N", help="how many stacks (20); the first are broken")
    many.set_defaults(run=_fleet_demo)
    for command in (up, plan, show):
        command.add_argument("--suffix", metavar="S", help="the environment suffix in all names")
    for command in (up, plan, end, show, many):
        command.add_argument("--outputs", type=Path, default=_OUTPUTS, metavar="DIR", help="where the files go")
    return parser


def _up(chosen: argparse.Namespace) -> int:
    previous = kept(chosen.outputs, chosen.endpoint)
    deployment = deploy(
        chosen.stack,
        endpoint_url=chosen.endpoint,
        suffix=chosen.suffix,
        config=_settings(chosen.config),
        progress=_Progress(),
        previous=previous,
    )
    outputs, state = deployment.write(chosen.outputs)
    done = f"deployed {len(deployment.registrations)} resources"
    _say(f"{_counted(deployment.steps) if previous else done}; wrote {outputs} and {state}")
    return 0


def _preview(chosen: argparse.Namespace) -> int:
    steps = preview(
        chosen.stack,
        kept(chosen.outputs, chosen.endpoint),
        endpoint_url=chosen.endpoint,
        suffix=chosen.suffix,
        config=_settings(chosen.config),
    )
    for step in steps:
        if step.operation is not Operation.SAME:
            print(step)
    _say(_counted(steps))
    return 0


def _destroy(chosen: argparse.Namespace) -> int:
    previous = kept(chosen.outputs, chosen.endpoint)
    if previous is None:
        raise ConfigurationError(f"{chosen.outputs / STATE_FILE} holds nothing that is at {chosen.endpoint}")
    steps = destroy(previous, endpoint_url=chosen.endpoint)
    for name in (OUTPUTS_FILE, STATE_FILE):
        (chosen.outputs / name).unlink(missing_ok=True)
    _say(_counted(steps))
    return 0


def _counted(steps: Iterable[Step]) -> str:
    counts = Counter(step.operation for step in steps)
    return ", ".join(f"{operation} {counts[operation]}" for operation in Operation if counts[operation])


def _demo(chosen: argparse.Namespace) -> int:
    if chosen.list_faults:
        for fault in FAULTS.values():
            print(f"{fault.name} ({fault.stack}): {fault.title}")
        return 0
    faults = [find(name) for name in chosen.faults]
    return demo.demonstrate(chosen.stack, faults, chosen.outputs, _say, _Progress(), suffix=chosen.suffix)


def _fleet_demo(chosen: argparse.Namespace) -> int:
    if chosen.count < 1:
        raise ConfigurationError(f"--count {chosen.count}: deploy one at least")
    return fleet.demonstrate(chosen.count, chosen.outputs, _say)


def _settings(pairs: Sequence[str]) -> Mapping[str, str]:
    for pair in pairs:
        if "=" not in pair:
            raise ConfigurationError(f"--config {pair!r} is not KEY=VALUE")
    return dict(pair.split("=", 1) for pair in pairs)


class _Progress:
    """Counts the resources as they are created: in one line of a terminal, elsewhere every now and then."""

    def __init__(self) -> None:
        self._created = 0

    def __call__(self, resource: str) -> None:
        self._created += 1
        if sys.stderr.isatty():
            print(f"\r{self._created} resources created, now {resource[:80]:80}\r", end="", file=sys.stderr, flush=True)
        elif self._created % _NOW_AND_THEN == 0:
            _say(f"{self._created} resources created")


def _say(line: str) -> None:
    print(f"\r\x1b[K{line}" if sys.stderr.isatty() else line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
