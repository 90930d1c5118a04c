"""A compliant EFS file system in the private subnets of the stack beneath, with an access point to a directory."""

import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.additions.aurora import plan_role
from stack.local.additions.made import Made
from stack.local.endpoint import Clients

NAME: Final = "healthcare-scans-prod"
DIRECTORY: Final = "/scans"


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the file system, where and as whom it is mounted, and its selection in the backup plan."""
    efs, key = aws.client("efs"), str(outputs["databaseKeyArn"])
    listed = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    tags = {**{each["Key"]: each["Value"] for each in listed}, "Name": NAME}
    pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
    made = efs.create_file_system(CreationToken=NAME, Encrypted=True, KmsKeyId=key, Tags=pairs)
    system, arn = str(made["FileSystemId"]), str(made["FileSystemArn"])
    efs.put_file_system_policy(FileSystemId=system, Policy=policy(arn))
    group, subnet = _security_group(aws, outputs, pairs), outputs["privateSubnetIds"][0]
    target = str(efs.create_mount_target(FileSystemId=system, SubnetId=subnet, SecurityGroups=[group])["MountTargetId"])
    door = access_point(aws, system, tags, PosixUser=USER, RootDirectory={"Path": DIRECTORY})
    back_up(aws, outputs, arn)
    named = {"scansFileSystemArn": arn, "scansMountTargetId": target, "scansAccessPointArn": door}
    of_door = {"fileSystemId": system, "rootDirectory": {"path": DIRECTORY}, "tags": tags}
    https = {"protocol": "tcp", "fromPort": 443, "toPort": 443, "cidrBlocks": ["0.0.0.0/0"]}
    return Made(
        named,
        (
            ("aws:efs/fileSystem:FileSystem", "scans", system, {"encrypted": True, "kmsKeyId": key, "tags": tags}),
            (
                "aws:efs/fileSystemPolicy:FileSystemPolicy",
                "scans",
                system,
                {"fileSystemId": system, "policy": policy(arn)},
            ),
            ("aws:efs/mountTarget:MountTarget", "scans", target, {"subnetId": subnet, "securityGroups": [group]}),
            ("aws:efs/accessPoint:AccessPoint", "scans", door, of_door),
            ("aws:ec2/securityGroup:SecurityGroup", "scans", group, {"egress": [https]}),
        ),
    )


USER: Final[Mapping[str, int]] = {"Uid": 1000, "Gid": 1000}


def access_point(aws: Clients, system: str, tags: Mapping[str, str], **how: Any) -> str:  # noqa: ANN401 - EFS's own
    """Makes an access point, and returns its ARN."""
    pairs = [{"Key": name, "Value": value} for name, value in tags.items()]
    return str(aws.client("efs").create_access_point(FileSystemId=system, Tags=pairs, **how)["AccessPointArn"])


def policy(arn: str, *more: Mapping[str, object], clear: bool = False) -> str:
    """The file system's policy: whoever gets to a mount target may mount it, over TLS unless ``clear``."""
    mount = {
        "Sid": "Mount",
        "Effect": "Allow",
        "Principal": {"AWS": "*"},
        "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
        "Resource": arn,
        "Condition": {"Bool": {"elasticfilesystem:AccessedViaMountTarget": "true"}},
    }
    tls = {
        "Sid": "TlsOnly",
        "Effect": "Deny",
        "Principal": {"AWS": "*"},
        "Action": "*",
        "Resource": arn,
        "Condition": {"Bool": {"aws:SecureTransport": "false"}},
    }
    lines = [mount, *more] if clear else [mount, tls, *more]
    return json.dumps({"Version": "2012-10-17", "Statement": lines})


def back_up(aws: Clients, outputs: Mapping[str, str | list[str]], arn: str) -> None:
    """Selects the file system in the backup plan of the stack."""
    aws.client("backup").create_backup_selection(
        BackupPlanId=str(outputs["backupPlanId"]),
        BackupSelection={"SelectionName": "scans", "IamRoleArn": plan_role(aws, outputs), "Resources": [arn]},
    )


def _security_group(aws: Clients, outputs: Mapping[str, str | list[str]], pairs: list[dict[str, str]]) -> str:
    """The mount target's group, which lets nothing in and HTTPS out."""
    ec2 = aws.client("ec2")
    group = ec2.create_security_group(
        GroupName=NAME,
        Description="Scans",
        VpcId=str(outputs["vpcId"]),
        TagSpecifications=[{"ResourceType": "security-group", "Tags": pairs}],
    )["GroupId"]
    everything = [{"IpProtocol": "-1", "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}]
    ec2.revoke_security_group_egress(GroupId=group, IpPermissions=everything)
    https = {"IpProtocol": "tcp", "FromPort": 443, "ToPort": 443, "IpRanges": [{"CidrIp": "0.0.0.0/0"}]}
    ec2.authorize_security_group_egress(GroupId=group, IpPermissions=[https])
    return str(group)
