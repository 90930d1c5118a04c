"""Amazon Resource Names, taken apart in one place."""

from __future__ import annotations

from typing import NamedTuple

from stack_verify.resources.partitions import partition, region_of_global_events

# Certificates and web ACLs of CloudFront live in us-east-1 whatever region the stack is in.
_GLOBAL_IN_US_EAST_1 = frozenset({"acm", "wafv2", "cloudfront"})


class Arn(NamedTuple):
    """The parts of an ARN (AWS general reference, "Amazon Resource Names"); region and account may be empty."""

    partition: str
    service: str
    region: str
    account: str
    resource: str

    @property
    def may_be_global(self) -> bool:
        """Whether a stack of any region may have it, though its ARN names a region."""
        return self.region == "us-east-1" and self.service in _GLOBAL_IN_US_EAST_1


def parse_arn(text: str | None) -> Arn | None:
    """The parts of ``text``, or None where it is no ARN, or there is none."""
    parts = (text or "").split(":", 5)
    if len(parts) != 6 or parts[0] != "arn" or not parts[5]:  # noqa: PLR2004 - an ARN has six parts
        return None
    return Arn(*parts[1:])


def region_of_events(kind: str, region: str) -> str:
    """The region in which CloudTrail has the events on resources of ``kind`` of a stack in ``region``."""
    return region_of_global_events(partition(region)) if kind.startswith("AWS::IAM::") else region
