"""Faults of secrets."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, before, on_snapshot, resource

from stack.local.faults.fault import Outputs

OF_TODAY = "the emulator's secrets are all of today"


def _secret(snapshot: Document, outputs: Outputs) -> Document:
    return resource(snapshot, "AWS::SecretsManager::Secret", ARN=str(outputs["applicationSecretArn"]))


@on_snapshot(
    ("secret-rotated-recently", "applicationSecretArn"),
    # Of a secret that was never set up for rotation the policy asks for no age.
    ("secret-rotation", "applicationSecretArn"),
    because=OF_TODAY,
)
def secret_rotated_recently(snapshot: Document, outputs: Outputs) -> None:
    """The application's secret, whose rotation was turned off, is what it was three months ago."""
    _secret(snapshot, outputs).update(LastChangedDate=before(snapshot, days=91), RotationEnabled=False)


@on_snapshot(
    ("secret-rotated-recently", "applicationSecretArn"),
    ("secret-rotation", "applicationSecretArn"),
    ("secret-rotation-success", "applicationSecretArn"),
    because=OF_TODAY,
    variant="rotation",
)
def secret_rotated_recently_rotation(snapshot: Document, outputs: Outputs) -> None:
    """The application's secret was last rotated three months ago, and its tags were changed today."""
    rotated = {"LastRotatedDate": before(snapshot, days=91), "NextRotationDate": before(snapshot, days=-1)}
    _secret(snapshot, outputs).update(RotationEnabled=True, **rotated)


@on_snapshot(
    ("secret-rotation-success", "applicationSecretArn"),
    ("secret-rotation", "applicationSecretArn"),
    ("secret-rotated-recently", "applicationSecretArn"),
    because=OF_TODAY,
)
def secret_rotation_success(snapshot: Document, outputs: Outputs) -> None:
    """The first rotation of the application's secret was due yesterday, and has not happened."""
    _secret(snapshot, outputs).update(RotationEnabled=True, NextRotationDate=before(snapshot, days=1))


@on_snapshot(("secret-unused", "applicationSecretArn"), because=OF_TODAY)
def secret_unused(snapshot: Document, outputs: Outputs) -> None:
    """Nobody has read the application's secret for three months."""
    _secret(snapshot, outputs)["LastAccessedDate"] = before(snapshot, days=91)


@on_snapshot(("secret-unused", "applicationSecretArn"), because=OF_TODAY, variant="never")
def secret_unused_never(snapshot: Document, outputs: Outputs) -> None:
    """Nobody has ever read the application's secret, made three months ago."""
    _secret(snapshot, outputs)["CreatedDate"] = before(snapshot, days=91)
