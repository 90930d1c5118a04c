"""Reads AWS KMS."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.kms import Key, KeyGrants, KeyPolicy, KeyRotation, KeyTags


@collects(Key, "kms:DescribeKey")
def keys(reader: Reader, key: str) -> Iterator[Key]:
    """The key with this ARN or alias ARN."""
    response = reader.call("kms", "DescribeKey", KeyId=key, answers=("NotFoundException",))
    if not response.absent:
        yield response.decode(Key, response.item("KeyMetadata"))


@collects(KeyRotation, "kms:GetKeyRotationStatus")
def rotation(reader: Reader, key: str) -> Iterator[KeyRotation]:
    """Whether the key rotates."""
    yield reader.call("kms", "GetKeyRotationStatus", KeyId=key).decode(KeyRotation, Key=key)


@collects(KeyPolicy, "kms:GetKeyPolicy")
def policy(reader: Reader, key: str) -> Iterator[KeyPolicy]:
    """The key's policy; KMS knows only the one named ``default``."""
    yield reader.call("kms", "GetKeyPolicy", KeyId=key, PolicyName="default").decode(KeyPolicy, Key=key)


@collects(KeyGrants, "kms:ListGrants")
def grants(reader: Reader, key: str) -> Iterator[KeyGrants]:
    """The key's grants."""
    pages = list(reader.pages("kms", "ListGrants", KeyId=key))
    yield pages[-1].decode(KeyGrants, {}, Key=key, Grants=[item for page in pages for item in page.items("Grants")])


@collects(KeyTags, "kms:ListResourceTags")
def tags(reader: Reader, key: str) -> Iterator[KeyTags]:
    """The key's tags."""
    pages = list(reader.pages("kms", "ListResourceTags", KeyId=key))
    found = tag_map(item for page in pages for item in page.items("Tags"))
    yield pages[-1].decode(KeyTags, Resource=key, Tags=found)
