"""How large ``report.html`` of many findings is, and how long Chromium takes to load it and to filter it.

    .tox/browser/bin/python benchmarks/page.py [--findings N] [--runs N]

Needs Chromium on the PATH. Prints a Markdown table with medians.
"""

from __future__ import annotations

import argparse
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from reports import large
from stack_verify.report import reporters, write_reports

# Both wait until the page is painted.
PAINTED = "() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))"
EVERYTHING_OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--findings", type=int, default=5000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        (file, *_) = write_reports(large(options.findings), reporters("html"), Path(folder))
        size = file.stat().st_size
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        steps: dict[str, Callable[[Page], object]] = {
            "loaded": lambda page: page.goto(file.as_uri()),
            "searched for a word that all hold": lambda page: page.get_by_label("Search").fill("setting"),
            "searched for one resource": lambda page: page.get_by_label("Search").fill("resource-4321"),
            "shown whole": lambda page: (page.get_by_label("Search").fill(""), page.evaluate(EVERYTHING_OPEN)),
        }
        walls: dict[str, list[float]] = {name: [] for name in steps}
        for _ in range(options.runs):
            for name, step in steps.items():
                started = time.perf_counter()
                step(page)
                page.evaluate(PAINTED)
                walls[name].append(time.perf_counter() - started)
        browser.close()
    print(f"{options.findings} findings, {size / 1e6:.2f} MB\n\n| | wall, median (min-max) |\n|---|---|")
    for name, each in walls.items():
        print(f"| {name} | {statistics.median(each):.2f} s ({min(each):.2f}-{max(each):.2f}) |")


if __name__ == "__main__":
    main()
