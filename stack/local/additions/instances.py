"""A compliant EC2 instance in the private subnets of the stack beneath, its disk, image and snapshot, and a group.

The group starts no instance: what it would start them with stands in a launch template, as it should, and in a launch
configuration, as it did in old stacks.
"""

import base64
import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.additions.aurora import plan_role
from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-reports-prod"
SCRIPT: Final = "#!/bin/sh\nexec systemctl start reports\n"

Outputs = Mapping[str, str | list[str]]
Declared = tuple[str, str, str, Mapping[str, Any]]


def make(aws: Clients, outputs: Outputs) -> Made:
    """Makes the instance, what it stands on and what is copied of it, and the group."""
    listed = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    tags = {**{each["Key"]: each["Value"] for each in listed}, "Name": NAME}
    pairs = [{"Key": key, "Value": value} for key, value in tags.items()]
    group, profile = _security_group(aws, outputs, pairs), _profile(aws, outputs, pairs)
    image = _image(aws, outputs, pairs)
    instance, volume = _instance(aws, outputs, pairs, {"group": group, "profile": profile, "image": image})
    back_up(aws, outputs, f"instance/{instance}")
    ec2 = aws.client("ec2")
    snapshot = ec2.create_snapshot(VolumeId=volume, TagSpecifications=_tagged("snapshot", pairs))["SnapshotId"]
    template = _launch_template(aws, outputs, pairs, {"group": group, "image": image})
    _group(aws, outputs, pairs, {"template": template, "image": image})
    made = {
        "reportsInstanceId": instance,
        "reportsVolumeId": volume,
        "reportsSnapshotId": snapshot,
        "reportsImageId": image,
        "reportsLaunchTemplateId": template,
        "reportsAutoScalingGroupName": NAME,
        "reportsLaunchConfigurationName": NAME,
        "reportsSecurityGroupId": group,
    }
    return Made(made, tuple(_declared(made, outputs, tags, profile)))


def _tagged(kind: str, pairs: list[dict[str, str]]) -> list[dict[str, Any]]:
    return [{"ResourceType": kind, "Tags": pairs}]


def _security_group(aws: Clients, outputs: Outputs, pairs: list[dict[str, str]]) -> str:
    """The instance's group, which lets HTTPS out and nothing in."""
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(
        GroupName=NAME,
        Description="Reports",
        VpcId=str(outputs["vpcId"]),
        TagSpecifications=_tagged("security-group", pairs),
    )["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[https])
    return str(group)


def _profile(aws: Clients, outputs: Outputs, pairs: list[dict[str, str]]) -> str:
    """The instance profile with its role, which may read the database's secret."""
    iam = aws.client("iam")
    trust = {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}
    iam.create_role(RoleName=NAME, AssumeRolePolicyDocument=_document(trust), Tags=pairs)
    iam.put_role_policy(RoleName=NAME, PolicyName="reports", PolicyDocument=rights(outputs))
    profile = iam.create_instance_profile(InstanceProfileName=NAME, Tags=pairs)["InstanceProfile"]["Arn"]
    iam.add_role_to_instance_profile(InstanceProfileName=NAME, RoleName=NAME)
    return str(profile)


def rights(outputs: Outputs) -> str:
    """What the role may do."""
    secret = outputs["databaseSecretArn"]
    return _document({"Effect": "Allow", "Action": "secretsmanager:GetSecretValue", "Resource": secret})


def _document(*statements: Mapping[str, object]) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": statements})


def _image(aws: Clients, outputs: Outputs, pairs: list[dict[str, str]]) -> str:
    """An image of a disk that is encrypted with the stack's key."""
    ec2 = aws.client("ec2")
    volume = ec2.create_volume(
        AvailabilityZone=f"{aws.region}a", Size=8, Encrypted=True, KmsKeyId=str(outputs["databaseKeyArn"])
    )["VolumeId"]
    disk = ec2.create_snapshot(VolumeId=volume, TagSpecifications=_tagged("snapshot", pairs))["SnapshotId"]
    ec2.delete_volume(VolumeId=volume)
    image = ec2.register_image(
        Name=NAME,
        VirtualizationType="hvm",
        RootDeviceName="/dev/sda1",
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": {"SnapshotId": disk}}],
    )["ImageId"]
    ec2.create_tags(Resources=[image], Tags=pairs)
    return str(image)


def _instance(
    aws: Clients, outputs: Outputs, pairs: list[dict[str, str]], made_of: Mapping[str, str]
) -> tuple[str, str]:
    """The instance and its only volume."""
    ec2 = aws.client("ec2")
    disk = {"VolumeSize": 8, "Encrypted": True, "KmsKeyId": str(outputs["databaseKeyArn"])}
    (made,) = ec2.run_instances(
        ImageId=made_of["image"],
        MinCount=1,
        MaxCount=1,
        InstanceType="t3.micro",
        SubnetId=outputs["privateSubnetIds"][0],
        SecurityGroupIds=[made_of["group"]],
        IamInstanceProfile={"Arn": made_of["profile"]},
        MetadataOptions={"HttpTokens": "required", "HttpEndpoint": "enabled"},
        Monitoring={"Enabled": True},
        UserData=SCRIPT,
        BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": disk}],
        TagSpecifications=[*_tagged("instance", pairs), *_tagged("volume", pairs)],
    )["Instances"]
    (device,) = made["BlockDeviceMappings"]
    return str(made["InstanceId"]), str(device["Ebs"]["VolumeId"])


def back_up(aws: Clients, outputs: Outputs, resource: str) -> None:
    """Selects `instance/<id>`, with its disks, or `volume/<id>` in the backup plan of the stack."""
    region, account = str(outputs["databaseArn"]).split(":")[3:5]
    aws.client("backup").create_backup_selection(
        BackupPlanId=str(outputs["backupPlanId"]),
        BackupSelection={
            "SelectionName": "reports",
            "IamRoleArn": plan_role(aws, outputs),
            "Resources": [f"arn:aws:ec2:{region}:{account}:{resource}"],
        },
    )


def _launch_template(aws: Clients, outputs: Outputs, pairs: list[dict[str, str]], made_of: Mapping[str, str]) -> str:
    """The launch template of the group."""
    made = aws.client("ec2").create_launch_template(
        LaunchTemplateName=NAME,
        LaunchTemplateData=template_data(outputs, made_of["image"], made_of["group"]),
        TagSpecifications=_tagged("launch-template", pairs),
    )["LaunchTemplate"]
    return str(made["LaunchTemplateId"])


def template_data(outputs: Outputs, image: str, group: str) -> dict[str, Any]:
    """What the launch template starts instances with."""
    disk = {"VolumeSize": 8, "Encrypted": True, "KmsKeyId": str(outputs["databaseKeyArn"])}
    return {
        "ImageId": image,
        "InstanceType": "t3.micro",
        "IamInstanceProfile": {"Name": NAME},
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "NetworkInterfaces": [{"DeviceIndex": 0, "AssociatePublicIpAddress": False, "Groups": [group]}],
        "BlockDeviceMappings": [{"DeviceName": "/dev/sda1", "Ebs": disk}],
        "UserData": base64.b64encode(SCRIPT.encode()).decode(),
    }


def _group(aws: Clients, outputs: Outputs, pairs: list[dict[str, str]], made_of: Mapping[str, str]) -> None:
    """The group, and the launch configuration that it had before."""
    autoscaling = aws.client("autoscaling")
    autoscaling.create_launch_configuration(**launch_configuration(made_of["image"]))
    autoscaling.create_auto_scaling_group(
        AutoScalingGroupName=NAME,
        MinSize=0,
        MaxSize=2,
        DesiredCapacity=0,
        LaunchTemplate={"LaunchTemplateId": made_of["template"], "Version": "$Default"},
        VPCZoneIdentifier=",".join(outputs["privateSubnetIds"]),
        Tags=[{**pair, "PropagateAtLaunch": True} for pair in pairs],
    )


def launch_configuration(image: str) -> dict[str, Any]:
    """The launch configuration."""
    return {
        "LaunchConfigurationName": NAME,
        "ImageId": image,
        "InstanceType": "t3.micro",
        "AssociatePublicIpAddress": False,
        "MetadataOptions": {"HttpTokens": "required", "HttpEndpoint": "enabled"},
        "UserData": SCRIPT,
    }


def _declared(made: Mapping[str, str], outputs: Outputs, tags: Mapping[str, str], profile: str) -> list[Declared]:
    subnets = list(outputs["privateSubnetIds"])
    https = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}
    required = {"httpTokens": "required", "httpEndpoint": "enabled"}
    of_instance = {
        "ami": made["reportsImageId"],
        "iamInstanceProfile": NAME,
        "subnetId": subnets[0],
        "vpcSecurityGroupIds": [made["reportsSecurityGroupId"]],
        "monitoring": True,
        "metadataOptions": required,
        "tags": tags,
    }
    of_volume = {"encrypted": True, "kmsKeyId": str(outputs["databaseKeyArn"]), "tags": tags}
    propagated = [{"key": key, "value": value, "propagateAtLaunch": True} for key, value in tags.items()]
    of_group = {"vpcZoneIdentifiers": subnets, "healthCheckType": "EC2", "maxSize": 2, "tags": propagated}
    return [
        ("aws:ec2/securityGroup:SecurityGroup", "reports", made["reportsSecurityGroupId"], {"egress": [https]}),
        ("aws:iam/role:Role", "reports", NAME, {"inlinePolicies": [{"name": "reports", "policy": rights(outputs)}]}),
        ("aws:iam/instanceProfile:InstanceProfile", "reports", NAME, {"role": NAME, "arn": profile}),
        ("aws:ec2/instance:Instance", "reports", made["reportsInstanceId"], of_instance),
        ("aws:ebs/volume:Volume", "reports", made["reportsVolumeId"], of_volume),
        ("aws:ebs/snapshot:Snapshot", "reports", made["reportsSnapshotId"], {"volumeId": made["reportsVolumeId"]}),
        ("aws:ec2/ami:Ami", "reports", made["reportsImageId"], {"tags": tags}),
        (
            "aws:ec2/launchTemplate:LaunchTemplate",
            "reports",
            made["reportsLaunchTemplateId"],
            {"metadataOptions": required, "tags": tags},
        ),
        ("aws:autoscaling/group:Group", "reports", NAME, of_group),
        (
            "aws:ec2/launchConfiguration:LaunchConfiguration",
            "reports",
            NAME,
            {"associatePublicIpAddress": False, "metadataOptions": required},
        ),
    ]
