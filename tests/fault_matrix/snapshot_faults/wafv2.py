"""Faults of the web application firewall."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs


@on_snapshot(
    ("waf-not-empty", "webAclArn"),
    ("waf-required-managed-rules", "webAclArn"),
    because="the emulator takes no web ACL without rules",
)
def waf_not_empty(snapshot: Document, _outputs: Outputs) -> None:
    """The web ACL has no rules, and lets everything pass."""
    resource(snapshot, "AWS::WAFv2::WebACL")["Rules"] = []
