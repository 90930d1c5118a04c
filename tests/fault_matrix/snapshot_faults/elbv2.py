"""Faults of load balancers and their targets."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(
    ("alb-target-tls", "targetGroupArn"),
    because="the protocol of a target group cannot be changed",
)
def alb_target_tls(snapshot: Document, outputs: Outputs) -> None:
    """The load balancer sends requests to the tasks in clear."""
    group = str(outputs["targetGroupArn"])
    resource(snapshot, "AWS::ElasticLoadBalancingV2::TargetGroup", TargetGroupArn=group)["Protocol"] = "HTTP"
