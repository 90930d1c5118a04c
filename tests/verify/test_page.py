"""``report.html``: one page that needs nothing else, says what the other reports say, and shows text as text."""

from __future__ import annotations

from datetime import UTC, date, datetime
from html.parser import HTMLParser
from io import BytesIO

import msgspec
import pytest

from verify.control import Severity, Status, hipaa
from verify.finding import Finding, Subject, Waiver
from verify.policy import load_policy
from verify.report import HtmlReport, report_of
from verify.resources.resource import Evidence
from verify.snapshot import Caller, Snapshot, Stack

AT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
VOID = {"meta", "link", "input", "br"}
# Elements whose end HTML lets one leave out.
OPTIONAL = {"tr", "td", "li"}


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, its ids, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        while self.open[-1] != tag and self.open[-1] in OPTIONAL:
            self.open.pop()
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.text.append(data)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] for _, attributes in self.elements if attribute in attributes]

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def finding(resource: str, status: Status = Status.FAILED, observed: str = "StorageEncrypted is False") -> Finding:
    return Finding(
        control="rds-storage-encrypted",
        title="Databases are encrypted",
        severity=Severity.CRITICAL,
        citations=hipaa("164.312(a)(2)(iv)"),
        resource=Subject(
            type="AWS::RDS::DBInstance",
            id=resource,
            arn=f"arn:aws:rds:sa-east-1:{ACCOUNT}:db:{resource}",
            region="sa-east-1",
            account=ACCOUNT,
        ),
        status=status,
        observed=observed,
        expected="true",
        remediation="Restore a snapshot into an encrypted database.",
        evidence=(
            Evidence(
                api="rds:DescribeDBInstances",
                request_id="request-1",
                at=AT,
                field=f"{resource} StorageEncrypted",
                value=False,
            ),
        ),
    )


def html(*findings: Finding) -> str:
    caller = Caller(account=ACCOUNT, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/audit/ci", region="sa-east-1")
    stack = Stack(source="flat-outputs.json", name="prod", project="healthcare", environment="prod")
    snapshot = Snapshot(taken_at=AT, caller=caller, stack=stack, resources=(), answers=(), gaps=())
    stream = BytesIO()
    HtmlReport().write(report_of(snapshot, findings, load_policy("hipaa", "prod")), stream)
    return stream.getvalue().decode()


@pytest.fixture(scope="session")
def whole(verified) -> Page:
    """The page of the compliant prod stack."""
    return Page((verified.directory / "reports/report.html").read_text("utf-8"))


def test_it_loads_nothing(whole):
    assert {value for value in (*whole.values("href"), *whole.values("src")) if not value.startswith("#")} == {"data:,"}
    assert "default-src 'none'" in "".join(whole.values("content"))


def test_every_link_leads_somewhere_and_no_id_is_there_twice(whole):
    ids = whole.values("id")
    assert len(ids) == len(set(ids))
    assert {value[1:] for value in whole.values("href") if value.startswith("#")} <= set(ids)


def test_every_field_has_a_label_and_every_table_heads(whole):
    assert len(whole.all("input")) + len(whole.all("select")) == len(whole.all("label"))
    assert len(whole.all("thead")) == len(whole.all("table"))
    assert all("scope" in head for head in whole.all("th"))


def test_it_counts_as_the_results_do(verified, whole):
    assert f"{verified.results['summary']['findings']} findings." in whole.text


def test_the_order_of_the_findings_does_not_matter():
    assert html(finding("a"), finding("b")) == html(finding("b"), finding("a"))


def test_what_is_open_comes_first_with_what_was_seen_expected_and_to_be_done():
    page = html(finding("well", Status.PASSED), finding("broken"))
    first = page[page.index('id="first"') : page.index('id="specifications"')]
    for text in ("broken", "StorageEncrypted is False", "true", "Restore a snapshot into an encrypted database."):
        assert text in first
    assert "well" not in first


def test_a_text_of_aws_is_shown_and_never_run():
    page = html(finding("<script>alert(1)</script>", observed="\" onload='x' \u202e</td><img src=x>"))
    taken = Page(page)
    assert len(taken.all("script")) == 1
    assert not taken.all("img")
    assert "<script>alert(1)</script>" in taken.text
    assert "\\u202e" in page


def test_a_waiver_tells_its_days():
    waiver = Waiver(
        control="rds-storage-encrypted",
        resource="old",
        owner="platform",
        reason="goes away",
        approver="CISO",
        ticket="SEC-1",
        expires=date(2026, 12, 3),
    )
    page = Page(html(msgspec.structs.replace(finding("old", Status.WAIVED), waiver=waiver)))
    assert "10" in page.text
    assert "platform, CISO, SEC-1" in page.text


def test_five_thousand_findings_stay_below_two_megabytes():
    controls = [f"control-{number}" for number in range(200)]
    each = [finding(f"healthcare-database-with-a-long-name-{number}", Status.PASSED) for number in range(25)]
    many = (msgspec.structs.replace(found, control=control) for control in controls for found in each)
    assert len(html(*many)) < 2_000_000
