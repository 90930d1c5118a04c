"""``stack-verify permissions``: the least-privilege IAM policy of a run."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from stack_verify.cli.command import Commands, add_command, add_controls, chosen
from stack_verify.core.requirements import unread
from stack_verify.errors import PolicyError
from stack_verify.options import DEFAULT_POLICY
from stack_verify.policy import load_policy
from stack_verify.resources.stack import DeclaredResource
from stack_verify.snapshot import load


def add(commands: Commands) -> None:
    """Adds the command."""
    command = add_command(commands, "permissions", "print the least-privilege IAM policy that a run needs", run)
    command.add_argument(
        "--snapshot", type=Path, metavar="SNAPSHOT.json", help="allow it in the account and region of this run only"
    )
    command.add_argument(
        "--policy",
        metavar="NAME|FILE",
        default=DEFAULT_POLICY,
        help=f"allow what the controls need that this policy leaves on ({DEFAULT_POLICY})",
    )
    command.add_argument(
        "--environment", metavar="NAME", help="the environment the policy is for (the snapshot's, or prod)"
    )
    add_controls(command)


def run(options: argparse.Namespace) -> int:
    """Prints the policy document, or a list of several where IAM accepts no policy as large as the whole."""
    # The collectors bring boto3 with them, which takes a fifth of a second to import.
    from stack_verify.collect import COLLECTORS  # noqa: PLC0415
    from stack_verify.collect.permissions import ANY, in_managed_policies, least_privilege  # noqa: PLC0415

    account, region, environment = ANY, ANY, options.environment
    if options.snapshot is not None:
        snapshot = load(options.snapshot)
        account, region = snapshot.caller.account, snapshot.caller.region
        environment = environment or snapshot.stack.environment
    controls = chosen(options)
    policy = load_policy(options.policy, environment, {control.id for control in controls})
    left_out = unread(controls, policy)
    needed = [collector for kind, collector in COLLECTORS.items() if kind not in left_out]
    # The declared state is read wherever it is asked for, whatever the controls look at.
    if all(each.kind is DeclaredResource for each in needed):
        raise PolicyError(
            f"{policy.title} leaves no control on that reads AWS: there is nothing to allow. Name another."
        )
    policies = in_managed_policies(least_privilege(needed, account=account, region=region))
    print(json.dumps(policies[0] if len(policies) == 1 else policies, indent=2))
    return 0
