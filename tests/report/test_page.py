"""``report.html``: one page that needs nothing else, says what the other reports say, and shows text as text."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta
from html.parser import HTMLParser
from io import BytesIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_verify.comparison.changes import ChangedFinding, ChangedProperty, Changes
from stack_verify.comparison.trend import AuditCounts, ControlTrend, Repairs, Trend
from stack_verify.core.control import Severity, Status, hipaa
from stack_verify.core.finding import Finding, Subject, Waiver
from stack_verify.inquiry import Caller, Settling, Stack
from stack_verify.policy import load_policy
from stack_verify.report import HtmlReport, Report, report_of
from stack_verify.resources.resource import Evidence
from stack_verify.snapshot import Snapshot
from support import made_reports
from support.made_reports import ANY_FINDING

AT = datetime(2026, 11, 23, 13, 0, tzinfo=UTC)
ACCOUNT = "123456789012"
POLICY = load_policy("hipaa", "prod")
STATUSES = {status.replace(" ", "-") for status in Status}
VOID = {"meta", "link", "input", "br"}
# Elements whose end HTML lets one leave out.
OPTIONAL = {"tr", "td", "li"}


def change(resource: str, before: Status | None, after: Status | None) -> ChangedFinding:
    found = finding(resource)
    return ChangedFinding(
        control=found.control,
        title=found.title,
        severity=found.severity,
        resource=found.resource,
        before=before,
        after=after,
        observed_before=str(before is Status.PASSED),
        observed_after=str(after is Status.PASSED) if after else None,
    )


class Page(HTMLParser):
    """A page taken apart: its elements with their attributes, its ids, and its text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.links: list[tuple[dict[str, str | None], str]] = []
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
        if self.open and self.open[-1] == "a":
            self.links.append((self.elements[-1][1], data))

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


def of(control: str, found: Finding) -> Finding:
    """The same finding of another control."""
    return msgspec.structs.replace(found, control=control)


def seen(api: str, request: str | None, field: str) -> Evidence:
    return Evidence(api=api, request_id=request, at=AT, field=field, value=False)


def html(*findings: Finding, changed: Changes | None = None, history: Trend | None = None) -> str:
    caller = Caller(account=ACCOUNT, arn=f"arn:aws:sts::{ACCOUNT}:assumed-role/audit/ci", region="sa-east-1")
    stack = Stack(source="flat-outputs.json", name="prod", project="healthcare", environment="prod")
    snapshot = Snapshot(taken_at=AT, caller=caller, stack=stack, resources=(), answers=(), gaps=())
    return page_of(msgspec.structs.replace(report_of(snapshot, findings, POLICY, changed), trend=history))


def page_of(report: Report) -> str:
    stream = BytesIO()
    HtmlReport().write(report, stream)
    return stream.getvalue().decode()


CHANGES = Changes(
    since=AT - timedelta(days=1),
    fail_on="new",
    new=(change("now", Status.PASSED, Status.FAILED),),
    fixed=(change("then", Status.FAILED, None),),
    changed=(),
    unchanged=(),
    properties=(
        ChangedProperty(type="AWS::RDS::DBInstance", id="now", property="StorageEncrypted", before=True, after=False),
    ),
    appeared=(("AWS::S3::Bucket", "data"),),
    gone=(),
)


MENDED = Repairs(repaired=1, mean_seconds=86400, longest_seconds=86400)
TREND = Trend(
    account=ACCOUNT,
    region="sa-east-1",
    stack=("healthcare", "prod", None),
    audits=tuple(
        AuditCounts(
            taken_at=AT - timedelta(days=days),
            snapshot_sha256="",
            policy_sha256="",
            by_status=dict.fromkeys(Status, 0) | {Status.FAILED: 1},
        )
        for days in (2, 0)
    ),
    controls=(
        ControlTrend(
            control="rds-storage-encrypted",
            title="Databases are encrypted",
            severity=Severity.CRITICAL,
            worst=(Status.PASSED, Status.FAILED),
            open=1,
            open_since=AT,
            repairs=MENDED,
        ),
    ),
    episodes=(),
    repairs=MENDED,
)


@pytest.fixture(scope="session")
def whole(verified) -> Page:
    """The page of the compliant prod stack."""
    return Page((verified.directory / "reports/report.html").read_text("utf-8"))


def test_it_loads_nothing(whole):
    # A part of the page, or the page itself under other filters.
    within = ("#", "?")
    assert {each for each in (*whole.values("href"), *whole.values("src")) if not each.startswith(within)} == {"data:,"}
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


@given(st.lists(ANY_FINDING, max_size=6))
@settings(max_examples=10, deadline=None)
def test_whatever_is_found_the_page_stays_whole_and_has_a_row_for_each_finding(findings):
    page = Page(page_of(made_reports.report(*findings)))
    assert page.open == []
    rows = Counter(attributes["class"] for attributes in page.all("td") if attributes.get("class") in STATUSES)
    assert rows == Counter(found.status.replace(" ", "-") for found in findings)


def test_a_control_may_be_called_as_a_part_of_the_page_is():
    ids = Page(html(of("findings", finding("a")), of("a1", finding("a")))).values("id")
    assert len(ids) == len(set(ids))


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


class TestEvidence:
    """What AWS answered stands on the page once, under a number; a finding names the numbers."""

    def test_a_finding_names_the_answers_it_comes_from_and_a_control_the_fields(self):
        key = seen("kms:DescribeKey", "request-2", "key-1 KeyState")
        listed = seen("kms:DescribeKey", "request-2", "AWS::KMS::Key arn:aws:kms:::key/key-1")
        bucket = seen("s3:HeadBucket", "request-3", "data Name")
        own = finding("db").evidence
        page = Page(html(finding("a"), msgspec.structs.replace(finding("b"), evidence=(*own, listed, key, bucket))))
        text = " ".join("".join(page.text).split())
        assert (
            "Evidence kms:DescribeKey AWS::KMS::Key, KeyState; rds:DescribeDBInstances StorageEncrypted; "
            "s3:HeadBucket Name" in text
        )
        # All three answers: by operation, and in it as they are first named.
        answers = {attributes["id"] for attributes in page.all("li") if "id" in attributes}
        assert answers == {"a1", "a2", "a3"}
        cited = [(attributes["href"], text) for attributes, text in page.links if attributes["href"].startswith("#a")]
        assert [each for each in cited if each[0][2:].isdigit()] == [("#a2", "2"), ("#a1", "1-3")]

    def test_an_answer_is_known_by_its_request_and_its_time(self):
        page = html(msgspec.structs.replace(finding("a"), evidence=(seen("file:outputs.json", None, "a Name"),)))
        assert "<li id=a1>no id 13:00:00.000" in page


def test_a_run_that_waited_says_so():
    settling = Settling(limit=60, seconds=12, rounds=2, asked_again=3, still_open=())
    waited = report_of(msgspec.structs.replace(made_reports.snapshot(), settling=settling), (), POLICY)
    text = " ".join(" ".join(Page(page_of(waited)).text).split())
    assert "Settled after 12 s of 60; late answers asked for again: 3" in text


class TestWhatIsNext:
    def test_ten_controls_with_two_resources_each_and_how_many_more(self):
        controls = [f"control-{number:02}" for number in range(12)]
        page = html(*(of(control, finding(name)) for control in controls for name in "abcde"))
        first = page[page.index('id="first"') : page.index('id="specifications"')]
        assert first.count("<li ") == 10
        assert first.count("StorageEncrypted is False") == 20
        assert first.count("And 3 more resources.") == 10
        assert "And 2 more controls, below." in first

    def test_a_severe_thing_that_could_not_be_verified_comes_before_a_failure_that_matters_less(self):
        low = msgspec.structs.replace(of("low", finding("a")), severity=Severity.LOW, title="Low")
        unknown = msgspec.structs.replace(of("unknown", finding("a", Status.ERROR)), title="Unknown")
        page = html(low, unknown)
        first = page[page.index('id="first"') : page.index('id="specifications"')]
        assert first.index("Unknown") < first.index("Low")
        # Its remedy is what the error says, and not the control's.
        assert first.count("Restore a snapshot") == 1


def test_a_way_through_the_network_is_drawn_and_open_where_it_is_blocked():
    blocked = of("blocked", finding("alb", observed="blocked"))
    page = html(
        msgspec.structs.replace(blocked, path=("internet", "blocked at acl-1 lets requests in: tcp 443")),
        msgspec.structs.replace(of("open", finding("tasks", Status.PASSED)), path=("alb", "tasks")),
    )
    ways = [attributes for attributes in Page(page).all("details") if attributes.get("class") == "way"]
    assert ["open" in each for each in ways] == [True, False]
    assert page.count("<svg ") == 2
    assert "blocked at acl-1 lets requests in" in page


class TestChanges:
    def test_say_what_is_new_what_is_fixed_and_which_properties_changed(self):
        page = html(finding("now"), changed=CHANGES)
        text = " ".join(" ".join(Page(page).text).split())
        assert "Changes since 2026-11-22 13:00 UTC" in text
        assert "1 new, 1 fixed, 0 changed, 0 open as they were. This run fails on what is new alone." in text
        for row in (
            "new Databases are encrypted (critical) now passed True failed False",
            "fixed Databases are encrypted (critical) then failed False gone",
            "AWS::RDS::DBInstance now StorageEncrypted true false",
            "AWS::S3::Bucket data appeared",
        ):
            assert row in text

    def test_an_open_finding_says_since_which_audit_it_is_open(self):
        page = html(msgspec.structs.replace(finding("now"), since=AT - timedelta(days=3)), changed=CHANGES)
        # Where it says what to do first, and in the row of the finding.
        assert page.count("open since the audit of</span> 2026-11-20 13:00") == 2

    def test_are_not_spoken_of_without_a_baseline(self):
        assert 'id="changes"' not in html(finding("now"))


class TestTrend:
    def test_tells_what_is_open_since_when_and_how_long_mending_took(self):
        page = html(finding("now"), history=TREND)
        text = " ".join(" ".join(Page(page).text).split())
        assert (
            "2 audits since 2026-11-21. 1 failures were mended, in 1 d 0 h on average and in 1 d 0 h at most." in text
        )
        assert "Databases are encrypted rds-storage-encrypted critical 1 2026-11-23 13:00 1 1 d 0 h" in text
        assert "<svg" in page[page.index('id="trend"') :]

    def test_of_one_audit_is_none_yet(self):
        page = html(finding("now"), history=msgspec.structs.replace(TREND, audits=TREND.audits[1:]))
        assert "This is the first audit of the history." in page

    def test_is_not_spoken_of_without_a_history(self):
        assert 'id="trend"' not in html(finding("now"))


def test_drift_says_what_differs_or_why_nothing_was_compared():
    drift = of("drift-live-vs-declared", finding("urn:pulumi:db", observed="db: storageEncrypted: declared true"))
    orphans = of("inventory-in-account-not-in-state", finding("", Status.NOT_APPLICABLE, observed="no state was given"))
    page = html(drift, orphans, finding("a"))
    section = page[page.index('id="drift"') : page.index('id="specifications"')]
    assert "db: storageEncrypted: declared true" in section
    assert "no state was given" in section
    assert "rds-storage-encrypted" not in section


def test_five_thousand_findings_with_three_pieces_of_evidence_each_stay_below_two_megabytes():
    """On as many resources, each with an answer of its own: the worst case."""
    apis = ("rds:DescribeDBInstances", "kms:DescribeKey", "tag:GetResources")
    many = []
    for number in range(5000):
        name = f"healthcare-database-with-a-long-name-{number}"
        of_all = seen(apis[1], f"{number % 50:036}", "key-1 KeyManager")
        own = (seen(apis[0], f"{number:036}", f"{name} {field}") for field in ("StorageEncrypted", "KmsKeyId"))
        found = msgspec.structs.replace(finding(name, Status.PASSED), evidence=(*own, of_all))
        many.append(of(f"control-{number % 200}", found))
    assert len(html(*many)) < 2_000_000
