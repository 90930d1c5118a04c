"""What all alarms on the audit trail have in common: whether each event of a kind raises one that somebody hears."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeAlias

from stack_verify.controls.cloudwatch.filter_pattern import Event, parse
from stack_verify.controls.cloudwatch.sensitivity import deaf
from stack_verify.core.control import Verdict, failed, passed
from stack_verify.errors import Unanswered
from stack_verify.resources.cloudtrail import Trail
from stack_verify.resources.cloudwatch import Alarm, MetricAlarms
from stack_verify.resources.logs import MetricFilter
from stack_verify.snapshot import Snapshot

# Events of one kind as CloudTrail writes them, by what people call them.
Events: TypeAlias = Mapping[str, Event]

EXPECTED = (
    "for each event a metric filter that matches it, and an alarm on its metric that one event raises and that acts"
)

# What every event holds, so that a filter may leave out somebody or some place and still be judged.
_ANY: Event = {
    "eventType": "AwsApiCall",
    "eventSource": "ec2.amazonaws.com",
    "awsRegion": "us-east-1",
    "sourceIPAddress": "203.0.113.7",
    "userAgent": "aws-cli",
    "userIdentity": {
        "type": "AssumedRole",
        "principalId": "AROAEXAMPLE:engineer",
        "arn": "arn:aws:sts::123456789012:assumed-role/engineer/engineer",
        "accountId": "123456789012",
    },
}


def event(**fields: str | Event) -> Event:
    """An event of CloudTrail with these fields, and with what every event holds."""
    return {**_ANY, **fields}


def calls(service: str, *names: str) -> Events:
    """An event for each of these operations of a service."""
    return {name: event(eventSource=f"{service}.amazonaws.com", eventName=name) for name in names}


def watched(trail: Trail, events: Events, snapshot: Snapshot, *, at_once: int = 1) -> Verdict:
    """Whether the log group that ``trail`` writes to has filters and alarms for all of ``events``.

    ``at_once`` is how many of them within a period must raise an alarm: one, or of what happens by mistake all the
    time some more.

    Raises:
        Unanswered: when the filters or their alarms could not be read, or a filter's pattern, which might be the one
            that is missing, is of a form that is not known.
        KeptElsewhere: when the log group is another account's, and its filters and alarms are kept there.
    """
    group = trail.log_group
    if group is None:
        return failed("the trail writes to no log group", expected=EXPECTED)
    filters = snapshot.within(MetricFilter, group)
    silent: dict[str, None] = {}
    heard: dict[str, str] = {}
    why: dict[str, None] = {}
    for name, each in events.items():
        found = list(_told_of(each, filters, snapshot, at_once))
        if well := next((told for told, deafness in found if deafness is None), None):
            heard[name] = well
        else:
            silent[name] = None
            why |= dict.fromkeys(f"{told}: {deafness}" for told, deafness in found)
    if silent:
        # One that is not understood might be the one.
        for listed in filters:
            parse(listed.filter_pattern)
        reasons = f" ({'; '.join(why)})" if why else ""
        return failed(f"no alarm is raised by: {', '.join(silent)}{reasons}", expected=EXPECTED)
    return passed(f"{', '.join(heard)} raise: {'; '.join(dict.fromkeys(heard.values()))}")


def _told_of(
    each: Event, filters: Iterable[MetricFilter], snapshot: Snapshot, at_once: int
) -> Iterator[tuple[str, str | None]]:
    """The filters that match the event, each with an alarm that follows, and why that alarm is not raised."""
    for found in filters:
        if _matches(found, each):
            for metric in found.metric_transformations:
                for alarm in _on(found.metric_key(metric), snapshot):
                    yield f"filter {found.filter_name}, alarm {alarm.alarm_name}", deaf(alarm, metric, at_once)


def _matches(found: MetricFilter, each: Event) -> bool:
    try:
        return parse(found.filter_pattern)(each)
    except Unanswered:
        return False


def _on(metric: str, snapshot: Snapshot) -> list[Alarm]:
    """The alarms on the metric."""
    return [snapshot.require(Alarm, arn) for arn in snapshot.require(MetricAlarms, metric).alarm_arns]
