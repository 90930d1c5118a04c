"""Reads AWS Secrets Manager: what is known of a secret, never its value."""

from __future__ import annotations

from collections.abc import Iterator

from stack_verify.collect.collector import collects
from stack_verify.collect.reader import Reader
from stack_verify.collect.tags import tag_map
from stack_verify.resources.secretsmanager import Secret, SecretPolicy


@collects(Secret, "secretsmanager:DescribeSecret")
def secrets(reader: Reader, arn: str) -> Iterator[Secret]:
    """The secret with this ARN. AWS leaves Tags out where there are none."""
    none = ("ResourceNotFoundException",)
    response = reader.call("secretsmanager", "DescribeSecret", SecretId=arn, answers=none)
    if not response.absent:
        yield response.decode(Secret, Tags=tag_map(response.body.get("Tags", ())))


@collects(SecretPolicy, "secretsmanager:GetResourcePolicy")
def policies(reader: Reader, arn: str) -> Iterator[SecretPolicy]:
    """The secret's resource policy."""
    yield reader.call("secretsmanager", "GetResourcePolicy", SecretId=arn).decode(SecretPolicy)
