"""``report.html`` as a person meets it: in Chromium, by eye, by keyboard, by screen reader and on paper."""

from __future__ import annotations

from io import BytesIO

import pytest
from pypdf import PdfReader
from stack_verify.core.control import Status
from stack_verify.report import report_of
from support.chromium import WANTED, chromium, violations, written

EVERYTHING_OPEN = "document.querySelectorAll('details').forEach(each => { each.open = true; })"


def shown(page) -> str:
    return page.locator("#shown").inner_text()


def visible_rows(page) -> int:
    return page.locator("details.control tbody tr:not([hidden])").count()


@pytest.fixture(scope="module")
def excerpts(before, bad_day, tmp_path_factory):
    """What differs on the pages, a few of each: axe takes a minute to go through a whole one."""
    few = {"s3-versioning", "kms-not-pending-deletion", "reach-alb-to-tasks", "secret-unused"}
    findings = [
        each for each in bad_day.findings if each.status in (Status.ERROR, Status.WAIVED) or each.control in few
    ]
    findings += [each for each in bad_day.findings if each.status is Status.FAILED][:15]
    bad = report_of(bad_day.snapshot, findings, bad_day.run.effective_policy, bad_day.changes)
    good = report_of(
        before, [each for each in bad.findings if each.status is Status.PASSED], bad_day.run.effective_policy
    )
    return {
        "failing": written(bad, tmp_path_factory.mktemp("failing-few")),
        "passing": written(good, tmp_path_factory.mktemp("passing-few")),
    }


class TestForEverybody:
    @pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 320)])
    @pytest.mark.parametrize("outcome", ["failing", "passing"])
    def test_axe_finds_nothing_against_wcag_2_2_aa(self, show, excerpts, outcome, scheme, width):
        page = show(excerpts[outcome], color_scheme=scheme, viewport={"width": width, "height": 800})
        page.evaluate(EVERYTHING_OPEN)
        assert violations(page) == []

    def test_on_a_telephone_nothing_scrolls_sideways_but_wide_tables(self, show, failing):
        page = show(failing, viewport={"width": 320, "height": 640})
        page.evaluate(EVERYTHING_OPEN)
        assert page.evaluate("document.documentElement.scrollWidth") == 320

    def test_by_keyboard_one_skips_to_the_findings_and_filters_them(self, show, failing):
        page = show(failing)
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.textContent") == "Skip to the findings"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.name") == "q"
        page.keyboard.type("rds-storage-encrypted")
        assert shown(page) == "1 finding."

    def test_by_keyboard_a_control_opens_and_closes(self, show, passing):
        page = show(passing)
        control = page.locator("details.control").first
        control.locator("summary").focus()
        page.keyboard.press("Enter")
        assert control.locator("table").is_visible()
        page.keyboard.press("Space")
        assert not control.locator("table").is_visible()


class TestAtFirstSight:
    def test_a_failing_stack_shows_its_verdict_its_counts_and_what_to_do_first(self, show, failing):
        page = show(failing)
        assert page.locator("h1").inner_text() == "Failed"
        for seen in ("h1", ".counts", "ol.first > li >> nth=0", "ol.first > li >> nth=0 >> text=Remedy"):
            box = page.locator(seen).bounding_box()
            assert box["y"] + box["height"] <= 800, seen

    def test_a_passing_stack_says_so(self, show, passing):
        page = show(passing)
        assert page.locator("h1").inner_text() == "Passed"
        assert page.locator("#first + p").inner_text() == "Nothing is open."

    def test_the_hop_that_blocks_is_marked(self, show, failing):
        page = show(failing)
        ways = page.locator("details.way[open]")
        assert ways.count() > 0
        for way in ways.all():
            assert way.locator("svg text", has_text="blocked at acl-").is_visible()


class TestFilters:
    def test_the_address_holds_them_and_brings_them_back(self, show, failing):
        page = show(failing)
        page.get_by_label("Severity").select_option("high")
        page.get_by_role("checkbox", name="failed").check()
        page.get_by_label("Search").fill("rds")
        address = page.evaluate("location.search")
        assert address == "?q=rds&severity=high&status=failed"
        told = shown(page)
        again = show(failing, address)
        assert shown(again) == told
        assert visible_rows(again) == int(told.split()[0]) > 0
        statuses = again.locator("details.control tbody tr:not([hidden]) td:first-child").all_inner_texts()
        assert set(statuses) == {"failed"}

    def test_the_counts_of_the_first_screen_are_links_to_what_they_count(self, show, failing, bad_day):
        page = show(failing)
        page.locator(".counts tr", has_text="high").locator("a").first.click()
        assert page.evaluate("location.search + location.hash") == "?severity=high&status=failed#findings"
        counted = bad_day.summary.by_severity["high"][Status.FAILED]
        assert shown(page) == f"{counted} finding{'s' * (counted != 1)}."

    def test_each_narrows_to_what_it_says(self, show, failing, bad_day):
        page = show(failing, "?specification=164.312%28e%29%281%29&type=AWS%3A%3AS3%3A%3ABucket")
        expected = [
            each
            for each in bad_day.findings
            if each.resource.type == "AWS::S3::Bucket" and "164.312(e)(1)" in {cited.id for cited in each.citations}
        ]
        assert shown(page) == f"{len(expected)} findings."

    def test_all_comes_back(self, show, failing, bad_day):
        page = show(failing, "?q=nothing-is-called-that")
        assert shown(page) == "0 findings."
        page.get_by_role("button", name="Show all").click()
        page.wait_for_function("!location.search")
        assert shown(page) == f"{len(bad_day.findings)} findings."
        assert visible_rows(page) == len(bad_day.findings)


class TestByItself:
    def test_it_asks_the_network_for_nothing_and_complains_of_nothing(self, show, failing):
        page = show(failing)
        asked, complaints = [], []
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(message.text))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.reload()
        page.get_by_label("Search").fill("kms")
        assert asked == [failing.as_uri()]
        assert complaints == []

    def test_the_number_of_an_answer_leads_to_it(self, show, failing):
        page = show(failing)
        link = page.locator("details.control[open] td a[href^='#a']").first
        number = link.inner_text().partition("-")[0]
        link.click()
        assert page.locator(f"#a{number}").is_visible()
        assert page.locator(f"#a{number}").evaluate("e => e.getBoundingClientRect().top < innerHeight")


class TestOnPaper:
    def test_everything_is_printed_but_what_one_works_the_page_with(self, show, excerpts):
        page = show(excerpts["failing"])
        pages = [each.extract_text() for each in PdfReader(BytesIO(page.pdf(format="A4"))).pages]
        assert "Failed" in pages[0]
        text = " ".join("".join(pages).split())
        assert "What AWS answered" in text
        assert "blocked at acl-" in text
        for finding in ("StorageEncrypted is false", "One zone until the new database is there"):
            assert finding in text
        assert "Show all" not in text
        assert "Skip to" not in text

    def test_nothing_is_cut_off_at_the_edge(self, show, excerpts):
        # A sheet of A4 with Chromium's margins, at 96 dots an inch.
        page = show(excerpts["failing"], viewport={"width": 718, "height": 1000})
        page.emulate_media(media="print")
        page.evaluate(EVERYTHING_OPEN)
        assert page.evaluate("document.documentElement.scrollWidth") == 718


def test_without_a_browser_the_tests_fail_and_say_what_to_install(monkeypatch):
    monkeypatch.setenv("PATH", "")
    with pytest.raises(pytest.fail.Exception) as raised:
        chromium()
    assert str(raised.value) == WANTED
