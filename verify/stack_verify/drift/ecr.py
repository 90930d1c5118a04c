"""Fields of Amazon ECR: repositories and their policies."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from stack_verify.drift.field import Table, Value, field, own, set_of, types
from stack_verify.drift.normalize import policy
from stack_verify.drift.tags import TAGS
from stack_verify.resources.ecr import RepositoryLifecycle, RepositoryPolicy


def _images(text: Any) -> Value:  # noqa: ANN401 - a policy, or none
    """The rules of a lifecycle policy: AWS orders them by priority, and what they are called makes no difference."""
    if text is None:
        return ()
    # The types of Pulumi's own for it come as an object.
    document = json.loads(text) if isinstance(text, str) else text
    return set_of(*(_image_rule(rule) for rule in document["rules"]))


def _image_rule(rule: Mapping[str, Any]) -> str:
    told = {name: value for name, value in rule["selection"].items() if value is not None}
    told |= {name: sorted(value) for name, value in told.items() if isinstance(value, list)}
    return json.dumps({"rulePriority": rule["rulePriority"], **told, "action": rule["action"]}, sort_keys=True)


TABLES = (
    Table(
        types("ecr/repository:Repository"),
        (
            field("imageTagMutability", "image_tag_mutability", "MUTABLE"),
            field("imageScanningConfiguration.scanOnPush", "image_scanning_configuration.scan_on_push", "false"),
            field("encryptionConfigurations.encryptionType", "encryption_configuration.encryption_type", "AES256"),
            field("encryptionConfigurations.kmsKey", "encryption_configuration.kms_key"),
            TAGS,
        ),
    ),
    Table(
        types("ecr/repositoryPolicy:RepositoryPolicy"),
        (field("policy", own("policy_text", policy), spell=policy),),
        kind=RepositoryPolicy,
        key="repository",
    ),
    Table(
        types("ecr/lifecyclePolicy:LifecyclePolicy"),
        (field("policy", own("lifecycle_policy_text", _images), spell=_images),),
        kind=RepositoryLifecycle,
        key="repository",
    ),
)
