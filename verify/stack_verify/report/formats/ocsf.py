"""``ocsf.json``: Compliance Findings (class 2003) of the Open Cybersecurity Schema Framework, for data lakes."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import BinaryIO

from stack_verify.core.finding import Finding
from stack_verify.report.fingerprint import identified
from stack_verify.report.formats.json import document, plain
from stack_verify.report.model import Report, Run
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line
from stack_verify.report.wording import exception, sentence
from stack_verify.vocabulary import AT_REST, Severity, Status

VERSION = "1.5.0"
STANDARD = "HIPAA Security Rule, 45 CFR 164 subpart C"
NIST = "NIST SP 800-53r5"

_SEVERITIES = {
    Severity.CRITICAL: (5, "Critical"),
    Severity.HIGH: (4, "High"),
    Severity.MEDIUM: (3, "Medium"),
    Severity.LOW: (2, "Low"),
}
_INFORMATIONAL = (1, "Informational")
# Of the check. A waiver accepts a failure and makes no pass of it.
_PASS, _WARNING, _FAIL, _OTHER = 1, 2, 3, 99
_COMPLIANCE = {
    Status.PASSED: _PASS,
    Status.FAILED: _FAIL,
    Status.WAIVED: _FAIL,
    Status.ERROR: _WARNING,
    Status.NOT_APPLICABLE: _OTHER,
}
# Of the finding, as somebody works on it.
_NEW, _SUPPRESSED, _RESOLVED = (1, "New"), (3, "Suppressed"), (4, "Resolved")


class OcsfReport:
    """Writes ``ocsf.json``: a list of events, one a finding."""

    filename = "ocsf.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the events in UTF-8."""
        stream.write(document([_event(*each, report) for each in identified(report)]).encode())


def _event(mark: str, finding: Finding, report: Report) -> dict[str, object]:
    run = report.run
    severity_id, severity = _INFORMATIONAL if finding.status in AT_REST else _SEVERITIES[finding.severity]
    status_id, status = _state(finding)
    message = sentence(finding)
    return {
        "activity_id": 1,
        "activity_name": "Create",
        "category_name": "Findings",
        "category_uid": 2,
        "class_name": "Compliance Finding",
        "class_uid": 2003,
        "type_name": "Compliance Finding: Create",
        "type_uid": 200301,
        "time": _milliseconds(run.taken_at),
        "severity": severity,
        "severity_id": severity_id,
        "status": status,
        "status_id": status_id,
        "status_code": finding.status.value,
        "status_detail": message,
        "message": message,
        "metadata": {
            "version": VERSION,
            "product": {"name": run.tool, "vendor_name": run.tool, "version": run.version},
            "profiles": ["cloud"],
            "event_code": one_line(finding.control),
        },
        "cloud": {
            "provider": "AWS",
            "region": run.region,
            "account": {"name": run.account, "uid": run.account, "type": "AWS Account", "type_id": 10},
        },
        "finding_info": {
            "uid": mark,
            "title": one_line(finding.title),
            "desc": message,
            "types": ["Compliance"],
            "created_time": _milliseconds(run.taken_at),
        },
        "compliance": {
            "standards": [STANDARD, *([NIST] if finding.nist else [])],
            "requirements": list(_requirements(finding)),
            "control": one_line(finding.control),
            "desc": one_line(finding.title),
            "status_id": _COMPLIANCE[finding.status],
        },
        "remediation": {"desc": one_line(finding.remediation)},
        "resources": [dict(_resource(finding, run))],
        "evidences": [{"data": plain(item)} for item in finding.evidence],
        "unmapped": dict(_unmapped(finding, report)),
    }


def _state(finding: Finding) -> tuple[int, str]:
    if finding.status is Status.WAIVED:
        return _SUPPRESSED
    return _RESOLVED if finding.status in AT_REST else _NEW


def _resource(finding: Finding, run: Run) -> Iterator[tuple[str, str]]:
    resource = finding.resource
    if resource.id:
        yield "name", one_line(resource.id)
        yield "uid", one_line(resource.arn or resource.id)
    yield "type", one_line(resource.type)
    yield "region", resource.region
    yield "cloud_partition", run.caller.split(":")[1] if run.caller.startswith("arn:") else "aws"


def _unmapped(finding: Finding, report: Report) -> Iterator[tuple[str, str]]:
    run = report.run
    yield "verdict_of_run", one_line(f"{report.summary.outcome}: {verdict_of(report)}")
    if finding.elsewhere is not None:
        yield "verified_elsewhere_by", one_line(finding.elsewhere)
    if finding.cause is not None:
        yield "cause", one_line(finding.cause)
    yield "control_severity", finding.severity.value
    yield "observed", one_line(finding.observed)
    if finding.expected is not None:
        yield "expected", one_line(finding.expected)
    if finding.waiver is not None:
        yield "waiver", one_line(exception(finding))
    if run.stack.name is not None:
        yield "stack", one_line(run.stack.name)
    yield "policy_sha256", run.policy_sha256
    yield "snapshot_sha256", run.snapshot_sha256


def _requirements(finding: Finding) -> Iterator[str]:
    yield from (one_line(f"{citation.id} {citation.title}") for citation in finding.citations)
    yield from (f"{NIST} {each}" for each in finding.nist)


def _milliseconds(time: datetime) -> int:
    return round(time.timestamp() * 1000)
