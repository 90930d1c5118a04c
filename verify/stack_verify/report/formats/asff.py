"""``asff.json``: the AWS Security Finding Format, for AWS Security Hub.

Limits and meanings are those of the API reference of Security Hub: BatchImportFindings and AwsSecurityFinding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import BinaryIO

from stack_verify.core.finding import Finding
from stack_verify.report.fingerprint import identified
from stack_verify.report.formats.json import document
from stack_verify.report.model import Report, Run
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line, shortened
from stack_verify.report.wording import sentence
from stack_verify.resources import RESOURCES
from stack_verify.vocabulary import AT_REST, Severity, Status

MOST_FINDINGS = 100  # in one call
LONGEST_TITLE = 256
LONGEST_DESCRIPTION = 1024
LONGEST_REMEDY = 512
LONGEST_ID = 512
LONGEST_FIELD = 1024
MOST_REQUIREMENTS = 32
NIST = "NIST.800-53.r5"

_TYPE = "Software and Configuration Checks/Industry and Regulatory Standards/HIPAA Controls (USA)"

# What Security Hub calls the kinds that it knows. Any other is "Other" to it.
_KINDS = {each.kind(): each.identity.asff for each in RESOURCES if each.identity is not None and each.identity.asff}
# A waiver accepts a failure and makes no pass of it; the workflow says that it is accepted.
_COMPLIANCE = {
    Status.PASSED: "PASSED",
    Status.FAILED: "FAILED",
    Status.WAIVED: "FAILED",
    Status.ERROR: "WARNING",
    Status.NOT_APPLICABLE: "NOT_AVAILABLE",
}
_LABELS = {severity: severity.value.upper() for severity in Severity}


class AsffReport:
    """Writes ``asff.json``: a list of requests for BatchImportFindings, each of at most a hundred findings.

    The verifier only reads, so importing them is left to a role that may.
    """

    filename = "asff.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the requests in UTF-8."""
        findings = [_finding(*each, report) for each in identified(report)]
        stream.write(document([*_requests(findings)]).encode())


def _requests(findings: list[dict[str, object]]) -> Iterator[dict[str, object]]:
    for first in range(0, len(findings), MOST_FINDINGS):
        yield {"Findings": findings[first : first + MOST_FINDINGS]}


def _finding(mark: str, finding: Finding, report: Report) -> dict[str, object]:
    run = report.run
    severity = {"Label": "INFORMATIONAL" if finding.status in AT_REST else _LABELS[finding.severity]}
    moment = _moment(run.taken_at)
    return {
        "SchemaVersion": "2018-10-08",
        "Id": f"{run.region}/{run.account}/{run.tool}/{mark}",
        "ProductArn": f"arn:{_partition(run)}:securityhub:{run.region}:{run.account}:product/{run.account}/default",
        "ProductName": run.tool,
        "CompanyName": run.tool,
        "GeneratorId": _text(f"{run.tool}/{finding.control}", LONGEST_ID),
        # Of whoever imports it, as the product is; Security Hub adds the region by itself.
        "AwsAccountId": run.account,
        "Types": [_TYPE],
        "CreatedAt": moment,
        "UpdatedAt": moment,
        "LastObservedAt": moment,
        "Severity": severity,
        "FindingProviderFields": {"Severity": severity, "Types": [_TYPE]},
        "Title": _text(f"{finding.control}: {finding.title}", LONGEST_TITLE),
        "Description": _text(sentence(finding), LONGEST_DESCRIPTION),
        "Remediation": {"Recommendation": {"Text": _text(finding.remediation, LONGEST_REMEDY)}},
        "ProductFields": dict(_fields(finding, report)),
        "Resources": [_resource(finding, run)],
        "Compliance": {
            "Status": _COMPLIANCE[finding.status],
            "RelatedRequirements": list(_requirements(finding))[:MOST_REQUIREMENTS],
        },
        "Workflow": {"Status": _workflow(finding)},
        "RecordState": "ARCHIVED" if finding.status is Status.NOT_APPLICABLE else "ACTIVE",
    }


def _workflow(finding: Finding) -> str:
    if finding.status is Status.WAIVED:
        return "SUPPRESSED"
    return "RESOLVED" if finding.status in AT_REST else "NEW"


def _fields(finding: Finding, report: Report) -> Iterator[tuple[str, str]]:
    run = report.run
    facts = {
        "run": f"{report.summary.outcome}: {verdict_of(report)}",
        "elsewhere": finding.elsewhere,
        "cause": finding.cause,
        "status": finding.status,
        "severity": finding.severity,
        "observed": finding.observed,
        "expected": finding.expected,
        "stack": run.stack.name,
        "policy": run.policy_sha256,
        "snapshot": run.snapshot_sha256,
    }
    return ((f"{run.tool}/{name}", _text(value, LONGEST_FIELD)) for name, value in facts.items() if value is not None)


def _resource(finding: Finding, run: Run) -> dict[str, object]:
    resource = finding.resource
    return {
        "Type": _KINDS.get(resource.type, "Other"),
        # Where the stack has none of the kind, the finding is about the account.
        "Id": _text(resource.arn or resource.id or f"AWS::::Account:{run.account}", LONGEST_ID),
        "Partition": _partition(run),
        "Region": resource.region or run.region,
    }


def _requirements(finding: Finding) -> Iterable[str]:
    # In the words that Security Hub itself uses of NIST's.
    cited = (*(f"HIPAA {citation.id}" for citation in finding.citations), *(f"{NIST} {each}" for each in finding.nist))
    return dict.fromkeys(_text(each, 64) for each in cited)


def _partition(run: Run) -> str:
    return run.caller.split(":")[1] if run.caller.startswith("arn:") else "aws"


def _moment(time: datetime) -> str:
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def _text(text: str, longest: int) -> str:
    """The text in one line of at most ``longest`` characters; never empty, which Security Hub refuses."""
    return shortened(one_line(text), longest) or "-"
