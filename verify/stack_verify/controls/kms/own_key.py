"""What all controls of encryption have in common: whether the key in use is the stack's own."""

from __future__ import annotations

from stack_verify.core.control import Verdict, failed, verdict
from stack_verify.resources.kms import Key, key_arn
from stack_verify.resources.resource import Resource
from stack_verify.snapshot import Snapshot

# The action that lets others act, and with it those that come to decrypting: by oneself, into another key, by others
# (KMS developer guide, "AWS KMS permissions").
GRANTING = "kms:CreateGrant"
DECRYPTING = ("kms:Decrypt", "kms:ReEncryptFrom", GRANTING)
# Those that take a key over, or away.
CONTROLLING = ("kms:PutKeyPolicy", "kms:ScheduleKeyDeletion", "kms:DisableKey")

OWN_KEY = "an enabled customer-managed key that the stack itself names"


def own_key(name: str | None, resource: Resource, snapshot: Snapshot) -> Verdict:
    """Whether the key that ``resource`` knows by ``name`` is one of the stack's own.

    Takes None where the resource names no key: a key of AWS's own is in use, or none.

    Raises:
        Unanswered: when the key could not be read.
    """
    if name is None:
        return failed("no key is named", expected=OWN_KEY)
    key = snapshot.require(Key, key_arn(name, resource.observed_by))
    manager, state, named = key.key_manager, key.key_state, snapshot.names(key)
    own = manager == "CUSTOMER" and state == "Enabled" and named
    stranger = "" if named else ", which the stack does not name"
    return verdict(own, f"{key.key_arn}, KeyManager {manager}, KeyState {state}{stranger}", expected=OWN_KEY)
