"""Fields of AWS KMS: keys and aliases."""

from __future__ import annotations

from stack_verify.drift.field import (
    Found,
    Silence,
    Table,
    Value,
    apart,
    field,
    own,
    types,
)
from stack_verify.drift.normalize import last_part, policy, yes_where
from stack_verify.drift.tags import TAGS
from stack_verify.resources.kms import Key, KeyPolicy, KeyRotation
from stack_verify.snapshot import Snapshot


def _rotation(found: Found, snapshot: Snapshot) -> Value | Silence:
    """Whether AWS rotates the key; there are keys that it cannot."""
    (key,) = found
    if isinstance(key, Key) and not key.rotatable:
        return Silence.NOT_COMPARED
    return apart(KeyRotation, "key_rotation_enabled")(found, snapshot)


TABLES = (
    Table(
        types("kms/key:Key"),
        (
            field("enableKeyRotation", _rotation),
            field("isEnabled", own("key_state", yes_where("Enabled")), "true"),
            field("policy", apart(KeyPolicy, "policy", policy), spell=policy),
            TAGS,
        ),
    ),
    Table(types("kms/alias:Alias"), (field("targetKeyId", "key_id", spell=last_part),)),
)
