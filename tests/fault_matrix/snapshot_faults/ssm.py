"""Faults of what Systems Manager manages, all of which is well on the emulator."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

INSTANCE = "reportsInstanceId"
NO_AGENT = "no agent runs on the emulator's instances"


@on_snapshot(
    ("ssm-instance-managed", INSTANCE),
    ("ssm-instance-patched", INSTANCE),
    ("ssm-instance-associations", INSTANCE),
    because=NO_AGENT,
    stack="instances",
)
def ssm_instance_managed(snapshot: Document, _outputs: Outputs) -> None:
    """Systems Manager does not know the instance."""
    resource(snapshot, "AWS::EC2::Instance.ManagedNode")["IsManaged"] = False


@on_snapshot(("ssm-instance-patched", INSTANCE), because=NO_AGENT, stack="instances")
def ssm_instance_patched(snapshot: Document, _outputs: Outputs) -> None:
    """The instance lacks a security patch."""
    resource(snapshot, "AWS::EC2::Instance.PatchState")["SecurityNonCompliantCount"] = 1


@on_snapshot(("ssm-instance-associations", INSTANCE), because=NO_AGENT, stack="instances")
def ssm_instance_associations(snapshot: Document, _outputs: Outputs) -> None:
    """An association fails on the instance."""
    resource(snapshot, "AWS::EC2::Instance.ManagedNode")["AssociationStatus"] = "Failed"
