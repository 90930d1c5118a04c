"""Amazon Inspector: what of an account it scans."""

from __future__ import annotations

from typing import ClassVar

import msgspec

from stack_verify.resources.resource import UNKNOWN, Fields, Known, Resource


class ScanningState(Fields, frozen=True, kw_only=True, rename="camel"):
    """Whether Amazon Inspector scans one kind of resource: ``ENABLED`` or another word."""

    status: Known[str] = UNKNOWN


class ScannedResources(Fields, frozen=True, kw_only=True, rename="camel"):
    """What Amazon Inspector scans. AWS leaves out what it does not scan in the region."""

    ecr: Known[ScanningState] = UNKNOWN
    ec2: ScanningState | None = None
    functions: ScanningState | None = msgspec.field(name="lambda", default=None)
    lambda_code: ScanningState | None = None
    code_repository: ScanningState | None = None

    @property
    def enabled(self) -> tuple[str, ...]:
        """What is scanned, in the words of Inspector's ``ResourceScanType``."""
        states = {
            "CODE_REPOSITORY": self.code_repository,
            "EC2": self.ec2,
            "ECR": self.ecr,
            "LAMBDA": self.functions,
            "LAMBDA_CODE": self.lambda_code,
        }
        return tuple(name for name, state in states.items() if state is not None and state.status == "ENABLED")


class InspectorStatus(Resource, frozen=True, kw_only=True, rename="camel", tag="AWS::::Account.InspectorStatus"):
    """``inspector2:BatchGetAccountStatus`` of the region, by account id."""

    id_field: ClassVar[str] = "account_id"

    account_id: str
    resource_state: Known[ScannedResources] = UNKNOWN
