"""``stack-verify diff``: what changed between two audits."""

from __future__ import annotations

import argparse
from datetime import datetime
from pathlib import Path

import msgspec

from verify.changes import Audit, Row, audit_of, changes
from verify.commands.command import Commands, add_command, add_rules, chosen
from verify.control import Control
from verify.errors import SnapshotError
from verify.report.changes import changes_json, changes_text
from verify.report.results import SCHEMA
from verify.run import DEFAULT_POLICY, Request, judge
from verify.snapshot import load


class _Facts(msgspec.Struct):
    taken_at: datetime
    account: str
    region: str


class _Results(msgspec.Struct):
    run: _Facts
    findings: tuple[Row, ...]
    schema: str = ""


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "diff", "say what changed between two audits", run)
    command.add_argument("before", type=Path, metavar="BEFORE.json", help="snapshot.json or results.json")
    command.add_argument("after", type=Path, metavar="AFTER.json", help="snapshot.json or results.json")
    add_rules(command)
    command.add_argument("--format", choices=("text", "json"), default="text")
    command.add_argument("--fail-on", choices=("new", "open"), default="new", help="what makes the exit status 1 (new)")
    command.add_argument("-v", "--verbose", action="store_true", help="every change")


def run(options: argparse.Namespace) -> int:
    """Prints the changes; 1 where something is new, or open with ``--fail-on open``."""
    controls = chosen(options)
    before, after = (_audit(path, options, controls) for path in (options.before, options.after))
    found = changes(before, after, options.fail_on)
    print(changes_json(found) if options.format == "json" else changes_text(found, verbose=options.verbose))
    still = (each for each in found.changed if each.after in ("failed", "error"))
    return 1 if found.new or (options.fail_on == "open" and (found.unchanged or any(still))) else 0


def _audit(path: Path, options: argparse.Namespace, controls: tuple[Control, ...]) -> Audit:
    """The audit in a file of results, or that of a snapshot, judged by the rules that were asked for."""
    results = _results(path)
    if results is not None:
        facts = results.run
        return Audit(taken_at=facts.taken_at, account=facts.account, region=facts.region, rows=results.findings)
    request = Request(path, policy=options.policy or DEFAULT_POLICY, waivers=options.waivers)
    verification = judge(load(path), request, controls)
    return audit_of(verification.snapshot, verification.findings)


def _results(path: Path) -> _Results | None:
    """The results in the file; None where it holds something else."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise SnapshotError(f"{path}: cannot be read ({error.strerror}). Name a snapshot or results.") from error
    try:
        results = msgspec.json.decode(content, type=_Results)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return results if results.schema == SCHEMA else None
