"""The browser that pages are tested in, and pages for it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from stack_verify.report import HtmlReport, Report

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
WANTED = (
    "No Chromium is on the PATH, and the report's page is tested in a real one. "
    "Install it (Debian: apt-get install chromium) and run tox run -e browser again."
)


def chromium() -> str:
    """The program of the browser."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.fail(WANTED, pytrace=False)
    return found


def written(report: Report, folder: Path) -> Path:
    """The page of a report."""
    page = folder / "report.html"
    with page.open("wb") as stream:
        HtmlReport().write(report, stream)
    return page
