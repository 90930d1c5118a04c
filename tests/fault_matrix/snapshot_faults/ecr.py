"""Faults of container images."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

ALWAYS_THE_SAME = "the emulator's scans are all complete and find the same, which is not critical"


def _scan(snapshot: Document) -> Document:
    return resource(snapshot, "AWS::ECR::Repository.ImageScan")


@on_snapshot(("ecr-no-critical-findings", "taskDefinitionArn"), because=ALWAYS_THE_SAME, variant="critical")
def ecr_no_critical_findings_critical(snapshot: Document, _outputs: Outputs) -> None:
    """The image in use has a critical vulnerability."""
    _scan(snapshot)["imageScanFindings"]["findingSeverityCounts"]["CRITICAL"] = 1


@on_snapshot(("ecr-no-critical-findings", "taskDefinitionArn"), because=ALWAYS_THE_SAME, variant="unfinished")
def ecr_no_critical_findings_unfinished(snapshot: Document, _outputs: Outputs) -> None:
    """The scan of the image in use came to no end."""
    _scan(snapshot)["imageScanStatus"]["status"] = "FAILED"
