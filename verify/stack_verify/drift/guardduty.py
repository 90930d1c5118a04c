"""Fields of Amazon GuardDuty: detectors and their features."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import (
    ALL,
    Compare,
    Table,
    Value,
    field,
    own,
    set_of,
    types,
)
from stack_verify.drift.normalize import yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.resources.guardduty import Detector, Feature


def _feature(inputs: Mapping[str, Any]) -> Value:
    parts = (
        f"{inputs['name']} {each['name']} {each['status']}" for each in inputs.get("additionalConfigurations") or ()
    )
    return set_of(f"{inputs['name']} {inputs['status']}", *parts)


def _live_features(features: tuple[Feature, ...]) -> Value:
    lines = {f"{each.name} {each.status}" for each in features}
    parts = {f"{each.name} {part.name} {part.status}" for each in features for part in each.additional_configuration}
    return set_of(*lines, *parts)


TABLES = (
    Table(types("guardduty/detector:Detector"), (field("enable", own("status", yes_where("ENABLED")), "true"), TAGS)),
    Table(
        types("guardduty/detectorFeature:DetectorFeature"),
        (field("features", own("features", _live_features), spell=_feature, compare=Compare.AT_LEAST, of=ALL),),
        kind=Detector,
        key="detectorId",
    ),
)
