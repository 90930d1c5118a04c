"""Reads Amazon EFS: what file systems are, who may mount them and where; never a file."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.efs import (
    FileSystem,
    FileSystemAccessPoint,
    FileSystemBackup,
    FileSystemPolicy,
    MountTarget,
)

GONE = ("FileSystemNotFound", "MountTargetNotFound", "AccessPointNotFound")
# What AWS answers where a file system has no policy of either kind (EFS API reference).
NONE = ("PolicyNotFound",)
SYSTEMS = "arn:{partition}:elasticfilesystem:{region}:{account}:file-system/*"
DOORS = "arn:{partition}:elasticfilesystem:{region}:{account}:access-point/*"


@collects(FileSystem, "efs:DescribeFileSystems", on=(SYSTEMS,))
def file_systems(reader: Reader, name: str) -> Iterator[FileSystem]:
    """The file system of this id."""
    for page in reader.pages("efs", "DescribeFileSystems", FileSystemId=name, answers=GONE):
        for item in () if page.absent else page.items("FileSystems"):
            yield page.decode(FileSystem, item, Tags=tag_map(item["Tags"]))


@collects(FileSystemPolicy, "efs:DescribeFileSystemPolicy", on=(SYSTEMS,))
def policies(reader: Reader, name: str) -> Iterator[FileSystemPolicy]:
    """The policy of the file system."""
    response = reader.call("efs", "DescribeFileSystemPolicy", FileSystemId=name, answers=NONE)
    policy = None if response.absent else response.body["Policy"]
    yield response.decode(FileSystemPolicy, {}, FileSystemId=name, Policy=policy)


@collects(FileSystemBackup, "efs:DescribeBackupPolicy", on=(SYSTEMS,))
def backups(reader: Reader, name: str) -> Iterator[FileSystemBackup]:
    """Whether AWS Backup backs the file system up by itself."""
    response = reader.call("efs", "DescribeBackupPolicy", FileSystemId=name, answers=NONE)
    status = None if response.absent else response.item("BackupPolicy")["Status"]
    yield response.decode(FileSystemBackup, {}, FileSystemId=name, Status=status)


@collects(MountTarget, "efs:DescribeMountTargets", "efs:DescribeMountTargetSecurityGroups", on=(SYSTEMS,))
def mount_targets(reader: Reader, key: str) -> Iterator[MountTarget]:
    """The mount target of this id, or those of a file system."""
    for page in reader.pages("efs", "DescribeMountTargets", **_named(key, "MountTargetId"), answers=GONE):
        for item in () if page.absent else page.items("MountTargets"):
            name = item["MountTargetId"]
            groups = reader.call("efs", "DescribeMountTargetSecurityGroups", MountTargetId=name)
            yield page.decode(MountTarget, item, SecurityGroups=groups.items("SecurityGroups"))


@collects(FileSystemAccessPoint, "efs:DescribeAccessPoints", on=(SYSTEMS, DOORS))
def access_points(reader: Reader, key: str) -> Iterator[FileSystemAccessPoint]:
    """The access point of this id, or those of a file system."""
    for page in reader.pages("efs", "DescribeAccessPoints", **_named(key, "AccessPointId"), answers=GONE):
        for item in () if page.absent else page.items("AccessPoints"):
            yield page.decode(FileSystemAccessPoint, item, Tags=tag_map(item.get("Tags", ())))


def _named(key: str, own: str) -> Body:
    return {"FileSystemId" if key.startswith("fs-") else own: key}
