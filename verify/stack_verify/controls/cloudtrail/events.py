"""Which events a trail records, however its selectors say it."""

from __future__ import annotations

from stack_verify.resources.cloudtrail import (
    AdvancedEventSelector,
    DataResource,
    EventSelector,
    EventSelectors,
    FieldSelector,
)

BOTH = frozenset({"read", "write"})
NONE: frozenset[str] = frozenset()
OBJECTS = "AWS::S3::Object"
# ReadWriteType, and the readOnly of advanced selectors, say which calls; nothing said means both.
_BY_TYPE = {"All": BOTH, "ReadOnly": frozenset({"read"}), "WriteOnly": frozenset({"write"})}
_BY_READ_ONLY = {(): BOTH, ("true",): frozenset({"read"}), ("false",): frozenset({"write"})}


def management(selectors: EventSelectors) -> frozenset[str]:
    """Of which calls (``read``, ``write``) every management event is recorded."""
    basic = [_of_calls(each) for each in selectors.event_selectors if _all_management(each)]
    advanced = [_advanced(each, eventCategory="Management") for each in selectors.advanced_event_selectors]
    return NONE.union(*basic, *advanced)


def objects(selectors: EventSelectors, bucket_arn: str) -> frozenset[str]:
    """Of which calls (``read``, ``write``) every event of an object of the bucket is recorded."""
    of_bucket = {"eventCategory": "Data", "type": OBJECTS, "ARN": f"{bucket_arn}/"}
    basic = [
        _of_calls(each)
        for each in selectors.event_selectors
        if any(_covers(data, bucket_arn) for data in each.data_resources)
    ]
    advanced = [_advanced(each, **of_bucket) for each in selectors.advanced_event_selectors]
    return NONE.union(*basic, *advanced)


def _of_calls(selector: EventSelector) -> frozenset[str]:
    return _BY_TYPE.get(selector.read_write_type, NONE)


def _all_management(selector: EventSelector) -> bool:
    return selector.include_management_events and not selector.exclude_management_event_sources


def _covers(data: DataResource, bucket_arn: str) -> bool:
    """A value is the beginning of objects' ARNs; the ARN of S3 itself stands for all buckets."""
    return data.type == OBJECTS and any(f"{bucket_arn}/".startswith(value) for value in data.values)


def _advanced(selector: AdvancedEventSelector, **events: str) -> frozenset[str]:
    """The calls of which it records all events whose fields begin with, or are, what ``events`` says.

    One that asks more of an event than that, or leaves something out, does not record them all.
    """
    calls = BOTH
    for line in selector.field_selectors:
        name = line.field.rpartition(".")[2]
        if line.excludes or line.ends_with:
            return NONE
        if name == "readOnly":
            calls = _BY_READ_ONLY.get(line.equals, NONE)
        elif name not in events or not _holds(line, events[name]):
            return NONE
    return calls


def _holds(line: FieldSelector, value: str) -> bool:
    """Whether it holds for ``value`` or, of ARNs, for all that begin with it."""
    if line.field == "resources.ARN":
        return not line.equals and value.startswith(line.starts_with)
    return line.equals == (value,) and not line.starts_with
