"""CloudWatch log groups, all of them encrypted and with a retention."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from stack.naming import Naming


@dataclass(frozen=True)
class LogSettings:
    """What every log group of the stack has in common."""

    naming: Naming
    kms_key_arn: pulumi.Input[str]
    retention_days: int


def log_group(part: str, group_name: str, settings: LogSettings, parent: pulumi.Resource) -> aws.cloudwatch.LogGroup:
    """Return a new log group called `group_name`, for `part` of the platform."""
    name = settings.naming.name(part)
    return aws.cloudwatch.LogGroup(
        name,
        name=group_name,
        kms_key_id=settings.kms_key_arn,
        retention_in_days=settings.retention_days,
        tags=settings.naming.tags(name),
        opts=pulumi.ResourceOptions(parent=parent),
    )
