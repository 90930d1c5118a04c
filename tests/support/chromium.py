"""The browser that pages are tested in, and pages for it."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from stack_verify.report import HtmlReport, Report

if TYPE_CHECKING:
    from playwright.sync_api import Page

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
AA = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
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


def violations(page: Page) -> list[tuple[str, str]]:
    """Each rule of WCAG 2.2 AA that axe finds broken, with the first element that breaks it."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page, options={"runOnly": AA, "resultTypes": ["violations"]}).response["violations"]
    return [(each["id"], each["nodes"][0]["html"]) for each in found]
