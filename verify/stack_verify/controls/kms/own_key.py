"""What all controls of encryption have in common: whether the key in use is customer-managed, and works."""

from __future__ import annotations

from stack_verify.controls.naming import unnamed
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

OWN_KEY = "an enabled customer-managed key"


def own_key(name: str | None, resource: Resource, snapshot: Snapshot) -> Verdict:
    """Whether the key that ``resource`` knows by ``name`` is customer-managed and enabled, as AWS's checks ask.

    Takes None where the resource names no key: a key of AWS's own is in use, or none. That the stack does not name the
    key is told, and fails nothing: platform teams keep keys for many stacks.

    Raises:
        Unanswered: when the key could not be read.
        KeptElsewhere: when another account keeps the key, and it cannot be read from here.
    """
    if name is None:
        return failed("no key is named", expected=OWN_KEY)
    key = snapshot.require(Key, key_arn(name, resource.observed_by))
    manager, state = key.key_manager, key.key_state
    holds = manager == "CUSTOMER" and state == "Enabled"
    observed = f"{key.key_arn}, KeyManager {manager}, KeyState {state}{unnamed(key, snapshot)}"
    return verdict(holds, observed, expected=OWN_KEY)
