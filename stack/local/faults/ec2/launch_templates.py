"""Faults of launch templates, on the stack that has one beside it."""

import base64
from typing import Any

from stack.local.additions.instances import template_data
from stack.local.endpoint import Clients
from stack.local.faults.ec2.instances import SECRET
from stack.local.faults.fault import Outputs, fault

TEMPLATE = "reportsLaunchTemplateId"


@fault(("ec2-launch-template-imdsv2", TEMPLATE), stack="instances")
def ec2_launch_template_imdsv2(aws: Clients, outputs: Outputs) -> None:
    """The launch template leaves IMDSv1 on."""
    _default(aws, outputs, MetadataOptions={"HttpTokens": "optional", "HttpEndpoint": "enabled"})


@fault(("ec2-launch-template-no-public-ip", TEMPLATE), stack="instances")
def ec2_launch_template_no_public_ip(aws: Clients, outputs: Outputs) -> None:
    """The launch template assigns a public address."""
    group = str(outputs["reportsSecurityGroupId"])
    public = {"DeviceIndex": 0, "AssociatePublicIpAddress": True, "Groups": [group]}
    _default(aws, outputs, NetworkInterfaces=[public])


@fault(("ec2-launch-template-encrypted", TEMPLATE), ("ebs-default-encryption", "accountId"), stack="instances")
def ec2_launch_template_encrypted(aws: Clients, outputs: Outputs) -> None:
    """The launch template adds a volume in clear, and nothing in the region encrypts it."""
    aws.client("ec2").disable_ebs_encryption_by_default()
    disk = {"VolumeSize": 8, "Encrypted": False}
    _default(aws, outputs, BlockDeviceMappings=[{"DeviceName": "/dev/sda1", "Ebs": disk}])


@fault(("ec2-launch-template-no-user-data-secrets", TEMPLATE), stack="instances")
def ec2_launch_template_no_user_data_secrets(aws: Clients, outputs: Outputs) -> None:
    """The launch template's user data holds a password in clear."""
    _default(aws, outputs, UserData=base64.b64encode(SECRET.encode()).decode())


def _default(aws: Clients, outputs: Outputs, **changed: Any) -> None:  # noqa: ANN401 - EC2's own parameters
    """Makes a version with what is changed, and makes it the default."""
    ec2, template = aws.client("ec2"), str(outputs[TEMPLATE])
    data = {**template_data(outputs, str(outputs["reportsImageId"]), str(outputs["reportsSecurityGroupId"])), **changed}
    made = ec2.create_launch_template_version(LaunchTemplateId=template, LaunchTemplateData=data)
    version = str(made["LaunchTemplateVersion"]["VersionNumber"])
    ec2.modify_launch_template(LaunchTemplateId=template, DefaultVersion=version)
