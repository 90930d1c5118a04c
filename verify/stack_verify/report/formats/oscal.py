"""``oscal-assessment-results.json``: assessment results of NIST's Open Security Controls Assessment Language, 1.2.1.

Each finding of ours is an observation; each specification of the Security Rule that was judged is a finding of OSCAL's,
which rests on those observations; what failed, could not be verified or is waived is a risk.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from typing import BinaryIO, NamedTuple
from uuid import NAMESPACE_URL, uuid5

from stack_verify.core.citations import out_of_reach
from stack_verify.core.control import Citation
from stack_verify.core.finding import UNJUDGED, Finding, Subject
from stack_verify.report.fingerprint import identified
from stack_verify.report.formats.json import ResultsReport, document
from stack_verify.report.formats.snapshot import SnapshotReport
from stack_verify.report.model import Outcome, Report, Run
from stack_verify.report.terminal import verdict_of
from stack_verify.report.text import one_line, shortened
from stack_verify.report.wording import exception, named, sentence
from stack_verify.vocabulary import OPEN, Status

VERSION = "1.2.1"
# Names our properties; nothing is to be fetched from it.
NAMESPACE = "urn:stack-verify:oscal"
LONGEST_VALUE = 500

_ROOT = uuid5(NAMESPACE_URL, NAMESPACE)
# OSCAL knows satisfied and not-satisfied only. What could not be verified is not satisfied, and its reason says so.
_REASONS = {Status.FAILED: "fail", Status.ERROR: "other", Status.WAIVED: "other"}
_RISKS = {Status.FAILED: "open", Status.ERROR: "investigating", Status.WAIVED: "deviation-approved"}

Json = dict[str, object]


class OscalReport:
    """Writes ``oscal-assessment-results.json``. Its UUIDs follow from its content: the same report has the same."""

    filename = "oscal-assessment-results.json"

    def write(self, report: Report, stream: BinaryIO) -> None:
        """Writes the document in UTF-8."""
        stream.write(document({"assessment-results": _assessment(report)}).encode())


class _Item(NamedTuple):
    """A finding, and the UUIDs of what is made of it."""

    mark: str
    finding: Finding
    observation: str
    risk: str
    subject: str


def _item(mark: str, finding: Finding) -> _Item:
    resource = finding.resource
    subject = _uuid("subject", resource.account, resource.region, resource.type, resource.id)
    return _Item(mark, finding, _uuid("observation", mark), _uuid("risk", mark), subject)


def _assessment(report: Report) -> Json:
    run = report.run
    items = [_item(*each) for each in identified(report)]
    content = [text for item in items for text in (item.mark, item.finding.status, item.finding.observed)]
    plan = _uuid("policy", run.policy_sha256)
    return {
        "uuid": _uuid("document", run.version, run.snapshot_sha256, run.policy_sha256, *content),
        "metadata": {
            "title": _line(f"{run.tool}: {_stack(run)}"),
            "last-modified": _moment(run.taken_at),
            "version": _moment(run.taken_at),
            "oscal-version": VERSION,
            "props": list(_props(tool=f"{run.tool} {run.version}")),
        },
        "import-ap": {"href": f"#{plan}"},
        "results": [_result(report, items)],
        "back-matter": {
            "resources": [
                {
                    "uuid": plan,
                    "title": _line(f"Policy {run.effective_policy.title} for {run.environment}"),
                    "description": "The controls and thresholds that were judged by: run.effective_policy.",
                    "rlinks": [{"href": ResultsReport.filename, "media-type": "application/json"}],
                }
            ]
        },
    }


def _result(report: Report, items: list[_Item]) -> Json:
    run = report.run
    lists = {
        "observations": [_observation(item, run) for item in items],
        "risks": [_risk(item) for item in items if item.finding.status in _RISKS],
        "findings": list(_findings(items, report.summary.outcome)),
    }
    subjects = {item.subject: item.finding.resource for item in items}
    definitions = {"inventory-items": [_inventory(uuid, resource) for uuid, resource in subjects.items()]}
    return {
        "uuid": _uuid("result", run.snapshot_sha256, run.policy_sha256),
        "title": _line(f"{_stack(run)}: {report.summary.outcome}"),
        "description": f"HIPAA technical safeguards of the stack, read from AWS account {run.account} in {run.region}.",
        "start": _moment(run.observed_from or run.taken_at),
        "end": _moment(run.observed_until or run.taken_at),
        "props": list(_props(**_facts(report))),
        **({"local-definitions": definitions} if subjects else {}),
        "reviewed-controls": {"control-selections": [_selection(items)]},
        # An empty list is no OSCAL.
        **{name: content for name, content in lists.items() if content},
    }


def _facts(report: Report) -> dict[str, str | None]:
    run = report.run
    return {
        "outcome": report.summary.outcome,
        "account": run.account,
        "region": run.region,
        "caller": run.caller,
        "stack": run.stack.name,
        "environment": run.environment,
        "policy-sha256": run.policy_sha256,
        "snapshot-sha256": run.snapshot_sha256,
        "verdict": verdict_of(report),
        "partial": report.summary.partial.text if report.summary.partial else None,
        "resources-verified-elsewhere": str(report.summary.elsewhere),
        **{
            f"resources-{standing.replace(' ', '-')}": str(count)
            for standing, count in report.summary.resources.items()
        },
        "unanswered-questions": str(report.summary.gaps),
        **{status.replace(" ", "-"): str(count) for status, count in report.summary.by_status.items()},
    }


def _selection(items: list[_Item]) -> Json:
    cited = sorted({_control_id(citation) for item in items for citation in item.finding.citations})
    return {"include-controls": [{"control-id": id_} for id_ in cited]} if cited else {"include-all": {}}


def _inventory(uuid: str, resource: Subject) -> Json:
    props = _props(id=resource.id, arn=resource.arn, type=resource.type, region=resource.region)
    return {
        "uuid": uuid,
        "description": _line(f"{resource.type} {resource.id or '(none in the stack)'}"),
        "props": list(props),
    }


def _observation(item: _Item, run: Run) -> Json:
    finding = item.finding
    evidence = [
        {
            "href": SnapshotReport.filename,
            "description": _line(
                f"{each.api} request {each.request_id or 'unknown'} at {each.at.isoformat()}: {each.field} = "
                + shortened(json.dumps(each.value, sort_keys=True), LONGEST_VALUE)
            ),
        }
        for each in finding.evidence
    ]
    return {
        "uuid": item.observation,
        "title": _line(f"{finding.control}: {finding.title}"),
        "description": _line(sentence(finding)),
        "props": list(
            _props(
                control=finding.control,
                status=finding.status,
                severity=finding.severity,
                observed=finding.observed,
                expected=finding.expected,
            )
        ),
        "methods": ["TEST"],
        "types": ["control-objective"],
        "subjects": [{"subject-uuid": item.subject, "type": "inventory-item", "title": _line(named(finding))}],
        **({"relevant-evidence": evidence} if evidence else {}),
        "collected": _moment(max((each.at for each in finding.evidence), default=run.taken_at)),
    }


def _risk(item: _Item) -> Json:
    finding = item.finding
    risk: Json = {
        "uuid": item.risk,
        "title": _line(f"{finding.control} on {named(finding)}"),
        "description": _line(sentence(finding)),
        "statement": _line(f"Remediation: {finding.remediation}"),
        "props": list(_props(severity=finding.severity)),
        "status": _RISKS[finding.status],
        "related-observations": [{"observation-uuid": item.observation}],
    }
    if finding.waiver is not None:
        # The waiver holds through its last day.
        risk["deadline"] = _moment(datetime.combine(finding.waiver.expires + timedelta(days=1), time(), UTC))
        risk["mitigating-factors"] = [{"uuid": _uuid("waiver", item.mark), "description": _line(exception(finding))}]
    return risk


def _findings(items: list[_Item], outcome: Outcome) -> Iterator[Json]:
    """One for each specification that a control speaks of; without anything judged it is nothing to judge."""
    cited: dict[Citation, list[_Item]] = defaultdict(list)
    for item in items:
        if item.finding.control != UNJUDGED:
            for citation in dict.fromkeys(item.finding.citations):
                cited[citation].append(item)
    for citation in sorted(cited):
        judged = [item for item in cited[citation] if item.finding.status is not Status.NOT_APPLICABLE]
        yield _finding(citation, judged, cited[citation], nothing=outcome is Outcome.NOTHING)


def _finding(citation: Citation, judged: list[_Item], items: list[_Item], *, nothing: bool) -> Json:
    items = judged or items
    statuses = {item.finding.status for item in items}
    worst = next((status for status in _REASONS if status in statuses), None)
    state = {"state": "satisfied", "reason": "pass"}
    if worst is not None:
        state = {"state": "not-satisfied", "reason": _REASONS[worst], "remarks": f"The worst of it is: {worst}."}
    if worst is None and (nothing or not judged):
        # OSCAL has no third state, and nothing to judge is never satisfied.
        state = {"state": "not-satisfied", "reason": "other", "remarks": "Nothing to judge."}
    risks = [{"risk-uuid": item.risk} for item in items if item.finding.status in _RISKS]
    counts = (sum(item.finding.status in OPEN for item in judged), len(judged))
    beyond = out_of_reach().get(citation.id)
    return {
        "uuid": _uuid("finding", citation.id, *(item.mark for item in items)),
        "title": _line(f"{citation.id} {citation.title}"),
        "description": "Of {1} checks of AWS's configuration {0} failed or could not be verified.".format(*counts),
        "target": {"type": "objective-id", "target-id": _control_id(citation), "status": state},
        "related-observations": [{"observation-uuid": item.observation} for item in items],
        **({"related-risks": risks} if risks else {}),
        # Most specifications ask for more than AWS can show.
        "remarks": f"Said of AWS's configuration only.{f' Beyond it: {beyond}' if beyond else ''}",
    }


def _control_id(citation: Citation) -> str:
    """The citation as an identifier of OSCAL's, which begins with a letter: ``hipaa-164.312-a-2-iv``."""
    return "hipaa-" + re.sub(r"[^A-Za-z0-9.]+", "-", citation.id).strip("-")


def _props(**values: str | None) -> Iterator[Json]:
    for name, value in values.items():
        if value is not None and (text := one_line(value)):
            yield {"name": name, "ns": NAMESPACE, "value": text}


def _stack(run: Run) -> str:
    return "/".join(part for part in (run.stack.project, run.stack.name) if part) or "unnamed stack"


def _line(text: str) -> str:
    """The text in one line; never empty, which OSCAL refuses."""
    return one_line(text) or "-"


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()


def _uuid(*parts: str) -> str:
    # JSON and not the parts themselves: uuid5 encodes its name strictly, and a name of AWS's may hold half a character.
    return str(uuid5(_ROOT, json.dumps(parts)))
