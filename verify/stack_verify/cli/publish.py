"""``stack-verify publish``: tells others of a run that was written. It is apart from the verifier, which only reads."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from stack_verify.cli.command import Commands, add_command
from stack_verify.errors import PublishError
from stack_verify.options import DEFAULT_REPORTS
from stack_verify.util.progress import Progress


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "publish", "tell Security Hub or an SNS topic of a run", run)
    command.add_argument("reports", nargs="?", type=Path, metavar="DIR", default=DEFAULT_REPORTS)
    command.add_argument("--security-hub", action="store_true", help="import the findings of asff.json")
    command.add_argument("--sns", metavar="TOPIC_ARN", help="send what is new since the last audit, if anything is")


def run(options: argparse.Namespace) -> int:
    """Publishes; 1 where something was not taken, which is told for each finding."""
    if not options.security_hub and options.sns is None:
        raise PublishError("publish: say where to: --security-hub, --sns TOPIC_ARN, or both")
    # It brings boto3 with it, which takes a fifth of a second to import.
    from stack_verify.publishing.destinations import import_findings, load_requests, load_results, notify  # noqa: PLC0415

    results = load_results(options.reports)
    requests = load_requests(options.reports) if options.security_hub else []
    status = 0
    if options.sns is not None and results.new:
        try:
            notify(results, options.sns)
            print(f"SNS: new findings told: {len(results.new)}")
        except PublishError as error:
            # Security Hub is to hear of it all the same.
            print(f"stack-verify: {error}", file=sys.stderr)
            status = 1
    elif options.sns is not None:
        print("SNS: nothing is new, so no message")
    if options.security_hub:
        imported, refused = import_findings(requests, results.run.region, Progress())
        for finding, why in refused.items():
            print(f"stack-verify: {finding}: {why}", file=sys.stderr)
        print(f"Security Hub: {imported} findings imported, {len(refused)} refused")
        status = 1 if refused else status
    return status
