"""AWS KMS keys, their rotation and their policies."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ANY_ID, UUID, ArnForm, Identity, as_arn, bare
from stack_verify.resources.partitions import partition
from stack_verify.resources.resource import UNKNOWN, ApiCall, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged, TagList

_KEY_ID = rf"(?:{UUID}|mrk-[0-9a-f]{{32}})"


class KeyTags(TagList, frozen=True, kw_only=True, rename="pascal", tag="AWS::KMS::Key.Tags"):
    """``kms:ListResourceTags`` of a key, by key ARN."""


class Key(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::KMS::Key"):
    """The KeyMetadata of ``kms:DescribeKey``, by key ARN or alias ARN."""

    identity: ClassVar[Identity | None] = Identity(
        arns=(ArnForm("kms", rf"(key/{_KEY_ID}|alias/[\w/-]+)", rf"(key/{ANY_ID}|alias/[^:*?\s${{}}]+)"),),
        bare_names=(
            bare("key id, encryption key, kms, kms key", _KEY_ID, as_arn("kms", "key/{}")),
            bare("alias, alias name, key, key id, kms", r"alias/[\w/-]+", as_arn("kms", "{}")),
        ),
        pulumi=("kms/key", "kms/replicaKey", "kms/externalKey", "kms/alias"),
        terraform=("aws_kms_key", "aws_kms_replica_key", "aws_kms_external_key", "aws_kms_alias"),
        asff="AwsKmsKey",
        by_tags=True,
    )
    id_field: ClassVar[str] = "key_id"
    arn_field: ClassVar[str | None] = "key_arn"
    tags_listed_as: ClassVar[type[TagList] | None] = KeyTags
    leads_to: ClassVar[tuple[str, ...]] = (
        "AWS::KMS::Key.Rotation",
        "AWS::KMS::Key.Policy",
        "AWS::KMS::Key.Grants",
        "AWS::KMS::Key.Tags",
    )

    key_id: str
    key_arn: str = msgspec.field(name="Arn")
    key_manager: str
    key_state: Known[str] = UNKNOWN
    key_spec: str
    origin: str
    deletion_date: datetime | None = None

    @property
    def rotatable(self) -> bool:
        """Whether AWS can rotate the key: a symmetric one of the customer's, whose material AWS made."""
        return (self.key_manager, self.key_spec, self.origin) == ("CUSTOMER", "SYMMETRIC_DEFAULT", "AWS_KMS")

    def refers_to(self) -> Iterator[Question]:
        # The policies, rotation and tags of AWS's own keys are not the stack's to set.
        if self.key_manager == "CUSTOMER":
            yield KeyPolicy.ask(self.key_arn)
            yield KeyGrants.ask(self.key_arn)
            yield from self.tags_question()
        # AWS refuses the question for other keys.
        if self.rotatable:
            yield KeyRotation.ask(self.key_arn)


class KeyRotation(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::KMS::Key.Rotation"):
    """``kms:GetKeyRotationStatus``, by key ARN."""

    id_field: ClassVar[str] = "key"

    key: str
    key_rotation_enabled: Known[bool] = UNKNOWN


class KeyPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::KMS::Key.Policy"):
    """``kms:GetKeyPolicy``, by key ARN. ``policy`` is the JSON document."""

    id_field: ClassVar[str] = "key"

    key: str
    policy: str


class KeyGrant(Fields, frozen=True, kw_only=True, rename="pascal"):
    """One grant: who may use the key by it, and for what. An AWS service is named as such."""

    grant_id: str
    grantee_principal: Known[str] = UNKNOWN
    operations: tuple[str, ...] = ()


class KeyGrants(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::KMS::Key.Grants"):
    """The complete list of ``kms:ListGrants``, by key ARN."""

    id_field: ClassVar[str] = "key"

    key: str
    grants: tuple[KeyGrant, ...]


def key_arn(name: str, named_by: ApiCall) -> str:
    """The ARN for what a service calls a KmsKeyId: an ARN, a key id, an alias name, of the account that answered."""
    if name.startswith("arn:"):
        return name
    path = name if name.startswith("alias/") else f"key/{name}"
    return f"arn:{partition(named_by.region)}:kms:{named_by.region}:{named_by.account}:{path}"
