"""SARIF, ASFF, OCSF and OSCAL, each held against what its format's own schema or model allows."""

from __future__ import annotations

import json
from collections import Counter
from io import BytesIO
from typing import Any
from uuid import UUID

import msgspec
import pytest
from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.validate import ParamValidator
from hypothesis import given, settings
from hypothesis import strategies as st
from py_ocsf_models import OCSF_VERSION
from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding
from py_ocsf_models.objects.cloud import Cloud
from sarif_kit.validate import validation_errors
from stack_verify.core.citations import out_of_reach
from stack_verify.core.control import Severity, Status, hipaa
from stack_verify.core.finding import Finding
from stack_verify.report import Report, Reporter, report_of
from stack_verify.report.formats.asff import AsffReport
from stack_verify.report.formats.ocsf import OcsfReport
from stack_verify.report.formats.oscal import OscalReport
from stack_verify.report.formats.sarif import SarifReport
from stack_verify.resources.resource import Question
from stack_verify.resources.stack import StackOutput
from support.made_reports import (
    ANY_FINDING,
    ANY_TEXT,
    CALL,
    POLICY,
    WHOLE_TEXT,
    finding,
    gap,
    report,
    snapshot,
    with_outputs,
)
from trestle.oscal.assessment_results import Model

ONE_OF_EACH = tuple(finding(status.replace(" ", "-"), status=status) for status in Status)
ANY_FINDINGS = st.lists(ANY_FINDING, max_size=5)
REQUEST = ServiceModel(Loader().load_service_model("securityhub", "service-2")).operation_model("BatchImportFindings")


def made(reporter: Reporter, of: Report) -> Any:
    stream = BytesIO()
    reporter.write(of, stream)
    return json.loads(stream.getvalue().decode())


def sarif(of: Report) -> dict[str, Any]:
    """The only run of the log, which is valid."""
    log = made(SarifReport(), of)
    assert validation_errors(log) == []
    (run,) = log["runs"]
    return run


def asff(of: Report) -> list[dict[str, Any]]:
    """The findings of all requests, which Security Hub's API would take."""
    requests = made(AsffReport(), of)
    for request in requests:
        assert ParamValidator().validate(request, REQUEST.input_shape).generate_report() == ""
        assert 1 <= len(request["Findings"]) <= 100
    return [each for request in requests for each in request["Findings"]]


def ocsf(of: Report) -> list[dict[str, Any]]:
    """The events, in which the library's model knows every attribute."""
    events = made(OcsfReport(), of)
    for event in events:
        bare = {name: value for name, value in event.items() if name != "cloud"}
        assert ComplianceFinding.model_validate(bare).model_dump(mode="json", exclude_unset=True) == bare
        assert Cloud.model_validate(event["cloud"]).model_dump(mode="json", exclude_unset=True) == event["cloud"]
    return events


def oscal(of: Report) -> dict[str, Any]:
    """The only result of the document, which trestle's model accepts."""
    document = made(OscalReport(), of)
    Model.model_validate(document)
    (result,) = document["assessment-results"]["results"]
    return result


@given(ANY_FINDINGS, st.builds(gap, WHOLE_TEXT, WHOLE_TEXT, WHOLE_TEXT, WHOLE_TEXT))
@settings(max_examples=50, deadline=None)
def test_every_format_is_valid_and_counts_the_same_whatever_is_found(findings, unanswered):
    of = report(*findings, gaps=(unanswered,))
    count = Counter(each.status for each in findings)
    shown = Counter(result["properties"]["status"] for result in sarif(of)["results"])
    assert shown == Counter({status: count[status] for status in (Status.FAILED, Status.ERROR, Status.WAIVED)})
    assert Counter(each["ProductFields"]["stack-verify/status"] for each in asff(of)) == count
    assert Counter(each["status_code"] for each in ocsf(of)) == count
    props = [prop for each in oscal(of).get("observations", []) for prop in each["props"]]
    assert Counter(prop["value"] for prop in props if prop["name"] == "status") == count


@given(st.builds(finding, resource=ANY_TEXT), WHOLE_TEXT, WHOLE_TEXT)
@settings(max_examples=50, deadline=None)
def test_every_format_is_valid_whatever_the_stack_is_called(found, name, source):
    taken = snapshot()
    stack = msgspec.structs.replace(taken.stack, name=name, project=name, source=source)
    of = report_of(msgspec.structs.replace(taken, stack=stack), [found], POLICY)
    for form in (sarif, asff, ocsf, oscal):
        assert form(of)


class TestSarif:
    def test_a_result_points_at_the_line_of_the_outputs(self):
        asked = Question("AWS::RDS::DBInstance", "database")
        output = StackOutput(observed_by=CALL, name="dbArn", value="arn:...", reference=asked, line=4)
        (result,) = sarif(with_outputs(output, findings=[finding()]))["results"]
        (location,) = result["locations"]
        assert location == {
            "physicalLocation": {
                "artifactLocation": {"uri": "outputs/flat-outputs.json", "uriBaseId": "%SRCROOT%"},
                "region": {"startLine": 4},
            },
            "logicalLocations": [{"fullyQualifiedName": "database", "kind": "AWS::RDS::DBInstance"}],
        }
        assert result["message"]["text"] == (
            "AWS::RDS::DBInstance database: observed: StorageEncrypted is False; expected: true"
        )

    def test_what_passed_is_no_result_and_what_is_waived_is_suppressed(self):
        results = sarif(report(*ONE_OF_EACH))["results"]
        assert {(each["ruleId"], "suppressions" in each) for each in results} == {
            ("failed", False),
            ("error", False),
            ("waived", True),
        }

    def test_a_rule_says_what_is_asked_and_how_to_mend_it(self):
        (rule,) = sarif(report(finding(severity=Severity.HIGH)))["tool"]["driver"]["rules"]
        assert rule == {
            "id": "rds-storage-encrypted",
            "shortDescription": {"text": "RDS storage is encrypted"},
            "fullDescription": {"text": "RDS storage is encrypted"},
            "help": {"text": "Set storage_encrypted.\n\n45 CFR 164.312(a)(2)(iv) Encryption and decryption"},
            "defaultConfiguration": {"level": "error"},
            "properties": {
                "tags": ["security", "HIPAA", "HIPAA 164.312(a)(2)(iv)"],
                "precision": "very-high",
                "security-severity": "8.0",
            },
        }

    def test_what_aws_did_not_answer_makes_the_run_incomplete(self):
        (invocation,) = sarif(report(finding(), gaps=(gap("kms:DescribeKey", "key"),)))["invocations"]
        assert invocation == {
            "executionSuccessful": False,
            "toolExecutionNotifications": [
                {
                    "level": "error",
                    "message": {"text": "kms:DescribeKey on AWS::KMS::Key key: AccessDeniedException: no"},
                }
            ],
        }


class TestIdentity:
    """An alert stays the same alert when the finding on it changes, and no two are the same."""

    def test_does_not_depend_on_what_was_observed(self):
        before, after = (report(finding(observed=observed)) for observed in ("one", "two"))
        assert marks(before) == marks(after)

    def test_is_another_for_another_control_or_resource(self):
        findings = (finding(), finding("other"), finding(resource="other"), finding(observed="twice"))
        for distinct in marks(report(*findings)):
            assert len(set(distinct)) == 4


def numbers(version: str) -> list[int]:
    return [int(part) for part in version.split(".")]


def marks(of: Report) -> tuple[list[str], ...]:
    return (
        [each["partialFingerprints"]["primaryLocationLineHash"] for each in sarif(of)["results"]],
        [each["Id"] for each in asff(of)],
        [each["finding_info"]["uid"] for each in ocsf(of)],
        [each["uuid"] for each in oscal(of)["observations"]],
    )


class TestAsff:
    def test_each_status_has_its_word(self):
        assert {
            each["ProductFields"]["stack-verify/status"]: (
                each["Compliance"]["Status"],
                each["Severity"]["Label"],
                each["Workflow"]["Status"],
                each["RecordState"],
            )
            for each in asff(report(*ONE_OF_EACH))
        } == {
            "passed": ("PASSED", "INFORMATIONAL", "RESOLVED", "ACTIVE"),
            "failed": ("FAILED", "CRITICAL", "NEW", "ACTIVE"),
            "error": ("WARNING", "CRITICAL", "NEW", "ACTIVE"),
            "waived": ("FAILED", "CRITICAL", "SUPPRESSED", "ACTIVE"),
            "not applicable": ("NOT_AVAILABLE", "INFORMATIONAL", "RESOLVED", "ARCHIVED"),
        }

    def test_no_text_is_longer_than_security_hub_takes(self):
        long = finding("c" * 3000, "r" * 3000, observed="o" * 3000, citations=hipaa("164.312(a)(1)") * 99)
        (one,) = asff(report(msgspec.structs.replace(long, title="t" * 3000, remediation="m" * 3000)))
        assert (len(one["Title"]), len(one["Description"]), len(one["GeneratorId"])) == (256, 1024, 512)
        assert len(one["Remediation"]["Recommendation"]["Text"]) == 512
        assert [len(resource["Id"]) for resource in one["Resources"]] == [512]
        assert max(len(value) for value in one["ProductFields"].values()) <= 2048
        related = ["HIPAA 164.312(a)(1)", "NIST.800-53.r5 SC-28", "NIST.800-53.r5 SC-28(1)"]
        assert one["Compliance"]["RelatedRequirements"] == related

    def test_a_request_holds_at_most_a_hundred_findings(self):
        of = report(*(finding(resource=str(number)) for number in range(250)))
        assert [len(request["Findings"]) for request in made(AsffReport(), of)] == [100, 100, 50]
        assert len(asff(of)) == 250

    def test_the_kinds_are_those_that_security_hub_knows(self):
        from stack_verify.report.formats.asff import _KINDS

        known = REQUEST.service_model.shape_for("ResourceDetails").members
        assert set(_KINDS.values()) <= set(known)


class TestOcsf:
    def test_is_of_the_class_and_of_a_version_that_the_model_knows(self):
        (event,) = ocsf(report(finding()))
        assert (event["class_uid"], event["type_uid"]) == (2003, 200301)
        # Minor versions of OCSF only add.
        assert numbers(event["metadata"]["version"]) <= numbers(OCSF_VERSION) < [2]

    def test_names_the_specifications_and_the_controls_of_nist(self):
        (event,) = ocsf(report(finding()))
        cited = ["164.312(a)(2)(iv) Encryption and decryption", "NIST SP 800-53r5 SC-28", "NIST SP 800-53r5 SC-28(1)"]
        assert event["compliance"]["requirements"] == cited

    def test_each_status_has_its_word(self):
        assert {
            each["status_code"]: (each["compliance"]["status_id"], each["status"], each["severity"])
            for each in ocsf(report(*ONE_OF_EACH))
        } == {
            "passed": (1, "Resolved", "Informational"),
            "failed": (3, "New", "Critical"),
            "error": (2, "New", "Critical"),
            "waived": (3, "Suppressed", "Critical"),
            "not applicable": (99, "Resolved", "Informational"),
        }


class TestOscal:
    @pytest.mark.parametrize(
        ("statuses", "state", "reason"),
        [
            ({Status.PASSED, Status.NOT_APPLICABLE}, "satisfied", "pass"),
            ({Status.PASSED, Status.WAIVED}, "not-satisfied", "other"),
            ({Status.PASSED, Status.WAIVED, Status.ERROR}, "not-satisfied", "other"),
            ({Status.PASSED, Status.FAILED, Status.ERROR}, "not-satisfied", "fail"),
        ],
    )
    def test_a_specification_is_satisfied_only_where_everything_on_it_passed(self, statuses, state, reason):
        (found,) = oscal(report(*(each for each in ONE_OF_EACH if each.status in statuses)))["findings"]
        status = found["target"]["status"]
        assert (status["state"], status["reason"]) == (state, reason)
        assert found["target"]["target-id"] == "hipaa-164.312-a-2-iv"
        assert len(found["related-observations"]) == len(statuses - {Status.NOT_APPLICABLE})

    def test_what_speaks_of_nothing_in_the_stack_satisfies_nothing(self):
        (found,) = oscal(report(finding(status=Status.NOT_APPLICABLE)))["findings"]
        status = found["target"]["status"]
        assert (status["state"], status["remarks"]) == ("not-satisfied", "Nothing to judge.")

    @pytest.mark.parametrize("citation", ["164.312(a)(2)(iv)", *list(out_of_reach())[:1]])
    def test_what_is_satisfied_is_said_of_the_configuration_only(self, citation):
        (found,) = oscal(report(finding(citations=hipaa(citation), status=Status.PASSED)))["findings"]
        assert found["description"] == "Of 1 checks of AWS's configuration 0 failed or could not be verified."
        beyond = out_of_reach().get(citation)
        assert found["remarks"] == f"Said of AWS's configuration only.{f' Beyond it: {beyond}' if beyond else ''}"

    def test_what_is_open_or_waived_is_a_risk(self):
        risks = oscal(report(*ONE_OF_EACH))["risks"]
        assert {(risk["status"], risk.get("deadline")) for risk in risks} == {
            ("open", None),
            ("investigating", None),
            ("deviation-approved", "2026-12-04T00:00:00+00:00"),
        }

    @given(ANY_FINDINGS)
    @settings(max_examples=30, deadline=None)
    def test_every_reference_leads_somewhere_and_every_uuid_is_unique(self, findings: list[Finding]):
        result = oscal(report(*findings))
        defined = {
            "observation-uuid": [each["uuid"] for each in result.get("observations", [])],
            "risk-uuid": [each["uuid"] for each in result.get("risks", [])],
            "subject-uuid": [each["uuid"] for each in result.get("local-definitions", {}).get("inventory-items", [])],
        }
        for name, uuids in defined.items():
            assert len(set(uuids)) == len(uuids)
            assert {UUID(uuid).version for uuid in uuids} <= {5}
            assert set(references(result, name)) <= set(uuids)

    def test_the_same_report_has_the_same_uuids(self):
        assert made(OscalReport(), report(*ONE_OF_EACH)) == made(OscalReport(), report(*ONE_OF_EACH))


def references(value: Any, name: str) -> list[str]:
    if isinstance(value, dict):
        return [each for key, inner in value.items() for each in ([inner] if key == name else references(inner, name))]
    return [each for inner in value for each in references(inner, name)] if isinstance(value, list) else []
