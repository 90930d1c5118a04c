"""Writes ``docs/gallery.md`` and its pictures from the demo's own runs, on a stack that passes and on a broken one.

    tox run -e browser --notest && .tox/browser/bin/python docs/gallery.py

Needs Chromium on the PATH. Nothing compares the gallery: it is made anew when a report looks otherwise.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import sync_playwright
from stack_verify.report.formats.json import document
from stack_verify.report.text import shortened

HERE = Path(__file__).parent
PICTURES = HERE / "gallery"
BREAK = ("rds-storage-encrypted", "reach-internet-to-alb", "s3-versioning")
LARGEST = 200_000  # bytes of a picture
LINES, COLUMNS = 24, 140  # of an excerpt

# name, run, colours, address within the page, height, what is seen
SHOTS = (
    ("passing", "passing", "light", "", 640, "The compliant stack: the verdict, the counts, nothing to do."),
    ("failing", "failing", "light", "", 720, "The broken one: the verdict, the counts, what to do first."),
    ("ways", "failing", "dark", "#ways", 560, "Where the way of a request is blocked, in dark."),
    ("drift", "failing", "light", "#drift", 520, "What was changed by hand, against what is declared."),
    ("findings", "failing", "light", "?severity=critical&status=failed#findings", 620, "The findings, filtered."),
    ("specifications", "failing", "light", "#specifications", 620, "The Security Rule, and what is organisational."),
)


def main() -> None:
    """Writes all of it."""
    with tempfile.TemporaryDirectory() as folder:
        told = {name: demo(Path(folder) / name, faults) for name, faults in (("passing", ()), ("failing", BREAK))}
        photograph(Path(folder))
        (HERE / "gallery.md").write_text("\n".join(page(Path(folder) / "failing/reports", told)), encoding="utf-8")


def demo(folder: Path, faults: tuple[str, ...]) -> str:
    """Runs the demo, has its snapshot judged again into every format, and returns the summary."""
    broken = [part for fault in faults for part in ("--break", fault)]
    subprocess.run([sys.executable, "-m", "stack.local", "demo", "--outputs", folder, *broken], check=False)
    again = [sys.executable, "-m", "stack_verify", "evaluate", "reports/snapshot.json", "--report", "all"]
    wide = {**os.environ, "COLUMNS": "120"}
    command = [*again, "--reports", "reports"]
    done = subprocess.run(command, cwd=folder, env=wide, capture_output=True, text=True, check=False)
    return done.stderr


def photograph(folder: Path) -> None:
    """Takes the pictures."""
    PICTURES.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        for name, run, colours, address, height, _ in SHOTS:
            page = browser.new_page(viewport={"width": 1180, "height": height}, color_scheme=colours)
            page.goto((folder / run / "reports/report.html").as_uri() + address)
            picture = PICTURES / f"{name}.png"
            page.screenshot(path=picture)
            page.close()
            if picture.stat().st_size > LARGEST:
                raise SystemExit(f"{picture.name} has {picture.stat().st_size} bytes: show less of the page")
        browser.close()


def page(reports: Path, told: dict[str, str]) -> Iterator[str]:
    """The lines of the document."""
    yield "# Gallery\n\n<!-- Written by `python docs/gallery.py`, from the demo's own runs. -->\n"
    yield f"`tox run -e demo`, and the same with `-- --break {' --break '.join(BREAK)}`.\n"
    yield "## `report.html`\n"
    for name, *_, seen in SHOTS:
        yield f"{seen}\n\n![{seen}](gallery/{name}.png)\n"
    yield "## The summary\n"
    for text in told.values():
        yield from excerpt(text)
    yield "## `summary.md`, a comment on a pull request\n"
    yield from excerpt((reports / "summary.md").read_text(encoding="utf-8"))
    yield "## `junit.xml`\n"
    yield from excerpt(failed_case(reports / "junit.xml"), "xml")
    yield "## `results.json`\n"
    yield from excerpt(first_failed(reports / "results.json"), "json")
    yield "The others (SARIF, ASFF, OCSF, OSCAL, CSV) are described in [reports](reports.md).\n"


def excerpt(text: str, language: str = "") -> Iterator[str]:
    """The beginning of a text."""
    lines = text.strip().splitlines()
    yield f"```{language}"
    yield from (shortened(line, COLUMNS) for line in lines[:LINES])
    if len(lines) > LINES:
        yield "..."
    yield "```\n"


def failed_case(file: Path) -> str:
    """The case of the database that is not encrypted."""
    cases = ET.parse(file).iter("testcase")  # noqa: S314 - it was just written
    (case, *_) = (case for case in cases if case.attrib["classname"].endswith(BREAK[0]))
    return ET.tostring(case, encoding="unicode")


def first_failed(file: Path) -> str:
    """The finding on it."""
    rows = json.loads(file.read_text(encoding="utf-8"))["findings"]
    (row, *_) = (row for row in rows if row["control"] == BREAK[0])
    return document(row)


if __name__ == "__main__":
    main()
