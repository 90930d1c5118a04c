"""What moto cannot hold of what the program declares: the whole list, printed by the demo.

Each entry is used: a test deploys both stacks and fails on an entry that no resource needs.
"""

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, order=True)
class EmulatorGap:
    """One property of one resource type that cannot be read back from moto, and why.

    `sent` says that the property does reach the API call and moto forgets it; otherwise it is not sent at all.
    """

    resource_type: str
    property: str
    reason: str
    sent: bool = True


GAPS: Final[tuple[EmulatorGap, ...]] = ()


def unsent(resource_type: str) -> frozenset[str]:
    """The properties of `resource_type` that no API call of moto takes."""
    return frozenset(gap.property for gap in GAPS if gap.resource_type == resource_type and not gap.sent)
