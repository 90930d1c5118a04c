"""How EFS file systems are encrypted and backed up, and who may mount them, where and as whom."""

from __future__ import annotations

import json

import pytest
from botocore.stub import Stubber
from stack_verify.collect import COLLECTORS
from stack_verify.controls.efs.file_systems import (
    efs_access_point_root,
    efs_access_point_user,
    efs_encrypted,
    efs_in_backup_plan,
    efs_mount_target_private,
    efs_policy_restricted,
    efs_tls_only,
)
from stack_verify.core.control import Status
from stack_verify.detect.references import recognise
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.ec2 import Subnet
from stack_verify.resources.efs import (
    FileSystem,
    FileSystemAccessPoint,
    FileSystemBackup,
    FileSystemPolicy,
    MountTarget,
)
from support.hand_made import ACCOUNT, FOREIGN, REGION, OneClient, answered, arn, judged, read, snapshot

SYSTEM, POINT, TARGET = "fs-0a1b2c3d", "fsap-0a1b2c3d", "fsmt-0a1b2c3d"
ARN = arn("elasticfilesystem", f"file-system/{SYSTEM}")
OTHERS = {"AWS": f"arn:aws:iam::{FOREIGN}:root"}
MOUNTED = {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}}
CLEAR = {"Bool": {"aws:SecureTransport": "false"}}


def system(**fields: object) -> FileSystem:
    return answered(FileSystem, FileSystemId=SYSTEM, FileSystemArn=ARN, Tags={}, **fields)


def line(effect: str, principal: object, action: str = "elasticfilesystem:ClientMount", **more: object):
    return {"Effect": effect, "Principal": principal, "Action": action, "Resource": ARN, **more}


def policy(*lines: dict[str, object]) -> FileSystemPolicy:
    document = json.dumps({"Version": "2012-10-17", "Statement": lines}) if lines else None
    return answered(FileSystemPolicy, FileSystemId=SYSTEM, Policy=document)


@pytest.mark.parametrize(
    ("fields", "status"),
    [({"Encrypted": True}, Status.PASSED), ({"Encrypted": False}, Status.FAILED), ({}, Status.ERROR)],
)
def test_it_is_encrypted_at_rest(fields, status):
    assert judged(efs_encrypted, snapshot(system(**fields))) == {SYSTEM: status}


@pytest.mark.parametrize(
    ("own", "status"),
    [("ENABLED", Status.PASSED), ("ENABLING", Status.PASSED), ("DISABLED", Status.FAILED), (None, Status.FAILED)],
)
def test_automatic_backups_are_a_plan_too(own, status):
    held = snapshot(system(), answered(FileSystemBackup, FileSystemId=SYSTEM, Status=own))
    assert judged(efs_in_backup_plan, held) == {SYSTEM: status}


def test_a_selection_of_the_stacks_own_plan_backs_it_up():
    document = {"BackupPlanName": "p", "Rules": []}
    plan = answered(BackupPlan, BackupPlanId="p", BackupPlanArn=arn("backup", "backup-plan:p"), BackupPlan=document)
    chosen = answered(BackupSelection, SelectionId="s", SelectionName="scans", Resources=[ARN])
    off = answered(FileSystemBackup, FileSystemId=SYSTEM, Status="DISABLED")
    held = snapshot(system(), off, plan, chosen, lists=[(BackupSelection, "p")])
    assert judged(efs_in_backup_plan, held) == {SYSTEM: Status.PASSED}


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((), Status.PASSED),
        # What the console proposes: whoever gets to a mount target.
        ((line("Allow", {"AWS": "*"}, Condition=MOUNTED),), Status.PASSED),
        ((line("Allow", {"AWS": "*"}),), Status.FAILED),
        ((line("Allow", OTHERS),), Status.FAILED),
        ((line("Allow", {"AWS": f"arn:aws:iam::{ACCOUNT}:role/scans"}),), Status.PASSED),
    ],
)
def test_no_stranger_may_mount_it(lines, status):
    assert judged(efs_policy_restricted, snapshot(system(), policy(*lines))) == {SYSTEM: status}


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ((), Status.FAILED),
        ((line("Deny", "*", "*", Condition=CLEAR),), Status.PASSED),
        ((line("Deny", {"AWS": "*"}, Condition=CLEAR),), Status.PASSED),
        ((line("Deny", OTHERS, "*", Condition=CLEAR),), Status.FAILED),
        ((line("Allow", "*", Condition=CLEAR),), Status.FAILED),
        ((line("Deny", "*", "*", Condition={"Bool": {"aws:SecureTransport": "true"}}),), Status.FAILED),
        ((line("Deny", "*", "elasticfilesystem:ClientWrite", Condition=CLEAR),), Status.FAILED),
    ],
)
def test_it_is_mounted_over_tls_only(lines, status):
    assert judged(efs_tls_only, snapshot(system(), policy(*lines))) == {SYSTEM: status}


@pytest.mark.parametrize(
    ("fields", "root", "user"),
    [
        ({"RootDirectory": {"Path": "/scans"}, "PosixUser": {"Uid": 1, "Gid": 1}}, Status.PASSED, Status.PASSED),
        ({"RootDirectory": {"Path": "/"}}, Status.FAILED, Status.FAILED),
        ({}, Status.ERROR, Status.FAILED),
    ],
)
def test_an_access_point_leads_to_a_directory_as_a_user(fields, root, user):
    door = arn("elasticfilesystem", f"access-point/{POINT}")
    held = snapshot(
        answered(
            FileSystemAccessPoint,
            AccessPointId=POINT,
            AccessPointArn=door,
            FileSystemId=SYSTEM,
            Tags={},
            **fields,
        )
    )
    assert judged(efs_access_point_root, held) == {POINT: root}
    assert judged(efs_access_point_user, held) == {POINT: user}


@pytest.mark.parametrize(("public", "status"), [(False, Status.PASSED), (True, Status.FAILED)])
def test_a_mount_target_is_where_no_public_addresses_are_given_out(public, status):
    target = answered(
        MountTarget, MountTargetId=TARGET, FileSystemId=SYSTEM, SubnetId="subnet-1", SecurityGroups=["sg-1"]
    )
    subnet = answered(Subnet, SubnetId="subnet-1", VpcId="vpc-1", MapPublicIpOnLaunch=public)
    assert judged(efs_mount_target_private, snapshot(target, subnet)) == {TARGET: status}


def test_mount_targets_are_listed_by_the_file_system_with_their_groups():
    session = OneClient("efs")
    subnet = "subnet-0a1b2c3d4e5f60718"
    told = {"MountTargetId": TARGET, "FileSystemId": SYSTEM, "SubnetId": subnet, "LifeCycleState": "available"}
    with Stubber(session.only) as stub:
        stub.add_response("describe_mount_targets", {"MountTargets": [told]}, {"FileSystemId": SYSTEM})
        stub.add_response("describe_mount_target_security_groups", {"SecurityGroups": ["sg-0a1b2c3d4e5f60718"]})
        (found,) = read(COLLECTORS[MountTarget.kind()], session, SYSTEM)
    assert ("AWS::EC2::SecurityGroup", "sg-0a1b2c3d4e5f60718") in {(each.kind, each.key) for each in found.refers_to()}


@pytest.mark.parametrize("key", [SYSTEM, TARGET, POINT])
def test_what_is_gone_is_absent(key):
    kind = {SYSTEM: FileSystem, TARGET: MountTarget, POINT: FileSystemAccessPoint}[key]
    operation, code = {
        SYSTEM: ("describe_file_systems", "FileSystemNotFound"),
        TARGET: ("describe_mount_targets", "MountTargetNotFound"),
        POINT: ("describe_access_points", "AccessPointNotFound"),
    }[key]
    session = OneClient("efs")
    with Stubber(session.only) as stub:
        stub.add_client_error(operation, code, http_status_code=404)
        assert read(COLLECTORS[kind.kind()], session, key) == []


@pytest.mark.parametrize(
    ("value", "question"),
    [
        (ARN, FileSystem.ask(SYSTEM)),
        (SYSTEM, FileSystem.ask(SYSTEM)),
        (f"{SYSTEM}.efs.{REGION}.amazonaws.com", FileSystem.ask(SYSTEM)),
        (TARGET, MountTarget.ask(TARGET)),
        (arn("elasticfilesystem", f"access-point/{POINT}"), FileSystemAccessPoint.ask(POINT)),
    ],
)
def test_it_is_recognised_by_its_arn_id_and_host(value, question):
    assert recognise("scansFileSystemId", value, account=ACCOUNT, region=REGION) == question


def test_an_id_of_fsx_is_not_taken_for_one_of_efs():
    assert recognise("windowsShare", SYSTEM, account=ACCOUNT, region=REGION) is None
