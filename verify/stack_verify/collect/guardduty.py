"""Reads Amazon GuardDuty: detectors, and of what they found the types of what is severe."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.resources.partitions import partition

# Severities from 7.0 are high or critical (GuardDuty user guide, "Severity levels of GuardDuty findings").
HIGH = 7
AT_ONCE = 50


@collects(Detector, "guardduty:GetDetector")
def detectors(reader: Reader, key: str) -> Iterator[Detector]:
    """The detector with this id; GuardDuty calls a request for one that is not the account's a bad one."""
    response = reader.call("guardduty", "GetDetector", DetectorId=key, answers=("BadRequestException",))
    if not response.absent:
        arn = f"arn:{partition(reader.region)}:guardduty:{reader.region}:{reader.account}:detector/{key}"
        yield response.decode(Detector, DetectorId=key, DetectorArn=arn, Tags=response.body.get("Tags", {}))


@collects(ThreatFinding, "guardduty:ListFindings", "guardduty:GetFindings")
def threat_findings(reader: Reader, detector: str) -> Iterator[ThreatFinding]:
    """The findings of high severity that nobody has archived: their types, not whom or what they are about."""
    severe = {"severity": {"GreaterThanOrEqual": HIGH}, "service.archived": {"Equals": ["false"]}}
    pages = list(reader.pages("guardduty", "ListFindings", DetectorId=detector, FindingCriteria={"Criterion": severe}))
    ids = [each for page in pages for each in page.items("FindingIds")]
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        response = reader.call("guardduty", "GetFindings", DetectorId=detector, FindingIds=batch)
        for item in response.items("Findings"):
            yield response.decode(ThreatFinding, item)
