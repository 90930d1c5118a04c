"""The catalogue. One module for a concern; a control stands whole in its module and nowhere else."""

from verify.control import catalogue
from verify.controls import (
    acm,
    containers,
    ecr,
    ecs,
    elb,
    iam,
    kms,
    logs,
    path,
    rds,
    s3,
    secretsmanager,
    security_groups,
    stack,
    vpc,
)

MODULES = (
    acm,
    containers,
    ecr,
    ecs,
    elb,
    iam,
    kms,
    logs,
    path,
    rds,
    s3,
    secretsmanager,
    security_groups,
    stack,
    vpc,
)

CONTROLS = catalogue(MODULES)
