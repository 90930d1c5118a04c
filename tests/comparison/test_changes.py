"""What changed between two audits: of findings, of properties, and what of it fails a run."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from msgspec import structs
from stack_verify.__main__ import main
from stack_verify.comparison.changes import Audit, Row, changes
from stack_verify.core.control import Severity, Status
from stack_verify.core.finding import COMPLETE, Subject
from stack_verify.errors import SnapshotError
from stack_verify.resources.s3 import Bucket, BucketVersioning
from stack_verify.snapshot import Snapshot, dump, load
from support.hand_made import AT, answer, answered, of_answers
from support.running import verify

PASSED, FAILED, ERROR, WAIVED = Status.PASSED, Status.FAILED, Status.ERROR, Status.WAIVED


FIRST, SECOND, THIRD = (AT + timedelta(days=days) for days in (0, 1, 2))


ELSEWHERE = {"type": "AWS::S3::Bucket", "id": "unread", "arn": None, "region": "sa-east-1", "account": "123456789012"}


def audit(
    status: Status | None,
    observed: str = "seen",
    account: str = "123456789012",
    *,
    at: datetime = AT,
    since: datetime | None = None,
) -> Audit:
    """An audit with one finding of this status, or with none."""
    subject = Subject(type="AWS::S3::Bucket", id="data", arn=None, region="sa-east-1", account=account)
    row = {"control": "s3-versioning", "title": "Versions", "severity": Severity.HIGH, "resource": subject}
    rows = () if status is None else (Row(**row, status=status, observed=observed, since=since),)
    return Audit(taken_at=at, account=account, region="sa-east-1", rows=rows)


@pytest.mark.parametrize(
    ("before", "after", "sort"),
    [
        (PASSED, FAILED, "new"),
        (PASSED, ERROR, "new"),
        (None, FAILED, "new"),
        (WAIVED, FAILED, "new"),
        (ERROR, FAILED, "new"),
        (FAILED, PASSED, "fixed"),
        (ERROR, PASSED, "fixed"),
        (FAILED, WAIVED, "fixed"),
        (FAILED, None, "fixed"),
        (FAILED, ERROR, "changed"),
        (PASSED, WAIVED, "changed"),
        (FAILED, FAILED, "unchanged"),
        (ERROR, ERROR, "unchanged"),
        (PASSED, PASSED, None),
        (None, PASSED, None),
        (PASSED, None, None),
    ],
)
def test_a_finding_is_of_one_sort(before, after, sort):
    found = changes(audit(before), audit(after))
    sorts = {name for name in ("new", "fixed", "changed", "unchanged") if getattr(found, name)}
    assert sorts == ({sort} if sort else set())


@pytest.mark.parametrize(("control", "sort"), [("s3-versioning", "changed"), (COMPLETE, "changed"), ("kms", "fixed")])
def test_what_is_not_judged_any_more_is_not_fixed_where_its_control_could_not_judge_all(control, sort):
    unread = structs.replace(audit(ERROR).rows[0], control=control, resource=Subject(**ELSEWHERE))
    found = changes(audit(FAILED), structs.replace(audit(None), rows=(unread,)))
    assert [each.resource.id for each in getattr(found, sort)] == ["data"]


def test_an_audit_of_another_stack_of_the_account_is_no_baseline():
    portal, billing = ("healthcare", "prod", "one"), ("billing", "prod", "one")
    before = structs.replace(audit(FAILED), stack=billing)
    with pytest.raises(SnapshotError, match="billing prod one, and not of healthcare prod one"):
        changes(before, structs.replace(audit(FAILED), stack=portal))
    assert changes(structs.replace(before, stack=(None, "prod", None)), structs.replace(audit(FAILED), stack=portal))


def test_an_open_finding_that_says_something_else_has_changed():
    found = changes(audit(FAILED, "one day"), audit(FAILED, "two days"))
    (change,) = found.changed
    assert (change.observed_before, change.observed_after) == ("one day", "two days")


@pytest.mark.parametrize(
    ("before", "known", "after", "since"),
    [
        (PASSED, None, FAILED, THIRD),
        (None, None, ERROR, THIRD),
        (FAILED, None, FAILED, SECOND),
        (ERROR, None, FAILED, SECOND),
        (FAILED, FIRST, FAILED, FIRST),
        (FAILED, FIRST, ERROR, FIRST),
        (FAILED, FIRST, PASSED, None),
        (FAILED, FIRST, WAIVED, None),
    ],
)
def test_an_open_finding_is_open_since_the_earliest_audit_that_is_known(before, known, after, since):
    found = changes(audit(before, at=SECOND, since=known), audit(after, at=THIRD))
    assert [each.since for each in (*found.new, *found.fixed, *found.changed, *found.unchanged)] == [since]


def held(status: str | None, *more: Bucket) -> Snapshot:
    bucket = answered(Bucket, Name="data", BucketArn="arn:aws:s3:::data")
    versioning = answered(BucketVersioning, Bucket="data", Status=status)
    others = [answer(each.name, each) for each in more]
    return of_answers(answer("data", bucket), answer("data", versioning), *others)


@pytest.fixture
def taken(tmp_path) -> tuple[Path, Path]:
    """A snapshot in which versions were kept, and a later one in which they are not."""
    before, after = tmp_path / "before.json", tmp_path / "after.json"
    before.write_bytes(dump(held("Enabled")))
    after.write_bytes(dump(held("Suspended", answered(Bucket, Name="more", BucketArn="arn:aws:s3:::more"))))
    return before, after


def test_diff_tells_findings_properties_and_resources(taken, capsys):
    before, after = taken
    assert main(["diff", str(before), str(after), "-v"]) == 1
    out = capsys.readouterr().out
    assert "  new       low s3-versioning on AWS::S3::Bucket data: passed -> failed\n" in out
    assert '  property  AWS::S3::Bucket.Versioning data Status: "Enabled" -> "Suspended"\n' in out
    assert "  appeared  AWS::S3::Bucket more" in out
    assert main(["diff", str(after), str(before), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["schema"] == "stack-verify/changes/1"
    assert ("s3-versioning", "data") in {(each["control"], each["resource"]["id"]) for each in found["fixed"]}
    assert found["gone"] == [["AWS::S3::Bucket", "more"]]


def test_a_snapshot_has_not_changed_from_itself_and_what_was_open_fails_only_when_asked_to(taken, capsys):
    _, after = taken
    assert main(["diff", str(after), str(after), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert [found[each] for each in ("new", "fixed", "changed", "properties", "appeared", "gone")] == [[]] * 6
    assert found["unchanged"]
    assert main(["diff", str(after), str(after), "--fail-on", "open"]) == 1


def test_results_are_compared_as_they_were_recorded(taken, tmp_path, capsys):
    results = []
    for path in taken:
        main(["evaluate", str(path), "--reports", str(tmp_path / path.stem)])
        results.append(str(tmp_path / path.stem / "results.json"))
    capsys.readouterr()
    assert main(["diff", *results, "--format", "json"]) == 1
    found = json.loads(capsys.readouterr().out)
    assert ("s3-versioning", "data") in {(each["control"], each["resource"]["id"]) for each in found["new"]}
    assert found["properties"] is None


def test_a_chain_of_results_tells_since_when_a_finding_is_open(taken, tmp_path, capsys):
    """Three audits of a bucket that keeps no versions since the first, each with the results of the one before it."""
    _, broken = taken
    baseline: tuple[str, ...] = ()
    for number, at in enumerate((FIRST, SECOND, THIRD)):
        snapshot = tmp_path / f"{number}.json"
        snapshot.write_bytes(dump(structs.replace(load(broken), taken_at=at)))
        main(["evaluate", str(snapshot), "--reports", str(tmp_path / str(number)), *baseline])
        baseline = ("--baseline", str(tmp_path / str(number) / "results.json"))
    rows = json.loads((tmp_path / "2/results.json").read_text())["findings"]
    assert {each["since"] for each in rows if each["status"] in ("failed", "error")} == {"2026-01-31T00:00:00Z"}
    assert {each["since"] for each in rows if each["status"] not in ("failed", "error")} == {None}
    assert "error -> error, open since 2026-01-31 or before" in capsys.readouterr().err
    kept = ("--check-manifest", "--baseline", str(tmp_path / "1/results.json"))
    assert main(["evaluate", str(tmp_path / "2/snapshot.json"), *kept]) == 0


def test_an_audit_of_another_account_is_refused(taken, tmp_path, capsys):
    before, after = taken
    other = tmp_path / "other.json"
    other.write_text(after.read_text().replace("123456789012", "210987654321"))
    assert main(["diff", str(before), str(other)]) == 4
    assert "Name an earlier audit of the same stack" in capsys.readouterr().err


def test_what_is_neither_snapshot_nor_results_is_refused(taken, tmp_path):
    before, _ = taken
    (tmp_path / "x.json").write_text("{}")
    assert main(["diff", str(before), str(tmp_path / "x.json")]) == 4
    assert main(["diff", str(before), str(tmp_path / "nosuch.json")]) == 4


def test_the_reports_carry_what_changed_and_are_judged_again_with_it(taken, tmp_path, capsys):
    before, after = taken
    given = ("--baseline", str(before), "--fail-on", "new")
    assert main(["evaluate", str(after), "--reports", str(tmp_path / "reports"), *given]) == 1
    assert "since 2026-01-31 00:00:00 UTC: " in capsys.readouterr().err
    results = json.loads((tmp_path / "reports/results.json").read_text())
    assert {each["control"] for each in results["changes"]["new"]} >= {"s3-versioning"}
    assert results["summary"]["exit_status"] == 1
    sealed = str(tmp_path / "reports/snapshot.json")
    assert main(["evaluate", sealed, "--check-manifest", *given]) == 0
    assert main(["evaluate", sealed, "--check-manifest"]) == 1


def test_a_run_fails_on_what_is_new_alone_when_asked_to(prod, snapshot, tmp_path):
    """The broken stack against itself: every failure is known, an expected one in pytest's words."""
    text = snapshot.read_text()
    (tmp_path / "broken.json").write_text(text.replace('"StorageEncrypted": true', '"StorageEncrypted": false'))
    saved = ("--snapshot", "broken.json", "-k", "rds-storage-encrypted")
    environment = prod.environment()
    known = (*saved, "--baseline", "broken.json")
    assert verify(prod.outputs, *known, environment=environment, cwd=tmp_path).status == 1
    ran = verify(prod.outputs, *known, "--fail-on", "new", environment=environment, cwd=tmp_path)
    assert ran.status == 0, ran.out
    assert "1 xfailed" in ran.out
    assert ran.findings("failed") == {("rds-storage-encrypted", "healthcare-database-prod")}
    assert ran.results["summary"]["exit_status"] == 0
    ran = verify(
        *(prod.outputs, *saved, "--baseline", str(snapshot), "--fail-on", "new"),
        environment=environment,
        cwd=tmp_path,
    )
    assert ran.status == 1
    assert [each["before"] for each in ran.results["changes"]["new"] if each["control"] == "rds-storage-encrypted"] == [
        "passed"
    ]
    assert {"type": "AWS::RDS::DBInstance", "property": "StorageEncrypted", "before": True, "after": False} in [
        {key: value for key, value in each.items() if key != "id"} for each in ran.results["changes"]["properties"]
    ]


def test_fail_on_new_without_a_baseline_is_wrong_use(prod, taken, tmp_path):
    assert main(["evaluate", str(taken[0]), "--reports", str(tmp_path / "reports"), "--fail-on", "new"]) == 4
    assert verify(prod.outputs, "--fail-on", "new", environment=prod.environment(), cwd=tmp_path).status == 4
