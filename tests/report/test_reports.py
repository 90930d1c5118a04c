"""Reports: one list of findings, and every form of it says the same."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import random
import string
import xml.etree.ElementTree as ET
from collections import Counter
from io import BytesIO
from pathlib import Path
from typing import BinaryIO

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml
from stack_verify.core.control import Severity, Status, hipaa
from stack_verify.errors import ReportError
from stack_verify.report import (
    REPORTERS,
    JunitReport,
    Report,
    exit_status,
    report_of,
    results_json,
    summary,
    write_reports,
)
from stack_verify.report.text import one_line
from stack_verify.report.wording import sentence
from stack_verify.resources.stack import NO_STATE
from stack_verify.snapshot import load
from support.jenkins import refused
from support.made_reports import ANY_FINDING, COMMON, POLICY, WHOLE_TEXT, contents, finding, gap, report, snapshot

FILES = ["junit.xml", "manifest.json", "report.html", "results.json", "snapshot.json"]


def junit(of: Report) -> bytes:
    stream = BytesIO()
    JunitReport().write(of, stream)
    return stream.getvalue()


def cases(of: Report) -> dict[tuple[str, str], ET.Element]:
    """The cases of junit.xml by class name and name; none may be there twice, and Jenkins's schema takes all."""
    root = ET.fromstring(junit(of))
    assert list(refused(root)) == []
    found = list(root.iter("testcase"))
    by_name = {(case.attrib["classname"], case.attrib["name"]): case for case in found}
    assert len(by_name) == len(found)
    return by_name


class TestExitStatus:
    """As pytest's: 0 passed, 1 failed or not verified, 5 nothing verified."""

    @pytest.mark.parametrize(
        ("statuses", "expected"),
        [
            ([], 5),
            ([Status.NOT_APPLICABLE], 5),
            ([Status.WAIVED, Status.NOT_APPLICABLE], 0),
            ([Status.PASSED], 0),
            ([Status.PASSED, Status.WAIVED, Status.NOT_APPLICABLE], 0),
            ([Status.PASSED, Status.FAILED], 1),
            ([Status.PASSED, Status.ERROR], 1),
            ([Status.ERROR], 1),
        ],
    )
    def test_follows_from_the_findings(self, statuses, expected):
        findings = [finding(resource=str(number), status=status) for number, status in enumerate(statuses)]
        assert exit_status(findings) == expected
        assert report(*findings).summary.exit_status == expected


class TestResults:
    def test_hold_everything_the_contract_names(self):
        assert json.loads(results_json(report(finding(), gaps=(gap("kms:DescribeKey", "key"),)))) == {
            "schema": "stack-verify/results/1",
            "run": {
                "tool": "stack-verify",
                "version": report().run.version,
                "account": "123456789012",
                "region": "sa-east-1",
                "caller": "arn:aws:sts::123456789012:assumed-role/audit/ci",
                "stack": {
                    "source": "outputs/flat-outputs.json",
                    "name": "prod",
                    "project": "healthcare",
                    "environment": "prod",
                    "environment_suffix": "synth1",
                },
                "policy": "hipaa",
                "environment": "prod",
                "policy_sha256": report().run.policy_sha256,
                "effective_policy": json.loads(msgspec.json.encode(POLICY)),
                "snapshot_sha256": report(gaps=(gap("kms:DescribeKey", "key"),)).run.snapshot_sha256,
                "taken_at": "2026-11-23T13:00:00Z",
                "observed_from": "2026-11-23T13:00:00Z",
                "observed_until": "2026-11-23T13:00:00Z",
                "settling": None,
                "unread": [],
            },
            "findings": [
                {
                    "control": "rds-storage-encrypted",
                    "title": "RDS storage is encrypted",
                    "severity": "critical",
                    "citations": ["164.312(a)(2)(iv)"],
                    "nist": ["SC-28", "SC-28(1)"],
                    "resource": {
                        "type": "AWS::RDS::DBInstance",
                        "id": "database",
                        "arn": None,
                        "region": "sa-east-1",
                        "account": "123456789012",
                    },
                    "status": "failed",
                    "observed": "StorageEncrypted is False",
                    "expected": "true",
                    "remediation": "Set storage_encrypted.",
                    "evidence": [
                        {
                            "api": "rds:DescribeDBInstances",
                            "request_id": "r-1",
                            "at": "2026-11-23T13:00:00Z",
                            "field": "database StorageEncrypted",
                            "value": False,
                        }
                    ],
                    "waiver": None,
                    "path": [],
                    "elsewhere": None,
                    "cause": None,
                    "since": None,
                }
            ],
            "gaps": [
                {
                    "question": {"kind": "AWS::KMS::Key", "key": "key"},
                    "api": "kms:DescribeKey",
                    "action": "kms:DescribeKey",
                    "code": "AccessDeniedException",
                    "message": "no",
                    "at": "2026-11-23T13:00:00Z",
                }
            ],
            "summary": {
                "outcome": "failed",
                "exit_status": 1,
                "findings": 1,
                "by_status": {"passed": 0, "failed": 1, "error": 0, "waived": 0, "not applicable": 0},
                "by_severity": {
                    severity: {
                        "passed": 0,
                        "failed": int(severity == "critical"),
                        "error": 0,
                        "waived": 0,
                        "not applicable": 0,
                    }
                    for severity in ("critical", "high", "medium", "low")
                },
                "gaps": 1,
                "resources": {"judged": 0, "not judged": 0, "accepted": 0, "verified elsewhere": 0},
                "elsewhere": 0,
                "partial": None,
            },
            "partial": None,
            "resources": [],
            "no_resource": [],
        }

    def test_carry_the_waiver(self):
        row = json.loads(results_json(report(finding(status=Status.WAIVED))))["findings"][0]
        assert row["waiver"] == {
            "control": "rds-multi-az",
            "resource": "database",
            "owner": "platform",
            "reason": "one zone for now",
            "approver": "CISO",
            "ticket": "SEC-1",
            "expires": "2026-12-03",
            "alternative": "hourly snapshots",
        }

    def test_the_digest_of_the_policy_is_of_its_values(self):
        stricter = msgspec.structs.replace(POLICY, min_backup_retention_days=POLICY.min_backup_retention_days + 1)
        digests = {report_of(snapshot(), (), policy).run.policy_sha256 for policy in (POLICY, POLICY, stricter)}
        assert len(digests) == 2


class TestJunit:
    def test_has_one_suite_for_each_specification_that_is_cited(self):
        both = finding(citations=hipaa("164.312(e)(1)", "164.312(a)(2)(iv)"))
        one = finding("rds-iam-authentication", status=Status.PASSED, citations=hipaa("164.312(e)(1)"))
        suites = JUnitXml.fromstring(junit(report(both, one)))
        assert {suite.name: {(case.classname, case.name) for case in suite} for suite in suites} == {
            "164.312(a)(2)(iv) Encryption and decryption (addressable)": {
                ("164.312(a)(2)(iv).rds-storage-encrypted", "rds-storage-encrypted on AWS::RDS::DBInstance database"),
            },
            "164.312(e)(1) Transmission security (standard)": {
                ("164.312(e)(1).rds-iam-authentication", "rds-iam-authentication on AWS::RDS::DBInstance database"),
                ("164.312(e)(1).rds-storage-encrypted", "rds-storage-encrypted on AWS::RDS::DBInstance database"),
            },
        }
        assert [(suite.tests, suite.failures, suite.errors, suite.skipped) for suite in suites] == [
            (1, 1, 0, 0),
            (2, 1, 0, 0),
        ]
        assert (suites.tests, suites.failures, suites.errors) == (3, 2, 0)

    @pytest.mark.parametrize(
        ("status", "expected"),
        [
            (Status.PASSED, []),
            (Status.FAILED, [("failure", "critical", "StorageEncrypted is False")]),
            (Status.ERROR, [("error", "critical", "StorageEncrypted is False")]),
            (Status.NOT_APPLICABLE, [("skipped", "skipped", "not applicable: StorageEncrypted is False")]),
            (
                Status.WAIVED,
                [
                    (
                        "skipped",
                        "skipped",
                        (
                            "waived: one zone for now; instead: hourly snapshots"
                            " (owner platform, approver CISO, ticket SEC-1, expires 2026-12-03)"
                        ),
                    )
                ],
            ),
        ],
    )
    def test_gives_each_status_its_own_word(self, status, expected):
        (case,) = cases(report(finding(status=status))).values()
        outcome = [element for element in case if element.tag != "system-out"]
        assert [(element.tag, element.get("type"), element.get("message")) for element in outcome] == expected

    def test_tells_each_case_so_that_a_stranger_understands_it(self):
        (case,) = cases(report(finding())).values()
        assert case.findtext("system-out") == (
            "title: RDS storage is encrypted\n"
            "severity: critical\n"
            "citations: 164.312(a)(2)(iv)\n"
            "resource: database (AWS::RDS::DBInstance, sa-east-1, 123456789012)\n"
            "status: failed\n"
            "observed: StorageEncrypted is False\n"
            "expected: true\n"
            "remediation: Set storage_encrypted.\n"
            "evidence: rds:DescribeDBInstances request r-1 at 2026-11-23T13:00:00+00:00:"
            " database StorageEncrypted = false"
        )
        assert case.findtext("failure") == (
            "observed: StorageEncrypted is False\nexpected: true\nremediation: Set storage_encrypted."
        )

    def test_tells_the_evidence_once_and_refers_to_it(self):
        both = finding(citations=hipaa("164.312(e)(1)", "164.312(a)(2)(iv)"))
        first, second = (case.system_out for suite in JUnitXml.fromstring(junit(report(both))) for case in suite)
        assert "evidence: rds:DescribeDBInstances" in first
        assert second.splitlines()[-1] == "evidence: as in suite 164.312(a)(2)(iv)"

    def test_tells_some_of_much_evidence(self):
        much = msgspec.structs.replace(finding(), evidence=finding().evidence[:1] * 12)
        (case,) = (case for suite in JUnitXml.fromstring(junit(report(much))) for case in suite)
        assert case.system_out.splitlines()[-1] == "evidence: 2 more, in results.json"

    def test_tells_no_remedy_for_what_passed(self):
        (case,) = (
            case for suite in JUnitXml.fromstring(junit(report(finding(status=Status.PASSED)))) for case in suite
        )
        assert "remediation" not in case.system_out

    def test_tells_the_facts_of_the_run_in_each_suite(self):
        made = report(finding())
        (suite,) = JUnitXml.fromstring(junit(made))
        assert suite.timestamp == "2026-11-23T13:00:00"
        assert {fact.name: fact.value for fact in suite.properties()} == {
            "verdict": "failed: 1 of 1 check failed",
            "counted": "findings: 1; each stands in the suite of every specification that it cites",
            "resources": "0 judged, 0 not judged, 0 accepted, 0 verified elsewhere",
            "verified_elsewhere": "0",
            "tool": f"stack-verify {made.run.version}",
            "stack": "prod",
            "outputs": "outputs/flat-outputs.json",
            "account": "123456789012",
            "region": "sa-east-1",
            "caller": "arn:aws:sts::123456789012:assumed-role/audit/ci",
            "policy": "hipaa",
            "environment": "prod",
            "policy_sha256": made.run.policy_sha256,
            "snapshot_sha256": made.run.snapshot_sha256,
            "taken_at": "2026-11-23T13:00:00+00:00",
        }

    def test_a_failure_that_says_nothing_is_still_a_failure(self):
        silent = msgspec.structs.replace(finding(observed=""), expected=None, remediation="")
        (case,) = cases(report(silent)).values()
        assert [element.tag for element in case] == ["failure", "system-out"]

    def test_findings_of_one_control_on_like_named_resources_have_names_of_their_own(self):
        like_named = [finding(resource="a b"), finding(resource="a\nb"), finding(resource="a b #2")]
        assert {name for _, name in cases(report(*like_named))} == {
            "rds-storage-encrypted on AWS::RDS::DBInstance a b",
            "rds-storage-encrypted on AWS::RDS::DBInstance a b #2",
            "rds-storage-encrypted on AWS::RDS::DBInstance a b #2 #2",
        }

    def test_characters_that_xml_forbids_are_shown_as_escapes(self):
        (name,) = cases(report(finding(resource="a\x00b\x1b[31m\ud800\ufffe")))
        assert name == (
            "164.312(a)(2)(iv).rds-storage-encrypted",
            r"rds-storage-encrypted on AWS::RDS::DBInstance a\x00b\x1b[31m\ud800\ufffe",
        )

    def test_jenkins_would_refuse_a_count_of_what_is_disabled(self):
        root = ET.fromstring(junit(report(finding())))
        root[0].set("disabled", "0")
        assert list(refused(root)) == ["testsuite with disabled"]

    def test_a_long_value_is_cut_in_the_middle(self):
        (case,) = cases(report(finding(value="x" * 400 + "y" * 400))).values()
        assert (case.findtext("system-out") or "").endswith('= "' + "x" * 247 + "..." + "y" * 248 + '"')


class TestWhateverIsFound:
    """AWS and its users name things as they like; reports stay whole and agree with each other."""

    @given(st.lists(ANY_FINDING, max_size=8))
    @settings(deadline=None)
    def test_results_and_junit_count_the_same(self, findings):
        made = report(*findings)
        expected = Counter(found.status for found in findings)

        results = msgspec.json.decode(results_json(made).encode())
        assert Counter(row["status"] for row in results["findings"]) == expected
        assert Counter(results["summary"]["by_status"]) == expected

        told = Counter(dict.fromkeys(("passed", "failure", "error", "skipped"), 0))
        common = [case for (classname, _), case in cases(made).items() if classname.startswith(COMMON[0].id)]
        told.update(next((e.tag for e in case if e.tag != "system-out"), "passed") for case in common)
        assert told == Counter(
            {
                "passed": expected[Status.PASSED],
                "failure": expected[Status.FAILED],
                "error": expected[Status.ERROR],
                "skipped": expected[Status.WAIVED] + expected[Status.NOT_APPLICABLE],
            }
        )

    @given(WHOLE_TEXT, st.lists(ANY_FINDING, min_size=1, max_size=3))
    @settings(deadline=None)
    def test_junit_stays_whole_whatever_the_stack_and_its_caller_are_called(self, name, findings):
        taken = snapshot()
        named = msgspec.structs.replace(
            taken,
            stack=msgspec.structs.replace(taken.stack, name=name, source=name),
            caller=msgspec.structs.replace(taken.caller, arn=name),
        )
        made = report_of(named, findings, POLICY)
        assert len(cases(made)) == sum(len(set(found.citations)) for found in findings)
        facts = [{fact.name: fact.value for fact in s.properties()} for s in JUnitXml.fromstring(junit(made))]
        assert {(fact["stack"], fact["caller"], fact["outputs"]) for fact in facts} == {(one_line(name),) * 3}

    @given(st.lists(ANY_FINDING, max_size=8), st.integers(min_value=60, max_value=200), st.booleans())
    @settings(deadline=None)
    def test_the_summary_stays_inside_the_terminal_and_sends_it_no_commands(self, findings, width, verbose):
        text = summary(report(*findings), width=width, colour=False, verbose=verbose)
        assert max(len(line) for line in text.split("\n")) <= width
        assert not set(text) & {chr(code) for code in (*range(10), *range(11, 32), *range(0x7F, 0xA0))}
        text.encode()

    @given(st.lists(ANY_FINDING, max_size=8), st.randoms(use_true_random=False))
    @settings(deadline=None)
    def test_the_order_of_the_findings_does_not_matter(self, findings, chance: random.Random):
        shuffled = chance.sample(findings, len(findings))
        distinct = {(found.control, found.resource.id, found.status, found.observed) for found in findings}
        if len(distinct) == len(findings):
            assert results_json(report(*shuffled)) == results_json(report(*findings))
            assert junit(report(*shuffled)) == junit(report(*findings))


SUMMARY = """\
FAILED  5 of 7 checks failed, 1 could not be verified, 1 waived, AWS did not answer 3 questions

  stack     healthcare/prod, suffix synth1, from outputs/flat-outputs.json
  account   123456789012 in sa-east-1, read as arn:aws:sts::123456789012:assumed-role/audit/ci
  policy    hipaa for prod, SHA-256 $policy
  read at   2026-11-23 13:00:00 UTC, snapshot SHA-256 $snapshot
  checks    0 passed, 5 failed, 1 error, 1 waived, 0 not applicable

  critical  rds-storage-encrypted: RDS storage is encrypted
  failed    AWS::RDS::DBInstance database: StorageEncrypted is False
  expected  true
  error     AWS::RDS::DBInstance replica: kms:DescribeKey was denied
  remedy    Set storage_encrypted.

  low       rds-public: RDS storage is encrypted
  failed    AWS::RDS::DBInstance a, b, c and 1 more: PubliclyAccessible is True
  expected  true
  remedy    Set storage_encrypted.

  waived    rds-multi-az on AWS::RDS::DBInstance database: 10 days left (until 2026-12-03), SEC-1,
            owner platform: one zone for now; instead: hourly snapshots

  denied    allow kms:DescribeKey (2 questions)
  no answer rds:DescribeDBInstances: Throttling: Rate exceeded (1 question)

  written   outputs/reports: junit.xml, results.json"""


class TestSummary:
    def test_says_the_verdict_what_is_wrong_and_how_to_mend_it(self):
        made = report(
            finding(),
            finding(resource="replica", status=Status.ERROR, observed="kms:DescribeKey was denied"),
            *(
                finding("rds-public", name, severity=Severity.LOW, observed="PubliclyAccessible is True")
                for name in "abcd"
            ),
            finding("rds-multi-az", status=Status.WAIVED),
            gaps=(
                gap("kms:DescribeKey", "one"),
                gap("kms:DescribeKey", "two"),
                gap("rds:DescribeDBInstances", "three", "Throttling", "Rate exceeded"),
            ),
        )
        written = [Path("outputs/reports") / name for name in ("junit.xml", "results.json")]
        digests = {"policy": made.run.policy_sha256[:12], "snapshot": made.run.snapshot_sha256[:12]}
        text = summary(made, written, width=100, colour=False, verbose=False)
        assert text == string.Template(SUMMARY).substitute(digests)

    @pytest.mark.parametrize(
        ("statuses", "headline"),
        [
            ([], "NOTHING VERIFIED  no check passed or failed, so this run proves nothing about the stack"),
            (
                [Status.NOT_APPLICABLE],
                "NOTHING VERIFIED  no check passed or failed, so this run proves nothing about the stack",
            ),
            ([Status.PASSED, Status.NOT_APPLICABLE], "PASSED  1 of 1 check passed"),
            ([Status.PASSED, Status.WAIVED], "PASSED  1 of 2 checks passed, 1 waived"),
            ([Status.PASSED, Status.ERROR], "NOT VERIFIED  1 of 2 checks passed, 1 could not be verified"),
            ([Status.FAILED, Status.ERROR], "FAILED  1 of 2 checks failed, 1 could not be verified"),
        ],
    )
    def test_begins_with_the_verdict(self, statuses, headline):
        findings = [finding(f"control-{number}", status=status) for number, status in enumerate(statuses)]
        text = summary(report(*findings), width=120, colour=False, verbose=False)
        assert text.splitlines()[0] == headline

    def test_says_that_no_state_was_given(self):
        drift = finding("drift-live-vs-declared", status=Status.NOT_APPLICABLE, observed=NO_STATE)
        text = summary(report(drift), width=100, colour=False, verbose=False)
        assert "drift     not judged, as no state was given: --stack-state adds drift and inventory" in text
        assert "no state was given" not in summary(report(finding()), width=100, colour=False, verbose=False)

    def test_tells_twenty_in_detail_and_counts_the_rest_by_control(self):
        findings = [finding(f"control-{number:02}", severity=Severity.LOW) for number in range(22)]
        findings += [finding("control-21", "replica", severity=Severity.LOW, observed="unencrypted")]
        text = summary(report(*findings), width=100, colour=False, verbose=False)
        assert text.count("  low       control-") == 20
        assert text.endswith("  ...       and 3 more, see results.json: 1 control-20, 2 control-21")

    @pytest.mark.parametrize(("height", "told"), [(10, 3), (30, 3), (40, 5), (50, 7), (200, 20)])
    def test_fits_the_screen_of_a_terminal_but_tells_three_in_any_case(self, height, told):
        findings = [finding(f"control-{number:02}", severity=Severity.LOW) for number in range(22)]
        written = [Path("outputs/reports/report.html")]
        text = summary(report(*findings), written, width=100, height=height, colour=False, verbose=False)
        assert text.count("  low       control-") == told
        assert f"and {22 - told} more, see results.json: " in text
        assert told in (3, 20) or text.count("\n") < height

    def test_counts_the_waived_beyond_twenty(self):
        findings = [finding(f"control-{number:02}", status=Status.WAIVED) for number in range(23)]
        lines = summary(report(*findings), width=160, colour=False, verbose=False).splitlines()
        assert sum(line.startswith("  waived    control-") for line in lines) == 20
        assert lines[-1] == "  ...       and 3 more waived; see results.json"

    def test_tells_all_when_asked_to_and_what_passed_too(self):
        findings = [finding(f"control-{number:02}") for number in range(22)]
        findings += [finding("rds-kept", status=Status.PASSED, observed="30 days")]
        findings += [finding("ecr-scanned", "", Status.NOT_APPLICABLE, observed="the stack has no repository")]
        text = summary(report(*findings), width=100, colour=False, verbose=True)
        assert text.count("  critical  control-") == 22
        assert text.endswith(
            "  n/a       ecr-scanned on AWS::RDS::DBInstance (none): the stack has no repository\n"
            "  passed    rds-kept on AWS::RDS::DBInstance database: 30 days"
        )

    def test_shortens_a_long_id_in_its_middle_and_folds_what_was_observed(self):
        long = finding(resource="arn:aws:rds:" + "x" * 200 + ":database", observed="one\ntwo\n" + "three " * 60)
        lines = summary(report(long), width=80, colour=False, verbose=False).splitlines()
        assert lines[9:14] == [
            "  critical  rds-storage-encrypted: RDS storage is encrypted",
            "  failed    AWS::RDS::DBInstance",
            "            arn:aws:rds:xxxxxxxxxxxxxxxx...xxxxxxxxxxxxxxxxxxxx:database",
            "  observed  one two three three three three three three three three three three",
            "            three three three three three three three three three three ...",
        ]

    def test_names_every_missing_action_however_many(self):
        actions = [f"service:DescribeThing{number}" for number in range(30)]
        gaps = tuple(gap(action, action) for action in actions)
        text = summary(report(finding(status=Status.PASSED), gaps=gaps), width=80, colour=False, verbose=False)
        assert {word.strip(",") for word in text.split() if word.startswith("service:")} == set(actions)

    def test_says_when_the_environment_is_assumed(self):
        made = report_of(snapshot(environment=None), (), POLICY)
        text = summary(made, width=120, colour=False, verbose=False)
        assert "hipaa for prod (assumed: the outputs name no environment)" in text

    def test_is_coloured_only_when_asked_to(self):
        made = report(finding())
        plain = summary(made, width=80, colour=False, verbose=False)
        coloured = summary(made, width=80, colour=True, verbose=False)
        assert "\x1b" not in plain
        assert coloured.startswith("\x1b[31;1mFAILED\x1b[0m  1 of 1 check failed")
        for code in ("\x1b[31;1m", "\x1b[1m", "\x1b[0m"):
            coloured = coloured.replace(code, "")
        assert coloured == plain


class Broken:
    """A reporter that raises when it has written half of its file."""

    filename = "results.json"

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def write(self, _report: Report, stream: BinaryIO) -> None:
        stream.write(b"half")
        raise self.error


class TestWriting:
    def test_writes_every_report_and_the_manifest(self, tmp_path):
        written = write_reports(report(finding()), REPORTERS, tmp_path / "new" / "reports")
        assert sorted(path.name for path in written) == FILES
        assert sorted(contents(tmp_path / "new" / "reports")) == FILES

    def test_the_manifest_proves_the_other_files(self, tmp_path):
        made = report(finding())
        write_reports(made, REPORTERS, tmp_path)
        files = contents(tmp_path)
        manifest = json.loads(files.pop("manifest.json"))
        assert manifest == {
            "schema": "stack-verify/manifest/1",
            "run": json.loads(files["results.json"])["run"],
            "files": [
                {"bytes": len(content), "name": name, "sha256": hashlib.sha256(content).hexdigest()}
                for name, content in files.items()
            ],
        }
        assert hashlib.sha256(files["snapshot.json"]).hexdigest() == made.run.snapshot_sha256

    def test_a_snapshot_read_back_gives_the_same_bytes(self, tmp_path):
        write_reports(report(finding(value={"b": 1, "a": {"d": 2, "c": 3}})), REPORTERS, tmp_path / "live")
        again = load(tmp_path / "live" / "snapshot.json")
        write_reports(
            report_of(again, [finding(value={"a": {"c": 3, "d": 2}, "b": 1})], POLICY), REPORTERS, tmp_path / "again"
        )
        assert contents(tmp_path / "again") == contents(tmp_path / "live")

    @pytest.mark.parametrize(
        ("error", "reason"),
        [
            (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC)), "No space left on device"),
            (TypeError("no such field"), "the reporter itself is at fault: TypeError: no such field"),
        ],
    )
    def test_a_report_that_cannot_be_written_harms_no_other(self, tmp_path, error, reason):
        write_reports(report(finding()), REPORTERS, tmp_path)
        before = contents(tmp_path)
        now = report(finding(status=Status.PASSED))

        with pytest.raises(ReportError) as raised:
            write_reports(now, (REPORTERS[0], Broken(error), REPORTERS[2]), tmp_path)

        assert str(raised.value) == (
            f"1 of 4 reports could not be written: {tmp_path / 'results.json'} ({reason})."
            f" Written: junit.xml, snapshot.json, manifest.json."
            f" Make {tmp_path} writable with room on its disk, or name another folder with --reports."
        )
        after = contents(tmp_path)
        assert sorted(after) == FILES
        assert after["results.json"] == before["results.json"]
        assert after["junit.xml"] == junit(now)
        listed = {entry["name"] for entry in json.loads(after["manifest.json"])["files"]}
        assert listed == {"junit.xml", "snapshot.json"}

    def test_an_interruption_leaves_no_half_written_file(self, tmp_path):
        with pytest.raises(KeyboardInterrupt):
            write_reports(report(finding()), (Broken(KeyboardInterrupt()),), tmp_path)
        assert contents(tmp_path) == {}

    def test_a_file_in_the_folders_place_is_an_error_for_people(self, tmp_path):
        (tmp_path / "reports").write_text("mine")
        with pytest.raises(ReportError, match=r"reports: cannot be made a folder .* with --reports\."):
            write_reports(report(finding()), REPORTERS, tmp_path / "reports")
        assert (tmp_path / "reports").read_text() == "mine"

    def test_a_folder_in_a_files_place_is_an_error_for_people(self, tmp_path):
        (tmp_path / "results.json").mkdir()
        with pytest.raises(ReportError, match=r"^1 of 5 reports could not be written: .*results\.json"):
            write_reports(report(finding()), REPORTERS, tmp_path)
        assert sorted(path.name for path in tmp_path.iterdir()) == FILES


def test_every_short_word_on_a_waived_required_specification_says_that_it_is_not_complied_with():
    """T33: the headline, the row and the reason."""
    made = report(finding(status=Status.WAIVED, citations=hipaa("164.312(b)")), finding(status=Status.PASSED))
    assert (made.summary.outcome, made.summary.exit_status) == ("documented non-compliance", 1)
    text = summary(made, width=120, colour=False, verbose=False)
    assert text.startswith(
        "NOT PASSED  documented non-compliance with a required specification, 1 of 2 checks passed, 1 waived, 1 of"
    )
    assert "documented non-compliance with 164.312(b) (required): one zone for now" in " ".join(text.split())
    assert "documented non-compliance with 164.312(b) (required): " in " ".join(map(sentence, made.findings))
