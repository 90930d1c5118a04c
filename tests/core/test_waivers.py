"""A waiver covers what it names until its last day, and is a failure itself when it no longer should be there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs
from stack_verify.core.citations import hipaa
from stack_verify.core.control import Severity, Status
from stack_verify.core.finding import Finding, Subject, Waiver
from stack_verify.core.waivers import covering, load_waivers, unfit
from stack_verify.errors import WaiversError
from stack_verify.report.model import Outcome, exit_status, outcome_of

DATA = Path(__file__).parent / "data/waivers"
LAST_DAY = date(2027, 6, 30)
DATABASE = "arn:aws:rds:sa-east-1:123456789012:db:clinic"
WAIVER = Waiver(
    control="rds-multi-az-support",
    resource="clinic",
    owner="data platform",
    reason="Moves to a cluster in March",
    approver="security officer",
    ticket="SEC-17",
    expires=LAST_DAY,
    alternative="hourly snapshots to another zone",
)


def waiver(**changes: object) -> Waiver:
    return structs.replace(WAIVER, **changes)


def finding(status=Status.FAILED, control=WAIVER.control, resource="clinic", arn: str | None = DATABASE):
    subject = Subject(type="AWS::RDS::DBInstance", id=resource, arn=arn, region="sa-east-1", account="123456789012")
    return Finding(
        control=control,
        title="",
        severity=Severity.HIGH,
        citations=(),
        resource=subject,
        status=status,
        observed="MultiAZ false",
        expected=None,
        remediation="",
        evidence=(),
    )


def reasons(waivers, findings, today=LAST_DAY) -> list[str]:
    return [why for _, why in unfit(waivers, findings, today)]


def test_a_file_of_waivers_is_read():
    assert load_waivers(DATA / "two.toml") == (
        waiver(alternative=None),
        waiver(
            control="vpc-flow-logs-enabled",
            resource="vpc-*",
            ticket="SEC-18",
            expires=date(2026, 12, 31),
            alternative="flow logs of the subnets",
        ),
    )


def test_a_file_without_waivers_holds_none(tmp_path):
    path = tmp_path / "none.toml"
    path.write_text("# none at present\n")
    assert load_waivers(path) == ()


TWO = (DATA / "two.toml").read_text()


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (TWO.replace('ticket = "SEC-18"\n', ""), r", line 11: waiver 2: missing required field `ticket`\. Its fields:"),
        (TWO.replace('"SEC-18"', '" "'), r", line 17: waiver 2: ticket is blank"),
        (TWO.replace('"SEC-18"', "18"), r", line 17: waiver 2: ticket Expected `str`, got `int`"),
        (TWO.replace("ticket =", "tickets =", 1), r", line 1: waiver 1: |, line 8: waiver 1: contains unknown field"),
        (TWO.replace("2026-12-31", '"soon"'), r", line 18: waiver 2: expires is no date; write it as 2027-12-31"),
        (
            TWO.replace("[[waiver]]", "[[waivers]]"),
            r", line 2: contains unknown field `waivers`\. .*\[\[waiver\]\] table",
        ),
        ("waiver = 3", r", line 1: Expected `array`, got `int`"),
        ("[[waiver]\n", r": is not TOML: .*\(at line 1, column 9\)\. Correct that line"),
        ("a = " + "[" * 100_000, r": is not TOML: "),
        (b"\xff", r": is not UTF-8 text \(at byte 0\)"),
        (None, r": cannot be read \(No such file or directory\)\. Correct the path"),
    ],
)
def test_a_file_that_cannot_be_used_is_refused_with_the_line_the_waiver_and_the_field(tmp_path, text, told):
    path = tmp_path / "waivers.toml"
    if text is not None:
        path.write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(WaiversError, match=f"waivers.toml(?:{told})"):
        load_waivers(path)


def test_a_path_that_is_none_is_refused():
    with pytest.raises(WaiversError, match="is no path"):
        load_waivers(Path("a\0b"))


@pytest.mark.parametrize("resource", ["clinic", DATABASE, "cli*", "arn:aws:rds:*:db:clinic", "*"])
def test_a_waiver_names_a_resource_by_id_arn_or_glob(resource):
    assert covering([waiver(resource=resource)], finding(), LAST_DAY) == waiver(resource=resource)


@pytest.mark.parametrize("resource", ["clini", "Clinic", "clinic2", "c?", "arn:aws:rds:*:db:other"])
def test_a_waiver_of_another_resource_covers_nothing(resource):
    assert covering([waiver(resource=resource)], finding(), LAST_DAY) is None


def test_the_brackets_of_a_list_of_outputs_are_no_pattern():
    named = waiver(resource="subnetIds[0]")
    assert covering([named], finding(resource="subnetIds[0]", arn=None), LAST_DAY) == named


def test_a_waiver_of_another_control_covers_nothing():
    assert covering([waiver(control="rds-storage-encrypted")], finding(), LAST_DAY) is None


@pytest.mark.parametrize(("today", "covers"), [(LAST_DAY, True), (date(2027, 7, 1), False), (date(2026, 1, 1), True)])
def test_a_waiver_is_in_force_through_its_last_day(today, covers):
    assert (covering([WAIVER], finding(), today) == WAIVER) is covers


@pytest.mark.parametrize("status", [status for status in Status if status is not Status.FAILED])
def test_only_a_failure_is_covered_and_never_an_error(status):
    assert covering([WAIVER], finding(status), LAST_DAY) is None


def test_a_waiver_in_force_covers_in_place_of_an_expired_one():
    assert covering([waiver(expires=date(2026, 1, 1)), WAIVER], finding(), LAST_DAY) == WAIVER


def test_a_waiver_that_covers_a_failure_is_fit():
    assert reasons([WAIVER], [finding()]) == []


def test_an_expired_waiver_says_whom_to_ask():
    assert reasons([WAIVER], [finding()], date(2027, 7, 1)) == [
        "expired on 2027-06-30; owner data platform, ticket SEC-17"
    ]


def test_a_waiver_of_no_control_names_the_one_that_is_alike():
    mistyped = waiver(control="rds-multi-az-suport")
    assert reasons([mistyped], [finding()]) == [
        "there is no control rds-multi-az-suport; did you mean rds-multi-az-support?"
    ]
    assert reasons([waiver(control="zzz")], [finding()]) == ["there is no control zzz"]


def test_a_waiver_of_no_resource_is_unfit():
    assert reasons([waiver(resource="other")], [finding()]) == ["rds-multi-az-support judges no resource other"]


def test_a_waiver_of_what_passes_is_no_longer_needed():
    assert reasons([WAIVER], [finding(Status.PASSED)]) == ["no longer needed: clinic is passed: MultiAZ false"]
    assert reasons([waiver(resource="*")], [finding(Status.NOT_APPLICABLE, resource="", arn=None)]) == [
        "no longer needed: * is not applicable: MultiAZ false"
    ]


def test_a_waiver_whose_control_could_not_judge_everything_may_still_be_needed():
    assert reasons([WAIVER], [finding(Status.ERROR)]) == []
    assert reasons([WAIVER], [finding(Status.ERROR, resource="vpc-0a1b2c3d", arn=None)]) == []
    assert reasons([WAIVER], [finding(Status.ERROR)], date(2027, 7, 1)) != []


REQUIRED, ADDRESSABLE = hipaa("164.312(b)"), hipaa("164.312(a)(1)", "164.312(a)(2)(iv)")


def waived(cited) -> Finding:
    return structs.replace(finding(Status.WAIVED), citations=cited, waiver=WAIVER)


def test_a_waiver_of_a_required_specification_is_documented_non_compliance_and_no_pass():
    """T33: 45 CFR 164.306(d)(2). Whatever else the control cites."""
    for cited in (REQUIRED, ADDRESSABLE + REQUIRED):
        failure = structs.replace(finding(), citations=cited)
        assert covering([waiver(alternative=None)], failure, LAST_DAY) == waiver(alternative=None)
        found = [waived(cited), finding(Status.PASSED)]
        assert found[0].non_compliance == ("164.312(b)",)
        assert (outcome_of(found), exit_status(found)) == (Outcome.NON_COMPLIANT, 1)


def test_a_waiver_of_an_addressable_specification_is_a_pass_with_its_alternative_measure():
    """T33, the other way: 45 CFR 164.306(d)(3)."""
    found = [waived(ADDRESSABLE)]
    assert found[0].non_compliance == ()
    assert (outcome_of(found), exit_status(found)) == (Outcome.PASSED, 0)


def test_a_waiver_of_an_addressable_specification_without_an_alternative_covers_nothing_and_is_unfit():
    """T33: an addressable one needs the alternative measure as its reason."""
    failure, bare = structs.replace(finding(), citations=ADDRESSABLE), waiver(alternative=None)
    assert covering([bare], failure, LAST_DAY) is None
    assert reasons([bare], [failure]) == [
        (
            "it names no alternative: say what is done instead, as 164.312(a)(1), 164.312(a)(2)(iv) may be met"
            " otherwise (164.306(d)(3))"
        )
    ]
    assert covering([bare, WAIVER], failure, LAST_DAY) == WAIVER


def test_a_failure_weighs_more_than_a_documented_one():
    assert outcome_of([waived(REQUIRED), finding()]) is Outcome.FAILED
    assert outcome_of([waived(REQUIRED), finding(Status.ERROR)]) is Outcome.INCOMPLETE


STATUSES = st.sampled_from(list(Status))


@settings(deadline=None)
@given(st.lists(STATUSES, min_size=1), st.dates(), st.sampled_from(("clinic", "other", "*", "[", "cli[n]ic")))
def test_a_waiver_is_unfit_or_covers_something_or_waits_for_a_judgement(statuses, today, resource):
    one = waiver(resource=resource)
    findings = [finding(status) for status in statuses]
    covered = any(covering([one], each, today) for each in findings)
    assert len(reasons([one], findings, today)) <= 1
    assert not (covered and reasons([one], findings, today))
    assert covered or reasons([one], findings, today) or Status.ERROR in statuses
