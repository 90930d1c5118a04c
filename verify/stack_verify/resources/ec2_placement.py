"""What stands in a VPC."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.resource import Question
from stack_verify.resources.tagging import Tagged

VPC = "AWS::EC2::VPC"


class InVpc(Tagged, frozen=True, kw_only=True, rename="pascal", tag="InVpc"):
    """A resource that stands in a VPC, and so brings the VPC with it."""

    leads_to: ClassVar[tuple[str, ...]] = (VPC,)

    vpc_id: str

    def refers_to(self) -> Iterator[Question]:
        yield Question(VPC, self.vpc_id)
