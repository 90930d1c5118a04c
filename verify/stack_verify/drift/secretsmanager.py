"""Fields of AWS Secrets Manager: secrets, their rotation and their policies."""

from __future__ import annotations

from stack_verify.drift.field import Table, apart, field, own, types
from stack_verify.drift.normalize import policy, yes
from stack_verify.drift.tags import TAGS
from stack_verify.resources.secretsmanager import Secret, SecretPolicy

TABLES = (
    Table(types("secretsmanager/secret:Secret"), (field("kmsKeyId", "kms_key_id"), TAGS)),
    Table(
        types("secretsmanager/secretRotation:SecretRotation"),
        (
            # Declared by there being such a resource.
            field("rotationEnabled", own("rotation_enabled", yes), spell=lambda _: "true", of="secretId"),
            field("rotationLambdaArn", "rotation_lambda_arn"),
            field("rotationRules.automaticallyAfterDays", "rotation_rules.automatically_after_days"),
            field("rotationRules.scheduleExpression", "rotation_rules.schedule_expression"),
        ),
        kind=Secret,
        key="secretId",
    ),
    Table(
        types("secretsmanager/secretPolicy:SecretPolicy"),
        (field("policy", apart(SecretPolicy, "resource_policy", policy), spell=policy),),
        kind=Secret,
        key="secretArn",
    ),
)
