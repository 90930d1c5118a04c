"""AWS IAM users and groups: how a user signs in, its access keys, and the policies that both carry."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.iam import Attachments, IamIdentity, InlinePolicy, ManagedPolicy, PermissionsBoundary
from stack_verify.resources.identity import ANY_ID, ArnForm, Identity, bare
from stack_verify.resources.resource import EVERYTHING, UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged

_USER_NAME = r"[\w+=,.@-]{1,64}"
_GROUP_NAME = r"[\w+=,.@-]{1,128}"


class LoginProfile(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.LoginProfile"):
    """``iam:GetLoginProfile``, by user name; none where the user has no password for the console."""

    id_field: ClassVar[str] = "user_name"

    user_name: str
    create_date: Known[datetime] = UNKNOWN


class MfaDevice(Fields, frozen=True, kw_only=True, rename="pascal"):
    """A device or passkey that a user signs in with."""

    serial_number: str


class UserMfaDevices(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.MFADevices"):
    """The complete list of ``iam:ListMFADevices``, by user name."""

    id_field: ClassVar[str] = "user"

    user: str
    devices: tuple[MfaDevice, ...]


class AccessKeyLastUsed(Fields, frozen=True, kw_only=True, rename="pascal"):
    """When a key was last used. AWS leaves the date out of one that was never used."""

    last_used_date: datetime | None = None


class AccessKey(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::AccessKey"):
    """A key of ``iam:ListAccessKeys`` with its use by ``iam:GetAccessKeyLastUsed``, by its id. Never its secret."""

    identity: ClassVar[Identity | None] = Identity(
        bare_names=(bare("access key, access key id, iam access key", r"AKIA[A-Z0-9]{12,124}"),),
        pulumi=("iam/accessKey",),
        terraform=("aws_iam_access_key",),
        asff="AwsIamAccessKey",
    )
    id_field: ClassVar[str] = "access_key_id"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::IAM::User",)

    access_key_id: str
    user_name: str
    # Active, Inactive or Expired.
    status: Known[str] = UNKNOWN
    create_date: Known[datetime] = UNKNOWN
    access_key_last_used: Known[AccessKeyLastUsed] = UNKNOWN

    @property
    def is_active(self) -> bool:
        """Whether a request can be signed with it."""
        return self.status == "Active"

    def refers_to(self) -> Iterator[Question]:
        yield User.ask(self.user_name)


class UserAccessKeys(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.AccessKeys"):
    """The ids of all keys of ``iam:ListAccessKeys``, by user name."""

    id_field: ClassVar[str] = "user"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = (AccessKey.kind(),)

    user: str
    access_key_ids: tuple[str, ...]

    def refers_to(self) -> Iterator[Question]:
        yield from (AccessKey.ask(each) for each in self.access_key_ids)


class UserPolicy(InlinePolicy, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.Policy"):
    """An inline policy of ``iam:GetUserPolicy``."""


class UserAttachments(Attachments, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.AttachedPolicies"):
    """The complete list of ``iam:ListAttachedUserPolicies``."""

    id_field: ClassVar[str] = "user"

    user: str


class GroupPolicy(InlinePolicy, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Group.Policy"):
    """An inline policy of ``iam:GetGroupPolicy``."""


class GroupAttachments(Attachments, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Group.AttachedPolicies"):
    """The complete list of ``iam:ListAttachedGroupPolicies``."""

    id_field: ClassVar[str] = "group"

    group: str


class Group(IamIdentity, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::Group"):
    """The Group of ``iam:GetGroup``, by name, without its users. A group has no tags and no boundary."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("iam", rf"group/(?:[!-~]+/)?({_GROUP_NAME})", rf"group/(?:[!-~]+/)?({ANY_ID})", by_name=True),),
        bare_names=(bare("iam group, iam group name", _GROUP_NAME),),
        pulumi=("iam/group",),
        terraform=("aws_iam_group",),
        asff="AwsIamGroup",
    )
    where_none: ClassVar[str | None] = None
    inline: ClassVar[type[InlinePolicy]] = GroupPolicy
    attached: ClassVar[type[Attachments]] = GroupAttachments
    id_field: ClassVar[str] = "group_name"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    arn_field: ClassVar[str | None] = "group_arn"
    leads_to: ClassVar[tuple[str, ...]] = (GroupPolicy.kind(), GroupAttachments.kind(), ManagedPolicy.kind())

    group_name: str
    group_arn: str = msgspec.field(name="Arn")
    path: Known[str] = UNKNOWN

    def refers_to(self) -> Iterator[Question]:
        yield GroupPolicy.ask(self.group_name)
        yield GroupAttachments.ask(self.group_name)


class UserGroups(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User.Groups"):
    """The names of all groups of ``iam:ListGroupsForUser``, by user name. A group need not be the stack's own."""

    id_field: ClassVar[str] = "user"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    leads_to: ClassVar[tuple[str, ...]] = (Group.kind(),)

    user: str
    group_names: tuple[str, ...]

    def surroundings(self) -> Iterator[Question]:
        yield from (Group.ask(each) for each in self.group_names)


class AnyUser(Resource, frozen=True, kw_only=True, rename="pascal", tag="IAM user"):
    """A user, whether the stack names it or the account has it; known by its name."""

    where_none: ClassVar[str | None] = "neither the stack nor the account has an IAM user"


class User(Tagged, IamIdentity, AnyUser, frozen=True, kw_only=True, rename="pascal", tag="AWS::IAM::User"):
    """The User of ``iam:GetUser``, by name: one that the stack names. Its parts are read by calls of their own."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("iam", rf"user/(?:[!-~]+/)?({_USER_NAME})", rf"user/(?:[!-~]+/)?({ANY_ID})", by_name=True),),
        bare_names=(bare("iam user, iam user name", _USER_NAME),),
        pulumi=("iam/user",),
        terraform=("aws_iam_user",),
        asff="AwsIamUser",
        by_tags=True,
    )
    where_none: ClassVar[str | None] = None
    inline: ClassVar[type[InlinePolicy]] = UserPolicy
    attached: ClassVar[type[Attachments]] = UserAttachments
    id_field: ClassVar[str] = "user_name"
    lags: ClassVar[frozenset[str]] = EVERYTHING
    arn_field: ClassVar[str | None] = "user_arn"
    leads_to: ClassVar[tuple[str, ...]] = (
        AccessKey.kind(),
        Group.kind(),
        LoginProfile.kind(),
        ManagedPolicy.kind(),
        UserAccessKeys.kind(),
        UserAttachments.kind(),
        UserGroups.kind(),
        UserMfaDevices.kind(),
        UserPolicy.kind(),
    )

    user_name: str
    user_arn: str = msgspec.field(name="Arn")
    path: Known[str] = UNKNOWN
    permissions_boundary: PermissionsBoundary | None = None
    # AWS leaves it out where there is no password, or one that was never used.
    password_last_used: datetime | None = None

    @property
    def boundary(self) -> str | None:
        return None if self.permissions_boundary is None else self.permissions_boundary.permissions_boundary_arn

    def refers_to(self) -> Iterator[Question]:
        for part in (UserPolicy, UserAttachments, UserGroups, UserAccessKeys, LoginProfile, UserMfaDevices):
            yield part.ask(self.user_name)

    def surroundings(self) -> Iterator[Question]:
        if self.boundary is not None:
            yield ManagedPolicy.ask(self.boundary)
