"""Faults of keys."""

import json
from typing import Any

from stack.local.endpoint import Clients
from stack.local.faults.fault import Outputs, fault


def _allow(aws: Clients, key: str, principal: Any, action: str) -> None:  # noqa: ANN401 - any form of principal
    """Adds to the policy of `key` that `principal` may do `action`."""
    kms = aws.client("kms")
    policy = json.loads(kms.get_key_policy(KeyId=key, PolicyName="default")["Policy"])
    added = {"Sid": "Added", "Effect": "Allow", "Principal": principal, "Action": action, "Resource": "*"}
    policy["Statement"].append(added)
    kms.put_key_policy(KeyId=key, PolicyName="default", Policy=json.dumps(policy))


@fault(("kms-rotation", "storageKeyArn"))
def kms_rotation(aws: Clients, outputs: Outputs) -> None:
    """The key of the buckets rotates no more."""
    aws.client("kms").disable_key_rotation(KeyId=outputs["storageKeyArn"])


@fault(("kms-not-pending-deletion", "registryKeyArn"), ("ecr-cmk", "ecrRepositoryArn"))
def kms_not_pending_deletion(aws: Clients, outputs: Outputs) -> None:
    """The key of the container images is to be deleted in a week."""
    # moto takes no ARN where it changes a key's state.
    key = str(outputs["registryKeyArn"]).rpartition("/")[2]
    aws.client("kms").schedule_key_deletion(KeyId=key, PendingWindowInDays=7)


@fault(("kms-policy-not-public", "storageKeyArn"))
def kms_policy_not_public(aws: Clients, outputs: Outputs) -> None:
    """Everybody with an AWS account may encrypt with the key of the buckets."""
    _allow(aws, str(outputs["storageKeyArn"]), {"AWS": "*"}, "kms:Encrypt")


@fault(("kms-policy-no-full-access-beyond-admins", "databaseKeyArn"))
def kms_policy_no_full_access_beyond_admins(aws: Clients, outputs: Outputs) -> None:
    """A role that nobody named administrator controls the key of the database."""
    role = f"arn:aws:iam::{outputs['accountId']}:role/contractor"
    _allow(aws, str(outputs["databaseKeyArn"]), {"AWS": [role]}, "kms:*")


@fault(("kms-policy-no-full-access-beyond-admins", "secretsKeyArn"), variant="decrypt")
def kms_policy_no_full_access_beyond_admins_decrypt(aws: Clients, outputs: Outputs) -> None:
    """Another account may decrypt with the key of the secrets."""
    _allow(aws, str(outputs["secretsKeyArn"]), {"AWS": "210987654321"}, "kms:Decrypt")


@fault(("kms-policy-no-full-access-beyond-admins", "logsKeyArn"), variant="grant")
def kms_policy_no_full_access_beyond_admins_grant(aws: Clients, outputs: Outputs) -> None:
    """Another account may let whom it likes decrypt with the key of the logs."""
    _allow(aws, str(outputs["logsKeyArn"]), {"AWS": "210987654321"}, "kms:CreateGrant")


@fault(("kms-grants-not-shared", "databaseKeyArn"))
def kms_grants_not_shared(aws: Clients, outputs: Outputs) -> None:
    """A grant lets another account decrypt with the key of the database."""
    aws.client("kms").create_grant(
        KeyId=outputs["databaseKeyArn"],
        GranteePrincipal="arn:aws:iam::210987654321:role/partner",
        Operations=["Decrypt"],
    )
