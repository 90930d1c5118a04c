"""``stack-verify diff``: what changed between two audits."""

from __future__ import annotations

import argparse
from pathlib import Path

from stack_verify.cli.command import Commands, add_command, add_rules, chosen
from stack_verify.comparison.changes import Audit, changes
from stack_verify.core.control import Control
from stack_verify.options import FAIL_ON, POLICY
from stack_verify.pipeline.run import Request, audit_by, earlier, rules_for
from stack_verify.report.changes import changes_json, changes_text


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "diff", "say what changed between two audits", run)
    command.add_argument("before", type=Path, metavar="BEFORE.json", help="snapshot.json or results.json")
    command.add_argument("after", type=Path, metavar="AFTER.json", help="snapshot.json or results.json")
    add_rules(command)
    command.add_argument("--format", choices=("text", "json"), default="text")
    FAIL_ON.add_to(command, default="new", help="what makes the exit status 1: new findings, or open ones too (new)")
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
    request = Request(path, policy=POLICY.value(options.policy), waivers=options.waivers)
    return audit_by(earlier(path), lambda snapshot: rules_for(snapshot.stack, request, controls).judged(snapshot))
