"""The fleet's page in a real browser."""

from __future__ import annotations

import pytest
from stack_verify.fleet.report import fleet_of, write
from stack_verify.fleet.verification import UNREAD, OpenControl, Row
from stack_verify.vocabulary import Severity
from support.chromium import violations


@pytest.fixture(scope="module")
def page_of_fleet(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fleet")
    title = "The database refuses connections without TLS"
    opened = OpenControl(control="rds-force-ssl", title=title, severity=Severity.HIGH, count=2)
    known = {"account": "123456789012", "region": "sa-east-1", "environment": "prod", "judged": 71, "named": 78}

    def row(name: str, status: int, verdict: str, **more: object) -> Row:
        return Row(
            name=name,
            digest="d",
            exit_status=status,
            verdict=verdict,
            folder=str(folder / name),
            seconds=1.5,
            page="report.html",
            **more,
        )

    rows = [
        row("clinic-prod", 0, "passed: 639 of 639 checks passed", **known),
        row("laboratory-with-a-long-name-prod", 1, "failed: 2 of 639 checks failed", open=(opened,), **known),
        row("pharmacy-prod", UNREAD, "not verified", error="outputs/pharmacy.json: cannot be read. Correct the path."),
    ]
    return next(path for path in write(fleet_of(rows), folder) if path.suffix == ".html")


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
def test_axe_finds_nothing_against_wcag_2_2_aa(show, page_of_fleet, scheme, width):
    page = show(page_of_fleet, color_scheme=scheme, viewport={"width": width, "height": 800})
    assert violations(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_the_worst_stack_stands_first_and_leads_to_its_own_page(show, page_of_fleet):
    page = show(page_of_fleet)
    first = page.locator("tbody tr").first
    assert first.locator("a").get_attribute("href") == "laboratory-with-a-long-name-prod/report.html"
    assert "2 of 639 checks failed" in first.inner_text()
