"""Reads Amazon GuardDuty: detectors, and of what they found the types and whom it concerns."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.guardduty import Detector, ThreatFinding
from stack_verify.resources.partitions import partition

# The fields of a finding's Resource that name it (GuardDuty API reference, "Resource"). A role's name is in UserName.
NAMING = frozenset(
    {
        "Arn",
        "ClusterArn",
        "DbClusterIdentifier",
        "DbInstanceArn",
        "DbInstanceIdentifier",
        "DefinitionArn",
        "FunctionArn",
        "InstanceArn",
        "InstanceId",
        "Name",
        "NetworkInterfaceId",
        "SubnetId",
        "TaskDefinitionArn",
        "UserName",
        "VpcId",
    }
)
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
    """The findings that nobody has archived: their types and severities, and which resources they are about."""
    severe = {"service.archived": {"Equals": ["false"]}}
    pages = list(reader.pages("guardduty", "ListFindings", DetectorId=detector, FindingCriteria={"Criterion": severe}))
    ids = [each for page in pages for each in page.items("FindingIds")]
    for start in range(0, len(ids), AT_ONCE):
        batch = ids[start : start + AT_ONCE]
        response = reader.call("guardduty", "GetFindings", DetectorId=detector, FindingIds=batch)
        for item in response.items("Findings"):
            found = item.get("Resource", {})
            about = sorted(set(_names(found)))
            yield response.decode(ThreatFinding, item, About=about)


def _names(part: object) -> Iterator[str]:
    """The ARNs, ids and names of what a finding is about; who was at it and from where is not kept."""
    if isinstance(part, list):
        for each in part:
            yield from _names(each)
    elif isinstance(part, dict):
        for field, value in part.items():
            if isinstance(value, str) and value and field in NAMING:
                yield value
            else:
                yield from _names(value)
