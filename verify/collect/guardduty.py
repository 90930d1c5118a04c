"""Reads Amazon GuardDuty: detectors, never what they found."""

from __future__ import annotations

from collections.abc import Iterator

from verify.collect.collector import collects
from verify.collect.reader import Reader
from verify.resources.arn import partition
from verify.resources.guardduty import Detector


@collects(Detector, "guardduty:GetDetector")
def detectors(reader: Reader, key: str) -> Iterator[Detector]:
    """The detector with this id; GuardDuty calls a request for one that is not the account's a bad one."""
    response = reader.call("guardduty", "GetDetector", DetectorId=key, answers=("BadRequestException",))
    if not response.absent:
        arn = f"arn:{partition(reader.region)}:guardduty:{reader.region}:{reader.account}:detector/{key}"
        yield response.decode(Detector, DetectorId=key, DetectorArn=arn, Tags=response.body.get("Tags", {}))
