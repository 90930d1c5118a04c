"""Reads Amazon EBS volumes, their snapshots, and machine images; never a block of them.

All are asked for by filters, so that what is gone does not hide the rest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from stack_verify.collect.collector import Answers, collects, collects_many
from stack_verify.collect.ec2 import MANY, Lookup
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.ec2_storage import (
    EbsSnapshot,
    Image,
    ImagePermissions,
    SnapshotBlockPublicAccess,
    SnapshotPermissions,
    Volume,
)

# Neither has an account in its ARN (Service Authorization Reference, "Resource types defined by Amazon EC2").
SNAPSHOTS = "arn:{partition}:ec2:{region}::snapshot/*"
IMAGES = "arn:{partition}:ec2:{region}::image/*"


@collects_many(Volume, "ec2:DescribeVolumes", size=MANY)
def volumes(reader: Reader, keys: Sequence[str]) -> Answers:
    """The volumes with these ids."""
    return Lookup(Volume, "DescribeVolumes", "Volumes", "volume-id").answers(reader, keys)


@collects_many(EbsSnapshot, "ec2:DescribeSnapshots", size=MANY)
def snapshots(reader: Reader, keys: Sequence[str]) -> Answers:
    """The snapshots with these ids, and the account's own of these volumes."""
    of_volumes = [key for key in keys if key.startswith("vol-")]
    ids = [key for key in keys if key not in of_volumes]
    if ids:
        yield from Lookup(EbsSnapshot, "DescribeSnapshots", "Snapshots", "snapshot-id").answers(reader, ids)
    if of_volumes:
        filters = [{"Name": "volume-id", "Values": of_volumes}]
        for page in reader.pages("ec2", "DescribeSnapshots", OwnerIds=["self"], Filters=filters):
            for item in page.items("Snapshots"):
                yield item["VolumeId"], page.decode(EbsSnapshot, item, Tags=tag_map(item.get("Tags", ())))


@collects(SnapshotPermissions, "ec2:DescribeSnapshotAttribute", on=(SNAPSHOTS,))
def snapshot_permissions(reader: Reader, key: str) -> Iterator[SnapshotPermissions]:
    """Who may make volumes of the snapshot."""
    response = reader.call("ec2", "DescribeSnapshotAttribute", SnapshotId=key, Attribute="createVolumePermission")
    yield response.decode(SnapshotPermissions)


@collects(SnapshotBlockPublicAccess, "ec2:GetSnapshotBlockPublicAccessState")
def snapshot_block_public_access(reader: Reader, region: str) -> Iterator[SnapshotBlockPublicAccess]:
    """Whether the region lets snapshots be public."""
    response = reader.call("ec2", "GetSnapshotBlockPublicAccessState")
    yield response.decode(SnapshotBlockPublicAccess, Region=region)


@collects_many(Image, "ec2:DescribeImages", size=MANY)
def images(reader: Reader, keys: Sequence[str]) -> Answers:
    """The images with these ids, deprecated and disabled ones too."""
    filters = [{"Name": "image-id", "Values": list(keys)}]
    pages = reader.pages("ec2", "DescribeImages", IncludeDeprecated=True, IncludeDisabled=True, Filters=filters)
    for page in pages:
        for item in page.items("Images"):
            yield item["ImageId"], page.decode(Image, item, Tags=tag_map(item.get("Tags", ())))


@collects(ImagePermissions, "ec2:DescribeImageAttribute", on=(IMAGES,))
def image_permissions(reader: Reader, key: str) -> Iterator[ImagePermissions]:
    """Who may launch instances of the image."""
    response = reader.call("ec2", "DescribeImageAttribute", ImageId=key, Attribute="launchPermission")
    yield response.decode(ImagePermissions)
