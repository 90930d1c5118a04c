"""Amazon Resource Names, taken apart in one place."""

from __future__ import annotations

from typing import NamedTuple


class Arn(NamedTuple):
    """The parts of an ARN (AWS general reference, "Amazon Resource Names"); region and account may be empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str


def parse_arn(text: str) -> Arn | None:
    """The parts of ``text``, or None where it is no ARN."""
    parts = text.split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[5]:  # noqa: PLR2004 - an ARN has six parts
        return None
    return Arn(*parts[1:])


def partition(region: str) -> str:
    """The partition that a region belongs to."""
    if region.startswith("us-gov-"):
        return "aws-us-gov"
    return "aws-cn" if region.startswith("cn-") else "aws"
