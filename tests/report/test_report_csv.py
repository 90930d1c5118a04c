"""``findings.csv``: a row a finding, and no name is a formula."""

from __future__ import annotations

import csv
from io import BytesIO, StringIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stack_verify.core.control import Status
from stack_verify.core.finding import Finding
from stack_verify.report.formats.csv import COLUMNS, CsvReport
from support.made_reports import ANY_FINDING, finding, report


def rows(*findings: Finding) -> list[dict[str, str]]:
    stream = BytesIO()
    CsvReport().write(report(*findings), stream)
    return list(csv.DictReader(StringIO(stream.getvalue().decode("utf-8-sig"), newline=""), strict=True))


def test_a_row_tells_the_whole_finding():
    (row,) = rows(finding("rds-multi-az", status=Status.WAIVED))
    assert list(row) == list(COLUMNS)
    assert list(row.values()) == [
        "waived",
        "critical",
        "rds-multi-az",
        "RDS storage is encrypted",
        "164.312(a)(2)(iv)",
        "SC-28 SC-28(1)",
        "AWS::RDS::DBInstance",
        "database",
        "",
        "sa-east-1",
        "123456789012",
        "StorageEncrypted is False",
        "",
        "Set storage_encrypted.",
        "platform",
        "one zone for now",
        "CISO",
        "SEC-1",
        "2026-12-03",
        "hourly snapshots",
        "",
        "",
        "",
        "0 of 1 check passed, 1 waived",
    ]


@pytest.mark.parametrize("name", ["=1+1", "+1", "-1", "@SUM(A1)", " \t=1+1", "\uff1d1", "=cmd|' /C calc'!A0"])
def test_a_name_that_would_be_a_formula_is_text(name):
    (row,) = rows(finding(resource=name))
    assert row["resource id"] == f"'{name.strip()}"


@given(st.lists(ANY_FINDING, max_size=5))
@settings(deadline=None)
def test_every_finding_is_one_row_of_plain_cells(findings):
    read = rows(*findings)
    assert sorted(row["status"] for row in read) == sorted(each.status for each in findings)
    for row in read:
        assert None not in row
        for cell in row.values():
            assert cell[:1] not in {"=", "+", "-", "@", "\t", "\r", "\n"}
            assert "\n" not in cell
