"""What an account has to have in each region that a stack uses, whoever set it up and whether anything names it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

import msgspec

from stack_verify.resources.cloudtrail import EventSelectors, TrailStatus
from stack_verify.resources.config import RecordingGroup
from stack_verify.resources.guardduty import Detector
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource


def scope(account: str, region: str) -> str:
    """What an account has in one region is asked for by this."""
    return f"{account}/{region}"


class TrailOfRegion(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A trail that records a region: of the region, or a shadow of one of another region or of the organisation."""

    name: str
    trail_arn: str = msgspec.field(name="TrailARN")
    home_region: Known[str] = UNKNOWN
    is_multi_region_trail: Known[bool] = UNKNOWN
    is_organization_trail: Known[bool] = UNKNOWN


class Trails(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::CloudTrail::Trails"):
    """The complete list of ``cloudtrail:DescribeTrails`` of a region, shadow trails too, by ``scope``."""

    id_field: ClassVar[str] = "scope"
    leads_to: ClassVar[tuple[str, ...]] = (EventSelectors.kind(), TrailStatus.kind())

    scope: str
    trails: tuple[TrailOfRegion, ...]

    def surroundings(self) -> Iterator[Question]:
        for trail in self.trails:
            yield TrailStatus.ask(trail.trail_arn)
            yield EventSelectors.ask(trail.trail_arn)


class Detectors(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::GuardDuty::Detectors"):
    """The ids of ``guardduty:ListDetectors`` of a region, by ``scope``; there is one at most."""

    id_field: ClassVar[str] = "scope"
    leads_to: ClassVar[tuple[str, ...]] = (Detector.kind(),)

    scope: str
    detector_ids: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (Detector.ask(each) for each in self.detector_ids)


class Recorder(Fields, frozen=True, kw_only=True, rename="camel"):
    """A recorder of a region as it is set up."""

    name: str
    recording_group: Known[RecordingGroup] = UNKNOWN


class RecorderState(Fields, frozen=True, kw_only=True, rename="camel"):
    """Whether a recorder records, and whether it last could. AWS leaves out the last status of one never started."""

    name: str
    recording: Known[bool] = UNKNOWN
    last_status: str | None = None
    last_error_code: str | None = None


class Delivery(Fields, frozen=True, kw_only=True, rename="camel"):
    """How one kind of delivery went last; AWS leaves out the status where none was tried."""

    last_status: str | None = None
    last_error_code: str | None = None


class ChannelState(Fields, frozen=True, kw_only=True, rename="camel"):
    """How the deliveries of a channel went."""

    name: str
    config_snapshot_delivery_info: Delivery | None = None
    config_history_delivery_info: Delivery | None = None

    @property
    def failures(self) -> tuple[str, ...]:
        """The deliveries that failed, with AWS's code."""
        kinds = {"snapshot": self.config_snapshot_delivery_info, "history": self.config_history_delivery_info}
        failed = (
            (name, each) for name, each in kinds.items() if each and (each.last_status or "").upper() == "FAILURE"
        )
        return tuple(f"{name} ({each.last_error_code or 'no code'})" for name, each in failed)


class Recorders(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::Config::ConfigurationRecorders"):
    """What AWS Config has in a region, by ``scope``: recorders and their states, the channel and its state."""

    id_field: ClassVar[str] = "scope"
    lags: ClassVar[frozenset[str]] = frozenset({"states", "channels"})

    scope: str
    recorders: tuple[Recorder, ...]
    states: tuple[RecorderState, ...]
    channels: tuple[ChannelState, ...]


class ExternalAnalyzer(Fields, frozen=True, kw_only=True, rename="camel"):
    """An analyzer of a region."""

    name: str
    type: Known[str] = UNKNOWN
    status: Known[str] = UNKNOWN


class Analyzers(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::AccessAnalyzer::Analyzers"):
    """The complete list of ``accessanalyzer:ListAnalyzers`` of a region, by ``scope``."""

    id_field: ClassVar[str] = "scope"
    lags: ClassVar[frozenset[str]] = frozenset({"analyzers"})

    scope: str
    analyzers: tuple[ExternalAnalyzer, ...]


class SecurityHub(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::SecurityHub::Hubs"):
    """``securityhub:DescribeHub`` of a region, by ``scope``. No ARN where the account is not subscribed."""

    id_field: ClassVar[str] = "scope"

    scope: str
    hub_arn: str | None


SURROUNDING: tuple[type[Resource], ...] = (Trails, Recorders, Analyzers, SecurityHub)
