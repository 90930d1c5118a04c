"""The demonstration of a fleet: many stacks on one emulator, some of them broken, verified by one command."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from stack.local.demo import POLICY, environment
from stack.local.deployment import deploy
from stack.local.emulator import moto_server
from stack.local.endpoint import Clients
from stack.local.faults import find

BROKEN: Final = ("rds-not-publicly-accessible", "s3-no-public-read", "sg-no-open-ssh")
"""The faults of the first stacks, one each."""
MANIFEST: Final = "fleet.toml"
_VERIFIER: Final = (sys.executable, "-m", "stack_verify", "fleet")


def demonstrate(count: int, directory: Path, say: Callable[[str], None]) -> int:
    """Deploys `count` stacks, breaks the first, and verifies all; returns the verifier's exit status.

    Leaves the stacks' files, the manifest and the reports in `directory`.
    """
    with moto_server() as url:
        say(f"moto serves at {url}; deploying {count} stacks")
        for number in range(count):
            suffix = f"team{number + 1:02}"
            deployment = deploy("dev", endpoint_url=url, suffix=suffix)
            outputs, state = deployment.write(directory / suffix)
            _move(outputs, directory / "outputs" / f"{suffix}.json")
            _move(state, directory / "states" / f"{suffix}.json")
            if number < len(BROKEN):
                fault = find(BROKEN[number])
                fault.apply(Clients(deployment.region, url), deployment.outputs)
                say(f"deployed and broke {suffix}: {fault.title}")
            else:
                say(f"deployed {suffix}")
        manifest = directory / MANIFEST
        folder = f'[[folder]]\npath = "outputs"\nstates = "states"\npolicy = "{POLICY.resolve()}"\n'
        manifest.write_text(folder, encoding="utf-8")
        command = [*_VERIFIER, str(manifest), "--reports", str(directory / "reports")]
        return subprocess.run(command, env=environment(url, deployment.region), check=False).returncode


def _move(path: Path, to: Path) -> None:
    to.parent.mkdir(parents=True, exist_ok=True)
    path.replace(to)
