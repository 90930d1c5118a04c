"""``results.sarif``: SARIF 2.1.0 (OASIS) for GitHub code scanning and editors."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO
from urllib.parse import quote

from stack_verify.core.denominator import Standing
from stack_verify.core.finding import Finding
from stack_verify.report.fingerprint import identified
from stack_verify.report.formats.json import document
from stack_verify.report.locations import Places
from stack_verify.report.model import Report
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line, shortened
from stack_verify.report.wording import exception, named, sentence
from stack_verify.vocabulary import Severity, Status

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
# GitHub shows no more of a rule's texts, and no more of its tags.
LONGEST_TEXT = 1000
MOST_TAGS = 20

_LEVELS = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
# GitHub's scale: critical from 9.0, high from 7.0, medium from 4.0.
_SCORES = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_SHOWN = (Status.FAILED, Status.ERROR, Status.WAIVED)


class SarifReport:
    """Writes ``results.sarif``.

    Its results are what failed, what could not be verified, and, as suppressed, what is waived. GitHub makes an alert
    of every result whatever its kind, so what passed is not among them; and what could not be verified is no less of
    an alert than a failure.
    """

    filename = "results.sarif"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the log in UTF-8."""
        log: dict[str, object] = {"$schema": SCHEMA, "version": "2.1.0", "runs": [_run(report)]}
        stream.write(document(log).encode())


def _run(report: Report) -> dict[str, object]:
    run = report.run
    rules = {finding.control: finding for finding in report.findings}
    index = {control: number for number, control in enumerate(rules)}
    places = Places(report.snapshot)
    name = one_line("/".join(part for part in (run.tool, run.stack.project, run.stack.name) if part))
    return {
        "tool": {"driver": {"name": run.tool, "version": run.version, "rules": [*map(_rule, rules.values())]}},
        "automationDetails": {"id": f"{name}/"},
        "invocations": [_invocation(report)],
        "columnKind": "unicodeCodePoints",
        "results": [
            _result(finding, mark, index[finding.control], run.stack.source, places.line(finding))
            for mark, finding in identified(report)
            if finding.status in _SHOWN
        ],
        "properties": {
            "account": run.account,
            "region": run.region,
            "snapshotSha256": run.snapshot_sha256,
            "verdict": one_line(f"{report.summary.outcome}: {verdict_of(report)}"),
            "resources": {standing.value: count for standing, count in report.summary.resources.items()},
        },
    }


def _rule(finding: Finding) -> dict[str, object]:
    title = shortened(one_line(finding.title), LONGEST_TEXT) or one_line(finding.control)
    remedy = shortened(one_line(finding.remediation), LONGEST_TEXT)
    citations = [one_line(f"HIPAA {citation.id}") for citation in finding.citations]
    titles = "; ".join(one_line(f"{citation.id} {citation.title}") for citation in finding.citations)
    return {
        "id": one_line(finding.control),
        "shortDescription": {"text": title},
        "fullDescription": {"text": title},
        "help": {"text": f"{remedy}\n\n45 CFR {titles}"},
        "defaultConfiguration": {"level": _LEVELS[finding.severity]},
        "properties": {
            "tags": [*dict.fromkeys(["security", "HIPAA", *citations])][:MOST_TAGS],
            "precision": "very-high",
            "security-severity": _SCORES[finding.severity],
        },
    }


def _result(finding: Finding, mark: str, index: int, file: str, line: int | None) -> dict[str, object]:
    resource = finding.resource
    result: dict[str, object] = {
        "ruleId": one_line(finding.control),
        "ruleIndex": index,
        "level": _LEVELS[finding.severity],
        "message": {"text": f"{named(finding)}: {sentence(finding)}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": quote(file.encode("utf-8", "replace")), "uriBaseId": "%SRCROOT%"},
                    # GitHub shows no result without a line; the first stands for the file.
                    "region": {"startLine": line or 1},
                },
                "logicalLocations": [
                    {"fullyQualifiedName": one_line(resource.arn or resource.id), "kind": one_line(resource.type)}
                ],
            }
        ],
        # The one that GitHub tells alerts apart by; its number is SARIF's version of the fingerprint, not of the line.
        "partialFingerprints": {"primaryLocationLineHash": f"{mark[:32]}:1", "stackVerify/v1": mark},
        "properties": {"status": finding.status, "severity": finding.severity},
    }
    if finding.status is Status.WAIVED:
        why = one_line(exception(finding))
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": why}]
    return result


def _invocation(report: Report) -> dict[str, object]:
    notes = list(_notes(report))
    complete = not notes and not report.summary.by_status[Status.ERROR]
    return {"executionSuccessful": complete, "toolExecutionNotifications": [*notes, *_denominator(report)]}


def _notes(report: Report) -> Iterator[dict[str, object]]:
    for gap in report.gaps:
        what = f"{gap.question.kind} {gap.question.key}"
        yield {"level": "error", "message": {"text": one_line(f"{gap.api} on {what}: {gap.code}: {gap.message}")}}


def _denominator(report: Report) -> Iterator[dict[str, object]]:
    """What the run does not say anything of, as notes: GitHub makes an alert of every result."""
    if report.summary.partial:
        yield {"level": "warning", "message": {"text": one_line(report.summary.partial.text)}}
    for row in report.denominator.resources:
        if row.standing is not Standing.JUDGED:
            text = f"{row.type} {row.arn or row.id}: {row.standing} ({row.type_class}): {row.why}"
            yield {"level": "warning" if row.fails else "note", "message": {"text": one_line(text)}}
    for finding in report.elsewhere:
        yield {"level": "note", "message": {"text": f"{finding.control} on {named(finding)}: {sentence(finding)}"}}
