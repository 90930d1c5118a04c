"""How long a fleet takes: `stack-verify fleet` over many stacks behind a proxy that makes each call wait.

    .tox/check/bin/python benchmarks/fleet.py [--stacks N] [--workers N] [--delay MILLISECONDS] [--runs N] [--http]

The dev stack is deployed once; each stack of the fleet is that one, under a name of its own. Prints a row of a Markdown
table with the median.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from verification import certified, settings

from stack.local.deployment import deploy
from stack.local.emulator import moto_server
from stack.local.proxy import proxy_to


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--stacks", type=int, default=20)
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--delay", type=int, default=80)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--http", action="store_true", help="without TLS")
    options = parser.parse_args()
    with moto_server() as url, tempfile.TemporaryDirectory() as held:
        directory = Path(held)
        outputs, _ = deploy("dev", endpoint_url=url).write(directory / "dev")
        (directory / "outputs").mkdir()
        for number in range(options.stacks):
            (directory / f"outputs/stack-{number:04}.json").write_bytes(outputs.read_bytes())
        (directory / "fleet.toml").write_text('[[folder]]\npath = "outputs"\n', encoding="utf-8")
        tls = None if options.http else certified(directory)
        walls = []
        for _ in range(options.runs):
            with proxy_to(url, delay=options.delay / 1000, tls=tls.context if tls else None) as proxy:
                started = time.perf_counter()
                subprocess.run(
                    [sys.executable, "-m", "stack_verify", "fleet", "fleet.toml", "--workers", str(options.workers)],
                    cwd=directory,
                    env=settings(proxy.url, tls, Path(__file__).parents[1]),
                    check=True,
                    stderr=subprocess.DEVNULL,
                )
                walls.append(time.perf_counter() - started)
    each = [wall / options.stacks for wall in walls]
    print("| stacks | workers | delay a call | wall a stack, median (min-max) |")
    print("|---|---|---|---|")
    told = f"{statistics.median(each):.2f} s ({min(each):.2f}-{max(each):.2f})"
    print(f"| {options.stacks} | {options.workers} | {options.delay} ms | {told} |")


if __name__ == "__main__":
    main()
