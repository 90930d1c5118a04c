"""What the controls judge of AWS's and Prowler's lists, and why nothing judges the rest."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest
from stack_verify.controls import CONTROLS
from stack_verify.core.lists import LISTS, _rows, checks, table
from support.running import stack_verify_here

SIZES = {"config-hipaa": 130, "fsbp": 336, "prowler-hipaa": 95}


def test_each_check_has_a_control_or_a_reason():
    found = checks(CONTROLS)
    assert Counter(each.list for each in found) == SIZES
    assert len({(each.list, each.check) for each in found}) == len(found)
    assert [each for each in found if bool(each.controls) == bool(each.why_not)] == []
    assert "its controls are left out" not in {each.why_not for each in found}


def test_the_data_names_no_control_that_is_gone_and_no_reason_beside_one():
    known = {control.id for control in CONTROLS}
    judged = {each.check for each in checks(CONTROLS) if each.controls}
    assert [check for _, check, named, why in _rows() if set(named) - known or (check in judged and why)] == []


def test_a_check_of_ours_that_names_a_rule_is_found_by_it():
    by_check = {each.check: each for each in checks(CONTROLS)}
    assert by_check["rds-storage-encrypted"].controls == ("rds-storage-encrypted",)
    assert by_check["RDS.3"].controls == ("rds-storage-encrypted",)
    assert by_check["annual-risk-assessment-performed"].why_not == "a process, which no reading of AWS shows"


def test_without_its_control_a_check_says_that_it_was_left_out():
    by_check = {each.check: each for each in checks([])}
    assert by_check["rds-storage-encrypted"].why_not == "its controls are left out"


def test_the_table_counts_each_list():
    text = table(CONTROLS)
    for title, source in LISTS.values():
        assert title in text
        assert source in text
    assert text.count("checks have a control.") == len(LISTS)


@pytest.mark.parametrize("form", ["table", "markdown", "json"])
def test_the_command_prints_it(form, tmp_path):
    ran = stack_verify_here("controls", "--coverage", "--format", form, cwd=tmp_path)
    assert (ran.status, ran.err) == (0, "")
    assert "annual-risk-assessment-performed" in ran.out
    if form == "json":
        assert len(msgspec.json.decode(ran.out)) == sum(SIZES.values())


def test_two_tables_at_once_are_a_usage_error(tmp_path):
    ran = stack_verify_here("controls", "--coverage", "--by-specification", cwd=tmp_path)
    assert (ran.status, ran.out) == (4, "")
