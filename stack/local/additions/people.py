"""A compliant group, with a person in it who signs in with a device, and a machine's user whose key is not active."""

import json
from collections.abc import Mapping
from typing import Any, Final

from stack.local.additions.made import Made
from stack.local.endpoint import Clients

GROUP: Final = "healthcare-auditors-prod"
PERSON: Final = "healthcare-auditor-prod"
MACHINE: Final = "healthcare-importer-prod"
POLICY: Final = "healthcare-read-trail-prod"
PATH: Final = "/audit/"


def make(aws: Clients, outputs: Mapping[str, str | list[str]]) -> Made:
    """Makes the group with its policy, both users, and what these sign in with."""
    iam = aws.client("iam")
    tags = aws.client("rds").list_tags_for_resource(ResourceName=str(outputs["databaseArn"]))["TagList"]
    tags = [tag for tag in tags if tag["Key"] != "Name"]
    document = reading(str(outputs["trailArn"]))
    policy = iam.create_policy(PolicyName=POLICY, PolicyDocument=document, Tags=tags)["Policy"]["Arn"]
    group = iam.create_group(GroupName=GROUP, Path=PATH)["Group"]["Arn"]
    iam.attach_group_policy(GroupName=GROUP, PolicyArn=policy)
    for name in (PERSON, MACHINE):
        iam.create_user(UserName=name, Path=PATH, Tags=tags)
        iam.add_user_to_group(GroupName=GROUP, UserName=name)
        device = iam.create_virtual_mfa_device(VirtualMFADeviceName=name)["VirtualMFADevice"]["SerialNumber"]
        codes = {"AuthenticationCode1": "123456", "AuthenticationCode2": "654321"}
        iam.enable_mfa_device(UserName=name, SerialNumber=device, **codes)
    iam.create_login_profile(UserName=PERSON, Password="known to the emulator alone")  # noqa: S106
    key = iam.create_access_key(UserName=MACHINE)["AccessKey"]["AccessKeyId"]
    iam.update_access_key(UserName=MACHINE, AccessKeyId=key, Status="Inactive")
    return Made({"auditorsGroupArn": group, "importerKeyId": key}, tuple(_declared(policy, document, key, tags)))


def reading(trail: str) -> str:
    """A policy that allows to look at the trail."""
    statement = {"Sid": "Look", "Effect": "Allow", "Action": "cloudtrail:GetTrailStatus", "Resource": trail}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def _declared(
    policy: str, document: str, key: str, tags: list[Mapping[str, str]]
) -> list[tuple[str, str, str, Mapping[str, Any]]]:
    named = {each["Key"]: each["Value"] for each in tags}
    attachment = "aws:iam/groupPolicyAttachment:GroupPolicyAttachment"
    membership = "aws:iam/userGroupMembership:UserGroupMembership"
    users = [("aws:iam/user:User", name, name, {"path": PATH, "tags": named}) for name in (PERSON, MACHINE)]
    members = [(membership, name, f"{name}/{GROUP}", {"user": name, "groups": [GROUP]}) for name in (PERSON, MACHINE)]
    return [
        ("aws:iam/policy:Policy", POLICY, policy, {"policy": document, "tags": named}),
        ("aws:iam/group:Group", GROUP, GROUP, {"path": PATH}),
        (attachment, GROUP, f"{GROUP}-1", {"group": GROUP, "policyArn": policy}),
        *users,
        *members,
        ("aws:iam/accessKey:AccessKey", MACHINE, key, {"user": MACHINE, "status": "Inactive"}),
    ]
