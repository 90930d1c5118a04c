"""``stack-verify permissions``: the least-privilege IAM policy of a run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from verify.commands.command import Commands, add_command
from verify.snapshot import load


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "permissions", "print the least-privilege IAM policy that a run needs", run)
    command.add_argument(
        "--snapshot", type=Path, metavar="SNAPSHOT.json", help="allow it in the account and region of this run only"
    )


def run(options: argparse.Namespace) -> int:
    """Prints the policy document."""
    # The collectors bring boto3 with them, which takes a fifth of a second to import.
    from verify.collect import COLLECTORS  # noqa: PLC0415
    from verify.collect.permissions import ANY, least_privilege  # noqa: PLC0415

    account, region = ANY, ANY
    if options.snapshot is not None:
        caller = load(options.snapshot).caller
        account, region = caller.account, caller.region
    print(json.dumps(least_privilege(COLLECTORS.values(), account=account, region=region), indent=2))
    return 0
