"""The catalogue. One module for a concern; a control stands whole in its module and nowhere else."""

from verify.control import catalogue
from verify.controls import (
    acm,
    backup,
    bucket_policies,
    bucket_records,
    containers,
    ecr,
    ecs,
    elb,
    iam,
    kms,
    logs,
    path,
    rds,
    rds_records,
    s3,
    secretsmanager,
    security_groups,
    stack,
    vpc,
    vpc_edge,
    wafv2,
)

MODULES = (
    acm,
    backup,
    bucket_policies,
    bucket_records,
    containers,
    ecr,
    ecs,
    elb,
    iam,
    kms,
    logs,
    path,
    rds,
    rds_records,
    s3,
    secretsmanager,
    security_groups,
    stack,
    vpc,
    vpc_edge,
    wafv2,
)

CONTROLS = catalogue(MODULES)
