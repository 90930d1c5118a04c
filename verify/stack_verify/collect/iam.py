"""Reads AWS IAM."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, TypeVar

import msgspec

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Body, Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.iam import (
    AttachedPolicies,
    Attachments,
    InlinePolicy,
    InstanceProfile,
    ManagedPolicy,
    PolicyVersion,
    Role,
    RolePolicy,
)
from stack_verify.resources.iam_users import (
    AccessKey,
    Group,
    GroupAttachments,
    GroupPolicy,
    LoginProfile,
    User,
    UserAccessKeys,
    UserAttachments,
    UserGroups,
    UserMfaDevices,
    UserPolicy,
)

Inline = TypeVar("Inline", bound=InlinePolicy)
Attached = TypeVar("Attached", bound=Attachments)

GONE = ("NoSuchEntity",)


@collects(Role, "iam:GetRole")
def roles(reader: Reader, name: str) -> Iterator[Role]:
    """The role with this name. IAM leaves the tags out where there are none."""
    response = reader.call("iam", "GetRole", RoleName=name, answers=GONE)
    if not response.absent:
        role = _with_text(response.item("Role"), "AssumeRolePolicyDocument")
        yield response.decode(Role, role, Tags=tag_map(role.get("Tags", ())))


@collects(InstanceProfile, "iam:GetInstanceProfile", on=("arn:{partition}:iam::{account}:instance-profile/*",))
def instance_profiles(reader: Reader, name: str) -> Iterator[InstanceProfile]:
    """The instance profile with this name, and the role in it."""
    response = reader.call("iam", "GetInstanceProfile", InstanceProfileName=name, answers=GONE)
    if not response.absent:
        yield response.decode(InstanceProfile, response.item("InstanceProfile"))


@collects(RolePolicy, "iam:ListRolePolicies", "iam:GetRolePolicy")
def role_policies(reader: Reader, role: str) -> Iterator[RolePolicy]:
    """The inline policies of the role."""
    yield from _inline(reader, RolePolicy, "Role", role)


@collects(AttachedPolicies, "iam:ListAttachedRolePolicies")
def attached_policies(reader: Reader, role: str) -> Iterator[AttachedPolicies]:
    """The managed policies of the role."""
    yield _attached(reader, AttachedPolicies, "Role", role)


@collects(User, "iam:GetUser")
def users(reader: Reader, name: str) -> Iterator[User]:
    """The user with this name. IAM leaves the tags out where there are none."""
    response = reader.call("iam", "GetUser", UserName=name, answers=GONE)
    if not response.absent:
        user = response.item("User")
        yield response.decode(User, user, Tags=tag_map(user.get("Tags", ())))


@collects(UserPolicy, "iam:ListUserPolicies", "iam:GetUserPolicy")
def user_policies(reader: Reader, user: str) -> Iterator[UserPolicy]:
    """The inline policies of the user."""
    yield from _inline(reader, UserPolicy, "User", user)


@collects(UserAttachments, "iam:ListAttachedUserPolicies")
def user_attachments(reader: Reader, user: str) -> Iterator[UserAttachments]:
    """The managed policies of the user."""
    yield _attached(reader, UserAttachments, "User", user)


@collects(UserGroups, "iam:ListGroupsForUser")
def user_groups(reader: Reader, user: str) -> Iterator[UserGroups]:
    """The groups of the user."""
    pages = list(reader.pages("iam", "ListGroupsForUser", UserName=user))
    names = [group["GroupName"] for page in pages for group in page.items("Groups")]
    yield pages[-1].decode(UserGroups, {}, User=user, GroupNames=names)


@collects(LoginProfile, "iam:GetLoginProfile")
def login_profiles(reader: Reader, user: str) -> Iterator[LoginProfile]:
    """The user's password for the console, of which AWS tells that there is one and since when."""
    response = reader.call("iam", "GetLoginProfile", UserName=user, answers=GONE)
    if not response.absent:
        yield response.decode(LoginProfile, response.item("LoginProfile"))


@collects(UserMfaDevices, "iam:ListMFADevices")
def mfa_devices(reader: Reader, user: str) -> Iterator[UserMfaDevices]:
    """The devices that the user signs in with, besides a password."""
    pages = list(reader.pages("iam", "ListMFADevices", UserName=user))
    devices = [device for page in pages for device in page.items("MFADevices")]
    yield pages[-1].decode(UserMfaDevices, User=user, Devices=devices)


@collects(UserAccessKeys, "iam:ListAccessKeys")
def user_access_keys(reader: Reader, user: str) -> Iterator[UserAccessKeys]:
    """The ids of the user's access keys."""
    pages = list(reader.pages("iam", "ListAccessKeys", UserName=user))
    ids = [key["AccessKeyId"] for page in pages for key in page.items("AccessKeyMetadata")]
    yield pages[-1].decode(UserAccessKeys, {}, User=user, AccessKeyIds=ids)


@collects(AccessKey, "iam:GetAccessKeyLastUsed", "iam:ListAccessKeys")
def access_keys(reader: Reader, key: str) -> Iterator[AccessKey]:
    """The access key with this id: its use, which names its user, and what the list of that user's keys says of it."""
    used = reader.call("iam", "GetAccessKeyLastUsed", AccessKeyId=key, answers=GONE)
    if used.absent:
        return
    for page in reader.pages("iam", "ListAccessKeys", UserName=used.body["UserName"]):
        for found in page.items("AccessKeyMetadata"):
            if found["AccessKeyId"] == key:
                yield page.decode(AccessKey, found, AccessKeyLastUsed=used.item("AccessKeyLastUsed"))


@collects(Group, "iam:GetGroup")
def groups(reader: Reader, name: str) -> Iterator[Group]:
    """The group with this name. The answer lists its users too, of which one is enough."""
    response = reader.call("iam", "GetGroup", GroupName=name, MaxItems=1, answers=GONE)
    if not response.absent:
        yield response.decode(Group, response.item("Group"))


@collects(GroupPolicy, "iam:ListGroupPolicies", "iam:GetGroupPolicy")
def group_policies(reader: Reader, group: str) -> Iterator[GroupPolicy]:
    """The inline policies of the group."""
    yield from _inline(reader, GroupPolicy, "Group", group)


@collects(GroupAttachments, "iam:ListAttachedGroupPolicies")
def group_attachments(reader: Reader, group: str) -> Iterator[GroupAttachments]:
    """The managed policies of the group."""
    yield _attached(reader, GroupAttachments, "Group", group)


@collects(ManagedPolicy, "iam:GetPolicy")
def managed_policies(reader: Reader, arn: str) -> Iterator[ManagedPolicy]:
    """The managed policy with this ARN. IAM leaves the tags out where there are none."""
    response = reader.call("iam", "GetPolicy", PolicyArn=arn, answers=GONE)
    if not response.absent:
        policy = response.item("Policy")
        yield response.decode(ManagedPolicy, policy, Tags=tag_map(policy.get("Tags", ())))


@collects(PolicyVersion, "iam:GetPolicyVersion")
def policy_versions(reader: Reader, key: str) -> Iterator[PolicyVersion]:
    """The version of a managed policy, given as ``<policy ARN>:<version id>``."""
    arn, _, version = key.rpartition(":")
    response = reader.call("iam", "GetPolicyVersion", PolicyArn=arn, VersionId=version)
    found = _with_text(response.item("PolicyVersion"), "Document")
    yield response.decode(PolicyVersion, found, Version=key)


def _inline(reader: Reader, kind: type[Inline], noun: str, name: str) -> Iterator[Inline]:
    """The inline policies of the identity of this name; ``noun`` is what IAM calls identities of its kind."""
    whose: dict[str, Any] = {f"{noun}Name": name}
    for page in reader.pages("iam", f"List{noun}Policies", **whose):
        for policy in page.items("PolicyNames"):
            response = reader.call("iam", f"Get{noun}Policy", **whose, PolicyName=policy)
            yield response.decode(kind, _with_text(response.body, "PolicyDocument"), Name=f"{name}/{policy}")


def _attached(reader: Reader, kind: type[Attached], noun: str, name: str) -> Attached:
    """The managed policies of the identity of this name; ``noun`` as above."""
    whose: dict[str, Any] = {f"{noun}Name": name}
    pages = list(reader.pages("iam", f"ListAttached{noun}Policies", **whose))
    found = [policy for page in pages for policy in page.items("AttachedPolicies")]
    return pages[-1].decode(kind, {}, **{noun: name, "AttachedPolicies": found})


def _with_text(body: Body, document: str) -> Body:
    """``body`` with a policy document as the JSON text that AWS sent, which botocore has parsed."""
    if document not in body:
        return body
    return {**body, document: msgspec.json.encode(body[document]).decode()}
