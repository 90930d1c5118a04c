"""``stack-verify evaluate``: the half of a run that judges, without AWS."""

from __future__ import annotations

import argparse
import os
import shutil
import sys
from collections.abc import Iterable
from pathlib import Path

from stack_verify.archive.history import record
from stack_verify.cli.check_manifest import BESIDE, check
from stack_verify.cli.command import Commands, add_baseline, add_command, add_rules, chosen
from stack_verify.errors import ManifestError, SnapshotError, VerifyError
from stack_verify.options import POLICY, REPORT, REPORTS
from stack_verify.pipeline.run import Request, Verification, judge, rules_for
from stack_verify.report import (
    Report,
    Reporter,
    report_of,
    reporters,
    results_json,
    set_aside,
    summary,
    tell_github,
    write_reports,
)
from stack_verify.snapshot import load
from stack_verify.util.gc_pause import long_lived


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "evaluate", "judge a snapshot, without AWS", run)
    command.add_argument("snapshot", type=Path, metavar="SNAPSHOT.json")
    add_rules(command)
    add_baseline(command)
    REPORTS.add_to(command)
    REPORT.add_to(command)
    command.add_argument("--format", choices=("summary", "json"), default="summary", help="json: results on stdout")
    command.add_argument("-v", "--verbose", action="store_true", help="every finding in the summary")
    command.add_argument(
        "--check-manifest",
        type=Path,
        nargs="?",
        const=BESIDE,
        metavar="MANIFEST.json",
        help="check a sealed run and judge it again; the manifest beside the snapshot unless named",
    )
    command.add_argument("--signed-by", type=Path, metavar="PUBLIC.pem", help="whose signature the manifest must bear")


def run(options: argparse.Namespace) -> int:
    """Judges the snapshot and writes the reports, or checks those that were written."""
    if options.fail_on == "new" and options.baseline is None and options.history is None:
        raise SnapshotError("--fail-on new: name the earlier audit too, with --baseline SNAPSHOT or --history DIR")
    if options.signed_by is not None and options.check_manifest is None:
        raise ManifestError("--signed-by: name the manifest too, with --check-manifest")
    if options.check_manifest is not None:
        return check(options)
    request = Request(
        options.snapshot,
        policy=POLICY.value(options.policy),
        waivers=options.waivers,
        baseline=options.baseline,
        fail_on=options.fail_on,
        history=options.history,
    )
    try:
        formats = reporters(options.report)
        with long_lived():
            snapshot = load(options.snapshot)
            verification = judge(snapshot, request, rules_for(snapshot.stack, request, chosen(options)))
    except VerifyError as error:
        read = (options.snapshot, options.baseline, options.waivers)
        raise type(error)(f"{error}{set_aside(options.reports, read)}") from error
    return _report(verification, formats, options)


def _report(verification: Verification, formats: Iterable[Reporter], options: argparse.Namespace) -> int:
    report = report_of(
        verification.snapshot,
        verification.findings,
        verification.policy,
        verification.changes,
        verification.past,
    )
    if options.format == "json":
        print(results_json(report), end="")
    written: list[Path] = []
    try:
        written = write_reports(report, formats, options.reports)
        if options.history is not None:
            record(report, options.history)
    finally:
        _tell(report, written, options)
    return report.summary.exit_status


def _tell(report: Report, written: list[Path], options: argparse.Namespace) -> None:
    (width, lines), terminal = shutil.get_terminal_size(), sys.stderr.isatty()
    height = lines if terminal else None
    colour = terminal and not os.environ.get("NO_COLOR")
    text = summary(report, written, width=width, height=height, colour=colour, verbose=options.verbose)
    print(text, file=sys.stderr)
    # GitHub reads workflow commands of both streams, and stdout may hold the results.
    tell_github(report, os.environ, lambda line: print(line, file=sys.stderr))
