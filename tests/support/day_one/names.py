"""The accounts, regions and names of the landing zone and of the application."""

from typing import Final

ACCOUNT: Final = "123456789012"
MANAGEMENT, LOG_ARCHIVE, AUDIT, BACKUP = "111111111111", "222222222222", "333333333333", "444444444444"
ORGANIZATION: Final = "o-exampleorgid"
REGION, HOME = "eu-west-1", "eu-central-1"
STACK: Final = "Clinic"
LOGS_BUCKET: Final = f"aws-controltower-logs-{LOG_ARCHIVE}-{HOME}"
ACCESS_LOGS_BUCKET: Final = f"clinic-access-logs-{LOG_ARCHIVE}"
TRAIL: Final = f"arn:aws:cloudtrail:{HOME}:{MANAGEMENT}:trail/aws-controltower-BaselineCloudTrail"
STACK_ID: Final = f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/8f3c2a10-0000-11f0-8000-0a0a0a0a0a0a"

POLICY: Final = f"""\
name = "clinic"
extends = "hipaa"

[accounts]
log_archive = ["{LOG_ARCHIVE}"]
security = ["{AUDIT}"]
management = ["{MANAGEMENT}"]
backup = ["{BACKUP}"]

[defaults]
organization_id = "{ORGANIZATION}"
"""


def cdk_tags(path: str) -> dict[str, str]:
    """The tags that CloudFormation sets on what it makes, by the logical id."""
    prefix = "aws:cloudformation:"
    return {f"{prefix}stack-name": STACK, f"{prefix}stack-id": STACK_ID, f"{prefix}logical-id": path}


def as_list(tags: dict[str, str], *, key: str = "Key", value: str = "Value") -> list[dict[str, str]]:
    """Tags as most APIs take them."""
    return [{key: name, value: text} for name, text in tags.items()]
