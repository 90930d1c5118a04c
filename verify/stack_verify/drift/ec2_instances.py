"""Fields of Amazon EC2: instances, volumes, snapshots, images and launch templates.

Of launch templates tags only: a state declares the latest version, which need not be the default one that is read.
"""

from __future__ import annotations

from typing import Any

from stack_verify.drift.field import Compare, Table, Value, apart, field, plain, set_of, types
from stack_verify.drift.normalize import many
from stack_verify.drift.tags import TAGS
from stack_verify.resources.ec2_storage import EbsSnapshot, Image, ImagePermissions, SnapshotPermissions, Volume

_ON = ("enabled", "pending")


def _last(name: str | None) -> Value:
    """The name of an instance profile, which may be declared by its ARN."""
    return None if name is None else plain(name.rpartition("/")[2])


def _accounts(accounts: frozenset[str]) -> Value:
    return set_of(*accounts)


def _is_on(state: Any) -> Value:  # noqa: ANN401 - whatever the answer holds
    return None if state is None else plain(state in _ON)


TABLES = (
    Table(
        types("ec2/instance:Instance"),
        (
            field("ami", "image_id"),
            field("iamInstanceProfile", "iam_instance_profile.arn", spell=_last),
            field("metadataOptions.httpTokens", "metadata_options.http_tokens"),
            field("metadataOptions.httpEndpoint", "metadata_options.http_endpoint"),
            field("monitoring", "monitoring.state", live_spell=_is_on),
            TAGS,
        ),
    ),
    Table(
        types("ebs/volume:Volume"),
        (field("encrypted", "encrypted"), field("kmsKeyId", "kms_key_id"), TAGS),
    ),
    Table(types("ebs/snapshot:Snapshot"), (TAGS,)),
    Table(types("ec2/ami:Ami"), (TAGS,)),
    Table(types("ec2/launchTemplate:LaunchTemplate"), (TAGS,)),
    # Each brings what it says something of into the stack, so that this is read and judged.
    Table(
        types("ec2/amiLaunchPermission:AmiLaunchPermission"),
        (
            field(
                "accountId",
                apart(ImagePermissions, "accounts", _accounts, by_arn=False),
                spell=many,
                compare=Compare.AT_LEAST,
            ),
        ),
        kind=Image,
        key="imageId",
    ),
    Table(
        types("ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission"),
        (
            field(
                "accountId",
                apart(SnapshotPermissions, "accounts", _accounts, by_arn=False),
                spell=many,
                compare=Compare.AT_LEAST,
            ),
        ),
        kind=EbsSnapshot,
        key="snapshotId",
    ),
    Table(
        types("ec2/volumeAttachment:VolumeAttachment"),
        (field("instanceId", "instances", spell=many, compare=Compare.AT_LEAST),),
        kind=Volume,
        key="volumeId",
    ),
)
