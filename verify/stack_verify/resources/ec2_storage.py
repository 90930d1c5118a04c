"""Amazon EBS volumes, their snapshots, and machine images: how they are encrypted, and whom they are shared with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import ClassVar

from stack_verify.resources.identity import Identity, ec2
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.partitions import partition
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

EVERYONE = "all"
# The ImdsSupport of an image whose instances require IMDSv2 unless their launch says otherwise.
IMDS_V2 = "v2.0"


class Permission(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One account, group or organisation that a snapshot or an image is shared with. The only group is ``all``."""

    user_id: str | None = None
    group: str | None = None
    organization_arn: str | None = None
    organizational_unit_arn: str | None = None

    @property
    def account(self) -> str | None:
        """The account, or ``all``; None where it is an organisation's."""
        return self.user_id or self.group


class SnapshotBlockPublicAccess(
    Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Snapshot.BlockPublicAccess"
):
    """``ec2:GetSnapshotBlockPublicAccessState`` of a region, asked for by the region.

    ``block-all-sharing`` makes public snapshots private again; ``block-new-sharing`` leaves them public (Amazon EBS
    user guide, "Block public access for Amazon EBS snapshots").
    """

    id_field: ClassVar[str] = "region"

    region: str
    state: Known[str] = UNKNOWN

    @property
    def is_in_force(self) -> bool:
        """Whether no snapshot of the region is public, whatever its permissions say."""
        return self.state == "block-all-sharing"


class SnapshotPermissions(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Snapshot.Permissions"):
    """The createVolumePermission of ``ec2:DescribeSnapshotAttribute``, by SnapshotId: only its owner may ask."""

    id_field: ClassVar[str] = "snapshot_id"

    snapshot_id: str
    create_volume_permissions: Known[tuple[Permission, ...]] = UNKNOWN

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that may make volumes of the snapshot; ``all`` is everyone."""
        return frozenset(each.account for each in self.create_volume_permissions if each.account)


class EbsSnapshot(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Snapshot"):
    """One snapshot of ``ec2:DescribeSnapshots``, by SnapshotId, or by the VolumeId of what it is a copy of."""

    identity: ClassVar[Identity | None] = replace(
        ec2(
            "snap",
            "snapshot",
            pulumi=(),
            terraform=("aws_ebs_snapshot", "aws_ebs_snapshot_copy", "aws_ebs_snapshot_import"),
        ),
        pulumi=("ebs/snapshot", "ebs/snapshotCopy", "ebs/snapshotImport"),
    )
    id_field: ClassVar[str] = "snapshot_id"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::EC2::Snapshot.Permissions",)

    snapshot_id: str
    owner_id: Known[str] = UNKNOWN
    encrypted: Known[bool] = UNKNOWN

    @property
    def is_own(self) -> bool:
        """Whether the account that was asked owns it; others' are shared with it."""
        return self.owner_id == self.observed_by.account

    def refers_to(self) -> Iterator[Question]:
        if self.is_own:
            yield SnapshotPermissions.ask(self.snapshot_id)

    def surroundings(self) -> Iterator[Question]:
        yield SnapshotBlockPublicAccess.ask(self.observed_by.region)


class VolumeAttachment(Fields, frozen=True, kw_only=True, rename="pascal"):
    """An instance that a volume is attached to."""

    # None where a service of AWS's holds the volume, as a Fargate task does.
    instance_id: str | None = None
    state: Known[str] = UNKNOWN


class Volume(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Volume"):
    """One volume of ``ec2:DescribeVolumes``, by VolumeId."""

    identity: ClassVar[Identity | None] = replace(
        ec2("vol", "volume", pulumi=(), terraform=("aws_ebs_volume",), asff="AwsEc2Volume"), pulumi=("ebs/volume",)
    )
    id_field: ClassVar[str] = "volume_id"
    leads_to: ClassVar[tuple[str, ...]] = (Key.kind(), EbsSnapshot.kind())

    volume_id: str
    encrypted: Known[bool] = UNKNOWN
    # None of a volume that is not encrypted.
    kms_key_id: str | None = None
    attachments: Known[tuple[VolumeAttachment, ...]] = UNKNOWN

    @property
    def is_attached(self) -> bool:
        """Whether something uses it."""
        return any(each.state != "detached" for each in self.attachments)

    @property
    def instances(self) -> tuple[str, ...]:
        """The ids of the instances that it is attached to: more than one where Multi-Attach is on."""
        return tuple(each.instance_id for each in self.attachments if each.instance_id)

    @property
    def backup_arn(self) -> str:
        """Its ARN, by which a backup plan selects it."""
        return ec2_arn("volume", self.volume_id, self)

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        yield EbsSnapshot.ask(self.volume_id)

    def surroundings(self) -> Iterator[Question]:
        yield from (Question("AWS::EC2::Instance", each) for each in self.instances)


class ImagePermissions(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Image.Permissions"):
    """The launchPermission of ``ec2:DescribeImageAttribute``, by ImageId: only its owner may ask."""

    id_field: ClassVar[str] = "image_id"

    image_id: str
    launch_permissions: Known[tuple[Permission, ...]] = UNKNOWN

    @property
    def accounts(self) -> frozenset[str]:
        """The accounts that may launch instances of the image; ``all`` is everyone."""
        return frozenset(each.account for each in self.launch_permissions if each.account)

    @property
    def organizations(self) -> frozenset[str]:
        """The ARNs of organisations and organisational units whose accounts may launch instances of the image."""
        named = (each.organization_arn or each.organizational_unit_arn for each in self.launch_permissions)
        return frozenset(each for each in named if each)


class ImageDisk(Fields, frozen=True, kw_only=True, rename="pascal"):
    """The snapshot that a disk of an image is made of."""

    snapshot_id: str | None = None


class ImageDevice(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A disk of an image; without EBS it is an instance store."""

    ebs: ImageDisk | None = None


class Image(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::EC2::Image"):
    """One image of ``ec2:DescribeImages``, by ImageId: the account's own, or another's that it may use."""

    identity: ClassVar[Identity | None] = ec2(
        "ami",
        "image",
        pulumi=("ami", "amiCopy", "amiFromInstance"),
        terraform=("aws_ami", "aws_ami_copy", "aws_ami_from_instance"),
    )
    id_field: ClassVar[str] = "image_id"
    leads_to: ClassVar[tuple[str, ...]] = (EbsSnapshot.kind(), "AWS::EC2::Image.Permissions")

    image_id: str
    owner_id: Known[str] = UNKNOWN
    # None of an image that leaves IMDSv1 on.
    imds_support: str | None = None
    block_device_mappings: tuple[ImageDevice, ...] = ()

    @property
    def is_own(self) -> bool:
        """Whether the account that was asked owns it."""
        return self.owner_id == self.observed_by.account

    def refers_to(self) -> Iterator[Question]:
        if not self.is_own:
            return
        yield ImagePermissions.ask(self.image_id)
        for device in self.block_device_mappings:
            if device.ebs is not None and device.ebs.snapshot_id is not None:
                yield EbsSnapshot.ask(device.ebs.snapshot_id)


def ec2_arn(noun: str, name: str, resource: Resource) -> str:
    """The ARN of a resource of EC2's that the answer does not hold one for."""
    call = resource.observed_by
    return f"arn:{partition(call.region)}:ec2:{call.region}:{call.account}:{noun}/{name}"
