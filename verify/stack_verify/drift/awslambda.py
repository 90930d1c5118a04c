"""Fields of AWS Lambda: role, key, network and runtime of functions. Variables are neither compared nor kept."""

from __future__ import annotations

from stack_verify.drift.field import Table, apart, field, own, types
from stack_verify.drift.tags import TAGS
from stack_verify.resources.awslambda import FunctionConcurrency

TABLES = (
    Table(
        types("lambda/function:Function"),
        (
            field("role", "role"),
            field("kmsKeyArn", "kms_key_arn", None),
            field("runtime", "runtime"),
            field("packageType", "package_type"),
            field("vpcConfig.subnetIds", own("vpc_config.subnet_ids")),
            field("vpcConfig.securityGroupIds", own("vpc_config.security_group_ids")),
            field("deadLetterConfig.targetArn", "dead_letter_config.target_arn"),
            field(
                "reservedConcurrentExecutions",
                apart(FunctionConcurrency, "reserved_concurrent_executions"),
                spell=lambda number: None if number == -1 else str(number),
            ),
            TAGS,
        ),
    ),
)
