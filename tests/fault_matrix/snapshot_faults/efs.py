"""Faults of EFS file systems and access points, which nobody can change once they are made."""

from __future__ import annotations

from fault_matrix.snapshot_faults.snapshot_fault import Document, on_snapshot, resource

from stack.local.faults.fault import Outputs

FIXED = "EFS lets nobody change it: another file system or access point would have another id"
SYSTEM, POINT = "scansFileSystemArn", "scansAccessPointArn"


@on_snapshot(("efs-encrypted", SYSTEM), ("efs-own-key", SYSTEM), because=FIXED, stack="files")
def efs_encrypted(snapshot: Document, _outputs: Outputs) -> None:
    """The file system is not encrypted."""
    resource(snapshot, "AWS::EFS::FileSystem").update(Encrypted=False, KmsKeyId=None)


@on_snapshot(("efs-own-key", SYSTEM), because=FIXED, stack="files")
def efs_own_key(snapshot: Document, _outputs: Outputs) -> None:
    """The file system is encrypted with a key that AWS keeps."""
    resource(snapshot, "AWS::EFS::FileSystem")["KmsKeyId"] = None


@on_snapshot(("efs-access-point-root", POINT), because=FIXED, stack="files")
def efs_access_point_root(snapshot: Document, _outputs: Outputs) -> None:
    """The access point shows the root of the file system."""
    resource(snapshot, "AWS::EFS::AccessPoint")["RootDirectory"] = {"Path": "/"}


@on_snapshot(("efs-access-point-user", POINT), because=FIXED, stack="files")
def efs_access_point_user(snapshot: Document, _outputs: Outputs) -> None:
    """Clients of the access point say themselves who they are."""
    resource(snapshot, "AWS::EFS::AccessPoint")["PosixUser"] = None
