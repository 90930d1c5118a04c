"""The catalogue: what controls cite exists, and what the Security Rule asks is verified or said to be out of reach."""

from __future__ import annotations

import json
import re

import pytest
from stack_verify.__main__ import main
from stack_verify.controls import CONTROLS
from stack_verify.core.citations import nist_by_security_hub, out_of_reach, security_rule
from stack_verify.core.coverage import coverage


def printed(capsys, *arguments: str) -> str:
    assert main(arguments) == 0
    return capsys.readouterr().out


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_a_control_names_aws_s_own_checks_in_their_form(control):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)+", control.config_rule or "no-rule")
    assert re.fullmatch(r"[A-Za-z0-9]+\.\d+", control.security_hub or "None.0")
    assert {citation.id for citation in control.citations} <= security_rule().keys()


@pytest.mark.parametrize("control", CONTROLS, ids=lambda control: control.id)
def test_a_control_says_why_it_matters_and_where_that_is_written(control):
    assert control.rationale.endswith(".")
    assert control.source.startswith("https://")


def test_what_aws_relates_to_nist_is_said_of_each_of_its_checks_that_a_control_names():
    table = nist_by_security_hub()
    assert {control.security_hub for control in CONTROLS if control.security_hub} == table.keys()
    families = "A[CTU]|C[AMP]|I[AR]|M[AP]|P[ELMST]|RA|S[ACIR]"
    assert all(re.fullmatch(rf"({families})-\d+(\(\d+\))?", each) for related in table.values() for each in related)


def test_a_control_has_the_nist_controls_of_aws_s_check_of_the_same_thing():
    nist = {control.id: control.nist for control in CONTROLS}
    assert " ".join(nist["rds-storage-encrypted"]) == "CA-9(1) CM-3(6) SC-7(10) SC-13 SC-28 SC-28(1) SI-7(6)"
    # AWS relates no control of NIST's to its check KMS.5, and has no check of a key's being the stack's own.
    assert nist["kms-policy-not-public"] == nist["rds-encrypted-with-stack-cmk"] == ()


def test_every_technical_safeguard_is_verified_or_out_of_reach_with_a_reason():
    open_ones = [
        row.specification
        for row in coverage(CONTROLS)
        if row.specification.startswith("164.312") and not row.controls and not row.out_of_reach
    ]
    assert open_ones == []


def test_only_these_technical_safeguards_cannot_be_verified_by_reading_aws():
    beyond = {citation for citation in out_of_reach() if citation.startswith("164.312")}
    assert beyond == {"164.312(a)(2)(ii)", "164.312(a)(2)(iii)"}


def test_coverage_lists_each_specification_once_with_exactly_the_controls_that_cite_it(capsys):
    rows = json.loads(printed(capsys, "controls", "--by-specification", "--format", "json"))
    assert [row["specification"] for row in rows] == list(security_rule())
    told = {(row["specification"], control) for row in rows for control in row["controls"]}
    assert told == {(citation.id, control.id) for control in CONTROLS for citation in control.citations}


@pytest.mark.parametrize("form", ["table", "markdown"])
def test_coverage_tells_people_what_verifies_a_specification_and_what_cannot(capsys, form):
    text = " ".join(printed(capsys, "controls", "--by-specification", "--format", form).split())
    assert "not by reading AWS: The application ends the sessions of its users" in text
    assert re.search(r"164\.312\(d\).{1,60}Person or entity authentication.{1,30}: .*rds-iam-authentication", text)
    assert f"Of {len(security_rule())} standards and specifications" in text


def test_the_list_of_controls_holds_aws_s_checks(capsys):
    rows = {row["id"]: row for row in json.loads(printed(capsys, "controls", "--format", "json"))}
    row = rows["rds-storage-encrypted"]
    assert (row["config_rule"], row["security_hub"]) == ("rds-storage-encrypted", "RDS.3")
    assert row["nist"] == ["CA-9(1)", "CM-3(6)", "SC-7(10)", "SC-13", "SC-28", "SC-28(1)", "SI-7(6)"]
    assert rows.keys() == {control.id for control in CONTROLS}


@pytest.mark.parametrize("form", ["table", "json", "markdown"])
def test_the_list_of_controls_says_which_profile_judges_each(capsys, form):
    text = printed(capsys, "controls", "--format", form)
    assert "profile" in text
    rows = json.loads(printed(capsys, "controls", "--format", "json"))
    hardening = {control.id for control in CONTROLS if control.hardening}
    assert {row["id"] for row in rows if row["profile"] == "hipaa-strict"} == hardening
    assert all({"rationale", "source"} <= row.keys() for row in rows)
