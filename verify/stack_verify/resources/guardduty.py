"""Amazon GuardDuty: the detector of a region, what it watches, and the findings that nobody has archived."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

_ID = r"[0-9a-f]{32}"


class FeatureConfiguration(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A part of a feature that is switched by itself."""

    name: str
    status: str


class Feature(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One of a detector's features."""

    name: str
    status: str
    additional_configuration: tuple[FeatureConfiguration, ...] = ()


class ThreatFinding(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::GuardDuty::Finding"):
    """One of ``guardduty:GetFindings`` that is not archived; listed by detector id."""

    id_field: ClassVar[str] = "finding_id"

    finding_id: str = msgspec.field(name="Id")
    type: Known[str] = UNKNOWN
    severity: Known[float] = UNKNOWN
    # The ARNs, ids and names of what it is about. A sample names nothing.
    about: tuple[str, ...] = ()


class Detector(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::GuardDuty::Detector"):
    """``guardduty:GetDetector``, by detector id."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("guardduty", rf"detector/({_ID})", rf"detector/({ANY_ID})", by_name=True),),
        bare_names=(bare("detector, detector id", _ID),),
        pulumi=("guardduty/detector",),
        terraform=("aws_guardduty_detector",),
        asff="AwsGuardDutyDetector",
    )
    id_field: ClassVar[str] = "detector_id"
    arn_field: ClassVar[str | None] = "detector_arn"
    leads_to: ClassVar[tuple[str, ...]] = (ThreatFinding.kind(),)

    detector_id: str
    detector_arn: str
    status: str
    features: Known[tuple[Feature, ...]] = UNKNOWN

    def enabled(self, name: str) -> frozenset[str]:
        """What is ENABLED of the feature: its own name where it is, and those of its parts."""
        found = (feature for feature in self.features if feature.name == name)
        lines = [line for feature in found for line in (feature, *feature.additional_configuration)]
        return frozenset(line.name for line in lines if line.status == "ENABLED")

    def refers_to(self) -> Iterator[Question]:
        yield ThreatFinding.ask(self.detector_id)
