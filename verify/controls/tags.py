"""The tags of a resource, wherever its service lists them."""

from __future__ import annotations

from verify.resources.tagging import Tagged
from verify.snapshot import Snapshot


def tags_of(resource: Tagged, snapshot: Snapshot) -> dict[str, str]:
    """The resource's tags by key.

    Raises:
        Unanswered: when they could not be read.
    """
    if resource.tags_listed_as is None:
        return resource.tags
    return snapshot.require(resource.tags_listed_as, str(resource.arn)).tags
