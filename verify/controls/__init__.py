"""The catalogue. One module for a concern; a control stands whole in its module and nowhere else."""

from verify.control import catalogue
from verify.controls import acm, containers, ecr, ecs, elb, iam, kms, logs, path, rds, s3, secretsmanager, stack, vpc

CONTROLS = catalogue((acm, containers, ecr, ecs, elb, iam, kms, logs, path, rds, s3, secretsmanager, stack, vpc))
