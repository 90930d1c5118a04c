"""Faults of Auto Scaling groups that the emulator cannot show."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(
    ("autoscaling-launch-template", "reportsAutoScalingGroupName"),
    because="the emulator keeps a group's launch template when it gets a launch configuration",
    stack="instances",
)
def autoscaling_launch_template(snapshot: Document, outputs: Outputs) -> None:
    """The group starts instances with a launch configuration."""
    group = resource(snapshot, "AWS::AutoScaling::AutoScalingGroup")
    group["LaunchTemplate"] = None
    group["LaunchConfigurationName"] = outputs["reportsLaunchConfigurationName"]
