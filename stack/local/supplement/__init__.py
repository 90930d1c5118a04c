"""What moto lacks, given to it by its own means: more operations of some services, and IAM Access Analyzer.

One module for an AWS service. `install` makes moto answer them, in the server's process and in process; what they hold
lives and dies with moto's own backends. Where the emulator is a moto without them, `is_installed` tells so.
"""

from botocore.exceptions import ClientError

from stack.local.endpoint import Clients


def install() -> None:
    """Lets the moto of this process answer what it lacks. A second time changes nothing."""
    # Not before it is needed: these import moto, which a process that only talks to a server has no need of.
    from stack.local.supplement import (  # noqa: PLC0415
        accessanalyzer,
        awslambda,
        backup,
        cloudfront,
        cloudtrail,
        config,
        ec2,
        ecr,
        ecs,
        guardduty,
        iam,
        kms,
        rds,
        ssm,
    )

    for service in (
        accessanalyzer,
        awslambda,
        backup,
        cloudfront,
        cloudtrail,
        config,
        ec2,
        ecr,
        ecs,
        guardduty,
        iam,
        kms,
        rds,
        ssm,
    ):
        service.install()


def is_installed(clients: Clients) -> bool:
    """Whether the emulator answers what a moto of its own lacks."""
    try:
        clients.client("backup").list_backup_jobs(MaxResults=1)
    except ClientError:
        return False
    return True
