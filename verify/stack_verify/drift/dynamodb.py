"""Fields of Amazon DynamoDB: protection, encryption and policies of tables."""

from __future__ import annotations

from stack_verify.drift.field import Table as Fields
from stack_verify.drift.field import apart, field, types
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.dynamodb import Table, TablePolicy

TABLES = (
    Fields(
        types("dynamodb/table:Table"),
        (
            field("deletionProtectionEnabled", "deletion_protection_enabled", "false"),
            field("serverSideEncryption.kmsKeyArn", "encryption.kms_master_key_arn"),
            TAGS,
        ),
    ),
    Fields(
        types("dynamodb/resourcePolicy:ResourcePolicy"),
        (field("policy", apart(TablePolicy, "policy", policy), spell=policy),),
        kind=Table,
        key="resourceArn",
    ),
)
