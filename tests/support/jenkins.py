"""What the schema of Jenkins's xUnit plugin (junit-10.xsd) lets a JUnit file hold, in our own words.

Of its elements those that `junit.xml` uses; the rest would be strange there.
"""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import NamedTuple

SECONDS = re.compile(r"(([0-9]{0,3},)*[0-9]{3}|[0-9]{0,3})*(\.[0-9]*)?")


class Kind(NamedTuple):
    """The attributes that an element must have, those it may have, and the elements that may stand in it."""

    required: frozenset[str]
    optional: frozenset[str]
    children: frozenset[str]


def _kind(required: str = "", optional: str = "", children: str = "") -> Kind:
    return Kind(frozenset(required.split()), frozenset(optional.split()), frozenset(children.split()))


OUTCOME = _kind("", "type message")
KINDS = {
    "testsuites": _kind("", "name time tests failures errors", "testsuite"),
    "testsuite": _kind(
        "name tests failures errors",
        "group time skipped timestamp hostname id package file log url",
        "testsuite properties testcase system-out system-err",
    ),
    "properties": _kind("", "", "property"),
    "property": _kind("name value"),
    "testcase": _kind("name", "time classname group", "skipped error failure system-out system-err"),
    "failure": OUTCOME,
    "error": OUTCOME,
    "skipped": OUTCOME,
    "system-out": _kind(),
    "system-err": _kind(),
}


def refused(element: ET.Element) -> Iterator[str]:
    """What Jenkins's schema would refuse of the element and of what stands in it."""
    kind, names = KINDS[element.tag], set(element.attrib)
    yield from (f"{element.tag} without {name}" for name in kind.required - names)
    yield from (f"{element.tag} with {name}" for name in names - kind.required - kind.optional)
    if element.tag.startswith("testsuite") and not SECONDS.fullmatch(element.get("time", "")):
        yield f"{element.tag} of {element.get('time')} seconds"
    if element.tag in ("testsuites", "testsuite", "properties", "testcase") and (element.text or "").strip():
        yield f"{element.tag} with text"
    for child in element:
        yield from refused(child) if child.tag in kind.children else [f"{child.tag} in {element.tag}"]
