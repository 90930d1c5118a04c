"""Markdown, annotations and the summary of a job: what GitHub shows of a run."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from stack_verify.core.control import Severity, Status
from stack_verify.errors import ReportError
from stack_verify.report import tell_github
from stack_verify.report.formats.github import commands
from stack_verify.report.formats.markdown import markdown
from stack_verify.resources.resource import Question
from stack_verify.resources.stack import StackOutput
from support.made_reports import ANY_FINDING, ANY_TEXT, CALL, finding, gap, report, with_outputs

NAMES = ["@org/team", "<img src=x>", "[a](b)", "www.a.com", "http://a.com", "#1", "**b**", "`c`", "a|b"]
FACTS = 6
READER = MarkdownIt("commonmark").enable("table")
OUTPUT = StackOutput(
    observed_by=CALL, name="dbId", value="database", reference=Question("AWS::RDS::DBInstance", "database"), line=7
)


def cells(text: str) -> list[list[str]]:
    """The rows of all tables, as a reader of Markdown sees them."""
    rows: list[list[str]] = []
    for token, following in zip(tokens := READER.parse(text), tokens[1:] + tokens[-1:], strict=True):
        if token.type == "tr_open":
            rows.append([])
        if token.type in ("td_open", "th_open"):
            rows[-1].append("".join(child.content for child in following.children or ()))
    return rows


class TestMarkdown:
    def test_says_the_verdict_what_to_mend_what_is_waived_and_what_aws_did_not_answer(self):
        made = report(
            finding(),
            finding("rds-multi-az", status=Status.WAIVED),
            finding("rds-iam", status=Status.ERROR, severity=Severity.LOW, observed="kms:DescribeKey was denied"),
            finding("rds-ca", status=Status.PASSED),
            gaps=(gap("kms:DescribeKey", "key"),),
        )
        text = markdown(made)
        assert "## FAILED: 1 of 4 checks failed, 1 could not be verified, 1 waived" in text
        rows = cells(text)
        assert ["checks", "1 passed, 1 failed, 1 error, 1 waived, 0 not applicable"] in rows
        resource = "AWS::RDS::DBInstance database"
        assert [row for row in rows if row[0] in list(Severity)] == [
            [
                "critical",
                "failed",
                "rds-storage-encrypted: RDS storage is encrypted",
                resource,
                "StorageEncrypted is False",
                "true",
                "Set storage_encrypted.",
            ],
            ["low", "error", "rds-iam: RDS storage is encrypted", resource, "kms:DescribeKey was denied", "", ""],
        ]
        assert rows[-1] == ["AWS::KMS::Key key", "kms:DescribeKey", "kms:DescribeKey", "AccessDeniedException: no"]
        assert {row[2][:23] for row in rows if row[0].startswith("rds-multi-az")} == {"one zone for now; inste"}

    def test_fits_into_a_comment_and_counts_what_is_left_out(self):
        text = markdown(report(*(finding(resource=f"database-{number}" * 9) for number in range(2000))))
        assert len(text) < 60_000
        shown = len([row for row in cells(text) if row[0] == "critical"])
        assert f"{2000 - shown} more: see the other reports of this run." in text

    @given(st.lists(ANY_FINDING, max_size=5))
    @settings(deadline=None)
    def test_no_name_changes_its_form(self, findings):
        text = markdown(report(*findings))
        told = [each.status for each in findings if each.status not in (Status.PASSED, Status.NOT_APPLICABLE)]
        heads = {status is Status.WAIVED for status in told}
        assert len(cells(text)) == FACTS + len(told) + len(heads)

    @given(st.lists(st.one_of(ANY_TEXT, st.sampled_from(NAMES))))
    @settings(deadline=None)
    def test_no_name_makes_a_link_a_mention_or_an_element(self, names):
        text = markdown(report(*(finding(resource=name) for name in names)))
        children = [child for token in READER.parse(text) for child in token.children or ()]
        assert {child.type for child in children} <= {"text", "text_special"}
        shown = "".join(child.content for child in children)
        assert not re.search("[@#](?!\u200b)", shown)
        assert "www." not in text
        assert "://" not in text


class TestAnnotations:
    def test_name_the_line_of_the_outputs_that_names_the_resource(self):
        (line,) = commands(with_outputs(OUTPUT, findings=[finding()]))
        assert line == (
            "::error file=outputs/flat-outputs.json,line=7,title=rds-storage-encrypted%3A RDS storage is encrypted"
            "::AWS::RDS::DBInstance database: observed: StorageEncrypted is False; expected: true"
        )

    def test_are_of_what_failed_or_could_not_be_verified_the_worst_first(self):
        findings = [
            finding("low", status=Status.ERROR, severity=Severity.LOW),
            finding("waived", status=Status.WAIVED),
            finding("passed", status=Status.PASSED),
            finding("none", status=Status.NOT_APPLICABLE),
            finding("unknown", status=Status.ERROR),
            finding("critical"),
        ]
        told = [re.match(r"::(\w+) .*title=(\w+)%3A", line) for line in commands(report(*findings))]
        assert [found.groups() for found in told if found] == [
            ("error", "critical"),
            ("error", "unknown"),
            ("warning", "low"),
        ]

    def test_are_no_more_than_github_shows(self):
        many = [finding(f"{level}-{n}", severity=level) for level in Severity for n in range(30)]
        assert [line[:8] for line in commands(report(*many))] == ["::error "] * 10 + ["::warnin"] * 10

    @given(st.lists(ANY_FINDING, max_size=5))
    @settings(deadline=None)
    def test_no_name_ends_its_line_or_begins_another_property(self, findings):
        for line in commands(report(*findings)):
            assert "\n" not in line
            assert "\r" not in line
            found = re.fullmatch(r"::(error|warning) file=[^,:]*,line=\d+,title=([^,:]*)::.*", line)
            assert found
            assert re.fullmatch(r"([^%]|%(25|3A|2C))*", found[2])


class TestJob:
    def test_nothing_is_told_outside_github(self):
        told: list[str] = []
        tell_github(report(finding()), {"GITHUB_ACTIONS": "false"}, told.append)
        assert told == []

    def test_the_summary_is_added_to_what_other_steps_wrote(self, tmp_path):
        path = tmp_path / "summary.md"
        path.write_text("earlier\n")
        told: list[str] = []
        made = report(finding())
        tell_github(made, {"GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(path)}, told.append)
        assert told == list(commands(made))
        assert path.read_text() == f"earlier\n{markdown(made)}"

    def test_a_summary_that_cannot_be_written_is_told(self, tmp_path):
        with pytest.raises(ReportError, match="the summary of the job cannot be written"):
            tell_github(report(finding()), {"GITHUB_STEP_SUMMARY": str(tmp_path)}, list[str]().append)
