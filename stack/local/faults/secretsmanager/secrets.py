"""Faults of secrets."""

import json
from contextlib import suppress

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _share(aws: Clients, outputs: Outputs, principal: str) -> None:
    statement = {
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": "secretsmanager:GetSecretValue",
        "Resource": "*",
    }
    policy = {"Version": "2012-10-17", "Statement": [statement]}
    aws.client("secretsmanager").put_resource_policy(
        SecretId=outputs["applicationSecretArn"], ResourcePolicy=json.dumps(policy)
    )


@fault(("secret-cmk", "applicationSecretArn"))
def secret_cmk(aws: Clients, outputs: Outputs) -> None:
    """The application's secret is encrypted with AWS's own key."""
    aws.client("secretsmanager").update_secret(
        SecretId=outputs["applicationSecretArn"], KmsKeyId="alias/aws/secretsmanager"
    )


@fault(
    ("secret-not-pending-deletion", "applicationSecretArn"),
    ("secret-policy-restricted", "applicationSecretArn"),
    ("secret-referenced-by-task-exists", "taskDefinitionArn"),
    ("secret-unused", "applicationSecretArn"),
)
def secret_not_pending_deletion(aws: Clients, outputs: Outputs) -> None:
    """The application's secret is to be deleted in a week."""
    aws.client("secretsmanager").delete_secret(SecretId=outputs["applicationSecretArn"], RecoveryWindowInDays=7)


@fault(("secret-policy-restricted", "applicationSecretArn"))
def secret_policy_restricted(aws: Clients, outputs: Outputs) -> None:
    """Another account may read the application's secret."""
    _share(aws, outputs, "arn:aws:iam::210987654321:root")


@fault(("secret-policy-restricted", "applicationSecretArn"), variant="everybody")
def secret_policy_restricted_everybody(aws: Clients, outputs: Outputs) -> None:
    """Everybody may read the application's secret."""
    _share(aws, outputs, "*")


def _set_rotation_up(aws: Clients, outputs: Outputs) -> None:
    """Turns rotation of the application's secret on, with a function that is not there, so that it fails."""
    secrets = aws.client("secretsmanager")
    function = f"arn:aws:lambda:{outputs['region']}:{outputs['accountId']}:function:gone"
    # As with AWS, rotation is on even so.
    with suppress(secrets.exceptions.ResourceNotFoundException):
        secrets.rotate_secret(
            SecretId=outputs["applicationSecretArn"],
            RotationLambdaARN=function,
            RotationRules={"AutomaticallyAfterDays": 30},
        )


@fault(("secret-rotation", "applicationSecretArn"), ("secret-rotated-recently", "applicationSecretArn"))
def secret_rotation(aws: Clients, outputs: Outputs) -> None:
    """The rotation of the application's secret, set up by hand, was turned off again."""
    _set_rotation_up(aws, outputs)
    aws.client("secretsmanager").cancel_rotate_secret(SecretId=outputs["applicationSecretArn"])
