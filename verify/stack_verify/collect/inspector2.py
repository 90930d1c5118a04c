"""Reads Amazon Inspector."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.resources.inspector2 import InspectorStatus


@collects(InspectorStatus, "inspector2:BatchGetAccountStatus")
def inspector_status(reader: Reader, account: str) -> Iterator[InspectorStatus]:
    """What Amazon Inspector scans in the region. An account that it cannot tell of is in another list."""
    response = reader.call("inspector2", "BatchGetAccountStatus", accountIds=[account])
    for item in response.items("accounts"):
        yield response.decode(InspectorStatus, item)
