"""EC2 instances and launch templates: what is in effect on them, and what their user data holds."""

from __future__ import annotations

import base64
import gzip
import json

import pytest
from botocore.stub import Stubber
from msgspec import structs
from stack_verify.collect.ec2_instances import instances, launch_template_versions, launch_templates, user_data
from stack_verify.collect.iam import instance_profiles
from stack_verify.controls import CONTROLS
from stack_verify.controls.ec2.instances import (
    ec2_instance_hvm,
    ec2_instance_imdsv2,
    ec2_instance_in_backup_plan,
    ec2_instance_in_vpc,
    ec2_instance_no_public_ip,
    ec2_instance_no_user_data_secrets,
    ec2_instance_not_stopped,
    ec2_instance_one_interface,
    ec2_instance_profile_attached,
)
from stack_verify.controls.ec2.launch_templates import (
    ec2_launch_template_encrypted,
    ec2_launch_template_imdsv2,
    ec2_launch_template_no_public_ip,
    ec2_launch_template_no_user_data_secrets,
)
from stack_verify.controls.network.clients import client_groups
from stack_verify.core.control import Severity, Status
from stack_verify.detect.references import recognise
from stack_verify.resources.account import EbsEncryptionByDefault
from stack_verify.resources.backup import BackupPlan, BackupSelection
from stack_verify.resources.ec2_instances import Instance, LaunchTemplate, LaunchTemplateVersion, UserData
from stack_verify.resources.ec2_storage import Image
from stack_verify.resources.iam import InstanceProfile
from stack_verify.resources.resource import Question
from stack_verify.resources.ssm import ManagedNode, PatchState
from support.hand_made import ACCOUNT, POLICY, REGION, OneClient, answered, arn, denied, judged, read, snapshot

ID, TEMPLATE, PROFILE = "i-0a1b2c3d4e5f60718", "lt-0a1b2c3d4e5f60718", f"arn:aws:iam::{ACCOUNT}:instance-profile/a/web"
PASSED, FAILED, ERROR, NOT_APPLICABLE = Status.PASSED, Status.FAILED, Status.ERROR, Status.NOT_APPLICABLE
WITH_PASSWORD = "#!/bin/sh\nexport URL=postgres://web:hunter2secret@db.internal:5432/web\n"
SECRET = {"where": "user data line 2", "kind": "a URL with a password"}


def interface(name: str = "eni-1", public: str | None = None, group: str = "sg-web") -> dict[str, object]:
    address = {"PrivateIpAddress": "10.0.1.4", **({"Association": {"PublicIp": public}} if public else {})}
    return {"NetworkInterfaceId": name, "Groups": [{"GroupId": group}], "PrivateIpAddresses": [address]}


def instance(**fields: object) -> Instance:
    told = {
        "InstanceId": ID,
        "ImageId": "ami-0a1b2c3d",
        "State": {"Name": "running"},
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "VirtualizationType": "hvm",
        "Monitoring": {"State": "disabled"},
        "VpcId": "vpc-1",
        "NetworkInterfaces": [interface()],
        "BlockDeviceMappings": [],
        "Tags": {},
    }
    return answered(Instance, **told | fields)


def data(*secrets: dict[str, str], has: bool = True) -> UserData:
    return answered(UserData, InstanceId=ID, HasUserData=has, ClearSecrets=list(secrets))


def template(**fields: object) -> tuple[LaunchTemplate, LaunchTemplateVersion]:
    held = {"LaunchTemplateId": TEMPLATE, "VersionNumber": 3, "HasUserData": False, "ClearSecrets": []}
    data = {key: fields.pop(key) for key in list(fields) if key not in ("HasUserData", "ClearSecrets")}
    version = answered(LaunchTemplateVersion, **held | fields, LaunchTemplateData=data)
    return answered(LaunchTemplate, LaunchTemplateId=TEMPLATE, DefaultVersionNumber=3, Tags={}), version


@pytest.mark.parametrize(
    ("options", "status"),
    [
        ({"HttpTokens": "required", "HttpEndpoint": "enabled"}, PASSED),
        ({"HttpTokens": "optional", "HttpEndpoint": "enabled"}, FAILED),
        ({"HttpTokens": "optional", "HttpEndpoint": "disabled"}, PASSED),
        ({"HttpEndpoint": "enabled"}, ERROR),
    ],
)
def test_an_instance_answers_imdsv2_only_or_no_metadata_at_all(options, status):
    assert judged(ec2_instance_imdsv2, snapshot(instance(MetadataOptions=options))) == {ID: status}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, PASSED),
        ({"PublicIpAddress": "203.0.113.7"}, FAILED),
        ({"NetworkInterfaces": [interface(), interface("eni-2", "203.0.113.7")]}, FAILED),
    ],
)
def test_a_public_address_of_any_interface_counts(fields, status):
    assert judged(ec2_instance_no_public_ip, snapshot(instance(**fields))) == {ID: status}


@pytest.mark.parametrize(
    ("roles", "status"), [([{"RoleName": "web"}], PASSED), ([], FAILED), (None, ERROR)], ids=["role", "empty", "unread"]
)
def test_an_instance_profile_gives_a_role_only_if_it_has_one(roles, status):
    held = instance(IamInstanceProfile={"Arn": PROFILE})
    profile = () if roles is None else (answered(InstanceProfile, InstanceProfileName="web", Roles=roles),)
    gaps = (denied(InstanceProfile, "web"),) if roles is None else ()
    assert judged(ec2_instance_profile_attached, snapshot(held, *profile, gaps=gaps)) == {ID: status}


@pytest.mark.parametrize(
    ("state", "reason", "status"),
    [
        ("running", "", PASSED),
        ("stopped", "User initiated (2026-01-20 08:30:00 GMT)", PASSED),
        ("stopped", "User initiated (2025-12-20 08:30:00 GMT)", FAILED),
        ("stopped", "Server.ScheduledStop: Stopped due to scheduled retirement", ERROR),
        ("stopped", None, ERROR),
    ],
)
def test_an_instance_is_not_left_stopped_for_longer_than_the_policy_says(state, reason, status):
    held = snapshot(instance(State={"Name": state}, StateTransitionReason=reason))
    assert judged(ec2_instance_not_stopped, held, max_stopped_days=30) == {ID: status}


@pytest.mark.parametrize(
    ("found", "status"),
    [
        (data(has=False), PASSED),
        (data(), PASSED),
        (data(SECRET), FAILED),
        (answered(UserData, InstanceId=ID, HasUserData=True), ERROR),
    ],
    ids=["none", "clean", "secret", "not decoded"],
)
def test_user_data_holds_no_secret_in_clear(found, status):
    assert judged(ec2_instance_no_user_data_secrets, snapshot(instance(), found)) == {ID: status}


@pytest.mark.parametrize(
    ("control", "fields", "status"),
    [
        (ec2_instance_in_vpc, {"VpcId": None}, FAILED),
        (ec2_instance_one_interface, {"NetworkInterfaces": [interface(), interface("eni-2")]}, FAILED),
        (ec2_instance_hvm, {"VirtualizationType": "paravirtual"}, FAILED),
        (ec2_instance_in_vpc, {}, PASSED),
        (ec2_instance_one_interface, {}, PASSED),
        (ec2_instance_hvm, {}, PASSED),
    ],
)
def test_where_and_how_an_instance_runs(control, fields, status):
    assert judged(control, snapshot(instance(**fields))) == {ID: status}


def backed_up(*arns: str) -> tuple[BackupPlan, BackupSelection]:
    """A plan with a selection of these resources."""
    document = {"BackupPlanName": "p", "Rules": []}
    plan = answered(BackupPlan, BackupPlanId="p", BackupPlanArn=arn("backup", "backup-plan:p"), BackupPlan=document)
    return plan, answered(BackupSelection, SelectionId="s", SelectionName="web", Resources=list(arns))


@pytest.mark.parametrize(
    ("arns", "tags", "status"),
    [
        ([arn("ec2", f"instance/{ID}")], {}, PASSED),
        ([arn("ec2", "instance/*")], {}, PASSED),
        ([arn("ec2", "instance/i-2")], {}, FAILED),
        ([arn("ec2", "instance/i-2")], {"aws:autoscaling:groupName": "web"}, NOT_APPLICABLE),
    ],
)
def test_an_instance_that_no_group_replaces_is_backed_up(arns, tags, status):
    held = snapshot(instance(Tags=tags), *backed_up(*arns), lists=[(BackupSelection, "p")])
    assert judged(ec2_instance_in_backup_plan, held) == {ID: status}


@pytest.mark.parametrize(
    ("fields", "support", "status"),
    [
        ({"MetadataOptions": {"HttpTokens": "required"}}, None, PASSED),
        ({"MetadataOptions": {"HttpTokens": "optional"}}, "v2.0", FAILED),
        ({"MetadataOptions": {"HttpEndpoint": "disabled"}}, None, PASSED),
        ({"ImageId": "ami-0a1b2c3d"}, "v2.0", PASSED),
        ({"ImageId": "ami-0a1b2c3d"}, None, FAILED),
        ({"ImageId": "resolve:ssm:/images/web"}, None, FAILED),
        ({}, None, FAILED),
    ],
)
def test_what_a_launch_template_does_not_say_of_metadata_its_image_decides(fields, support, status):
    image = answered(Image, ImageId="ami-0a1b2c3d", OwnerId="137112412989", ImdsSupport=support)
    assert judged(ec2_launch_template_imdsv2, snapshot(*template(**fields), image)) == {TEMPLATE: status}


@pytest.mark.parametrize(
    ("interfaces", "status"),
    [
        ([], PASSED),
        ([{"Groups": ["sg-web"]}], PASSED),
        ([{"AssociatePublicIpAddress": False}], PASSED),
        ([{"AssociatePublicIpAddress": False}, {"AssociatePublicIpAddress": True}], FAILED),
    ],
)
def test_a_launch_template_assigns_no_public_address(interfaces, status):
    held = snapshot(*template(NetworkInterfaces=interfaces))
    assert judged(ec2_launch_template_no_public_ip, held) == {TEMPLATE: status}


@pytest.mark.parametrize(
    ("disks", "by_default", "status"),
    [
        ([], False, NOT_APPLICABLE),
        ([{"DeviceName": "/dev/sdb", "VirtualName": "ephemeral0"}], False, NOT_APPLICABLE),
        ([{"Ebs": {"Encrypted": True}}], False, PASSED),
        ([{"Ebs": {"SnapshotId": "snap-1"}}], False, PASSED),
        ([{"Ebs": {"Encrypted": True}}, {"Ebs": {"Encrypted": False}}], False, FAILED),
        ([{"Ebs": {"Encrypted": False}}], True, PASSED),
    ],
)
def test_a_launch_template_adds_no_volume_that_stays_unencrypted(disks, by_default, status):
    account = answered(EbsEncryptionByDefault, AccountId=ACCOUNT, EbsEncryptionByDefault=by_default)
    held = snapshot(*template(BlockDeviceMappings=disks), account)
    assert judged(ec2_launch_template_encrypted, held) == {TEMPLATE: status}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({}, PASSED),
        ({"HasUserData": True}, PASSED),
        ({"HasUserData": True, "ClearSecrets": [SECRET]}, FAILED),
    ],
)
def test_user_data_of_a_launch_template_holds_no_secret_in_clear(fields, status):
    assert judged(ec2_launch_template_no_user_data_secrets, snapshot(*template(**fields))) == {TEMPLATE: status}


def in_base64(text: str, *, compressed: bool = False) -> str:
    held = text.encode()
    return base64.b64encode(gzip.compress(held) if compressed else held).decode()


@pytest.mark.parametrize(
    ("encoded", "has", "found"),
    [
        (None, False, []),
        (in_base64("#!/bin/sh\nsystemctl start web\n"), True, []),
        (in_base64(WITH_PASSWORD), True, [(SECRET["where"], SECRET["kind"])]),
        (in_base64(WITH_PASSWORD, compressed=True), True, [(SECRET["where"], SECRET["kind"])]),
        (in_base64("#!/bin/sh\nmysql --password=hunter2secret\n"), True, None),
        (in_base64("#cloud-config\npassword: hunter2secret\n"), True, None),
        (in_base64("-----BEGIN RSA PRIVATE KEY-----\nMIIEow\n-----END RSA PRIVATE KEY-----\n"), True, None),
    ],
)
def test_user_data_is_judged_while_it_is_decoded_and_not_kept(encoded, has, found):
    session = OneClient("ec2")
    with Stubber(session.only) as stub:
        answer = {"InstanceId": ID, "UserData": {"Value": encoded} if encoded else {}}
        stub.add_response("describe_instance_attribute", answer, {"InstanceId": ID, "Attribute": "userData"})
        (read_one,) = read(user_data, session, ID)
    assert isinstance(read_one, UserData)
    assert read_one.has_user_data is has
    told = [(each.where, each.kind) for each in read_one.clear_secrets]
    assert told == found if found is not None else told
    kept = json.dumps([structs.asdict(each) for each in read_one.clear_secrets])
    assert "hunter2secret" not in kept
    assert "MIIEow" not in kept


def test_user_data_that_cannot_be_decoded_is_not_taken_for_clean():
    session = OneClient("ec2")
    broken = base64.b64encode(b"\x1f\x8bnothing that was compressed").decode()
    with Stubber(session.only) as stub:
        stub.add_response("describe_instance_attribute", {"InstanceId": ID, "UserData": {"Value": broken}})
        (found,) = read(user_data, session, ID)
    assert judged(ec2_instance_no_user_data_secrets, snapshot(instance(), found)) == {ID: ERROR}


def test_nothing_of_a_launch_templates_user_data_is_kept():
    session = OneClient("ec2")
    held = {"ImageId": "ami-0a1b2c3d", "UserData": in_base64(WITH_PASSWORD)}
    version = {"LaunchTemplateId": TEMPLATE, "VersionNumber": 1, "LaunchTemplateData": held}
    with Stubber(session.only) as stub:
        stub.add_response("describe_launch_template_versions", {"LaunchTemplateVersions": [version]})
        (found,) = read(launch_template_versions, session, TEMPLATE)
    assert isinstance(found, LaunchTemplateVersion)
    assert [each.where for each in found.clear_secrets] == ["user data line 2"]
    assert "UserData" not in type(found.launch_template_data).__struct_encode_fields__


@pytest.mark.parametrize("text", [ID, arn("ec2", f"instance/{ID}")])
def test_an_instance_is_recognised(text):
    question = recognise("anything", text, account=ACCOUNT, region=REGION)
    assert question == Question("AWS::EC2::Instance", ID)


def test_terminated_instances_are_not_asked_for():
    session = OneClient("ec2")
    asked: list[dict[str, object]] = []
    session.only.meta.events.register("provide-client-params.ec2", lambda params, **_: asked.append(params))
    with Stubber(session.only) as stub:
        stub.add_response("describe_instances", {"Reservations": []})
        assert read(instances, session, ID) == []
    (by_id, by_state) = asked[0]["Filters"]
    assert by_id == {"Name": "instance-id", "Values": [ID]}
    assert "terminated" not in by_state["Values"]


@pytest.mark.parametrize(
    ("collector", "service", "operation", "code"),
    [
        (launch_templates, "ec2", "describe_launch_templates", "InvalidLaunchTemplateId.NotFound"),
        (instance_profiles, "iam", "get_instance_profile", "NoSuchEntity"),
    ],
)
def test_what_is_gone_is_none(collector, service, operation, code):
    session = OneClient(service)
    with Stubber(session.only) as stub:
        stub.add_client_error(operation, code)
        assert read(collector, session, TEMPLATE) == []


def test_what_an_instance_uses_belongs_to_the_stack():
    device = {"DeviceName": "/dev/sda1", "Ebs": {"VolumeId": "vol-1"}}
    held = instance(
        IamInstanceProfile={"Arn": PROFILE},
        BlockDeviceMappings=[device],
        NetworkInterfaces=[{**interface(), "SubnetId": "subnet-1"}],
    )
    assert {(each.kind, each.key) for each in held.refers_to()} == {
        ("AWS::EC2::VPC", "vpc-1"),
        ("AWS::EC2::Subnet", "subnet-1"),
        ("AWS::EC2::SecurityGroup", "sg-web"),
        ("AWS::EC2::Volume", "vol-1"),
        ("AWS::EC2::Image", "ami-0a1b2c3d"),
        ("AWS::IAM::InstanceProfile.Roles", "web"),
        ("AWS::EC2::Instance.UserData", ID),
        ("AWS::EC2::Instance.ManagedNode", ID),
        ("AWS::EC2::Instance.PatchState", ID),
    }
    assert {each.kind for each in held.refers_to()} <= set(Instance.leads_to)
    profile = answered(InstanceProfile, InstanceProfileName="web", Roles=[{"RoleName": "web-role"}])
    assert list(profile.refers_to()) == [Question("AWS::IAM::Role", "web-role")]


def test_a_launch_template_leads_to_what_its_default_version_names():
    _, version = template(
        ImageId="resolve:ssm:/images/web",
        NetworkInterfaces=[{"Groups": ["sg-a"]}],
        SecurityGroupIds=["sg-b"],
        IamInstanceProfile={"Arn": PROFILE},
    )
    assert [(each.kind, each.key) for each in version.refers_to()] == [
        ("AWS::EC2::SecurityGroup", "sg-a"),
        ("AWS::EC2::SecurityGroup", "sg-b"),
        ("AWS::IAM::InstanceProfile.Roles", "web"),
    ]


def test_instances_of_the_stack_are_clients_of_its_database():
    assert client_groups(snapshot(instance(NetworkInterfaces=[interface(group="sg-batch")])), POLICY) == {"sg-batch"}


def test_an_instance_of_an_auto_scaling_group_with_the_defaults_of_today_fails_nothing_but_hardening():
    """As a launch template with Amazon Linux 2023 and a role starts it."""
    held = snapshot(
        instance(Tags={"aws:autoscaling:groupName": "web"}, IamInstanceProfile={"Arn": PROFILE}),
        data(has=False),
        answered(InstanceProfile, InstanceProfileName="web", Roles=[{"RoleName": "web"}]),
        answered(ManagedNode, InstanceId=ID, IsManaged=True),
        lists=[(PatchState, ID)],
    )
    about = [each for each in CONTROLS if each.subject is Instance]
    failed = {each.id for each in about if judged(each, held) == {ID: FAILED}}
    assert failed == {"ec2-instance-detailed-monitoring"}
    assert all(each.hardening and each.severity is Severity.LOW for each in about if each.id in failed)
    assert all(judged(each, held) != {ID: ERROR} for each in about)
