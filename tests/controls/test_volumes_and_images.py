"""EBS volumes, snapshots and machine images: encryption, backups, and whom they are shared with."""

from __future__ import annotations

import pytest
from botocore.stub import Stubber
from controls.test_instances import backed_up, instance
from stack_verify.collect.ec2_storage import images, snapshots
from stack_verify.controls.ec2.images import ec2_image_not_public, ec2_image_trusted_accounts
from stack_verify.controls.ec2.snapshots import (
    ebs_snapshot_encrypted,
    ebs_snapshot_not_public,
    ebs_snapshot_trusted_accounts,
)
from stack_verify.controls.ec2.volumes import (
    ebs_volume_attached,
    ebs_volume_encrypted,
    ebs_volume_in_backup_plan,
    ebs_volume_own_key,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.backup import BackupSelection
from stack_verify.resources.ec2_instances import Instance
from stack_verify.resources.ec2_storage import (
    EbsSnapshot,
    Image,
    ImagePermissions,
    SnapshotBlockPublicAccess,
    SnapshotPermissions,
    Volume,
)
from stack_verify.resources.resource import Question
from support.hand_made import ACCOUNT, FOREIGN, REGION, OneClient, answered, arn, denied, judged, read, snapshot

VOLUME, COPY, IMAGE, HOST = "vol-0a1b2c3d", "snap-0a1b2c3d", "ami-0a1b2c3d", "i-0a1b2c3d4e5f60718"
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE
IN_ORGANISATION = "arn:aws:organizations::111122223333:organization/o-a1b2c3d4e5"
UNIT = "arn:aws:organizations::111122223333:ou/o-a1b2c3d4e5/ou-ab12-11111111"


def volume(*hosts: str, **fields: object) -> Volume:
    attached = [{"InstanceId": host, "State": "attached"} for host in hosts]
    return answered(Volume, **{"VolumeId": VOLUME, "Encrypted": True, "Attachments": attached, "Tags": {}} | fields)


def copy(*shared: dict[str, str], owner: str = ACCOUNT, block: str = "unblocked") -> list[object]:
    held = answered(EbsSnapshot, SnapshotId=COPY, OwnerId=owner, Encrypted=True, Tags={})
    permissions = answered(SnapshotPermissions, SnapshotId=COPY, CreateVolumePermissions=list(shared))
    return [held, permissions, answered(SnapshotBlockPublicAccess, Region=REGION, State=block)]


def image(*shared: dict[str, str], owner: str = ACCOUNT) -> list[object]:
    held = answered(Image, ImageId=IMAGE, OwnerId=owner, Tags={})
    return [held, answered(ImagePermissions, ImageId=IMAGE, LaunchPermissions=list(shared))]


EVERYONE, SOMEBODY = {"Group": "all"}, {"UserId": FOREIGN}


@pytest.mark.parametrize(
    ("held", "public", "trusted"),
    [
        (copy(), PASSED, PASSED),
        (copy(EVERYONE), FAILED, PASSED),
        (copy(EVERYONE, block="block-new-sharing"), FAILED, PASSED),
        (copy(EVERYONE, block="block-all-sharing"), PASSED, PASSED),
        (copy(SOMEBODY), PASSED, FAILED),
        (copy({"UserId": ACCOUNT}), PASSED, PASSED),
        (copy(EVERYONE, owner=FOREIGN), NOT_APPLICABLE, NOT_APPLICABLE),
    ],
)
def test_a_snapshot_is_shared_with_named_accounts_only(held, public, trusted):
    assert judged(ebs_snapshot_not_public, snapshot(*held)) == {COPY: public}
    assert judged(ebs_snapshot_trusted_accounts, snapshot(*held)) == {COPY: trusted}


def test_a_snapshot_is_shared_with_accounts_that_the_policy_names():
    held = snapshot(*copy(SOMEBODY))
    assert judged(ebs_snapshot_trusted_accounts, held, accounts={"backup": (FOREIGN,)}) == {COPY: PASSED}


def test_whom_a_snapshot_is_shared_with_is_not_guessed():
    held = snapshot(copy()[0], gaps=(denied(SnapshotPermissions, COPY),))
    assert judged(ebs_snapshot_not_public, held) == {COPY: ERROR}
    unread = answered(SnapshotPermissions, SnapshotId=COPY)
    assert judged(ebs_snapshot_trusted_accounts, snapshot(copy()[0], unread)) == {COPY: ERROR}


@pytest.mark.parametrize(
    ("held", "public", "trusted"),
    [
        (image(), PASSED, PASSED),
        (image(EVERYONE), FAILED, PASSED),
        (image(SOMEBODY), PASSED, FAILED),
        (image({"OrganizationArn": IN_ORGANISATION}), PASSED, PASSED),
        (image({"OrganizationalUnitArn": UNIT}), PASSED, PASSED),
        (image({"OrganizationArn": IN_ORGANISATION.replace("o-a1", "o-z9")}), PASSED, FAILED),
        (image(EVERYONE, owner="137112412989"), NOT_APPLICABLE, NOT_APPLICABLE),
    ],
)
def test_an_image_is_shared_with_named_accounts_and_the_organization_only(held, public, trusted):
    assert judged(ec2_image_not_public, snapshot(*held)) == {IMAGE: public}
    found = judged(ec2_image_trusted_accounts, snapshot(*held), organization_id="o-a1b2c3d4e5")
    assert found == {IMAGE: trusted}


def test_an_organization_is_a_stranger_where_the_policy_names_none():
    held = snapshot(*image({"OrganizationArn": IN_ORGANISATION}))
    assert judged(ec2_image_trusted_accounts, held) == {IMAGE: FAILED}


@pytest.mark.parametrize("encrypted", [True, False])
def test_a_snapshot_is_encrypted(encrypted):
    held = answered(EbsSnapshot, SnapshotId=COPY, OwnerId=ACCOUNT, Encrypted=encrypted, Tags={})
    assert judged(ebs_snapshot_encrypted, snapshot(held)) == {COPY: PASSED if encrypted else FAILED}


@pytest.mark.parametrize(
    ("held", "encrypted", "own_key", "attached"),
    [
        (volume(HOST, Encrypted=False), FAILED, FAILED, PASSED),
        (volume(Encrypted=False), NOT_APPLICABLE, FAILED, FAILED),
        (volume(HOST), PASSED, FAILED, PASSED),
        (volume(Attachments=[{"State": "attached"}]), PASSED, FAILED, PASSED),
    ],
)
def test_a_volume_is_encrypted_while_something_uses_it(held, encrypted, own_key, attached):
    """As AWS's check asks; one that nothing uses is hardening's matter."""
    found = snapshot(held)
    assert judged(ebs_volume_encrypted, found) == {VOLUME: encrypted}
    assert judged(ebs_volume_own_key, found) == {VOLUME: own_key}
    assert judged(ebs_volume_attached, found) == {VOLUME: attached}


@pytest.mark.parametrize(
    ("held", "arns", "status"),
    [
        (volume(HOST), [arn("ec2", f"volume/{VOLUME}")], PASSED),
        (volume(HOST), [arn("ec2", f"instance/{HOST}")], PASSED),
        (volume(HOST), [arn("ec2", "volume/vol-other")], FAILED),
        (volume(), [arn("ec2", "volume/vol-other")], NOT_APPLICABLE),
    ],
)
def test_a_volume_is_backed_up_by_itself_or_with_its_instance(held, arns, status):
    found = snapshot(held, instance(), *backed_up(*arns), lists=[(BackupSelection, "p")])
    assert judged(ebs_volume_in_backup_plan, found) == {VOLUME: status}


def test_a_volume_that_a_group_replaces_with_its_instance_needs_no_backup():
    host = instance(Tags={"aws:autoscaling:groupName": "web"})
    found = snapshot(volume(HOST), host, *backed_up(arn("ec2", "volume/v")), lists=[(BackupSelection, "p")])
    assert judged(ebs_volume_in_backup_plan, found) == {VOLUME: NOT_APPLICABLE}


def test_a_volume_whose_instance_could_not_be_read_is_not_taken_for_left_out():
    found = snapshot(volume(HOST), *backed_up(arn("ec2", "volume/v")), gaps=(denied(Instance, HOST),))
    assert judged(ebs_volume_in_backup_plan, found) == {VOLUME: ERROR}


@pytest.mark.parametrize(
    ("text", "kind", "key"),
    [
        (VOLUME, "Volume", VOLUME),
        (arn("ec2", f"volume/{VOLUME}"), "Volume", VOLUME),
        (arn("ec2", f"snapshot/{COPY}", account=""), "Snapshot", COPY),
        (arn("ec2", f"image/{IMAGE}", account=""), "Image", IMAGE),
    ],
)
def test_they_are_recognised(text, kind, key):
    assert recognise("anything", text, account=ACCOUNT, region=REGION) == Question(f"AWS::EC2::{kind}", key)


@pytest.mark.parametrize("token", ["aws:ebs/volume:Volume", "AWS::EC2::Volume"])
def test_a_volume_is_known_by_its_type_in_a_state(token):
    assert recognise(token, VOLUME, account=ACCOUNT, region=REGION) == Question("AWS::EC2::Volume", VOLUME)


def test_only_own_snapshots_of_a_volume_are_listed():
    session = OneClient("ec2")
    asked = {"OwnerIds": ["self"], "Filters": [{"Name": "volume-id", "Values": [VOLUME]}]}
    found = {"SnapshotId": COPY, "VolumeId": VOLUME, "OwnerId": ACCOUNT, "Encrypted": True}
    with Stubber(session.only) as stub:
        stub.add_response("describe_snapshots", {"Snapshots": [found]}, asked)
        (one,) = read(snapshots, session, VOLUME)
    assert one.id == COPY
    assert [each.kind for each in one.refers_to()] == ["AWS::EC2::Snapshot.Permissions"]


def test_nothing_is_asked_of_what_another_account_owns():
    session = OneClient("ec2")
    disk = {"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": COPY}}
    of_aws = {"ImageId": IMAGE, "OwnerId": "137112412989", "BlockDeviceMappings": [disk]}
    with Stubber(session.only) as stub:
        stub.add_response("describe_images", {"Images": [of_aws]})
        (one,) = read(images, session, IMAGE)
    assert list(one.refers_to()) == []
    assert list(copy(owner=FOREIGN)[0].refers_to()) == []
