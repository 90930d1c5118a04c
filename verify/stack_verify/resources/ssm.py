"""AWS Systems Manager: which EC2 instances it manages, and whether these are patched. Never a parameter."""

from __future__ import annotations

from typing import ClassVar

from stack_verify.resources.resource import UNKNOWN, Known, Resource


class ManagedNode(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Instance.ManagedNode"):
    """What ``ssm:DescribeInstanceInformation`` says of an EC2 instance, by InstanceId. ``is_managed`` is ours."""

    id_field: ClassVar[str] = "instance_id"
    lags: ClassVar[frozenset[str]] = frozenset({"is_managed", "association_status"})

    instance_id: str
    is_managed: bool
    # ``Success``, ``Pending`` or ``Failed``. AWS leaves it out where no association was ever run.
    association_status: str | None = None


class PatchState(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Instance.PatchState"):
    """One instance of ``ssm:DescribeInstancePatchStates``, by InstanceId; none where nothing was ever scanned."""

    id_field: ClassVar[str] = "instance_id"

    instance_id: str
    critical_non_compliant_count: Known[int] = UNKNOWN
    security_non_compliant_count: Known[int] = UNKNOWN
    other_non_compliant_count: Known[int] = UNKNOWN
