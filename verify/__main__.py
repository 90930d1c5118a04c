"""The command line, ``stack-verify controls | policy | collect | evaluate``. A stack is verified by ``pytest``."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from verify.control import Control
from verify.coverage import COVERAGE_FORMATS
from verify.errors import SnapshotError, VerifyError
from verify.listing import FORMATS
from verify.own_controls import all_controls
from verify.policy import ASSUMED_ENVIRONMENT, load_policy
from verify.policy_text import POLICY_FORMATS
from verify.probe.settings import MODES, probe_settings
from verify.progress import Progress
from verify.report import REPORTERS, Report, exit_status, report_of, results_json, summary, write_reports
from verify.run import DEFAULT_POLICY, DEFAULT_REPORTS, Request, judge, observe
from verify.snapshot import dump, load
from verify.whole_file import write_whole

WRONG_USE = 4
INTERRUPTED = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        self.print_usage(sys.stderr)
        self.exit(WRONG_USE, f"stack-verify: {message}\n")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command and returns its exit status: 0, 1, 2 interrupted, 4 wrong use, 5 nothing verified."""
    options = _parser().parse_args(arguments)
    try:
        status = int(options.run(options))
        sys.stdout.flush()
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
    commands = parser.add_subparsers(required=True, parser_class=_Parser)

    controls = commands.add_parser("controls", help="print the catalogue of controls")
    controls.add_argument("--format", choices=tuple(FORMATS), default="table")
    controls.add_argument(
        "--by-specification", action="store_true", help="which specifications of the Security Rule they verify"
    )
    _add_controls(controls)
    controls.set_defaults(run=_controls)

    policy = commands.add_parser("policy", help="print the policy in force in an environment")
    policy.add_argument("policy", nargs="?", metavar="NAME|FILE", default=DEFAULT_POLICY)
    policy.add_argument("--environment", metavar="NAME", default=ASSUMED_ENVIRONMENT, help=ASSUMED_ENVIRONMENT)
    policy.add_argument("--format", choices=tuple(POLICY_FORMATS), default="toml")
    _add_controls(policy)
    policy.set_defaults(run=_policy)

    collect = commands.add_parser("collect", help="read a stack's live state into a snapshot")
    collect.add_argument("outputs", type=Path, metavar="OUTPUTS.json")
    collect.add_argument("--stack-state", type=Path, metavar="FILE", help="`pulumi stack export` of the same stack")
    collect.add_argument("--snapshot", type=Path, metavar="FILE", default=Path("snapshot.json"), help="where it goes")
    collect.add_argument("--probe", choices=MODES, default="off", help="look at the stack over the network too")
    collect.add_argument("--resolve", metavar="HOST:PORT:ADDRESS", action="append", default=[])
    collect.add_argument("--cacert", type=Path, metavar="FILE", help="the certificate authorities that probes trust")
    collect.add_argument("--probe-deadline", type=float, metavar="SECONDS", help="how long an endpoint is waited for")
    collect.set_defaults(run=_collect)

    evaluate = commands.add_parser("evaluate", help="judge a snapshot, without AWS")
    evaluate.add_argument("snapshot", type=Path, metavar="SNAPSHOT.json")
    evaluate.add_argument("--policy", metavar="NAME|FILE", default=DEFAULT_POLICY)
    evaluate.add_argument("--waivers", type=Path, metavar="FILE")
    evaluate.add_argument("--reports", type=Path, metavar="DIR", default=DEFAULT_REPORTS)
    evaluate.add_argument("--format", choices=("summary", "json"), default="summary", help="json: results on stdout")
    evaluate.add_argument("-v", "--verbose", action="store_true", help="every finding in the summary")
    _add_controls(evaluate)
    evaluate.set_defaults(run=_evaluate)
    return parser


def _add_controls(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--controls",
        dest="own",
        type=Path,
        metavar="FILE.py",
        action="append",
        default=[],
        help="controls of your own; may be repeated",
    )


def _chosen(options: argparse.Namespace) -> tuple[Control, ...]:
    return all_controls(options.own, Path.cwd())


def _controls(options: argparse.Namespace) -> int:
    formats = COVERAGE_FORMATS if options.by_specification else FORMATS
    print(formats[options.format](_chosen(options)))
    return 0


def _policy(options: argparse.Namespace) -> int:
    known = {control.id for control in _chosen(options)}
    print(POLICY_FORMATS[options.format](load_policy(options.policy, options.environment, known)))
    return 0


def _collect(options: argparse.Namespace) -> int:
    probe = probe_settings(
        options.probe, resolve=options.resolve, cacert=options.cacert, deadline=options.probe_deadline
    )
    snapshot = observe(Request(options.outputs, state=options.stack_state, probe=probe), Progress())
    try:
        write_whole(options.snapshot, lambda stream: stream.write(dump(snapshot)))
    except OSError as error:
        raise SnapshotError(f"{options.snapshot}: cannot be written ({error.strerror}). Name another file.") from error
    print(options.snapshot)
    return 0 if not snapshot.gaps else 1


def _evaluate(options: argparse.Namespace) -> int:
    snapshot = load(options.snapshot)
    request = Request(options.snapshot, policy=options.policy, waivers=options.waivers)
    verification = judge(snapshot, request, _chosen(options))
    report = report_of(verification.snapshot, verification.findings, verification.policy)
    if options.format == "json":
        print(results_json(report), end="")
    written: list[Path] = []
    try:
        written = write_reports(report, REPORTERS, options.reports)
    finally:
        _tell(report, written, options)
    return exit_status(verification.findings)


def _tell(report: Report, written: list[Path], options: argparse.Namespace) -> None:
    width, colour = shutil.get_terminal_size().columns, sys.stderr.isatty()
    print(summary(report, written, width=width, colour=colour, verbose=options.verbose), file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
