"""What changed since another audit, as text for people and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator

from stack_verify.comparison.changes import ChangedFinding, ChangedProperty, Changes
from stack_verify.report.formats.json import document, plain
from stack_verify.report.text import one_line, shortened
from stack_verify.vocabulary import OPEN

SCHEMA = "stack-verify/changes/1"
MOST = 20  # lines of one sort, unless all is asked for
LONGEST = 100  # characters of an observation or a value


def changes_json(changes: Changes) -> str:
    """The changes as an indented JSON document."""
    return document({"schema": SCHEMA, **plain(changes)})


def changes_text(changes: Changes, *, verbose: bool) -> str:
    """The changes as lines: what is new first. Without ``verbose`` at most twenty of a sort are told."""
    counts = {
        "new": changes.new,
        "fixed": changes.fixed,
        "changed": changes.changed,
        "unchanged": changes.unchanged,
    }
    head = ", ".join(f"{len(found)} {sort}" for sort, found in counts.items())
    lines = [f"since {changes.since:%Y-%m-%d %H:%M:%S %Z}: {head}"]
    for sort, found in counts.items():
        lines += _some([line for each in found for line in _finding(sort, each)], verbose=verbose)
    lines += _some([_property(each) for each in changes.properties or ()], verbose=verbose)
    lines += _some([f"  appeared  {kind} {one_line(name)}" for kind, name in changes.appeared or ()], verbose=verbose)
    lines += _some([f"  gone      {kind} {one_line(name)}" for kind, name in changes.gone or ()], verbose=verbose)
    return "\n".join(lines)


def _some(lines: list[str], *, verbose: bool) -> Iterator[str]:
    shown = lines if verbose else lines[:MOST]
    yield from shown
    if len(lines) > len(shown):
        yield f"  ...       and {len(lines) - len(shown)} more lines"


def _finding(sort: str, finding: ChangedFinding) -> Iterator[str]:
    where = one_line(f"{finding.resource.type} {finding.resource.id}".strip())
    moved = f"{finding.before or 'not there'} -> {finding.after or 'gone'}"
    since = f", open since {finding.since:%Y-%m-%d} or before" if finding.before in OPEN and finding.since else ""
    yield f"  {sort:9} {finding.severity} {finding.control} on {where}: {moved}{since}"
    if finding.observed_after is not None and sort != "unchanged":
        yield f"            {shortened(one_line(finding.observed_after), LONGEST)}"


def _property(change: ChangedProperty) -> str:
    before, after = (shortened(one_line(json.dumps(value)), LONGEST) for value in (change.before, change.after))
    return f"  property  {change.type} {one_line(change.id)} {change.property}: {before} -> {after}"
