"""AWS Secrets Manager: what is known of a secret without its value."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import ClassVar

import msgspec

from stack_verify.resources.identity import ArnForm, Identity
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import UNKNOWN, Fields, Known, Question, Resource
from stack_verify.resources.tagging import Tagged


class SecretPolicy(Resource, frozen=True, kw_only=True, rename="pascal", tag="AWS::SecretsManager::Secret.Policy"):
    """``secretsmanager:GetResourcePolicy``, by secret ARN. AWS leaves ResourcePolicy out where there is none."""

    id_field: ClassVar[str] = "secret_arn"

    secret_arn: str = msgspec.field(name="ARN")
    resource_policy: str | None = None


class RotationRules(Fields, frozen=True, kw_only=True, rename="pascal"):
    """When a secret is rotated: after so many days, or by ``cron()`` or ``rate()``."""

    automatically_after_days: int | None = None
    schedule_expression: str | None = None


class Secret(Tagged, frozen=True, kw_only=True, rename="pascal", tag="AWS::SecretsManager::Secret"):
    """``secretsmanager:DescribeSecret``, by secret ARN.

    ``owning_service`` is the AWS service that manages the secret, None where its owner does. AWS leaves out KmsKeyId
    where its own key is in use, and the versions of a secret that has no value.
    """

    # ECS adds the JSON key, stage and version of the secret's value to the ARN.
    identity: ClassVar[Identity | None] = Identity(
        arns=(
            ArnForm("secretsmanager", r"(secret:[\w/+=.@!-]+)(?::[^:]*){0,3}", r"(secret:[^:*?\s${}]+)(?::[^:]*){0,3}"),
        ),
        pulumi=("secretsmanager/secret",),
        terraform=("aws_secretsmanager_secret",),
        asff="AwsSecretsManagerSecret",
        by_tags=True,
    )
    id_field: ClassVar[str] = "secret_arn"
    arn_field: ClassVar[str | None] = "secret_arn"
    leads_to: ClassVar[tuple[str, ...]] = ("AWS::KMS::Key", "AWS::SecretsManager::Secret.Policy")

    secret_arn: str = msgspec.field(name="ARN")
    name: str
    kms_key_id: str | None = None
    created_date: Known[datetime] = UNKNOWN
    # Any change counts, of a tag too: a value is as old as this at least (API reference, "DescribeSecret").
    last_changed_date: Known[datetime] = UNKNOWN
    # The day; left out where nobody ever retrieved the value in this region.
    last_accessed_date: datetime | None = None
    deleted_date: datetime | None = None
    # None where rotation was never set up (API reference, "DescribeSecret").
    rotation_enabled: bool | None = None
    # None of a secret that a service rotates itself.
    rotation_lambda_arn: str | None = msgspec.field(name="RotationLambdaARN", default=None)
    rotation_rules: RotationRules | None = None
    last_rotated_date: datetime | None = None
    next_rotation_date: datetime | None = None
    owning_service: str | None = None
    version_ids_to_stages: dict[str, tuple[str, ...]] = msgspec.field(default_factory=dict)

    def refers_to(self) -> Iterator[Question]:
        if self.kms_key_id is not None:
            yield Key.ask(key_arn(self.kms_key_id, self.observed_by))
        # AWS refuses the question for a secret that is marked for deletion.
        if self.deleted_date is None:
            yield SecretPolicy.ask(self.secret_arn)
