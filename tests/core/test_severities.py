"""A control that names a check of AWS Security Hub is not more severe than that check."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest
from stack_verify.controls import CONTROLS
from stack_verify.vocabulary import Severity

# Security Hub user guide, the Severity of each control.
TABLE = Path(__file__).parent / "data/security_hub_severity.tsv"
ROWS = csv.DictReader(TABLE.read_text(encoding="utf-8").splitlines(), delimiter="\t")
OF_AWS = {row["security_hub"]: Severity(row["severity"]) for row in ROWS}
ORDER = ("low", "medium", "high", "critical")
NAMING = [each for each in CONTROLS if each.security_hub is not None]


@pytest.mark.parametrize("control", NAMING, ids=lambda each: each.id)
def test_no_control_is_more_severe_than_the_check_of_aws_that_it_names(control):
    assert ORDER.index(control.severity) <= ORDER.index(OF_AWS[control.security_hub])


def test_the_table_holds_no_check_that_no_control_names():
    assert {each.security_hub for each in NAMING} == OF_AWS.keys()
