"""How long one whole verification of the prod stack takes: the process ``pytest flat-outputs.json``, start to end.

    .tox/demo/bin/python benchmarks/verification.py [--delay MILLISECONDS ...] [--runs N]

The stack is deployed once to a moto server in a process of its own; a proxy in front of it counts the calls and makes
each wait. Prints a Markdown table with medians.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from stack.local.deployment import deploy
from stack.local.emulator import moto_server
from stack.local.endpoint import ACCESS_KEY, SECRET_KEY
from stack.local.proxy import Traffic, proxy_to


@dataclass(frozen=True)
class Measure:
    wall: float
    user: float
    traffic: Traffic


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--delay", type=int, action="append", help="milliseconds added to each call (0 and 80)")
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with moto_server() as url, tempfile.TemporaryDirectory() as directory:
        outputs, state = deploy("prod", endpoint_url=url).write(Path(directory))
        print("| delay a call | wall, median (min-max) | user CPU | calls | repeated | most in flight |")
        print("|---|---|---|---|---|---|")
        for delay in options.delay or (0, 80):
            verify(url, delay, outputs, state)  # the first run pays for byte code
            print(row(delay, [verify(url, delay, outputs, state) for _ in range(options.runs)]), flush=True)


def verify(url: str, delay: int, outputs: Path, state: Path) -> Measure:
    with proxy_to(url, delay=delay / 1000) as proxy:
        environment = {
            **{name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "PYTHON"))},
            "AWS_ENDPOINT_URL": proxy.url,
            "AWS_ACCESS_KEY_ID": ACCESS_KEY,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
        }
        command = [sys.executable, "-m", "pytest", outputs.name, "--stack-state", state.name, "-q"]
        before, started = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime, time.perf_counter()
        done = subprocess.run(command, cwd=outputs.parent, env=environment, capture_output=True, text=True, check=False)
        wall = time.perf_counter() - started
        user = resource.getrusage(resource.RUSAGE_CHILDREN).ru_utime - before
    if done.returncode != 0:
        sys.exit(f"the verification exited with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return Measure(wall, user, proxy.traffic)


def row(delay: int, measures: list[Measure]) -> str:
    walls = [measure.wall for measure in measures]
    traffic = measures[-1].traffic
    wall = f"{statistics.median(walls):.2f} s ({min(walls):.2f}-{max(walls):.2f})"
    user = statistics.median(measure.user for measure in measures)
    return (
        f"| {delay} ms | {wall} | {user:.1f} s | {len(traffic.calls)} | {traffic.repeated} | {traffic.most_in_flight} |"
    )


if __name__ == "__main__":
    main()
