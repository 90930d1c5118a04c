"""Amazon EFS: file systems, who may mount them, where and as whom; never a file."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from stack_verify.resources.ec2 import SecurityGroup, Subnet
from stack_verify.resources.identity import ANY_ID, IN_DOMAIN, IN_REGION, ArnForm, BareName, Host, Identity, bare
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

_SYSTEM, _DOOR, _TARGET = (rf"{prefix}-[0-9a-f]{{8,40}}" for prefix in ("fs", "fsap", "fsmt"))


class FileSystemPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EFS::FileSystem.Policy"):
    """``elasticfilesystem:DescribeFileSystemPolicy``, by FileSystemId. None where AWS says that there is none."""

    id_field: ClassVar[str] = "file_system_id"

    file_system_id: str
    policy: str | None


class FileSystemBackup(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EFS::FileSystem.Backup"):
    """``elasticfilesystem:DescribeBackupPolicy``, by FileSystemId. None where AWS says that there is none."""

    id_field: ClassVar[str] = "file_system_id"

    file_system_id: str
    status: str | None

    @property
    def is_on(self) -> bool:
        """Whether AWS Backup backs the file system up by itself."""
        return self.status in ("ENABLED", "ENABLING")


class MountTarget(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EFS::MountTarget"):
    """``elasticfilesystem:DescribeMountTargets``, by MountTargetId or by FileSystemId, with its security groups."""

    identity: ClassVar[Identity | None] = Identity(
        bare_names=(BareName((), _TARGET),),
        id_prefix="fsmt",
        pulumi=("efs/mountTarget",),
        terraform=("aws_efs_mount_target",),
    )
    id_field: ClassVar[str] = "mount_target_id"
    leads_to: ClassVar[tuple[str, ...]] = (Subnet.kind(), SecurityGroup.kind(), "AWS::EFS::FileSystem")

    mount_target_id: str
    file_system_id: str
    subnet_id: Known[str] = UNKNOWN
    # Ours: the answer of DescribeMountTargetSecurityGroups.
    security_groups: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield Subnet.ask(self.subnet_id)
        yield from (SecurityGroup.ask(group) for group in self.security_groups)
        yield FileSystem.ask(self.file_system_id)


class PosixUser(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The user that all requests through an access point are made as."""

    uid: int
    gid: int


class RootDirectory(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The directory that clients of an access point see as the root."""

    path: str = "/"


class FileSystemAccessPoint(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EFS::AccessPoint"):
    """``elasticfilesystem:DescribeAccessPoints``, by AccessPointId or by FileSystemId."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("elasticfilesystem", rf"access-point/({_DOOR})", rf"access-point/({ANY_ID})", by_name=True),),
        id_prefix="fsap",
        pulumi=("efs/accessPoint",),
        terraform=("aws_efs_access_point",),
        asff="AwsEfsAccessPoint",
        by_tags=True,
    )
    id_field: ClassVar[str] = "access_point_id"
    arn_field: ClassVar[str | None] = "access_point_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::EFS::FileSystem",)

    access_point_id: str
    access_point_arn: str
    file_system_id: str
    # AWS leaves it out where requests are made as whom the client says.
    posix_user: PosixUser | None = None
    root_directory: Known[RootDirectory] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield FileSystem.ask(self.file_system_id)


class FileSystem(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EFS::FileSystem"):
    """``elasticfilesystem:DescribeFileSystems``, by FileSystemId."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("elasticfilesystem", rf"file-system/({_SYSTEM})", rf"file-system/({ANY_ID})", by_name=True),),
        # FSx gives its file systems ids of the same form, so that the id alone does not tell.
        bare_names=(
            bare("efs, efs id, file system, file system id", _SYSTEM),
            BareName((), _SYSTEM),
        ),
        hosts=(Host(rf"(?:[a-z0-9-]+\.)?(?P<name>{_SYSTEM})\.efs\.{IN_REGION}{IN_DOMAIN}"),),
        pulumi=("efs/fileSystem",),
        terraform=("aws_efs_file_system",),
        by_tags=True,
    )
    id_field: ClassVar[str] = "file_system_id"
    arn_field: ClassVar[str | None] = "file_system_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        Key.kind(),
        FileSystemPolicy.kind(),
        FileSystemBackup.kind(),
        MountTarget.kind(),
        FileSystemAccessPoint.kind(),
    )

    file_system_id: str
    file_system_arn: str
    encrypted: Known[bool] = UNKNOWN
    kms_key_id: str | None = None

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        parts: tuple[type[Resource], ...] = (FileSystemPolicy, FileSystemBackup, MountTarget, FileSystemAccessPoint)
        yield from (kind.ask(self.file_system_id) for kind in parts)
