"""Fields of Amazon EFS: encryption, policies and places of file systems."""

from __future__ import annotations

from stack_verify.drift.field import Table, apart, field, types
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.efs import FileSystem, FileSystemBackup, FileSystemPolicy

TABLES = (
    Table(
        types("efs/fileSystem:FileSystem"),
        (field("encrypted", "encrypted", "false"), field("kmsKeyId", "kms_key_id"), TAGS),
    ),
    Table(
        types("efs/fileSystemPolicy:FileSystemPolicy"),
        (field("policy", apart(FileSystemPolicy, "policy", policy, by_arn=False), spell=policy),),
        kind=FileSystem,
        key="fileSystemId",
    ),
    Table(
        types("efs/backupPolicy:BackupPolicy"),
        (field("backupPolicy.status", apart(FileSystemBackup, "status", by_arn=False)),),
        kind=FileSystem,
        key="fileSystemId",
    ),
    Table(
        types("efs/mountTarget:MountTarget"),
        (
            field("subnetId", "subnet_id"),
            field("securityGroups", "security_groups"),
        ),
    ),
    Table(
        types("efs/accessPoint:AccessPoint"),
        (field("fileSystemId", "file_system_id"), field("rootDirectory.path", "root_directory.path", "/"), TAGS),
    ),
)
