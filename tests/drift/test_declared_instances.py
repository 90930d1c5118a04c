"""Instances, volumes, Auto Scaling groups and what shares images: alike however declared, or told apart."""

from __future__ import annotations

import pytest
from controls.test_auto_scaling import group
from controls.test_instances import ID, PROFILE, instance
from controls.test_volumes_and_images import COPY, IMAGE, VOLUME, copy, image, volume
from stack_verify.core.control import Status
from stack_verify.drift.terraform import pulumi_properties, pulumi_type
from stack_verify.resources.resource import Resource
from support.hand_made import FOREIGN
from support.made_declarations import declared, differences, verdict

HELD = instance(IamInstanceProfile={"Arn": PROFILE})


def drift(kind: str, key: str, *live: Resource, **inputs: object) -> str:
    """What differs between ``inputs`` and the first that AWS answered; nothing where they agree."""
    about = type(live[0]).ask(key)
    status, told = verdict(declared(kind, about, **inputs), live=tuple((each.id, each) for each in live))
    assert status in (Status.FAILED, Status.PASSED), told
    return differences(told) if status is Status.FAILED else ""


@pytest.mark.parametrize(
    ("inputs", "told"),
    [
        ({"iamInstanceProfile": "web"}, ""),
        ({"iamInstanceProfile": "other"}, "iamInstanceProfile: declared other, live web"),
        ({"metadataOptions": [{"httpTokens": "required"}]}, ""),
        (
            {"metadataOptions": {"httpTokens": "optional"}},
            "metadataOptions.httpTokens: declared optional, live required",
        ),
        ({"monitoring": False}, ""),
        ({"monitoring": True}, "monitoring: declared true, live false"),
    ],
)
def test_an_instance(inputs, told):
    assert drift("aws:ec2/instance:Instance", ID, HELD, ami="ami-0a1b2c3d", **inputs) == told


def test_a_volume():
    held = volume(ID, KmsKeyId="arn:k")
    assert drift("aws:ebs/volume:Volume", VOLUME, held, encrypted=True, kmsKeyId="arn:k") == ""
    assert drift("aws:ebs/volume:Volume", VOLUME, held, kmsKeyId="arn:other").startswith("kmsKeyId: declared arn:other")
    attached = "aws:ec2/volumeAttachment:VolumeAttachment"
    assert drift(attached, VOLUME, held, volumeId=VOLUME, instanceId=ID) == ""
    assert drift(attached, VOLUME, held, volumeId=VOLUME, instanceId="i-2") == "instanceId: declared i-2, live none"


@pytest.mark.parametrize(
    ("kind", "key", "live"),
    [
        (
            "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission",
            COPY,
            copy({"UserId": FOREIGN}, {"UserId": "111122223333"})[:2],
        ),
        ("aws:ec2/amiLaunchPermission:AmiLaunchPermission", IMAGE, image({"UserId": FOREIGN})),
    ],
)
def test_whom_a_snapshot_or_an_image_is_shared_with(kind, key, live):
    assert drift(kind, key, *live, accountId=FOREIGN) == ""
    assert drift(kind, key, *live, accountId="999999999999") == "accountId: declared 999999999999, live none"


def test_a_group_of_terraforms():
    attributes = {
        "health_check_type": "EC2",
        "vpc_zone_identifier": ["subnet-2", "subnet-1"],
        "launch_configuration": "",
        "tag": [{"key": "Owner", "value": "team", "propagate_at_launch": True}],
    }
    inputs = pulumi_properties("aws_autoscaling_group", attributes, frozenset())
    kind = pulumi_type("aws_autoscaling_group")
    assert kind == "aws:autoscaling/group:Group"
    held = group(VPCZoneIdentifier="subnet-1,subnet-2", Tags={"Owner": "team"})
    assert drift(kind, "web", held, **inputs) == ""
    moved = group(VPCZoneIdentifier="subnet-1", HealthCheckType="ELB", Tags={})
    assert drift(kind, "web", moved, **inputs) == (
        "healthCheckType: declared EC2, live ELB; vpcZoneIdentifiers: declared subnet-2, live none; "
        "tags: declared Owner: team, live none"
    )
