"""Amazon GuardDuty: findings. Samples alone, since nothing happens here; they are what AWS gives to try alarms with."""

from dataclasses import dataclass, field
from typing import Any

from moto.core.responses import ActionResult, EmptyResult
from moto.core.utils import iso_8601_datetime_with_milliseconds
from moto.guardduty import urls
from moto.guardduty.responses import GuardDutyResponse
from moto.moto_api._internal import mock_random
from moto.utilities.utils import get_partition

from stack.local.supplement.serving import answer_with, arguments, held

_PATHS = tuple(
    f"{{0}}/detector/(?P<detector_id>[^/]+)/findings{path}" for path in ("$", "/get$", "/create$", "/archive$")
)
_HIGH, _LOW = 8.0, 2.0


@dataclass
class Findings:
    """The findings by id."""

    findings: dict[str, dict[str, Any]] = field(default_factory=dict)


class SupplementedGuardDuty(GuardDutyResponse):
    """moto's GuardDuty with the operations that it lacks."""

    def create_sample_findings(self) -> EmptyResult:
        """Makes a finding of each type: those of what was done to IAM are low, all others high."""
        asked = arguments(self)
        self._check_detector()
        for type_ in asked["FindingTypes"]:
            finding_id, now = mock_random.get_random_hex(32), iso_8601_datetime_with_milliseconds()
            self._held.findings[finding_id] = {
                "AccountId": self.current_account,
                "Arn": self._arn(f"detector/{asked['DetectorId']}/finding/{finding_id}"),
                "CreatedAt": now,
                "Id": finding_id,
                "Region": self.region,
                "Resource": {},
                "SchemaVersion": "2.0",
                "Service": {"Archived": False, "DetectorId": asked["DetectorId"]},
                "Severity": _LOW if type_.startswith("Policy:") else _HIGH,
                "Title": f"[SAMPLE] {type_}",
                "Type": type_,
                "UpdatedAt": now,
            }
        return EmptyResult()

    def list_findings(self) -> ActionResult:
        """The ids of a detector's findings that meet the criteria on severity and archiving."""
        asked = arguments(self)
        self._check_detector()
        criteria = asked.get("FindingCriteria", {}).get("Criterion", {})
        floor = criteria.get("severity", {}).get("GreaterThanOrEqual", 0)
        archived = criteria.get("service.archived", {}).get("Equals", ["false", "true"])
        found = [
            each["Id"]
            for each in self._held.findings.values()
            if each["Service"]["DetectorId"] == asked["DetectorId"]
            and each["Severity"] >= floor
            and str(each["Service"]["Archived"]).lower() in archived
        ]
        return ActionResult({"FindingIds": found})

    def get_findings(self) -> ActionResult:
        """Findings by their ids."""
        wanted = arguments(self)["FindingIds"]
        return ActionResult({"Findings": [self._held.findings[each] for each in wanted]})

    def archive_findings(self) -> EmptyResult:
        """Puts findings away."""
        for each in arguments(self)["FindingIds"]:
            self._held.findings[each]["Service"]["Archived"] = True
        return EmptyResult()

    @property
    def _held(self) -> Findings:
        return held(self.guardduty_backend, Findings)

    def _check_detector(self) -> None:
        """Refuses a detector that is not there, as moto does."""
        self.guardduty_backend.get_detector(arguments(self)["DetectorId"])

    def _arn(self, resource: str) -> str:
        return f"arn:{get_partition(self.region)}:guardduty:{self.region}:{self.current_account}:{resource}"


def install() -> None:
    """Lets moto answer these operations."""
    answer_with(SupplementedGuardDuty, urls, *_PATHS)
