"""``junit.xml`` for auditors: one suite for each specification of the Security Rule, a case for each finding on it."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from collections import defaultdict
from collections.abc import Iterable, Iterator
from copy import copy
from datetime import UTC
from typing import BinaryIO

from junit_xml import TestCase, TestSuite

from stack_verify.core.control import Citation
from stack_verify.core.finding import UNJUDGED, Finding
from stack_verify.report.model import Report
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line, printable, shortened
from stack_verify.report.wording import exception
from stack_verify.vocabulary import Status

# A value longer than this is cut, and no more evidence than this is told: the whole is in results.json.
LONGEST_VALUE = 500
MOST_EVIDENCE = 10

_OBLIGATION = {"R": "required", "A": "addressable"}
_UNJUDGED = Citation("not judged", "Resources that the outputs and the state name and no control judged", "standard")
_UNCITED = Citation("uncited", "No specification is cited", "standard")


class JunitReport:
    """Writes ``junit.xml``.

    A finding stands in the suite of every specification it cites, so the totals of the file count it as often, which a
    property says. Its evidence is told in the first of them, to which the others refer.
    Class name and name together are unique in the file: what reads it may drop a case that it has seen before.
    """

    filename = "junit.xml"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the suites in UTF-8."""
        suites = [_element(suite) for suite in _suites(report)]
        root = ET.Element("testsuites", {"name": f"{report.run.tool} {report.run.effective_policy.title}"})
        for count in ("tests", "failures", "errors"):
            root.set(count, str(sum(int(suite.attrib[count]) for suite in suites)))
        root.extend(suites)
        ET.indent(root, " ")
        stream.write(ET.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n")


def _element(suite: TestSuite) -> ET.Element:
    element: ET.Element = suite.build_xml_doc()
    # Jenkins's schema for JUnit files does not know this count of junit-xml's, and refuses a file that holds it.
    del element.attrib["disabled"]
    return element


def _suites(report: Report) -> Iterator[TestSuite]:
    cases: dict[Citation, list[TestCase]] = defaultdict(list)
    for name, finding in _named(report.findings):
        # What nothing judged says nothing of any specification.
        cited = (_UNJUDGED,) if finding.control == UNJUDGED else finding.citations or (_UNCITED,)
        case, first = _case(name, finding), min(cited)
        for citation in dict.fromkeys(cited):
            twin = copy(case)
            twin.classname = one_line(f"{citation.id}.{finding.control}")
            if citation != first:
                twin.stdout = printable("\n".join((*_head(finding), f"evidence: as in suite {first.id}")))
            cases[citation].append(twin)
    properties = dict(_properties(report))
    moment = report.run.taken_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S")
    for citation in sorted(cases):
        obligation = _OBLIGATION.get(citation.obligation, citation.obligation)
        yield TestSuite(
            one_line(f"{citation.id} {citation.title} ({obligation})"),
            cases[citation],
            package=one_line(citation.id),
            timestamp=moment,
            properties=properties,
        )


def _named(findings: Iterable[Finding]) -> Iterator[tuple[str, Finding]]:
    """Each finding with a name that no other has. It tells the control too: Azure lists cases by their names alone."""
    taken: set[str] = set()
    for finding in findings:
        resource = finding.resource
        name = stem = one_line(f"{finding.control} on {resource.type} {resource.id}")
        number = 1
        while name in taken:
            number += 1
            name = f"{stem} #{number}"
        taken.add(name)
        yield name, finding


def _case(name: str, finding: Finding) -> TestCase:
    case = TestCase(name, stdout=printable("\n".join(_lines(finding))))
    observed = one_line(finding.observed)
    # junit-xml takes an element without any text for none at all, and the case would read as passed.
    text = printable("\n".join(_judgement(finding)))
    match finding.status:
        case Status.FAILED:
            case.add_failure_info(observed, text, finding.severity.value)
        case Status.ERROR:
            case.add_error_info(observed, text, finding.severity.value)
        case Status.WAIVED:
            case.add_skipped_info(one_line(f"waived: {exception(finding)}"), text)
        case Status.NOT_APPLICABLE if finding.elsewhere:
            case.add_skipped_info(one_line(f"verified elsewhere: {observed}; kept by {finding.elsewhere}"))
        case Status.NOT_APPLICABLE:
            case.add_skipped_info(f"not applicable: {observed}")
        case Status.PASSED:
            pass
    return case


def _judgement(finding: Finding) -> Iterator[str]:
    yield f"observed: {finding.observed}"
    if finding.expected is not None:
        yield f"expected: {finding.expected}"
    if finding.status is not Status.PASSED:
        yield f"remediation: {finding.remediation}"


def _lines(finding: Finding) -> Iterator[str]:
    yield from _head(finding)
    for item in finding.evidence[:MOST_EVIDENCE]:
        value = shortened(json.dumps(item.value, ensure_ascii=False, sort_keys=True), LONGEST_VALUE)
        request = f" request {item.request_id}" if item.request_id else ""
        yield f"evidence: {item.api}{request} at {item.at.isoformat()}: {item.field} = {value}"
    if len(finding.evidence) > MOST_EVIDENCE:
        yield f"evidence: {len(finding.evidence) - MOST_EVIDENCE} more, in results.json"


def _head(finding: Finding) -> Iterator[str]:
    resource = finding.resource
    yield f"title: {finding.title}"
    yield f"severity: {finding.severity}"
    yield f"citations: {', '.join(citation.id for citation in finding.citations)}"
    yield f"resource: {resource.arn or resource.id or 'none'} ({resource.type}, {resource.region}, {resource.account})"
    yield f"status: {finding.status}"
    yield from _judgement(finding)
    if finding.waiver is not None:
        yield f"waiver: {exception(finding)}"


def _properties(report: Report) -> Iterator[tuple[str, str]]:
    run, partial = report.run, report.summary.partial
    facts = {
        "verdict": f"{report.summary.outcome}: {verdict_of(report)}",
        "partial": partial.text if partial else None,
        "counted": f"findings: {len(report.findings)}; each stands in the suite of every specification that it cites",
        "resources": ", ".join(f"{count} {standing}" for standing, count in report.summary.resources.items()),
        "verified_elsewhere": str(report.summary.elsewhere),
        "tool": f"{run.tool} {run.version}",
        "stack": run.stack.name,
        "outputs": run.stack.source,
        "account": run.account,
        "region": run.region,
        "caller": run.caller,
        "policy": run.effective_policy.title,
        "environment": run.environment,
        "policy_sha256": run.policy_sha256,
        "snapshot_sha256": run.snapshot_sha256,
        "taken_at": run.taken_at.isoformat(),
    }
    return ((name, one_line(value)) for name, value in facts.items() if value is not None)
