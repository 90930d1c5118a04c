"""The demonstration: the program on an emulator of its own, broken as asked, and verified."""

import json
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from stack.local.deployment import Deployment, deploy
from stack.local.emulator import moto_server
from stack.local.endpoint import ACCESS_KEY, SECRET_KEY, Clients, environment_without_aws
from stack.local.errors import ConfigurationError
from stack.local.faults import Fault
from stack.local.gaps import GAPS

Say = Callable[[str], None]
"""Tells a person something."""

POLICY: Final = Path(__file__).parents[1] / "policy.toml"
"""What the stack is verified by."""

_VERIFIER: Final = (sys.executable, "-m", "pytest")
# The findings whose paths are, one after the other, the way of a request.
_WAY: Final = ("reach-internet-to-alb", "reach-alb-to-tasks", "reach-tasks-to-rds")


def demonstrate(
    stack: str, faults: Sequence[Fault], directory: Path, say: Say, progress: Say, *, suffix: str | None = None
) -> int:
    """Deploys, breaks and verifies `stack`, leaving its files in `directory`; returns the verifier's exit status.

    `say` tells what happens, `progress` each resource that is created.

    Raises:
        ConfigurationError: A fault is one of another stack.

    """
    for fault in faults:
        if fault.stack != stack:
            raise ConfigurationError(f"fault {fault.name} breaks stack {fault.stack}, not {stack}")
    with moto_server() as url:
        say(f"moto serves at {url}; deploying {stack}")
        deployment = deploy(stack, endpoint_url=url, suffix=suffix, progress=progress)
        outputs, state = deployment.write(directory)
        say(f"deployed {len(deployment.registrations)} resources; wrote {outputs} and {state}")
        _break(faults, deployment, Clients(deployment.region, url), say)
        _tell_gaps(say)
        reports, started = directory / "reports", time.time()
        named = ("--stack-state", str(state), "--policy", str(POLICY), "--reports", str(reports))
        command = [*_VERIFIER, str(outputs), *named]
        status = subprocess.run(command, env=environment(url, deployment.region), check=False).returncode
    tell_way(reports / "results.json", started, say)
    return status


def tell_way(results: Path, started: float, say: Say) -> None:
    """Tells the path of a request, hop by hop, and the verdict, if written after `started`, in seconds since 1970."""
    if not results.is_file() or results.stat().st_mtime < started:
        return
    told = json.loads(results.read_text(encoding="utf-8"))
    findings = told["findings"]
    way = [finding for control in _WAY for finding in findings if finding["control"] == control]
    for finding in (finding for finding in way if finding["path"]):
        proven = "proven" if finding["status"] == "passed" else finding["status"]
        say(f"path, {proven} ({finding['control']}):")
        for number, step in enumerate(finding["path"]):
            say(f"  {'-> ' if number else ''}{step}")
    summary = told["summary"]
    counts = ", ".join(f"{count} {status}" for status, count in sorted(summary["by_status"].items()) if count)
    say(f"{summary['outcome'].upper()}: {counts}; open {results.with_name('report.html')}")


def _break(faults: Sequence[Fault], deployment: Deployment, clients: Clients, say: Say) -> None:
    for fault in faults:
        say(f"breaking: {fault.name}: {fault.title}")
        fault.apply(clients, deployment.outputs)


def _tell_gaps(say: Say) -> None:
    say("what the emulator forgets, so that it cannot be verified here:")
    for gap in GAPS:
        say(f"  {gap.resource_type} {gap.property}: {gap.reason}")


def environment(url: str, region: str) -> Mapping[str, str]:
    """The environment that the verifier is run in: the emulator's address, and no settings of the caller's for AWS."""
    return {
        **environment_without_aws(),
        "AWS_ACCESS_KEY_ID": ACCESS_KEY,
        "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": url,
        "NO_PROXY": "127.0.0.1",
        "no_proxy": "127.0.0.1",
    }
